"""The public title check (题名核定): an open title that names a private person is kept or replaced."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import titles

S = BatchState
WITH_TITLES = (S.REVIEWED, S.IN_CONSULTATION, S.AGREED, S.CERTIFIED, S.SUBMITTED, S.APPROVED)
_AS_EVIDENCE = {"field": "title", "source": "detector", "effect": "caution"}


def page() -> None:
    """Titles that wait for a person's check (待核定题名)."""
    user = signed_in()
    widgets.heading(t("pages.titles.title"), t("pages.titles.lead"))
    batch = pick_batch(*WITH_TITLES)
    if batch is None:
        return
    waiting = widgets.read(titles.waiting_rows, int(batch.id or 0))
    if not waiting:
        widgets.nothing(t("pages.titles.none"))
        return
    st.caption(t("pages.titles.count", count=count(len(waiting))))
    for row in waiting[: widgets.PAGE // 5]:
        _check(batch, row, user)


def _check(batch: Batch, row: Mapping[str, Any], user: User) -> None:
    name = f"{batch.id}-{row['record_id']}-{row['round']}"
    marked = widgets.highlighted(row["title"], [{**found, **_AS_EVIDENCE} for found in row["findings"]])
    with st.form(f"title-{name}"):
        st.html(
            f'<article class="item"><div class="head">'
            f'<span class="code">{escape(row["reference_code"])}</span></div>'
            f'<p class="title small">{marked}</p></article>'
        )
        public = st.text_input(
            t("pages.words.public_title"), value=row["proposal"] or row["title"], key=f"public-{name}",
            help=t("local_rules.proposed" if row["proposal"] else "local_rules.not_proposed"),
        )  # fmt: skip
        left, right, _ = st.columns([1, 1, 2])
        replace = left.form_submit_button(t("pages.titles.replace"), width="stretch")
        keep = right.form_submit_button(t("pages.titles.keep"), width="stretch")
    if keep or replace:
        made = widgets.act(
            titles.decide_title, batch_id=int(batch.id or 0), record_id=row["record_id"],
            public_title=public if replace else None, by=user, at=clock.now(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t("procedure.titled", code=made.reference_code))
