"""Delay beyond 25 years (延期开放报批): the register of delayed items, and the 档案主管部门's answer on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from batches import delay as rules
from batches.delay import DelayStanding
from models import AuthorityReply, Batch, DelayItem, DelayRequest, Record, Review, RosterEntry, User
from models.delay import AuthorityAnswer
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState
from workbench.i18n import t
from workbench.permissions import require
from workbench.readers import filled_sheet
from workbench.services.returned_sheets import Columns, ReturnReport
from workbench.services.roster import Item, items, load_batch, plan_of
from workbench.services.sealed_answers import seal_answers

APPROVED = (BatchState.APPROVED, BatchState.PUBLISHED)
FIELDS = (
    "batch", "record_id", "number", "reference_code", "title", "creator", "document_number", "date_text", "fonds",
    "ground", "reason", "rules", "review_again_on", "answer", "authority_number", "answered_on", "authority_reason",
)  # fmt: skip
COLUMNS = Columns("delay.columns", FIELDS)
TO_FILL = FIELDS[-4:]
HIDDEN = ("batch", "record_id")


@dataclass(frozen=True, slots=True)
class Delayed:
    """A delayed item with what was reported of it and answered (延期条目)."""

    record: Record
    request: DelayRequest | None
    item: DelayItem | None
    reply: AuthorityReply | None

    @property
    def standing(self) -> DelayStanding:
        """Where it stands."""
        return rules.standing(is_reported=self.item is not None, answer=self.reply.answer if self.reply else None)


def reported(session: Session, batch_id: int | None = None) -> dict[tuple[int, int], Delayed]:
    """Everything ever put to the 档案主管部门 (已报批条目), by batch and record."""
    query = (
        select(DelayItem, DelayRequest, Record)
        .join(DelayRequest, col(DelayRequest.id) == col(DelayItem.request_id))
        .join(Record, col(Record.id) == col(DelayItem.record_id))
        .order_by(col(DelayItem.id))
    )
    answers = select(AuthorityReply).join(DelayItem, col(DelayItem.id) == col(AuthorityReply.item_id))
    if batch_id is not None:
        query = query.where(DelayItem.batch_id == batch_id)
        answers = answers.where(DelayItem.batch_id == batch_id)
    newest = {reply.item_id: reply for reply in session.exec(answers.order_by(col(AuthorityReply.id)))}
    return {
        (item.batch_id, item.record_id): Delayed(record, request, item, newest.get(int(item.id or 0)))
        for item, request, record in session.exec(query)
    }


def unreported(session: Session, batch: Batch) -> list[tuple[Item, Review]]:
    """Delayed items of a batch that were not put to the 档案主管部门 yet (未报批条目), with the deciding opinion."""
    known = reported(session, int(batch.id or 0))
    return [
        (entry, opinion)
        for entry, opinion in delayed(session, batch)
        if (entry.entry.batch_id, entry.entry.record_id) not in known
    ]


def delayed(session: Session, batch: Batch, roster: Sequence[Item] | None = None) -> list[tuple[Item, Review]]:
    """Items of a batch that are not to open (拟延期条目), with the deciding opinion."""
    plan = plan_of(batch)
    found = []
    for entry in items(session, int(batch.id or 0)) if roster is None else roster:
        decisive = entry.decisive(plan)
        if decisive is not None and decisive.access is Access.RESTRICTED:
            found.append((entry, decisive))
    return found


def codes_unanswered(session: Session, batch: Batch, roster: Sequence[Item]) -> tuple[str, ...]:
    """档号 of delayed items without an answer (未获批复), for the guard."""
    known = reported(session, int(batch.id or 0))
    return tuple(
        entry.record.reference_code
        for entry, _ in delayed(session, batch, roster)
        if (found := known.get((entry.entry.batch_id, entry.entry.record_id))) is None or found.reply is None
    )


def answer(
    *, session: Session, batch_id: int, record_ids: Sequence[int] | None, answer: AuthorityAnswer | None,
    document_number: str | None, answered_on: date | None, reason: str | None, by: User, at: datetime, on: date,
) -> list[AuthorityReply]:  # fmt: skip
    """Record the 档案主管部门's answer (登记批复); ``record_ids`` None: on everything reported and not yet answered.

    Consent makes a delay final; refusal takes the item off the roster and makes it due again, for a later batch.

    Raises
    ------
    ProcedureError
        ``delay.nothing_waits``, ``delay.not_approved`` and what ``check_answer`` says.
    """
    require(by, "delay.record")
    found = _reported_by_record(session, batch_id)
    wanted = record_ids
    if wanted is None:
        wanted = [number for number, each in found.items() if each.standing is DelayStanding.REPORTED]
        if not wanted:
            raise ProcedureError("delay.nothing_waits", batch=batch_id)
    kept = [
        _keep(session, found.get(number), answer=answer, document_number=document_number, answered_on=answered_on,
              reason=reason, by=by, at=at, on=on)
        for number in wanted
    ]  # fmt: skip
    _seal(session, batch_id, kept, by=by, at=at)
    return kept


def _reported_by_record(session: Session, batch_id: int) -> dict[int, Delayed]:
    batch = load_batch(session, batch_id)
    if batch.state not in APPROVED:
        raise ProcedureError("delay.not_approved", state=batch.state)
    return {number: found for (_, number), found in reported(session, batch_id).items()}


def _keep(
    session: Session, found: Delayed | None, *, answer: AuthorityAnswer | None, document_number: str | None,
    answered_on: date | None, reason: str | None, by: User, at: datetime, on: date,
) -> AuthorityReply:  # fmt: skip
    rules.check_answer(
        found.standing if found else DelayStanding.UNREPORTED, answer=answer, document_number=document_number,
        answered_on=answered_on, reason=reason, on=on,
        requested_on=found.request.requested_on if found and found.request else None,
    )  # fmt: skip
    assert found is not None and found.item is not None and answer is not None and answered_on is not None
    kept = AuthorityReply(
        item_id=int(found.item.id or 0), answer=answer, document_number=(document_number or "").strip(),
        answered_on=answered_on, reason=(reason or "").strip() or None, recorded_by=by.name, at=at,
    )  # fmt: skip
    session.add(kept)
    if answer is AuthorityAnswer.REFUSE:
        _send_on(session, found.item)
    session.flush()
    return kept


def _send_on(session: Session, item: DelayItem) -> None:
    """A refused item is undecided again and free for a later batch; its opinions and its place stay on record."""
    entry = session.get_one(RosterEntry, (item.batch_id, item.record_id))
    entry.delay_refused, entry.is_live = True, False
    record = session.get_one(Record, item.record_id)
    if record.decided_in == item.batch_id:
        record.access = record.ground = record.review_again_on = record.decided_in = None
    session.add_all([entry, record])


def _seal(session: Session, batch_id: int, kept: Sequence[AuthorityReply], *, by: User, at: datetime) -> None:
    lines = [
        {"item": each.item_id, "answer": each.answer.value, "number": each.document_number, "reason": each.reason,
         "on": each.answered_on.isoformat()}
        for each in kept
    ]  # fmt: skip
    seal_answers(
        session, action="delay.answer", batch_id=batch_id, kinds=AuthorityAnswer, lines=lines,
        numbers=("items", [each.item_id for each in kept]), by=by, at=at,
    )  # fmt: skip


def import_(
    *, session: Session, batch_id: int, file: Path, document_number: str | None, answered_on: date | None, by: User,
    at: datetime, on: date,
) -> ReturnReport:  # fmt: skip
    """Read the answered list (回收批复目录): good rows count, each conflict is named, a blank is no answer.

    ``document_number`` and ``answered_on`` stand for cells left empty where one letter answers all.
    """
    require(by, "delay.record")
    report = ReturnReport()
    found = _reported_by_record(session, batch_id)
    kept: list[AuthorityReply] = []
    needed = ("batch", "record_id", "reference_code", "answer")
    for sheet, number, cells in filled_sheet.read(file, headers=COLUMNS.known(), needed=needed):
        if not any(cells.get(name) for name in TO_FILL):
            report.blank += 1
            continue
        with report.row(session, t("consultation.where", file=file.name, sheet=sheet, row=number)):
            given = {"authority_number": document_number, **cells}
            new = _row(session, batch_id, found, given, answered_on=answered_on, by=by, at=at, on=on)
            report.recorded += new is not None
            report.unchanged += new is None
            kept += [new] if new else []
    if kept:
        _seal(session, batch_id, kept, by=by, at=at)
    return report


def _row(
    session: Session, batch_id: int, found: Mapping[int, Delayed], cells: Mapping[str, Any], *,
    answered_on: date | None, by: User, at: datetime, on: date,
) -> AuthorityReply | None:  # fmt: skip
    COLUMNS.unchanged(cells, "batch", batch_id)
    record_id = COLUMNS.number(cells, "record_id")
    known = found.get(record_id)
    if known is not None:
        for name, value in (("reference_code", known.record.reference_code), ("title", known.record.title)):
            COLUMNS.unchanged(cells, name, value)
    given = COLUMNS.term(AuthorityAnswer, cells, "answer")
    number, reason = cells.get("authority_number"), cells.get("authority_reason")
    before = known.reply if known else None
    if before is not None and (before.answer, before.document_number, before.reason) == (given, number, reason):
        return None
    return _keep(
        session, known, answer=given, document_number=number,
        answered_on=COLUMNS.day(cells, "answered_on") or answered_on, reason=reason, by=by, at=at, on=on,
    )  # fmt: skip
