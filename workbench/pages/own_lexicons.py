"""Word lists (词表): download one to Excel, upload it changed, or give the library's back."""

import tempfile
from pathlib import Path

import streamlit as st

from models import User
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.services import own_lexicons
from workbench.settings import environment


def panel(user: User) -> None:
    """Choose a list, then take it out, in, or back (词表的导出、导入与恢复)."""
    with st.expander(t("lexicons.title")):
        st.caption(t("lexicons.hint"))
        known = {row["id"]: row for row in widgets.read(own_lexicons.rows, environment().home)}
        chosen = st.selectbox(
            t("lexicons.list"), list(known), key="lexicons.chosen",
            format_func=lambda name: t(
                f"lexicons.{'own_line' if known[name]['is_own'] else 'line'}", id=name,
                terms=count(known[name]["terms"]), rules=count(len(known[name]["rules"])),
            ) if name in known else name,
        )  # fmt: skip
        if chosen is None:
            return
        left, right = st.columns(2)
        if known[chosen]["may_leave"]:
            content = widgets.guarded(widgets.read, own_lexicons.exported, chosen, at=clock.now())
            if content is not None:
                left.download_button(t("lexicons.download"), content, f"{chosen}.xlsx", width="stretch")
        else:
            left.caption(t("lexicons.stays"))
        if known[chosen]["is_own"] and right.button(t("lexicons.give_back"), key="lexicons.back", width="stretch"):
            given = widgets.act(
                own_lexicons.give_back, home=environment().home, lexicon=chosen, by=user, at=clock.now()
            )
            if given is not None:
                widgets.done(t("lexicons.given_back", id=chosen))
        _take_in(chosen, user)


def _take_in(lexicon: str, user: User) -> None:
    uploaded = st.file_uploader(t("lexicons.upload"), type=["xlsx"], key="lexicons.upload")
    if uploaded is None or not st.button(t("lexicons.take_in"), key="lexicons.take_in"):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(uploaded.name).name
        file.write_bytes(uploaded.getvalue())
        terms = widgets.guarded(own_lexicons.read_terms, file)
    if terms is None:
        return
    made = widgets.act(
        own_lexicons.save, home=environment().home, lexicon=lexicon, terms=terms, by=user, at=clock.now()
    )  # fmt: skip
    if made is not None:
        figures = {name: count(made[name]) for name in ("terms", "added", "removed")}
        widgets.done(t("lexicons.taken_in", id=lexicon, **figures))
