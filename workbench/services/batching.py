"""Assemble a batch and move it (成批、推进)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from batches import machine
from batches.consultation import ConsultationStanding
from batches.guards import Facts, Problem
from batches.machine import Transition, possible, to_mermaid
from batches.review import Plan, Standing
from models import Batch, Record, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import Access, BatchAction, BatchState
from rules import clearance
from workbench.permissions import require
from workbench.queries.rosters import of_fonds, on_roster
from workbench.queries.units import is_unit
from workbench.queries.use_limits import is_limited
from workbench.services import (
    consistency,
    consulting,
    delaying,
    holding_back,
    sampling,
    setting_up,
    use_limits,
    volumes,
)
from workbench.services.ledger_keeping import seal
from workbench.services.roster import Item, items, plan_of, record_id_of, roster_digest
from workbench.services.titles import titles_to_check

__all__ = ["advance", "assemble", "eligible", "facts", "obstacles", "possible", "to_mermaid"]

_DECIDED = (BatchState.APPROVED, BatchState.PUBLISHED)
_MAY_OPEN = (BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED)
NOTICE_FIELDS = ("archive_name", "archive_place", "archive_contact", "archive_hours")


def eligible(
    *,
    on: date,
    fonds: Sequence[str] = (),
    years: tuple[int, int] | None = None,
    early: bool = False,
    decided_before: bool = False,
) -> SelectOfScalar[Record]:
    """Query of the records that may enter a batch today (可成批条目).

    Due (or any age when ``early``), undecided or up for re-review, in no live batch, without a live mark,
    and not a volume whose items are in the home: such a volume's state is derived from them. ``decided_before``
    lets in what an earlier batch decided before this program was here: only somebody who names it wants that.
    """
    live = select(RosterEntry.record_id).where(col(RosterEntry.is_live))
    again = (col(Record.access) == Access.RESTRICTED) & (col(Record.review_again_on) <= on)
    undecided = or_(col(Record.access).is_(None), again)
    if decided_before:
        undecided = or_(undecided, col(Record.decided_in).is_(None))
    query = (
        select(Record)
        .where(undecided, col(Record.id).not_in(live))
        .where(is_unit(), ~is_limited(on))
        .order_by(col(Record.fonds_key), col(Record.volume_code), col(Record.id))
    )
    if not early:
        query = query.where(col(Record.due_on) <= on)
    if fonds:
        query = query.where(of_fonds(list(fonds)))
    if years:
        query = query.where(col(Record.date_to) >= date(years[0], 1, 1), col(Record.date_to) <= date(years[1], 12, 31))
    return query


def assemble(
    *,
    session: Session,
    title: str,
    by: User,
    at: datetime,
    on: date,
    fonds: Sequence[str] = (),
    years: tuple[int, int] | None = None,
    codes: Sequence[str] | None = None,
    early: bool = False,
    basis: str | None = None,
) -> Batch:
    """Freeze what is due into a batch (成批): later rows go to the next one.

    Raises
    ------
    ProcedureError
        ``batch.basis_missing``, ``batch.nothing_due`` or ``batch.unknown_codes``.
    """
    require(by, "batch.new")
    if early and not (basis or "").strip():
        raise ProcedureError("batch.basis_missing")
    records = [
        record
        for record in session.exec(
            eligible(on=on, fonds=fonds, years=years, early=early, decided_before=codes is not None)
        )
        if not clearance.is_live(record.security_class, record.declassification)
    ]
    if codes is not None:
        records = _named(records, codes)
    if not records:
        raise ProcedureError("batch.nothing_due")
    batch = Batch(
        title=title.strip(),
        assembled_on=on,
        early_basis=basis if early else None,
        review_plan={
            "opinions": setting_up.get(session, "opinions_per_item"),
            "blind_second": setting_up.get(session, "blind_second"),
        },
        roster_digest=roster_digest(records),
        created_by=by.name,
        created_at=at,
    )
    session.add(batch)
    session.flush()
    session.add_all(
        RosterEntry(batch_id=int(batch.id or 0), record_id=int(record.id or 0), position=position)
        for position, record in enumerate(records, start=1)
    )
    session.flush()
    payload = {"items": len(records), "roster": batch.roster_digest, "early": early, "plan": batch.review_plan}
    seal(session, actor=by.name, action="batch.new", subject=f"batch/{batch.id}", payload=payload, at=at)
    return batch


def _named(records: Sequence[Record], codes: Sequence[str]) -> list[Record]:
    wanted = dict.fromkeys(code.strip() for code in codes if code.strip())
    found = [record for record in records if record.reference_code in wanted]
    missing = sorted(wanted.keys() - {record.reference_code for record in found})
    if missing:
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        raise ProcedureError("batch.unknown_codes", count=len(missing), codes=shown)
    return found


def facts(
    session: Session,
    batch: Batch,
    *,
    on: date,
    note: str | None = None,
    minutes_number: str | None = None,
    named_items: Sequence[str] = (),
) -> Facts:
    """What the guards need to know about a batch now (批次事实)."""
    batch_id, plan = int(batch.id or 0), plan_of(batch)
    roster = items(session, batch_id)
    standing = {entry.entry.record_id: entry.standing(plan) for entry in roster}

    def codes_in(state: Standing) -> tuple[str, ...]:
        return tuple(entry.record.reference_code for entry in roster if standing[entry.entry.record_id] is state)

    ready = batch.state is BatchState.APPROVED
    settings = setting_up.all_values(session)
    return Facts(
        items=len(roster),
        not_due=()
        if batch.early_basis
        else tuple(e.record.reference_code for e in roster if not _is_due(e.record, on)),
        live_marks=tuple(
            e.record.reference_code
            for e in roster
            if clearance.is_live(e.record.security_class, e.record.declassification)
        ),
        under_use_limit=_under_use_limit(session, batch_id, roster, plan, on) if batch.state in _MAY_OPEN else (),
        volumes_with_items=volumes.with_items(session, batch_id) if batch.state not in _DECIDED else (),
        lacking_opinions=codes_in(Standing.WAITING),
        disagreements=codes_in(Standing.DISPUTED),
        opinion_givers=frozenset(opinion.reviewer_id for entry in roster for opinion in entry.opinions),
        consultation_is_on=settings["consultation"],
        certification_is_on=settings["certification"],
        delay_report_is_on=settings["delay_report"],
        **_duties(session, batch, roster),
        unchecked_titles=tuple(e.record.reference_code for e in titles_to_check(session, batch_id, roster))
        if ready
        else (),
        missing_notice_fields=tuple(key for key in NOTICE_FIELDS if not settings[key]) if ready else (),
        note=(note or "").strip() or None,
        minutes_number=(minutes_number or "").strip() or None,
        named_items=tuple(named_items),
    )


def _duties(session: Session, batch: Batch, roster: Sequence[Item]) -> dict[str, Any]:
    """What stands against the one step that asks for it: a list of 档号 costs queries, so only in its state."""
    batch_id = int(batch.id or 0)
    match batch.state:
        case BatchState.REVIEWED:
            return {"fonds_without_agency": consulting.fonds_without_agency(session, batch_id, roster)}
        case BatchState.IN_CONSULTATION:
            codes = consulting.codes_by_standing(session, batch_id, roster)
            return {
                "unanswered": codes.get(ConsultationStanding.WAITING, ()),
                "on_hold": codes.get(ConsultationStanding.ON_HOLD, ()),
                "objections": codes.get(ConsultationStanding.OBJECTED, ()),
                "to_read_again": codes.get(ConsultationStanding.READ_AGAIN, ()),
            }
        case BatchState.AGREED:
            return sampling.guard_facts(session, batch)
        case BatchState.CERTIFIED:
            return {"contradictions": consistency.codes_unexplained(session, batch, roster)}
        case BatchState.APPROVED:
            return {"delays_unanswered": delaying.codes_unanswered(session, batch, roster)}
        case _:
            return {}


def _under_use_limit(
    session: Session, batch_id: int, roster: Sequence[Item], plan: Plan, on: date
) -> tuple[str, ...]:  # fmt: skip
    """Codes of items under a limit on use that are not delayed here: those would open against the limit."""
    limited = use_limits.limited_of(session, batch_id, on=on)
    held = [each for each in roster if each.entry.record_id in limited]
    return tuple(
        each.record.reference_code
        for each in held
        if (given := each.decisive(plan)) is None or given.access is not Access.RESTRICTED
    )


def _is_due(record: Record, on: date) -> bool:
    if record.access is Access.RESTRICTED and record.decided_in is not None:
        return record.review_again_on is not None and record.review_again_on <= on
    return record.due_on is not None and record.due_on <= on


def obstacles(session: Session, batch: Batch, row: Transition, *, by: User, on: date) -> list[Problem]:
    """Everything that stands against a step now (障碍), for a screen to show at once."""
    return machine.problems(row, facts(session, batch, on=on), by)


def advance(
    *,
    session: Session,
    batch: Batch,
    action: BatchAction,
    by: User,
    at: datetime,
    on: date,
    note: str | None = None,
    minutes_number: str | None = None,
    named_items: Sequence[str] = (),
    payload: Mapping[str, object] | None = None,
    named_records: Sequence[int] | None = None,
) -> Batch:
    """Take one step of the state table and seal it (推进批次).

    ``named_items`` are 档号; ``named_records`` says which records they are, where two fonds share a code.
    """
    before = batch.state
    if action in (BatchAction.SUBMIT, BatchAction.APPROVE):
        consistency.keep_keys(session)
    known = facts(session, batch, on=on, note=note, minutes_number=minutes_number, named_items=named_items)
    machine.advance(batch, action, by=by, facts=known)
    if action in (BatchAction.SKIP_CONSULTATION, BatchAction.SKIP_CERTIFICATION):
        batch.skipped = sorted({*batch.skipped, action.value})
    session.add(batch)
    session.flush()
    batch_id = int(batch.id or 0)
    done: dict[str, Any] = dict(payload or {})
    if action is BatchAction.CONSULT:
        done |= consulting.ask(session, batch, on=on)
    if action is BatchAction.HOLD_BACK:
        records = named_records or [record_id_of(session, batch_id, code) for code in named_items]
        done |= holding_back.move(session, batch, records, by=by, at=at, on=on)
    if action in (BatchAction.CERTIFY, BatchAction.FAIL):
        done |= sampling.close(session, batch_id, at=at)
    seal(
        session, actor=by.name, action=f"batch.{action.value}", subject=f"batch/{batch.id}",
        payload={"from": before.value, "to": batch.state.value, **done}, at=at,
    )  # fmt: skip
    return batch


def everything(session: Session) -> list[tuple[Batch, int]]:
    """All batches with their number of items, newest first (批次清单)."""
    query = (
        select(Batch, func.count(col(RosterEntry.record_id)))
        .outerjoin(RosterEntry, (col(RosterEntry.batch_id) == col(Batch.id)) & on_roster())
        .group_by(col(Batch.id))
        .order_by(col(Batch.id).desc())
    )
    return [(batch, int(size)) for batch, size in session.exec(query)]
