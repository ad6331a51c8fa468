"""What the agencies say (登记单位回复、协商): on the page, for a whole letter, or from the returned table."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from batches import consultation as rules
from batches.consultation import ConsultationStanding
from batches.ledger import canonical
from models import AgencyReply, ConsultationTalk, Record, User
from models.consultation import AgencyAnswer, TalkOutcome
from models.errors import ProcedureError
from models.vocabulary import BatchState
from workbench.i18n import t
from workbench.permissions import require
from workbench.readers import filled_sheet
from workbench.services import consulting
from workbench.services.consulting import Asked
from workbench.services.ledger_keeping import seal
from workbench.services.returned_sheets import Columns, ReturnReport
from workbench.services.roster import load_batch
from workbench.services.sealed_answers import seal_answers

FIELDS = (
    "batch", "consultation", "record_id", "number", "reference_code", "title", "creator", "document_number",
    "date_text", "proposal", "ground", "proposal_reason", "review_again_on",
    "answer", "reply_reason", "reply_number", "replied_on",
)  # fmt: skip
COLUMNS = Columns("consultation.columns", FIELDS)
TO_FILL = FIELDS[-4:]
HIDDEN = ("batch", "consultation", "record_id")


def _consulted(session: Session, batch_id: int) -> dict[int, Asked]:
    batch = load_batch(session, batch_id)
    if batch.state is not BatchState.IN_CONSULTATION:
        raise ProcedureError("consultation.not_in_consultation", state=batch.state)
    return consulting.states(session, batch_id)


def _asked(found: Mapping[int, Asked], record_id: int) -> Asked:
    if record_id not in found:
        raise ProcedureError("consultation.not_put")
    if found[record_id].consultation.agency is None:
        raise ProcedureError("consultation.nobody_asked")
    return found[record_id]


def reply(
    *, session: Session, batch_id: int, record_ids: Sequence[int], answer: AgencyAnswer | None, reason: str | None,
    document_number: str | None, replied_on: date, by: User, at: datetime, on: date,
) -> list[AgencyReply]:  # fmt: skip
    """Record what a unit said of these items (登记单位回复): appended, the newest counts.

    Raises
    ------
    ProcedureError
        ``consultation.not_in_consultation``, ``.not_put``, ``.nobody_asked``, and what ``check_reply`` says.
    """
    require(by, "consultation.record")
    found = _consulted(session, batch_id)
    kept = [
        _keep(session, _asked(found, record_id), answer=answer, reason=reason, document_number=document_number,
              replied_on=replied_on, by=by, at=at, on=on)
        for record_id in record_ids
    ]  # fmt: skip
    _seal(session, batch_id, kept, by=by, at=at)
    return kept


def reply_for_agency(
    *, session: Session, batch_id: int, agency: str, answer: AgencyAnswer | None, reason: str | None,
    document_number: str | None, replied_on: date, by: User, at: datetime, on: date,
) -> list[AgencyReply]:  # fmt: skip
    """Record one letter in which a unit answers everything it still owes (整函回复).

    Raises
    ------
    ProcedureError
        ``consultation.unknown_agency`` when nothing put to this unit waits.
    """
    waiting = [
        record_id
        for record_id, asked in _consulted(session, batch_id).items()
        if asked.consultation.agency == agency.strip() and asked.standing is ConsultationStanding.WAITING
    ]
    if not waiting:
        raise ProcedureError("consultation.unknown_agency", agency=agency)
    return reply(
        session=session, batch_id=batch_id, record_ids=waiting, answer=answer, reason=reason,
        document_number=document_number, replied_on=replied_on, by=by, at=at, on=on,
    )  # fmt: skip


def _keep(
    session: Session, asked: Asked, *, answer: AgencyAnswer | None, reason: str | None, document_number: str | None,
    replied_on: date, by: User, at: datetime, on: date,
) -> AgencyReply:  # fmt: skip
    rules.check_reply(answer=answer, reason=reason, replied_on=replied_on, asked_on=asked.consultation.asked_on, on=on)
    assert answer is not None
    kept = AgencyReply(
        item_id=int(asked.item.id or 0), answer=answer, reason=(reason or "").strip() or None,
        document_number=(document_number or "").strip() or None, replied_on=replied_on, recorded_by=by.name, at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def _seal(session: Session, batch_id: int, kept: Sequence[AgencyReply], *, by: User, at: datetime) -> None:
    lines = [
        {"item": each.item_id, "answer": each.answer.value, "reason": each.reason, "number": each.document_number,
         "on": each.replied_on.isoformat()}
        for each in kept
    ]  # fmt: skip
    seal_answers(
        session, action="consultation.reply", batch_id=batch_id, kinds=AgencyAnswer, lines=lines,
        numbers=("replies", [int(each.id or 0) for each in kept]), by=by, at=at,
    )  # fmt: skip


def talk(
    *, session: Session, batch_id: int, record_ids: Sequence[int], outcome: TalkOutcome, archive_side: str,
    agency_side: str, note: str, held_on: date, by: User, at: datetime, on: date,
) -> list[ConsultationTalk]:  # fmt: skip
    """Record talks on objections (协商记录): both sides, the day and how they ended.

    Either both agree to what was proposed, or the item is read again: an outcome is changed by readers only,
    never by whoever writes the minutes.

    Raises
    ------
    ProcedureError
        ``consultation.not_in_consultation`` and what ``check_talk`` says.
    """
    require(by, "consultation.settle")
    found = _consulted(session, batch_id)
    kept = []
    for record_id in record_ids:
        asked = _asked(found, record_id)
        rules.check_talk(
            asked.standing, archive_side=archive_side, agency_side=agency_side, note=note, held_on=held_on, on=on
        )
        assert asked.reply is not None
        kept.append(
            ConsultationTalk(
                reply_id=int(asked.reply.id or 0), outcome=outcome, archive_side=archive_side.strip(),
                agency_side=agency_side.strip(), note=note.strip(), held_on=held_on, recorded_by=by.name, at=at,
            )
        )  # fmt: skip
    session.add_all(kept)
    session.flush()
    content = {"sides": [archive_side, agency_side], "note": note, "on": held_on.isoformat()}
    payload = {
        "talks": [each.id for each in kept],
        "outcome": outcome.value,
        "content": hashlib.sha256(canonical(content).encode()).hexdigest(),
    }
    seal(session, actor=by.name, action="consultation.talk", subject=f"batch/{batch_id}", payload=payload, at=at)
    return kept


def import_(*, session: Session, batch_id: int, file: Path, by: User, at: datetime, on: date) -> ReturnReport:
    """Read a returned list (回收征求意见清单): good rows count, each conflict is named, a blank is no answer."""
    require(by, "consultation.record")
    report = ReturnReport()
    found = _consulted(session, batch_id)
    kept: list[AgencyReply] = []
    needed = ("batch", "consultation", "record_id", "reference_code", "answer")
    for sheet, number, cells in filled_sheet.read(file, headers=COLUMNS.known(), needed=needed):
        if not any(cells.get(name) for name in TO_FILL):
            report.blank += 1
            continue
        with report.row(session, t("consultation.where", file=file.name, sheet=sheet, row=number)):
            new = _row(session, batch_id, found, cells, by=by, at=at, on=on)
            report.recorded += new is not None
            report.unchanged += new is None
            kept += [new] if new else []
    if kept:
        _seal(session, batch_id, kept, by=by, at=at)
    return report


def _row(
    session: Session, batch_id: int, found: Mapping[int, Asked], cells: Mapping[str, str], *, by: User, at: datetime,
    on: date,
) -> AgencyReply | None:  # fmt: skip
    COLUMNS.unchanged(cells, "batch", batch_id)
    record_id = COLUMNS.number(cells, "record_id")
    asked = _asked(found, record_id)
    record = session.get_one(Record, record_id)
    for name, value in (
        ("consultation", asked.consultation.id), ("reference_code", record.reference_code), ("title", record.title),
    ):  # fmt: skip
        COLUMNS.unchanged(cells, name, value)
    answer = COLUMNS.term(AgencyAnswer, cells, "answer")
    reason, number = cells.get("reply_reason"), cells.get("reply_number")
    replied_on = COLUMNS.day(cells, "replied_on") or on
    before = asked.reply
    if before is not None and (before.answer, before.reason, before.document_number) == (answer, reason, number):
        return None
    return _keep(
        session, asked, answer=answer, reason=reason, document_number=number, replied_on=replied_on, by=by, at=at, on=on
    )
