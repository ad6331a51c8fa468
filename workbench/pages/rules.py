"""The rules in force (规则): list, law, examples, what people make of them, and what they find in a text."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from models import User
from models.vocabulary import Effect, Ground
from workbench import clock, widgets
from workbench.i18n import count, day, t, term
from workbench.pages import marked_passages, public_lists, rule_editor
from workbench.pages.frame import signed_in
from workbench.permissions import may
from workbench.services import local_rules, rule_book, rule_effects
from workbench.settings import environment

SHOWN = 25
VIEWS = ("library", "editor", "marks", "public")


def page() -> None:
    """The rule library, a try, and for who may change rules the editor (规则库)."""
    user = signed_in()
    changes = may(user, local_rules.CHANGED)
    widgets.heading(t("pages.rules.title"), t("pages.rules.lead"))
    views = VIEWS if changes else ("library", "public")
    st.session_state.setdefault(rule_editor.VIEW, "library")
    view = st.segmented_control(
        t("pages.rules.title"), views, key=rule_editor.VIEW, label_visibility="collapsed",
        format_func=lambda each: t(f"local_rules.view.{each}"),
    )  # fmt: skip
    if view == "editor" and changes:
        rule_editor.page(user)
    elif view == "marks" and changes:
        marked_passages.page(user)
    elif view == "public":
        public_lists.page(user if changes else None)
    else:
        _library(user if changes else None)


def _library(editor: User | None) -> None:
    rules = widgets.read(rule_book.ruleset)
    _try(editor)
    judged = _judged(environment().url, rules.digest)
    own = widgets.read(local_rules.own_ids, environment().home)
    rows = [
        {**row, **judged.get(row["id"], rule_effects.NOBODY), "is_own": row["id"] in own}
        for row in rule_book.rows(rules)
    ]
    shown = _chosen(rows)
    st.caption(t("pages.rules.count", count=count(len(shown)), digest=rules.digest[:12]))
    start = widgets.page_start("rules") or 0
    for row in shown[start : start + SHOWN]:
        _rule(row, editor)
    widgets.turn_pages("rules", last=start + SHOWN, full=start + SHOWN < len(shown))


# A hundred thousand judged items take seven seconds to count: the figures may be ten minutes old.
@st.cache_data(ttl=600, max_entries=4, show_spinner=False)
def _judged(url: str, ruleset: str) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """Agreement of this home under these rules; another rule set is counted at once."""
    return widgets.read(rule_effects.agreement)


def _try(editor: User | None) -> None:
    text = st.text_input(t("pages.rules.try"), key="rules.text", placeholder=t("pages.rules.placeholder"))
    if not text.strip():
        return
    found = rule_book.explain_text(widgets.read(rule_book.rules_and_list), text)
    st.html(f'<article class="item"><p class="title small">{widgets.highlighted(text, found)}</p></article>')
    if found:
        widgets.evidence_cards(found)
    else:
        widgets.nothing(t("rules.no_hit"))
    if editor:
        _mend(text, found)


def _mend(text: str, found: Sequence[Mapping[str, Any]]) -> None:
    """What was missed or wrongly flagged in the text becomes a draft, or an example of the rule to be mended."""
    known = widgets.read(rule_book.ruleset).by_id
    wrong = {each["rule_id"]: known[each["rule_id"]].name for each in found if each["rule_id"] in known}
    with st.container(horizontal=True):
        st.button(t("local_rules.is_missed"), key="mend.missed", on_click=rule_editor.draft_for, args=(text,))
        for rule_id, name in wrong.items():
            label = t("local_rules.is_wrong", name=name)
            st.button(label, key=f"mend-{rule_id}", on_click=rule_editor.open_rule, args=(rule_id, text))


def _chosen(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of the filters; own rules first."""
    effects = list(dict.fromkeys(row["effect"] for row in rows))
    back: dict[str, Any] = {"on_change": widgets.first_page, "args": ("rules",)}
    left, middle, right = st.columns([3, 1, 1], vertical_alignment="bottom")
    chosen = left.pills(
        t("pages.words.effect"), effects, selection_mode="multi", key="rules.effect",
        format_func=lambda effect: term(Effect(effect)), **back,
    )  # fmt: skip
    own = middle.toggle(t("local_rules.only_own"), key="rules.own", **back)
    questioned = sum(1 for row in rows if row["is_questioned"])
    only = right.toggle(t("local_rules.questioned", count=questioned), key="rules.questioned", **back)
    shown = [
        row
        for row in rows
        if (not chosen or row["effect"] in chosen) and (row["is_own"] or not own) and (row["is_questioned"] or not only)
    ]
    return sorted(shown, key=lambda row: not row["is_own"])


def _rule(row: Mapping[str, Any], editor: User | None) -> None:
    beside = [term(Effect(row["effect"]))]
    if row["is_own"]:
        beside.append(t("local_rules.own"))
    if row["status"] != "active":
        beside.append(_status(row))
    with st.expander("　·　".join([row["name"], *beside])):
        verified = t("pages.rules.verified" if row["verified"] else "pages.rules.unverified")
        widgets.facts(
            [
                (t("pages.words.explanation"), row["explanation"]),
                (t("pages.words.ground"), term(Ground(row["ground"])) if row["ground"] else None),
                (t("pages.words.legal_basis"), t("pages.words.join").join(row["legal_basis"])),
                (t("pages.rules.state"), verified if row["legal_basis"] else None),
                (t("local_rules.agreement"), _agreement(row)),
                (t("pages.rules.id"), f"{row['id']} · v{row['version']}"),
            ]
        )
        for kind in ("must_match", "must_not_match"):
            lines = "".join(f"<li>{escape(line)}</li>" for line in row[kind])
            st.html(f'<p class="soft">{escape(t(f"pages.rules.{kind}"))}</p><ul class="examples">{lines}</ul>')
        if row["is_own"]:
            _history(row["id"])
        if editor:
            _buttons(row, editor)


def _status(row: Mapping[str, Any]) -> str:
    return t(f"rule_changes.status.{row['status']}")


def _agreement(row: Mapping[str, Any]) -> str:
    if not row["judged"]:
        return t("local_rules.not_judged")
    shares = {name: f"{row[name]:.0%}" for name in ("share", "low", "high")}
    said = t("local_rules.agreed", agreed=count(row["agreed"]), judged=count(row["judged"]), **shares)
    return said + (t("local_rules.is_questioned") if row["is_questioned"] else "")


def _history(rule_id: str) -> None:
    told = [
        t(
            "local_rules.change", version=change["version"], by=change["by"], day=day(change["at"].date()),
            status=_status(change),
        )
        for change in widgets.read(local_rules.history, rule_id)
    ]  # fmt: skip
    lines = "".join(f"<li>{escape(line)}</li>" for line in told)
    st.html(f'<p class="soft">{escape(t("local_rules.history"))}</p><ul class="examples">{lines}</ul>')


def _buttons(row: Mapping[str, Any], editor: User) -> None:
    left, middle, right, _ = st.columns([1, 1, 1, 3])
    left.button(
        t("local_rules.edit"), key=f"edit-{row['id']}", on_click=rule_editor.open_rule, args=(row["id"],),
        width="stretch",
    )  # fmt: skip
    given = {"home": environment().home, "rule_id": row["id"], "by": editor, "at": clock.now()}
    saved = None
    if row["status"] == "active":
        if middle.button(t("local_rules.retire"), key=f"retire-{row['id']}", width="stretch"):
            saved = widgets.act(local_rules.retire, **given)
    elif middle.button(t("local_rules.restore"), key=f"restore-{row['id']}", width="stretch"):
        saved = widgets.act(local_rules.restore, **given)
    if row["is_own"] and widgets.read(local_rules.is_shipped, row["id"]) and right.button(
        t("local_rules.give_back"), key=f"give-back-{row['id']}", width="stretch"
    ):  # fmt: skip
        saved = widgets.act(local_rules.restore, version=local_rules.SHIPPED, **given)
    if saved is not None:
        widgets.done(t("local_rules.saved", name=saved.rule.name, version=saved.rule.version))
