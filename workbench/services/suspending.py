"""After publication (公布之后): suspend the use of opened items at once, restore it, or withdraw the opening.

Every change makes a new edition of the publication: the catalogue as it is now, and a notice of what changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from batches.publication import keyed
from models import EditionChange, NoticeEdition, OpenEntry, OpeningNotice, Record, Suspension, User
from models.errors import ProcedureError
from models.vocabulary import UseState
from workbench.clock import LEGAL_ZONE
from workbench.permissions import require
from workbench.queries.rosters import of_fonds
from workbench.queries.use_changes import newest_changes, newest_notices
from workbench.services import publication_editions, publication_facts, setting_up
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
    """A suspension that still stands (在停条目); ``age`` in days."""

    record: Record
    since: Suspension
    is_overdue: bool
    age: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What one act changed (利用状态变更): each item's change, and the edition of each notice that followed."""

    changes: tuple[Suspension, ...]
    editions: tuple[tuple[OpeningNotice, NoticeEdition], ...]


def published_record(session: Session, code: str, fonds: str | None = None) -> Record:
    """An item that stands in a published open catalogue (已公布条目), by its 档号 or the one the public knows.

    Raises
    ------
    ProcedureError
        ``publication.not_published`` or ``publication.ambiguous_code``.
    """
    code = code.strip()
    published = select(OpenEntry.record_id)
    by_public_code = published.where(OpenEntry.reference_code == code)
    query = (
        select(Record)
        .where(col(Record.id).in_(published))
        .where(or_(col(Record.reference_code) == code, col(Record.id).in_(by_public_code)))
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


def change_use(
    *, session: Session, codes: Sequence[str], state: UseState, reason: str | None, by: User, at: datetime, on: date,
    home: Path, fonds: str | None = None, deadline: date | None = None, complaint_id: int | None = None,
) -> Changed:  # fmt: skip
    """Suspend, restore or withdraw (暂停、恢复、撤销), sealed, and publish the next edition of each notice touched.

    A suspension has a deadline (by default the setting ``suspension_days``): the question does not stay open for
    ever. A withdrawn item is undecided again and due: it goes through review like any other.

    Raises
    ------
    ProcedureError
        ``publication.not_published``, and what ``change_records`` says.
    """
    require(by, ACTION[state])
    if not (reason or "").strip():
        raise ProcedureError("publication.use_reason_missing")
    records = {int(record.id or 0): record for record in (published_record(session, code, fonds) for code in codes)}
    return change_records(
        session=session, records=list(records.values()), state=state, reason=reason, by=by, at=at, on=on, home=home,
        deadline=deadline, complaint_id=complaint_id,
    )  # fmt: skip


def change_records(
    *, session: Session, records: Sequence[Record], state: UseState, reason: str | None, by: User, at: datetime,
    on: date, home: Path, deadline: date | None = None, complaint_id: int | None = None, at_once: str | None = None,
) -> Changed:  # fmt: skip
    """Change the use of published records (变更利用状态): ``at_once`` is the subject of one line of the ledger for all.

    Without it each record has a line of its own.

    Raises
    ------
    ProcedureError
        ``publication.use_reason_missing``, ``publication.use_cannot_follow``, ``publication.deadline_past``, or what
        making the files says.
    """
    require(by, ACTION[state])
    reason = (reason or "").strip()
    if not reason:
        raise ProcedureError("publication.use_reason_missing")
    until = _deadline(session, state, deadline, on)
    changes = [
        Suspension(record_id=int(each.id or 0), state=state, reason=reason, deadline=until, by=by.name, at=at)
        for each in records
    ]
    last = newest_changes(session, [each.record_id for each in changes])
    for record, change in zip(records, changes, strict=True):
        _change(session, record, change, last.get(change.record_id))
    session.flush()
    for subject, those in (
        [(at_once, changes)] if at_once else [(f"record/{each.record_id}", [each]) for each in changes]
    ):
        _seal(session, subject, those, complaint_id=complaint_id)
    return Changed(tuple(changes), _reissue(session, changes, by=by, at=at, on=on, home=home))


def _deadline(session: Session, state: UseState, deadline: date | None, on: date) -> date | None:
    if state is not UseState.SUSPENDED:
        return None
    deadline = deadline or on + timedelta(days=setting_up.get(session, "suspension_days"))
    if deadline < on:
        raise ProcedureError("publication.deadline_past", deadline=deadline.isoformat())
    return deadline


def _change(session: Session, record: Record, change: Suspension, last: Suspension | None) -> None:
    if (last.state if last else None) not in FOLLOWS[change.state]:
        raise ProcedureError(
            "publication.use_cannot_follow", code=record.reference_code, state=last.state if last else "-",
            wanted=change.state,
        )  # fmt: skip
    session.add(change)
    if change.state is UseState.WITHDRAWN:
        record.access, record.ground, record.review_again_on, record.decided_in = None, None, None, None
        session.add(record)


def _seal(session: Session, subject: str, changes: Sequence[Suspension], *, complaint_id: int | None) -> None:
    change = changes[0]
    payload: dict[str, object] = {
        **({"change": change.id} if len(changes) == 1 else {"changes": [each.id for each in changes]}),
        "deadline": change.deadline.isoformat() if change.deadline else None,
        "reason": keyed(publication_facts.make_secret(session), change.reason),
    }
    if len(changes) > 1 or not subject.startswith("record/"):
        payload["records"] = [each.record_id for each in changes]
    if complaint_id is not None:
        payload["complaint"] = complaint_id
    seal(session, actor=change.by, action=ACTION[change.state], subject=subject, payload=payload, at=change.at)


def _reissue(
    session: Session, changes: Sequence[Suspension], *, by: User, at: datetime, on: date, home: Path
) -> tuple[tuple[OpeningNotice, NoticeEdition], ...]:
    notices = newest_notices(session, [each.record_id for each in changes])
    touched: dict[int, tuple[OpeningNotice, list[Suspension]]] = {}
    for change in changes:
        notice = notices[change.record_id]
        touched.setdefault(int(notice.id or 0), (notice, []))[1].append(change)
    return tuple(
        (
            notice,
            publication_editions.reissue(session=session, notice=notice, changes=those, by=by, at=at, on=on, home=home),
        )
        for notice, those in touched.values()
    )


def standing(session: Session, *, on: date) -> Sequence[Suspended]:
    """Suspensions that still stand, the nearest deadline first (在停清单)."""
    rows = session.exec(
        select(Suspension, Record)
        .join(Record, col(Record.id) == col(Suspension.record_id))
        .where(Suspension.state == UseState.SUSPENDED)
        .order_by(col(Suspension.deadline), col(Suspension.id))
    ).all()
    last = newest_changes(session, [change.record_id for change, _ in rows])
    found = []
    for change, record in rows:
        if (newest := last.get(change.record_id)) is not None and newest.id == change.id:
            overdue = change.deadline is not None and change.deadline < on
            found.append(Suspended(record, change, overdue, (on - change.at.astimezone(LEGAL_ZONE).date()).days))
    return found


def usable(session: Session, record_ids: Sequence[int]) -> set[int]:
    """Which of these records the public may use now (现可利用条目): published, neither suspended nor withdrawn."""
    last = newest_changes(session, record_ids)
    return {
        number
        for number in newest_notices(session, record_ids)
        if (change := last.get(number)) is None or change.state is UseState.RESTORED
    }


def history(session: Session, *, limit: int) -> list[dict[str, Any]]:
    """Changes of use, the newest first (变动记录), each with the edition that followed, if there was one."""
    rows = session.exec(
        select(Suspension, Record, NoticeEdition, OpeningNotice)
        .join(Record, col(Record.id) == col(Suspension.record_id))
        .outerjoin(EditionChange, col(EditionChange.suspension_id) == col(Suspension.id))
        .outerjoin(NoticeEdition, col(NoticeEdition.id) == col(EditionChange.edition_id))
        .outerjoin(OpeningNotice, col(OpeningNotice.id) == col(NoticeEdition.notice_id))
        .order_by(col(Suspension.id).desc())
        .limit(limit)
    )
    return [
        {
            "at": change.at,
            "code": record.reference_code,
            "state": change.state,
            "by": change.by,
            "reason": change.reason,
            "deadline": change.deadline,
            "notice": f"{notice.folder} / {edition.number}" if notice is not None and edition is not None else None,
        }
        for change, record, edition, notice in rows
    ]
