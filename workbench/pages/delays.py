"""Delay beyond 25 years (延期报批): the register of a batch, the package out, the 档案主管部门's answer in."""

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.pages import tables
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import delaying, delaying_papers, paper_folders, setting_up
from workbench.settings import environment

COLUMNS = (
    "reference_code", "title", "ground", "reason", "rules", "review_again_on", "standing", "authority_number",
    "answered_on",
)  # fmt: skip


def page() -> None:
    """The delayed items of an approved batch and where each stands."""
    user = signed_in()
    widgets.heading(t("pages.delays.title"), t("pages.delays.lead"))
    batch = pick_batch(BatchState.APPROVED, BatchState.PUBLISHED)
    if batch is None:
        return
    rows = widgets.read(delaying_papers.register, int(batch.id or 0), on=clock.today())
    if not rows:
        widgets.nothing(t("pages.delays.none"))
        return
    kinds = ("unreported", "reported", "consented", "refused")
    widgets.figures(
        [(t(f"terms.delaystanding.{kind}"), count(sum(row["standing"] == kind for row in rows))) for kind in kinds]
    )
    shown = [
        {
            **row, "ground": t(f"terms.ground.{row['ground']}"), "rules": "；".join(row["rules"]),
            "standing": t(f"terms.delaystanding.{row['standing']}"), "authority_number": row["document_number"],
        }
        for row in rows
    ]  # fmt: skip
    names = {name: t(f"delay.columns.{name}") for name in COLUMNS if name != "standing"}
    titles = {name: names.get(name) or t("pages.words.standing") for name in COLUMNS}
    widgets.table(tables.written(shown), titles, height=min(420, 38 * (len(shown) + 1) + 4))
    _report(batch, user)
    _answers(batch, user)


def _report(batch: Batch, user: User) -> None:
    batch_id = int(batch.id or 0)
    out = paper_folders.folder(environment().home, "delay", batch_id)
    with st.form(f"delay-{batch_id}"):
        authority = st.text_input(
            t("settings.archives_authority"), value=widgets.read(setting_up.get, "archives_authority") or "",
            key=f"authority-{batch_id}",
        )  # fmt: skip
        number = st.text_input(t("cli.help.request_number"), key=f"request-{batch_id}")
        sent = st.form_submit_button(t("pages.delays.write"), type="primary")
    if sent:
        made = widgets.act(
            delaying_papers.export, batch_id=batch_id, out=out, home=environment().home, authority=authority,
            number=number, by=user, at=clock.now(), on=clock.today(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t("pages.delays.written", count=len(made)))
    package = paper_folders.zipped(out)
    if package is not None:
        st.download_button(
            t("pages.delays.download"), package, file_name=f"delay-{batch_id}.zip", key=f"delay-zip-{batch_id}"
        )


def _answers(batch: Batch, user: User) -> None:
    batch_id = int(batch.id or 0)
    uploaded = st.file_uploader(t("pages.delays.upload"), type=tables.TABLES, key=f"answers-{batch_id}")
    number = st.text_input(t("pages.delays.number"), key=f"answer-number-{batch_id}")
    on = st.date_input(t("cli.help.answer_date"), value=None, key=f"answer-on-{batch_id}")
    if uploaded is not None and st.button(t("pages.delays.take"), key=f"answer-take-{batch_id}", type="primary"):
        tables.take(
            delaying.import_, uploaded, batch_id=batch_id, document_number=number.strip() or None, answered_on=on,
            by=user, at=clock.now(), on=clock.today(),
        )  # fmt: skip
