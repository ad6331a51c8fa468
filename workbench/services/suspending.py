"""After publication (公布之后): suspend the use of an opened item at once, restore it, or withdraw the opening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models import OpenEntry, OpeningNotice, Record, Suspension, User
from models.errors import ProcedureError
from models.vocabulary import UseState
from workbench.permissions import require
from workbench.queries.rosters import of_fonds
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal

ACTION = {
    UseState.SUSPENDED: "use.suspend",
    UseState.RESTORED: "use.restore",
    UseState.WITHDRAWN: "use.withdraw",
}
# What may follow what; ``None`` is an opened item that nobody touched since.
FOLLOWS: dict[UseState, tuple[UseState | None, ...]] = {
    UseState.SUSPENDED: (None, UseState.RESTORED),
    UseState.RESTORED: (UseState.SUSPENDED,),
    UseState.WITHDRAWN: (None, UseState.RESTORED, UseState.SUSPENDED),
}


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension that still stands (在停条目)."""

    record: Record
    since: Suspension
    is_overdue: bool


def published_record(session: Session, code: str, fonds: str | None = None) -> Record:
    """An item that stands in a published open catalogue (已公布条目).

    Raises
    ------
    ProcedureError
        ``publication.not_published`` or ``publication.ambiguous_code``.
    """
    query = (
        select(Record)
        .where(Record.reference_code == code)
        .where(col(Record.id).in_(select(OpenEntry.record_id)))
        .order_by(col(Record.id))
    )
    if fonds is not None:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ProcedureError("publication.not_published", code=code)
    if len(found) > 1:
        raise ProcedureError("publication.ambiguous_code", code=code, count=len(found))
    return found[0]


def newest(session: Session, record_id: int) -> Suspension | None:
    """The change of use in force (最近一次变动), of the item's newest publication."""
    published = session.exec(
        select(OpeningNotice.published_at)
        .join(OpenEntry, col(OpenEntry.notice_id) == col(OpeningNotice.id))
        .where(OpenEntry.record_id == record_id)
        .order_by(col(OpeningNotice.id).desc())
        .limit(1)
    ).first()
    last = session.exec(
        select(Suspension).where(Suspension.record_id == record_id).order_by(col(Suspension.id).desc()).limit(1)
    ).first()
    # A withdrawn item that was reviewed and published again begins anew.
    return last if last is not None and (published is None or last.at >= published) else None


def change_use(
    *,
    session: Session,
    code: str,
    state: UseState,
    reason: str | None,
    by: User,
    at: datetime,
    on: date,
    fonds: str | None = None,
    deadline: date | None = None,
) -> Suspension:
    """Suspend, restore or withdraw (暂停、恢复、撤销), sealed; the published files stay as they were.

    A suspension has a deadline (by default the setting ``suspension_days``): the question does not stay open for
    ever. A withdrawn item is undecided again and due: it goes through review like any other.

    Raises
    ------
    ProcedureError
        ``publication.not_published``, ``publication.use_reason_missing``, ``publication.use_cannot_follow`` or
        ``publication.deadline_past``.
    """
    require(by, ACTION[state])
    record = published_record(session, code, fonds)
    record_id = int(record.id or 0)
    reason = (reason or "").strip()
    if not reason:
        raise ProcedureError("publication.use_reason_missing")
    last = newest(session, record_id)
    if (last.state if last else None) not in FOLLOWS[state]:
        raise ProcedureError(
            "publication.use_cannot_follow", code=code, state=last.state if last else "-", wanted=state
        )
    if state is UseState.SUSPENDED:
        deadline = deadline or on + timedelta(days=setting_up.get(session, "suspension_days"))
        if deadline < on:
            raise ProcedureError("publication.deadline_past", deadline=deadline.isoformat())
    else:
        deadline = None
    change = Suspension(record_id=record_id, state=state, reason=reason, deadline=deadline, by=by.name, at=at)
    session.add(change)
    if state is UseState.WITHDRAWN:
        record.access, record.ground, record.review_again_on, record.decided_in = None, None, None, None
        session.add(record)
    session.flush()
    seal(
        session, actor=by.name, action=ACTION[state], subject=f"record/{record_id}",
        payload={"change": change.id, "deadline": deadline.isoformat() if deadline else None}, at=at,
    )  # fmt: skip
    return change


def standing(session: Session, *, on: date) -> Sequence[Suspended]:
    """Suspensions that still stand, the nearest deadline first (在停清单)."""
    rows = session.exec(
        select(Suspension, Record)
        .join(Record, col(Record.id) == col(Suspension.record_id))
        .where(Suspension.state == UseState.SUSPENDED)
        .order_by(col(Suspension.deadline), col(Suspension.id))
    ).all()
    found = []
    for change, record in rows:
        last = newest(session, change.record_id)
        if last is not None and last.id == change.id:
            found.append(Suspended(record, change, change.deadline is not None and change.deadline < on))
    return found
