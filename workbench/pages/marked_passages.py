"""Where rules missed or wrongly flagged (漏检、误检): marked beside an item, taken up on the rules page."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models import User
from models.marked_passage import Settlement, Slip
from workbench import clock, widgets
from workbench.i18n import day, t
from workbench.pages import rule_editor
from workbench.pages.frame import present
from workbench.pages.marking import choose_words
from workbench.services import marked_passages, marked_words


def panel(item: Mapping[str, Any]) -> None:
    """One's own marks for whoever keeps the rules, and the words of the title to mark (漏检、误检面板)."""
    if item["stage"] is None:
        return
    own = item["slips_of_rules"]
    label = t("marked_passages.label", count=len(own)) if own else t("marked_passages.label_none")
    with st.expander(label, icon=":material/rule:"):
        for mark in own:
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.html(_line(mark["text"], t(f"marked_passages.slip.{mark['slip']}")))
            right.button(
                t("marked_passages.withdraw"), key=f"unslip-{mark['id']}", on_click=_withdraw, args=(mark["id"],),
                width="stretch",
            )  # fmt: skip
        _missed(item)
        _wrong(item)


def _line(text: str, said: str) -> str:
    return f'<p class="neighbour"><b>{escape(text)}</b><span class="soft">{escape(said)}</span></p>'


def _withdraw(mark_id: int) -> None:
    if (user := present()) is not None:
        widgets.act(marked_passages.withdraw, mark_id=mark_id, by=user, at=clock.now())


def _missed(item: Mapping[str, Any]) -> None:
    title = item["title"]
    words = [span for span in marked_words.pieces(title) if title[span[0] : span[1]].strip()]
    name = f"{item['batch']}-{item['record_id']}-{item['round']}-{item['stage']}-{len(item['slips_of_rules'])}"
    with st.form(f"slip-{name}", border=False):
        chosen = choose_words(t("marked_passages.words"), title, words, key=f"slip-words-{name}")
        sent = st.form_submit_button(t("marked_passages.mark_missed"), key=f"slip-missed-{name}")
    user = present()
    if sent and user is not None:
        made = widgets.act(
            marked_passages.mark_missed, batch_id=item["batch"], record_id=item["record_id"],
            words=chosen, by=user, at=clock.now(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t("marked_passages.kept"))


def _wrong(item: Mapping[str, Any]) -> None:
    """One button for each rule that this reader is shown beside the title; a blind reader is shown none."""
    flagged = {each["rule_id"]: each for each in item["evidence"] if each["field"] == "title" and not each["weight"]}
    already = {mark["rule_id"] for mark in item["slips_of_rules"]}
    user = present()
    for rule_id, reason in flagged.items():
        if rule_id in already or reason["source"] == "classifier" or user is None:
            continue
        label = t("marked_passages.mark_wrong", text=reason["text"])
        if st.button(label, key=f"slip-wrong-{item['record_id']}-{rule_id}", help=reason["explanation"] or None):
            made = widgets.act(
                marked_passages.mark_wrong, batch_id=item["batch"], record_id=item["record_id"], rule_id=rule_id,
                by=user, at=clock.now(),
            )  # fmt: skip
            if made is not None:
                widgets.done(t("marked_passages.kept"))


def page(user: User) -> None:
    """All marks that wait, each with one click to a draft or to the rule (待处理的漏检、误检)."""
    marks = widgets.read(marked_passages.waiting)
    st.caption(t("marked_passages.lead"))
    if not marks:
        widgets.nothing(t("marked_passages.none"))
    for mark in marks:
        _waiting(mark, user)


def _waiting(mark: Mapping[str, Any], user: User) -> None:
    with st.container(border=True):
        start = mark["title"].find(mark["text"])
        end = start + len(mark["text"])
        where = [{"field": "title", "start": start, "end": end, "effect": "caution", "source": "rule"}]
        said = t(f"marked_passages.slip.{mark['slip']}") + (f" · {mark['rule']}" if mark["rule"] else "")
        about = t("marked_passages.about", code=mark["reference_code"], by=mark["by"], day=day(mark["at"].date()))
        st.html(
            f'<p class="title small">{widgets.highlighted(mark["title"], where)}</p>'
            f'<p class="soft">{escape(said)}　{escape(about)}</p>'
        )
        left, right, _ = st.columns([1, 1, 3])
        if mark["slip"] == Slip.MISSED.value:
            left.button(
                t("marked_passages.draft"), key=f"take-up-{mark['id']}", width="stretch",
                on_click=rule_editor.draft_for, args=(mark["title"], mark["text"], mark["id"]),
            )  # fmt: skip
        else:
            left.button(
                t("marked_passages.mend"), key=f"take-up-{mark['id']}", width="stretch",
                on_click=rule_editor.open_rule, args=(mark["rule_id"], mark["title"], mark["id"]),
            )  # fmt: skip
        if right.button(t("marked_passages.lay_aside"), key=f"lay-aside-{mark['id']}", width="stretch"):
            settled = widgets.act(
                marked_passages.settle, mark_id=mark["id"], settlement=Settlement.LAID_ASIDE, by=user, at=clock.now()
            )
            if settled is not None:
                widgets.done(t("marked_passages.laid_aside"))
