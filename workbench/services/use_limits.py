"""Limits on use laid down by those who transferred, donated or deposited (限制利用意见，档案法第三十一条).

A limit is a gate like a security mark: what is under one enters no batch and is approved for opening in none,
until its last day has passed or somebody lifted it with a reason.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models import Record, RosterEntry, UseLimit, User
from models.errors import ProcedureError
from models.vocabulary import Level
from workbench.permissions import require
from workbench.queries.rosters import of_fonds, on_roster
from workbench.queries.use_limits import is_limited
from workbench.services.ledger_keeping import seal


def impose(
    *, session: Session, imposed_by: str, basis: str, by: User, at: datetime, fonds: str | None = None,
    code: str | None = None, until: date | None = None,
) -> UseLimit:  # fmt: skip
    """Record a limit on a fonds, or on one item (登记限制利用): ``until`` its last day, or until it is lifted; sealed.

    ``fonds`` is a number or a name; with ``code`` it says which fonds the item is of, where two share a code.

    Raises
    ------
    ProcedureError
        ``limit.incomplete`` without who and by what basis, or without fonds and code; ``limit.nothing_found``;
        ``limit.ambiguous`` where the code stands in several fonds.
    """
    require(by, "use.limit")
    said = imposed_by.strip(), basis.strip()
    if not all(said) or not (fonds or code):
        raise ProcedureError("limit.incomplete")
    found = _named(session, fonds, code)
    made = UseLimit(
        fonds_key=None if code else found.fonds_key, record_id=found.id if code else None, imposed_by=said[0],
        basis=said[1], until=until, recorded_by=by.name, recorded_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    payload = {"limit": made.id, "record": made.record_id, "until": until.isoformat() if until else None}
    seal(session, actor=by.name, action="limit.impose", subject=f"limit/{made.id}", payload=payload, at=at)
    return made


def _named(session: Session, fonds: str | None, code: str | None) -> Record:
    query = select(Record)
    if code:
        query = query.where(col(Record.reference_code) == code.strip())
    if fonds:
        query = query.where(of_fonds([fonds.strip()]))
    found = session.exec(query.order_by(col(Record.id)).limit(2)).all()
    if not found:
        raise ProcedureError("limit.nothing_found", name=code or fonds)
    if code and len(found) > 1:
        raise ProcedureError("limit.ambiguous", code=code)
    return found[0]


def lift(*, session: Session, limit_id: int, reason: str, by: User, at: datetime) -> UseLimit:
    """Lift a limit (解除限制利用), with a reason; sealed. The row stays.

    Raises
    ------
    ProcedureError
        ``limit.unknown`` when there is none in force; ``limit.reason_missing``.
    """
    require(by, "use.limit")
    found = session.get(UseLimit, limit_id)
    if found is None or found.lifted_at is not None:
        raise ProcedureError("limit.unknown", limit=limit_id)
    if not reason.strip():
        raise ProcedureError("limit.reason_missing")
    found.lifted_at, found.lifted_by, found.lifted_reason = at, by.name, reason.strip()
    session.add(found)
    session.flush()
    seal(session, actor=by.name, action="limit.lift", subject=f"limit/{limit_id}", payload={"limit": limit_id}, at=at)
    return found


def everything(session: Session, *, on: date) -> list[dict[str, Any]]:
    """All limits, newest first, and whether each is in force ``on`` this day (限制利用登记)."""
    named = select(UseLimit.id, Record.reference_code).join(Record, col(Record.id) == col(UseLimit.record_id))
    codes = dict(session.exec(named).all())
    return [
        {
            "id": found.id, "fonds": found.fonds_key, "reference_code": codes.get(found.id),
            "imposed_by": found.imposed_by, "basis": found.basis, "until": found.until,
            "recorded_by": found.recorded_by, "lifted_by": found.lifted_by, "lifted_reason": found.lifted_reason,
            "in_force": found.lifted_at is None and (found.until is None or found.until >= on),
        }
        for found in session.exec(select(UseLimit).order_by(col(UseLimit.id).desc()))
    ]  # fmt: skip


class LastDays:
    """Last days of all limits that were not lifted (各项限制的末日); ``None`` of one without a last day."""

    def __init__(self, session: Session) -> None:
        self._found: dict[str | int | tuple[str, str], list[date | None]] = {}
        query = (
            select(UseLimit, Record)
            .outerjoin(Record, col(Record.id) == col(UseLimit.record_id))
            .where(col(UseLimit.lifted_at).is_(None))
        )
        for limit, record in session.exec(query):
            keys: list[str | int | tuple[str, str] | None] = [limit.fonds_key, limit.record_id]
            if record is not None and record.level is Level.FILE:
                keys.append((record.fonds_key, record.reference_code))
            for key in keys:
                if key is not None:
                    self._found.setdefault(key, []).append(limit.until)

    def of(self, record: Record) -> list[date | None]:
        """Those that hold a record (条目所受限制的末日): its own, its volume's, its fonds's."""
        if not self._found:
            return []
        keys = (record.fonds_key, record.id or 0, (record.fonds_key, record.volume_code or ""))
        return [day for key in keys for day in self._found.get(key, ())]


def limited_of(session: Session, batch_id: int, *, on: date) -> frozenset[int]:
    """Records of a batch under a limit ``on`` this day (名册中受限的条目)."""
    query = (
        select(RosterEntry.record_id)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .where(RosterEntry.batch_id == batch_id, on_roster(), is_limited(on))
    )
    return frozenset(session.exec(query))
