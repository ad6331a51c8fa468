"""Lists of what is public already (已公开清单): loaded, listed, taken out."""

import tempfile
from pathlib import Path

import streamlit as st

from models import User
from workbench import clock, widgets
from workbench.i18n import count, day, t
from workbench.services import already_public

COLUMNS = ("list", "file", "items", "source", "by", "day")


def page(editor: User | None) -> None:
    """What was loaded, and for who may change rules the way in and out (已公开清单)."""
    st.caption(t("local_rules.public_lead"))
    lists = widgets.read(already_public.lists)
    if lists:
        rows = [{**one, "list": one["list"][:12], "day": day(one["at"].date())} for one in lists]
        widgets.table(rows, {name: t(f"local_rules.public_column.{name}") for name in COLUMNS})
    else:
        widgets.nothing(t("public_list.none"))
    if editor is None:
        return
    _take_in(editor)
    if lists:
        _take_out(editor, {one["list"]: f"{one['list'][:12]} · {one['file']}" for one in lists})


def _take_in(editor: User) -> None:
    with st.form("public.import", clear_on_submit=True):
        uploaded = st.file_uploader(t("local_rules.public_file"), type=["xlsx", "xls", "csv"], key="public.file")
        source = st.text_input(t("local_rules.public_source"), key="public.source")
        sent = st.form_submit_button(t("local_rules.public_take_in"), type="primary")
    if not sent or uploaded is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(uploaded.name).name
        file.write_bytes(uploaded.getvalue())
        made = widgets.act(
            already_public.import_list, path=file, source=source.strip() or None, by=editor, at=clock.now()
        )
    if made is not None:
        figures = {name: count(made[name]) for name in ("rows", "added", "known", "unusable")}
        widgets.done(t("public_list.imported", file=uploaded.name, **figures))


def _take_out(editor: User, names: dict[str, str]) -> None:
    with st.form("public.remove"):
        chosen = st.selectbox(
            t("local_rules.public_list"), list(names), index=None, format_func=names.__getitem__, key="public.list",
            placeholder=t("pages.words.choose"),
        )  # fmt: skip
        sent = st.form_submit_button(t("local_rules.public_take_out"))
    if sent and chosen:
        taken = widgets.act(already_public.remove_list, list_digest=chosen, by=editor, at=clock.now())
        if taken is not None:
            widgets.done(t("public_list.removed", count=count(taken)))
