"""Consultation of the agencies (征求意见): letters out, replies in, objections settled, what waits held back."""

from datetime import timedelta
from typing import Any

import streamlit as st

from models import Batch, User
from models.consultation import AgencyAnswer, TalkOutcome
from models.vocabulary import BatchState
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import tables
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import (
    consulting,
    consulting_papers,
    paper_folders,
    received,
    replying,
    setting_up,
    waiting_items,
)
from workbench.settings import environment

UNITS = (
    "agency",
    "asked_as",
    "items",
    "waiting",
    "agreed",
    "objected",
    "settled",
    "asked_on",
    "due_on",
    "days",
    "next",
)


def page() -> None:
    """Where the consultation of a batch stands, and everything that moves it on."""
    user = signed_in()
    widgets.heading(t("pages.consulting.title"), t("pages.consulting.lead"))
    batch = pick_batch(BatchState.IN_CONSULTATION)
    if batch is None:
        return
    units = widgets.read(consulting.ages, int(batch.id or 0), on=clock.today())
    names = ("items", "waiting", "objected", "on_hold", "read_again")
    widgets.figures([(t(f"pages.consulting.count.{name}"), count(sum(unit[name] for unit in units))) for name in names])
    came = widgets.read(received.counts, int(batch.id or 0))
    st.caption(
        t("pages.consulting.received", own=count(came["own"]), above=count(came["from_above"]),
          elsewhere=count(came["elsewhere"]))
    )  # fmt: skip
    _units(units)
    tabs = st.tabs(
        [t(f"pages.consulting.tab.{name}") for name in ("letters", "replies", "talks", "hold_back", "items")]
    )
    for tab, show in zip(tabs, (_letters, _replies, _talks, _hold_back, _items), strict=True):
        with tab:
            show(batch, user, units)


def _units(units: list[dict[str, Any]]) -> None:
    shown = [
        {
            **unit,
            "asked_as": t(f"terms.askedas.{unit['asked_as']}"),
            "next": t(f"terms.nextstep.{unit['next']}"),
        }
        for unit in units
    ]
    widgets.table(tables.written(shown), {name: t(f"consultation.summary.{name}") for name in UNITS})


def _letters(batch: Batch, user: User, _units: list[dict[str, Any]]) -> None:
    batch_id = int(batch.id or 0)
    out = paper_folders.folder(environment().home, "consultation", batch_id)
    given = {"batch_id": batch_id, "out": out, "home": environment().home, "by": user}
    with st.form(f"letters-{batch_id}-{batch.version}"):
        number = st.text_input(t("cli.help.letter_number"), key=f"letter-number-{batch_id}")
        days = widgets.read(setting_up.get, "consultation_days")
        due = st.date_input(
            t("cli.help.reply_due"), value=clock.today() + timedelta(days=days), key=f"letter-due-{batch_id}"
        )
        sent = st.form_submit_button(t("pages.consulting.write"), type="primary")
    if sent:
        made = widgets.act(
            consulting_papers.export, at=clock.now(), on=clock.today(), letter_number=number, due_on=due, **given
        )
        if made is not None:
            widgets.done(t("pages.consulting.written", count=len(made)))
    if st.button(t("pages.consulting.remind"), key=f"remind-{batch_id}"):
        reminded = widgets.act(consulting_papers.remind, at=clock.now(), on=clock.today(), **given)
        if reminded is not None:
            text = t("pages.consulting.reminded", count=len(reminded))
            widgets.done(text if reminded else t("consultation.nobody_to_remind"))
    package = paper_folders.zipped(out)
    if package is not None:
        st.download_button(
            t("pages.consulting.download"), package, file_name=f"consultation-{batch_id}.zip", key=f"letters-{batch_id}"
        )


def _replies(batch: Batch, user: User, units: list[dict[str, Any]]) -> None:
    batch_id = int(batch.id or 0)
    given = {"batch_id": batch_id, "by": user}
    uploaded = st.file_uploader(t("pages.consulting.upload"), type=tables.TABLES, key=f"replies-{batch_id}")
    if uploaded is not None and st.button(t("pages.consulting.take"), key=f"take-{batch_id}", type="primary"):
        tables.take(replying.import_, uploaded, at=clock.now(), on=clock.today(), **given)
    waiting = [unit["agency"] for unit in units if unit["waiting"] and unit["agency"]]
    if not waiting:
        return
    st.subheader(t("pages.consulting.whole_letter"), anchor=False)
    with st.form(f"letter-reply-{batch_id}"):
        agency = st.selectbox(t("consultation.summary.agency"), waiting, key=f"reply-agency-{batch_id}")
        answer = st.radio(
            t("consultation.columns.answer"), list(AgencyAnswer), format_func=term, index=None, horizontal=True,
            key=f"reply-answer-{batch_id}",
        )  # fmt: skip
        number = st.text_input(t("consultation.columns.reply_number"), key=f"reply-number-{batch_id}")
        reason = st.text_area(t("consultation.columns.reply_reason"), key=f"reply-reason-{batch_id}", height=80)
        on = st.date_input(t("consultation.columns.replied_on"), value=clock.today(), key=f"reply-on-{batch_id}")
        sent = st.form_submit_button(t("pages.consulting.record"))
    if sent:
        kept = widgets.act(
            replying.reply_for_agency, agency=agency, answer=answer, reason=reason, document_number=number,
            replied_on=on, at=clock.now(), on=clock.today(), **given,
        )  # fmt: skip
        if kept is not None:
            widgets.done(t("consultation.replied", count=len(kept)))


def _rows(batch: Batch) -> list[dict[str, Any]]:
    return widgets.read(consulting.item_rows, int(batch.id or 0))


def _talks(batch: Batch, user: User, _units: list[dict[str, Any]]) -> None:
    batch_id = int(batch.id or 0)
    objected = {row["record_id"]: row for row in _rows(batch) if row["standing"] == "objected"}
    if not objected:
        widgets.nothing(t("pages.consulting.no_objection"))
        return
    columns = {name: t(f"consultation.columns.{name}") for name in ("reference_code", "title")}
    widgets.table(
        tables.written(list(objected.values())),
        {**columns, "agency": t("consultation.summary.agency"), "reason": t("consultation.columns.reply_reason")},
    )
    with st.form(f"talk-{batch_id}"):
        named = st.multiselect(
            t("pages.words.reference_code"), list(objected), key=f"talk-items-{batch_id}",
            format_func=lambda number: objected[number]["reference_code"] if number in objected else str(number),
            placeholder=t("pages.words.choose"),
        )  # fmt: skip
        outcome = st.radio(
            t("pages.consulting.outcome"), list(TalkOutcome), format_func=term, index=None, horizontal=True,
            key=f"talk-outcome-{batch_id}",
        )  # fmt: skip
        ours = st.text_input(
            t("cli.help.talk_ours"), value=widgets.read(setting_up.get, "archive_name") or "", key=f"ours-{batch_id}"
        )
        theirs = st.text_input(t("cli.help.talk_theirs"), key=f"theirs-{batch_id}")
        note = st.text_area(t("cli.help.talk_note"), key=f"talk-note-{batch_id}", height=80)
        on = st.date_input(t("pages.consulting.talk_date"), value=clock.today(), key=f"talk-on-{batch_id}")
        sent = st.form_submit_button(t("pages.consulting.settle"))
    if sent and named and outcome is not None:
        kept = widgets.act(
            replying.talk, batch_id=batch_id, record_ids=named, outcome=outcome, archive_side=ours, agency_side=theirs,
            note=note, held_on=on, by=user, at=clock.now(), on=clock.today(),
        )  # fmt: skip
        if kept is not None:
            widgets.done(t("consultation.talked", count=len(kept), outcome=term(outcome)))
    elif sent:
        st.warning(t("pages.consulting.choose_first"))


def _hold_back(batch: Batch, user: User, _units: list[dict[str, Any]]) -> None:
    batch_id = int(batch.id or 0)
    rows = {row["reference_code"]: row for row in _rows(batch)}
    waiting = widgets.read(consulting.still_open, batch_id)
    st.caption(t("pages.consulting.hold_back_hint", count=count(len(waiting))))
    with st.form(f"hold-{batch_id}-{batch.version}"):
        everything = st.checkbox(t("cli.help.unanswered"), value=bool(waiting), key=f"hold-all-{batch_id}")
        codes = st.multiselect(
            t("pages.consulting.also"), list(rows), key=f"hold-codes-{batch_id}", placeholder=t("pages.words.choose")
        )
        sent = st.form_submit_button(t("terms.batchaction.hold-back"))
    if sent:
        made = widgets.act(
            waiting_items.hold_back, batch_id=batch_id, codes=codes, unanswered=everything, by=user, at=clock.now(),
            on=clock.today(), version=batch.version,
        )  # fmt: skip
        if made is not None:
            widgets.done(t("consultation.held", batch=batch_id, count=made.items, successor=made.successor))


def _items(batch: Batch, _user: User, _units: list[dict[str, Any]]) -> None:
    shown = [{**row, "standing": t(f"terms.consultationstanding.{row['standing']}")} for row in _rows(batch)]
    columns = {name: t(f"consultation.columns.{name}") for name in ("reference_code", "title")}
    columns |= {"agency": t("consultation.summary.agency"), "standing": t("pages.words.standing")}
    columns |= {
        "reason": t("consultation.columns.reply_reason"),
        "document_number": t("consultation.columns.reply_number"),
    }
    widgets.table(tables.written(shown), columns, height=min(560, 38 * (len(shown) + 1) + 4))
