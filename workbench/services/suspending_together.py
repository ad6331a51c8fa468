"""Many items in one act (整批停用、一并决定): one transaction, one line of the ledger, one edition of each notice."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models import OpenEntry, OpeningNotice, Record, Suspension, User
from models.errors import ProcedureError
from models.vocabulary import UseState
from workbench.i18n import t
from workbench.queries.use_changes import newest_changes, newest_notices
from workbench.services import complaints, suspending
from workbench.services.roster import load_batch
from workbench.services.suspending import Changed


def usable_of(session: Session, batch_id: int) -> list[Record]:
    """Items that a batch published and the public may use now (一批中现可利用的条目), in order of the catalogue."""
    query = (
        select(Record, OpeningNotice.id)
        .join(OpenEntry, col(OpenEntry.record_id) == col(Record.id))
        .join(OpeningNotice, col(OpeningNotice.id) == col(OpenEntry.notice_id))
        .where(OpeningNotice.batch_id == batch_id)
        .order_by(col(OpenEntry.position))
    )
    found = {int(record.id or 0): (record, notice) for record, notice in session.exec(query)}
    # What a later batch published again is that one's.
    newest, usable = newest_notices(session, list(found)), suspending.usable(session, list(found))
    return [record for number, (record, notice) in found.items() if number in usable and newest[number].id == notice]


def suspend_batch(
    *, session: Session, batch_id: int, reason: str | None, by: User, at: datetime, on: date, home: Path,
    deadline: date | None = None, complaint_id: int | None = None,
) -> Changed:  # fmt: skip
    """Suspend all that a batch published and that is still used (整批暂停利用), in one act.

    Raises
    ------
    ProcedureError
        ``batch.unknown``; ``publication.nothing_of_batch`` when nothing of it is used; what suspending says.
    """
    load_batch(session, batch_id)
    records = usable_of(session, batch_id)
    if not records:
        raise ProcedureError("publication.nothing_of_batch", batch=batch_id)
    return suspending.change_records(
        session=session, records=records, state=UseState.SUSPENDED, reason=reason, by=by, at=at, on=on, home=home,
        deadline=deadline, complaint_id=complaint_id, at_once=f"batch/{batch_id}",
    )  # fmt: skip


def suspend_complained(
    *, session: Session, complaint_id: int, by: User, at: datetime, on: date, home: Path
) -> Changed:  # fmt: skip
    """Suspend what a complaint is about (停用投诉所涉条目): its item, or all of its batch in one act.

    Raises
    ------
    ProcedureError
        ``complaint.unknown``; ``complaint.about_nothing`` for one that names neither; what suspending says.
    """
    complaint, reason = complaints.load(session, complaint_id), t("complaint.reason", number=complaint_id)
    given: dict[str, Any] = {"session": session, "reason": reason, "by": by, "at": at, "on": on, "home": home}
    if complaint.record_id is not None:
        record = session.get_one(Record, complaint.record_id)
        suspending.published_record(session, record.reference_code, record.fonds_key)
        return suspending.change_records(
            records=[record], state=UseState.SUSPENDED, complaint_id=complaint_id, **given
        )  # fmt: skip
    if complaint.batch_id is None:
        raise ProcedureError("complaint.about_nothing", number=complaint_id)
    return suspend_batch(batch_id=complaint.batch_id, complaint_id=complaint_id, **given)


def suspended_with(session: Session, record_id: int) -> Sequence[Record]:
    """Items that one act suspended together with this one and that still are (同时停用的条目), this one first."""
    own = newest_changes(session, [record_id]).get(record_id)
    if own is None or own.state is not UseState.SUSPENDED:
        return []
    # One act has one instant, one person and one reason.
    query = select(Suspension.record_id).where(
        Suspension.at == own.at, Suspension.by == own.by, Suspension.reason == own.reason,
        Suspension.state == UseState.SUSPENDED,
    )  # fmt: skip
    known = newest_changes(session, session.exec(query.order_by(col(Suspension.id))).all())
    standing = [number for number, last in known.items() if last.state is UseState.SUSPENDED and last.at == own.at]
    return [session.get_one(Record, number) for number in sorted(standing, key=lambda number: number != record_id)]


def decide_together(
    *, session: Session, code: str, state: UseState, reason: str | None, by: User, at: datetime, on: date, home: Path,
    fonds: str | None = None,
) -> Changed:  # fmt: skip
    """Restore or withdraw an item with all that one act suspended with it (一并恢复、撤销).

    Raises
    ------
    ProcedureError
        What ``suspending.change_use`` says; ``publication.use_cannot_follow`` for what is not suspended.
    """
    record = suspending.published_record(session, code, fonds)
    found = suspended_with(session, int(record.id or 0))
    return suspending.change_records(
        session=session, records=found or [record], state=state, reason=reason, by=by, at=at, on=on, home=home,
        at_once=f"record/{record.id}" if len(found) > 1 else None,
    )  # fmt: skip
