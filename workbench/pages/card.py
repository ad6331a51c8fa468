"""The card of an item (审核卡片): evidence first, the number last and grey."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from models.vocabulary import Access, Ground, Level, ReviewStage
from workbench import widgets
from workbench.i18n import day, t, term
from workbench.pages import (
    corrections_panel,
    full_text_panel,
    marked_passages,
    marking,
    precedents_panel,
    second_opinion,
    transfer_panel,
)

_FACTS = ("fonds", "creator", "document_number", "date_text", "due_on", "retention_period", "pages", "volume_code")


def show(item: Mapping[str, Any]) -> None:
    """Title, description, and what was noted about it (题名与著录项)."""
    badge = (
        f'<span class="stage {item["stage"]}">{escape(term(ReviewStage(item["stage"])))}</span>'
        if item["stage"]
        else ""
    )
    blind = f'<span class="soft">{escape(t("pages.review.blind"))}</span>' if item["blind"] else ""
    again = (
        f'<span class="soft">{escape(t("pages.review.round", round=item["round"]))}</span>' if item["round"] > 1 else ""
    )
    st.html(
        f'<article class="item" data-record="{item["record_id"]}" data-stage="{item["stage"]}">'
        f'<div class="head">{badge}<span class="code">{escape(item["reference_code"])}</span>'
        f'<span class="soft">{escape(term(Level(item["level"])))}</span>{again}{blind}</div>'
        f'<p class="title">{widgets.highlighted(item["title"], item["evidence"])}</p></article>'
    )
    pairs = [(t(f"pages.words.{name}"), day(item[name]) if name == "due_on" else item[name]) for name in _FACTS]
    widgets.facts(pairs)
    if item["remarks"]:
        remarks = widgets.highlighted(item["remarks"], item["evidence"], "remarks")
        st.html(f'<p class="remarks"><b>{escape(t("pages.words.remarks"))}</b>{remarks}</p>')
    for note in item["notes"]:
        st.html(f'<p class="soft">{escape(t(f"intake.notes.{note}"))}</p>')
    if item["question"]:
        st.info(t("pages.review.your_question", text=item["question"]), icon=":material/help:")
    for given in item["opinions"]:
        st.html(_given(given))


def _given(given: Mapping[str, Any]) -> str:
    access = widgets.proposed(Access(given["access"]))
    parts = [term(Ground(given["ground"])) if given["ground"] else None, given["reason"]]
    if given["review_again_on"]:
        parts.append(t("pages.review.again_on", day=day(given["review_again_on"])))
    said = "".join(f"<span>{escape(str(part))}</span>" for part in parts if part)
    stage = escape(term(ReviewStage(given["stage"])))
    return f'<div class="given"><b>{stage}</b><b>{escape(access)}</b>{said}</div>'


def evidence(item: Mapping[str, Any]) -> None:
    """What the rules found, and the learner's words (依据)."""
    widgets.evidence_cards(item["evidence"])


def advice(item: Mapping[str, Any]) -> None:
    """The suggestion, to a first reader only (初判建议)."""
    if not item["blind"] and item["stage"] == ReviewStage.FIRST.value:
        widgets.advice_line(item)


def said_before(item: Mapping[str, Any]) -> None:
    """What others said of the item before it came here (此前意见)."""
    for said in item["said_before"]:
        parts = (said["reason"], said["document_number"], day(said["on"]))
        rest = "".join(f"<span>{escape(str(part))}</span>" for part in parts if part)
        st.html(f'<div class="given"><b>{escape(said["by"])}</b><b>{escape(said["says"])}</b>{rest}</div>')


def volume(item: Mapping[str, Any]) -> None:
    """The neighbours in the volume (同卷)."""
    if not item["volume"]:
        return
    with st.expander(t("pages.review.same_volume", count=len(item["volume"]))):
        for each in item["volume"]:
            state = term(Access(each["access"])) if each["access"] else t("pages.words.undecided")
            st.html(
                f'<p class="neighbour"><span class="code">{escape(each["reference_code"])}</span>'
                f"{escape(each['title'])}<span class='soft'>{escape(state)}</span></p>"
            )


# What stands beside an item, from top to bottom: one more panel is one more line here. A panel takes the card of
# ``reading_desk.desk``, shows nothing when it has nothing to say, and tells a blind reader (``item["blind"]``)
# neither opinions nor suggestions; what it shows comes with the card, by ``reading_desk.BESIDE``.
PANELS: tuple[Callable[[Mapping[str, Any]], None], ...] = (
    evidence, advice, full_text_panel.panel, said_before, transfer_panel.panel, precedents_panel.panel, volume,
    second_opinion.panel,
    corrections_panel.panel, marking.panel, marked_passages.panel,
)  # fmt: skip


def reasons(item: Mapping[str, Any]) -> None:
    """All panels beside the item (依据、建议、同卷)."""
    for panel in PANELS:
        panel(item)


def pages(item: Mapping[str, Any]) -> None:
    """The item's own pages, behind the same gate, one at a time (原文)."""
    found = item["pages_at_hand"]
    number = found.first
    if found.volume is not None:
        place = t(
            "fulltext.of_volume" if found.last is None else "fulltext.of_volume_pages", volume=found.volume,
            first=found.first, last=found.last,
        )  # fmt: skip
        st.caption(place)
    if found.count > 1:
        number = st.number_input(
            t("pages.review.page_of", count=found.count), 1, found.count, value=found.first,
            key=f"page-{item['record_id']}", width=160,
        )  # fmt: skip
    address = f"/page-file?record={item['record_id']}&page={number}"
    st.html(
        f'<img class="page" src="{address}" alt="{escape(t("pages.review.page_image", code=item["reference_code"]))}">'
    )
