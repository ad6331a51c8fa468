"""The director's approval (馆长审批): password again, the minutes' number, or back with a note."""

import tempfile
from pathlib import Path

import streamlit as st
from sqlmodel import Session
from streamlit.runtime.uploaded_file_manager import UploadedFile

from models import Batch, User
from models.vocabulary import BatchState, Ground
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages.batches import roster_table
from workbench.pages.frame import password_again, pick_batch, proven, signed_in
from workbench.services import approving, overview
from workbench.settings import environment


def page() -> None:
    """Approve or return a submitted batch (审批)."""
    user = signed_in()
    widgets.heading(t("pages.approval.title"), t("pages.approval.lead"))
    batch = pick_batch(BatchState.SUBMITTED)
    if batch is None:
        return
    progress = widgets.read(overview.progress, batch)
    widgets.figures(
        [(t(f"pages.batches.count.{name}"), count(progress[name])) for name in ("items", "open", "restricted")]
    )
    for skipped in batch.skipped:
        st.caption(t("pages.approval.skipped", step=t(f"terms.batchaction.{skipped}")))
    _delayed(batch)
    with st.expander(t("pages.batches.roster")):
        roster_table(batch)
    approve, return_ = st.tabs([t("pages.approval.approve"), t("pages.approval.return")])
    with approve:
        _approve(batch, user)
    with return_:
        _return(batch, user)


def _delayed(batch: Batch) -> None:
    rows = [row for row in widgets.read(overview.roster_rows, batch) if row["access"] == "restricted"]
    if rows:
        with st.expander(t("pages.approval.delayed", count=count(len(rows))), expanded=True):
            shown = [{**row, "ground": term(Ground(row["ground"])) if row["ground"] else None} for row in rows]
            columns = {name: t(f"pages.words.{name}") for name in ("reference_code", "title", "ground", "round")}
            widgets.table(shown, columns, height=min(420, 38 * (len(rows) + 1) + 4))


def _approve(batch: Batch, user: User) -> None:
    with st.form(f"approve-{batch.id}-{batch.version}"):
        minutes = st.text_input(t("pages.approval.minutes"), key=f"minutes-{batch.id}-{batch.version}")
        signed = st.file_uploader(
            t("pages.approval.signed"), type=["pdf", "jpg", "jpeg", "png", "tif", "tiff"], key=f"signed-{batch.id}"
        )
        password = password_again(f"password-{batch.id}-{batch.version}")
        sent = st.form_submit_button(t("pages.approval.approve"), type="primary")
    # Two transactions on purpose: the count of wrong passwords stays, whatever becomes of the approval.
    if sent and proven(user, password):
        made = _with_scan(batch, user, minutes, signed)
        if made is not None:
            widgets.done(t("procedure.moved", batch=made.id, state=term(made.state)))


def _with_scan(batch: Batch, user: User, minutes: str, signed: UploadedFile | None) -> Batch | None:
    with tempfile.TemporaryDirectory() as folder:
        scan = None
        if signed is not None:
            scan = Path(folder) / Path(signed.name).name
            scan.write_bytes(signed.getvalue())
        return widgets.act(
            approving.approve, batch_id=int(batch.id or 0), version=batch.version, by=user, at=clock.now(),
            on=clock.today(), minutes_number=minutes, signed=scan, home=environment().home,
        )  # fmt: skip


def _return(batch: Batch, user: User) -> None:
    codes = [row["reference_code"] for row in widgets.read(_rows, batch)]
    with st.form(f"return-{batch.id}-{batch.version}"):
        note = st.text_area(t("pages.approval.note"), key=f"return-note-{batch.id}-{batch.version}", height=90)
        named = st.multiselect(
            t("pages.approval.items"), codes, key=f"return-items-{batch.id}-{batch.version}",
            placeholder=t("pages.approval.all_items"),
        )  # fmt: skip
        sent = st.form_submit_button(t("pages.approval.return"))
    if sent:
        made = widgets.act(
            approving.return_, batch_id=int(batch.id or 0), version=batch.version, by=user, at=clock.now(),
            on=clock.today(), note=note, codes=named,
        )  # fmt: skip
        if made is not None:
            widgets.done(t("procedure.moved", batch=made.id, state=term(made.state)))


def _rows(session: Session, batch: Batch) -> list[dict[str, object]]:
    return overview.roster_rows(session, batch)
