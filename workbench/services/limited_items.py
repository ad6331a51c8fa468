"""What a limit on use finds already decided (限制利用期内的已定条目): approved and not yet published, or published.

A limit that is recorded late is no less a limit: what is approved leaves its batch before that is published, and
what the public may use already is suspended, all of it in one act.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models import OpenEntry, Record, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState, UseState
from workbench.i18n import t
from workbench.permissions import require
from workbench.queries.rosters import on_roster
from workbench.queries.use_limits import is_limited
from workbench.services import suspending
from workbench.services.ledger_keeping import seal
from workbench.services.roster import leave, load_batch
from workbench.services.suspending import Changed


def approved(session: Session, batch_id: int, *, on: date) -> Sequence[Record]:
    """Items of an approved batch that would open under a limit (已批准开放而在限制利用期内), in reading order."""
    query = (
        select(Record)
        .join(RosterEntry, col(RosterEntry.record_id) == col(Record.id))
        .where(RosterEntry.batch_id == batch_id, on_roster(), is_limited(on))
        .where(Record.access == Access.OPEN, Record.decided_in == batch_id)
        .order_by(col(RosterEntry.position))
    )
    return session.exec(query).all()


def take_out(
    *, session: Session, batch_id: int, by: User, at: datetime, on: date, version: int | None = None
) -> Sequence[str]:  # fmt: skip
    """Take what a limit holds off an approved batch (移出受限条目), sealed; gives their 档号.

    They are undecided again and due when the limit ends; opinions and the approval of the others stand.

    Raises
    ------
    ProcedureError
        ``limit.not_approved``, ``limit.none_approved``; ``limit.nothing_left`` when no item would stay.
    """
    require(by, "use.take_out")
    batch = load_batch(session, batch_id, version=version)
    if batch.state is not BatchState.APPROVED:
        raise ProcedureError("limit.not_approved", batch=batch_id, state=batch.state)
    found = approved(session, batch_id, on=on)
    if not found:
        raise ProcedureError("limit.none_approved", batch=batch_id)
    for record in found:
        record.access = record.ground = record.review_again_on = record.decided_in = None
        session.add(record)
    payload = leave(session, batch, [int(record.id or 0) for record in found])
    stays = select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id, on_roster()).limit(1)
    if session.exec(stays).first() is None:
        raise ProcedureError("limit.nothing_left", batch=batch_id)
    seal(session, actor=by.name, action="limit.take-out", subject=f"batch/{batch_id}", payload=payload, at=at)
    return [record.reference_code for record in found]


def open_to_the_public(session: Session, *, on: date) -> list[Record]:
    """Published items that the public may use although a limit holds them (限制利用期内而仍在公布的条目)."""
    published = select(OpenEntry.record_id)
    query = select(Record).where(col(Record.id).in_(published), is_limited(on)).order_by(col(Record.id))
    found = session.exec(query).all()
    usable = suspending.usable(session, [int(record.id or 0) for record in found])
    return [record for record in found if record.id in usable]


def suspend(*, session: Session, by: User, at: datetime, on: date, home: Path) -> Changed:
    """Suspend everything published that a limit holds (停用受限条目), in one act.

    Raises
    ------
    ProcedureError
        ``limit.none_published``, and what suspending says.
    """
    records = open_to_the_public(session, on=on)
    if not records:
        raise ProcedureError("limit.none_published")
    return suspending.change_records(
        session=session, records=records, state=UseState.SUSPENDED, reason=t("use_limits.suspend_reason"), by=by,
        at=at, on=on, home=home, at_once="limit",
    )  # fmt: skip
