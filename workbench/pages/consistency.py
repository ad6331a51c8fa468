"""Like items, opposite decisions (一致性核对): each explained or mended before the batch goes to the director."""

from html import escape
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import Access, BatchState
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.pages import tables
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import consistency

S = BatchState


def page() -> None:
    """Items of a batch that are decided otherwise than their likes."""
    user = signed_in()
    widgets.heading(t("pages.consistency.title"), t("pages.consistency.lead"))
    batch = pick_batch(S.REVIEWED, S.IN_CONSULTATION, S.AGREED, S.CERTIFIED, S.SUBMITTED)
    if batch is None:
        return
    rows = widgets.read(consistency.rows, batch)
    if not rows:
        widgets.nothing(t("consistency.none"))
        return
    waiting = [row for row in rows if not row["explained"]]
    widgets.figures(
        [(t("pages.consistency.found"), count(len(rows))), (t("pages.consistency.waiting"), count(len(waiting)))]
    )
    for row in [*waiting, *(row for row in rows if row["explained"])][: widgets.PAGE]:
        _line(batch, row, user)


def _line(batch: Batch, row: dict[str, Any], user: User) -> None:
    name = f"{batch.id}-{row['record_id']}-{row['access']}"
    with st.form(f"consistency-{name}"):
        st.html(
            f'<article class="item"><div class="head"><span class="code">{escape(row["reference_code"])}</span>'
            f"<span>{escape(widgets.proposed(Access(row['access'])))}</span></div>"
            f'<p class="title small">{escape(row["title"])}</p></article>'
        )
        others = [
            {
                **other, "access": t(f"terms.access.{other['access']}"),
                "likeness": t(f"terms.likeness.{other['likeness']}"),
            }
            for other in row["others"]
        ]  # fmt: skip
        columns = {key: t(f"pages.words.{key}") for key in ("reference_code", "fonds", "title", "access")}
        widgets.table(tables.written(others), {"likeness": t("pages.consistency.likeness"), **columns})
        if row["explained"]:
            st.caption(t("consistency.explained"))
        text = st.text_input(t("pages.consistency.why"), key=f"why-{name}")
        sent = st.form_submit_button(t("pages.consistency.write"))
    if sent:
        kept = widgets.act(
            consistency.explain, batch_id=int(batch.id or 0), record_ids=[row["record_id"]], text=text, by=user,
            at=clock.now(),
        )  # fmt: skip
        if kept is not None:
            widgets.done(t("consistency.written", count=len(kept)))
