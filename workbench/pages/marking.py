"""Mark the words that made the item sensitive, or that are harmless (标注词语): the classifier learns from them."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from models.vocabulary import Access
from workbench import clock, widgets
from workbench.i18n import t
from workbench.pages.frame import present
from workbench.services import marked_words

_SPEAKS = {"sensitive": Access.RESTRICTED, "harmless": Access.OPEN}


def panel(item: Mapping[str, Any]) -> None:
    """One's own marks, and the words of the title to choose from (标注面板).

    An arbitrator sees the marks of both readers; a blind reader only own ones.
    """
    if item["stage"] is None:
        return
    own = [mark for mark in item["marks"] if mark["is_own"]]
    label = t("groups.marking.label", count=len(own)) if own else t("groups.marking.label_none")
    with st.expander(label, icon=":material/ink_highlighter:"):
        for mark in item["marks"]:
            _mark(mark)
        _choose(item)


def _mark(mark: Mapping[str, Any]) -> None:
    said = t(f"groups.marking.{'sensitive' if mark['speaks'] == Access.RESTRICTED else 'harmless'}")
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.html(f'<p class="neighbour"><b>{escape(mark["text"])}</b><span class="soft">{escape(said)}</span></p>')
    if mark["is_own"]:
        right.button(
            t("groups.marking.withdraw"), key=f"unmark-{mark['id']}", on_click=_withdraw, args=(mark["id"],),
            width="stretch",
        )  # fmt: skip


def _withdraw(mark_id: int) -> None:
    user = present()
    if user is not None:
        widgets.act(marked_words.withdraw, mark_id=mark_id, by=user, at=clock.now())


def choose_words(label: str, title: str, words: Sequence[tuple[int, int]], *, key: str) -> list[tuple[int, int]]:
    """Let a reader pick words of a title (选词): the spans chosen, of those offered."""
    chosen = st.pills(
        label, range(len(words)), selection_mode="multi", key=key,
        format_func=lambda at: title[words[at][0] : words[at][1]] if at < len(words) else "",
    )  # fmt: skip
    return [words[at] for at in chosen]


def _choose(item: Mapping[str, Any]) -> None:
    title = item["title"]
    # Punctuation teaches nothing and is not offered.
    words = [span for span in marked_words.pieces(title) if any(map(str.isalnum, title[span[0] : span[1]]))]
    name = f"{item['batch']}-{item['record_id']}-{item['round']}-{item['stage']}-{len(item['marks'])}"
    with st.form(f"mark-{name}", border=False):
        chosen = choose_words(t("groups.marking.words"), title, words, key=f"mark-words-{name}")
        cells = st.columns(len(_SPEAKS))
        for cell, (side, speaks) in zip(cells, _SPEAKS.items(), strict=True):
            if cell.form_submit_button(t(f"groups.marking.{side}"), key=f"mark-{side}-{name}", width="stretch"):
                _keep(item, chosen, speaks)


def _keep(item: Mapping[str, Any], spans: list[tuple[int, int]], speaks: Access) -> None:
    user = present()
    made = None if user is None else widgets.act(
        marked_words.mark_words, batch_id=item["batch"], record_id=item["record_id"], words=spans, speaks=speaks,
        by=user, at=clock.now(),
    )  # fmt: skip
    if made is not None:
        widgets.done(t("groups.marking.kept", count=len(made)))
