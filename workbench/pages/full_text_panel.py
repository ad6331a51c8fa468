"""The full text beside the item (全文面板): how well a page was read, passages that rules found, the page in view."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from models.vocabulary import TextSource
from workbench import widgets
from workbench.i18n import t, term

_AROUND = 40  # characters shown on each side of a passage
_MOST_SNIPPETS = 8


def panel(item: Mapping[str, Any]) -> None:
    """Text of the page in view, with what was found in it and elsewhere (全文); nothing when none was read."""
    known = item["full_text"]
    if known is None:
        return
    with st.expander(t("fulltext.panel.title"), expanded=True, icon=":material/subject:"):
        if known["is_poor"]:
            st.warning(t("fulltext.panel.warning", poorest=f"{known['poorest']:.2f}"), icon=":material/visibility:")
        spans = [each for each in item["evidence"] if each["field"] == "text" and each["start"] < each["end"]]
        _snippets(known["pages"], spans)
        _page(item, known["pages"], spans)


def _snippets(pages: Sequence[Mapping[str, Any]], spans: Sequence[Mapping[str, Any]]) -> None:
    lines = []
    for span in spans[:_MOST_SNIPPETS]:
        page = _page_with(pages, span["start"])
        if page is not None:
            place = escape(t("fulltext.panel.elsewhere", page=page["page"]))
            lines.append(f'<p class="snippet"><span class="soft">{place}</span>{snippet(page, span)}</p>')
    if lines:
        st.html(f'<p class="soft">{escape(t("fulltext.panel.hits", count=len(spans)))}</p>{"".join(lines)}')


def _page_with(pages: Sequence[Mapping[str, Any]], place: int) -> Mapping[str, Any] | None:
    return next((page for page in pages if page["start"] <= place < page["start"] + len(page["text"])), None)


def snippet(page: Mapping[str, Any], span: Mapping[str, Any]) -> str:
    """A passage with some words around it as HTML (命中片段)."""
    start, end = span["start"] - page["start"], min(span["end"] - page["start"], len(page["text"]))
    first, last = max(start - _AROUND, 0), min(end + _AROUND, len(page["text"]))
    cut = {**span, "start": start - first, "end": end - first}
    shown = page["text"][first:last].replace("\n", " ")
    return f"{'…' if first else ''}{widgets.highlighted(shown, [cut], 'text')}{'…' if last < len(page['text']) else ''}"


def _page(item: Mapping[str, Any], pages: Sequence[Mapping[str, Any]], spans: Sequence[Mapping[str, Any]]) -> None:
    """The page that stands beside it as a picture."""
    in_view = int(st.session_state.get(f"page-{item['record_id']}", 1))
    page = next((page for page in pages if page["page"] == in_view), None)
    if page is None:
        return
    st.html(f'<p class="soft">{escape(badge(page))}</p>')
    if not page["text"]:
        widgets.nothing(t("fulltext.panel.empty"))
        return
    here = [
        {**span, "start": span["start"] - page["start"], "end": span["end"] - page["start"]}
        for span in spans
        if page["start"] <= span["start"] < page["start"] + len(page["text"])
    ]
    st.html(f'<div class="full-text">{widgets.highlighted(page["text"], here, "text")}</div>')


def badge(page: Mapping[str, Any]) -> str:
    """How well a page was read, in words and with its figure (质量标记)."""
    is_read = page["quality"] is not None and page["source"] != TextSource.UNREAD
    return t(
        "fulltext.panel.page", page=page["page"], source=term(TextSource(page["source"])),
        badge=t(f"fulltext.panel.{page['legibility']}"), quality=f"{page['quality']:.2f}" if is_read else "",
    )  # fmt: skip
