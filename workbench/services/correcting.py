"""Correct a catalogue (目录纠错): propose, ask the unit, accept or refuse; the record stays as it was imported.

An accepted wording lies over the record (``laid_over``). Of a date, what was read from it follows as well: the
days and the due date are derived, and a wrong due date opens too early or too late. The date as written stays. An
item that is not due after all leaves the batch it is read in.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from batches import corrections as rules
from batches.ledger import canonical
from models import Correction, CorrectionStep, Record, RosterEntry, User
from models.correction import CorrectedField, CorrectionState
from models.errors import ProcedureError
from models.vocabulary import Precision
from rules.due_dates import due_date
from workbench.permissions import require
from workbench.queries import corrections as registered
from workbench.queries.rosters import holds_its_record, of_fonds
from workbench.services import agencies
from workbench.services.ledger_keeping import seal
from workbench.services.roster import leave, load_batch
from workbench.services.volumes import MAY_GIVE_WAY

S = CorrectionState
_READ = ("date_from", "date_to", "precision", "due_on", "due_basis")


def record_of(session: Session, code: str, fonds: str | None = None) -> Record:
    """A record of the home by its 档号 (按档号取条目).

    Raises
    ------
    ProcedureError
        ``correction.unknown_code``; ``correction.ambiguous_code`` when two fonds share it and none is named.
    """
    query = select(Record).where(Record.reference_code == code).limit(2)
    if fonds is not None:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ProcedureError("correction.unknown_code", code=code)
    if len(found) > 1:
        raise ProcedureError("correction.ambiguous_code", code=code)
    return found[0]


def propose(
    *, session: Session, record_id: int, field: CorrectedField, proposed: str | None, source: str | None, by: User,
    at: datetime, on: date, batch_id: int | None = None, slip: str | None = None,
) -> Correction:  # fmt: skip
    """Propose another wording of one field, with how it is known (提出纠错).

    Raises
    ------
    ProcedureError
        What ``check_proposal`` says; ``correction.already_proposed`` when the same waits already.
    """
    require(by, "correction.propose")
    record = session.get_one(Record, record_id)
    lies_over = registered.accepted_of(session, record_id, field)
    original = lies_over.proposed if lies_over else getattr(record, field.value)
    wording, known_from = rules.check_proposal(field, original=original, proposed=proposed, source=source)
    for other in registered.of_record(session, record_id):
        if other.field is field and other.proposed == wording and other.state in rules.OPEN:
            raise ProcedureError("correction.already_proposed", number=other.id)
    made = Correction(
        record_id=record_id, batch_id=batch_id, field=field, original=original, proposed=wording, source=known_from,
        slip=slip, reported_by=by.name, reported_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _step(session, made, S.REPORTED, by=by, at=at, on=on)
    content = {"original": original, "proposed": wording, "source": known_from}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    _seal(session, made, S.REPORTED, by=by, at=at, known={"field": field.value, "content": digest, "slip": slip})
    return made


def settle(
    *, session: Session, correction_id: int, state: CorrectionState, by: User, at: datetime, on: date,
    day: date | None = None, asked_of: str | None = None, document_number: str | None = None, note: str | None = None,
) -> Correction:  # fmt: skip
    """Take the next step with a proposal (办理纠错): ask, accept, refuse or take back; ``day`` is the paper's.

    Who proposed it may take it back; the other steps need the right. The unit asked is, when none is named, the one
    that answers for the fonds.

    Raises
    ------
    ProcedureError
        ``correction.unknown``, what ``check_step`` says, and ``correction.batch_stands``.
    """
    found = session.get(Correction, correction_id)
    if found is None:
        raise ProcedureError("correction.unknown", number=correction_id)
    is_own = found.reported_by == by.name and found.state in rules.OPEN
    require(by, "correction.propose" if state is S.TAKEN_BACK and is_own else "correction.settle")
    if state is S.ASKED:
        asked_of = (asked_of or "").strip() or _unit_of(session, found.record_id)
    note, document_number = (note or "").strip() or None, (document_number or "").strip() or None
    rules.check_step(
        CorrectionState(found.state), state, asked_of=asked_of, document_number=document_number, note=note,
        day=day or on, on=on,
    )  # fmt: skip
    known: dict[str, Any] = {}
    if state is S.ACCEPTED:
        known = _accept(session, found, by=by, at=at, on=on)
    elif state is S.TAKEN_BACK and found.state is S.ACCEPTED:
        known = _undo(session, found)
    found.state = state
    session.add(found)
    _step(session, found, state, by=by, at=at, on=day or on, asked_of=asked_of, number=document_number, note=note)
    _seal(session, found, state, by=by, at=at, known=known)
    return found


def _accept(session: Session, found: Correction, *, by: User, at: datetime, on: date) -> dict[str, Any]:
    """Lay the wording over the record; an older one of the field makes room, openly."""
    before = registered.accepted_of(session, found.record_id, found.field)
    if before is not None:
        before.state = S.TAKEN_BACK
        session.add(before)
        session.flush()
        _step(session, before, S.TAKEN_BACK, by=by, at=at, on=on, note=f"→ {found.id}")
    known: dict[str, Any] = {"instead_of": before.id if before else None}
    if found.field is CorrectedField.DATE:
        record = session.get_one(Record, found.record_id)
        # The reading that an older correction kept is the import's own: the newer one keeps that.
        kept = before.read_before if before and before.read_before else _reading(record)
        found.read_before = kept
        _read_again(record, found.proposed, on=on)
        session.add(record)
        known |= {"before": kept, "after": _reading(record), **_leave_roster(session, record, on=on)}
    return known


def _leave_roster(session: Session, record: Record, *, on: date) -> dict[str, Any]:
    """An item that is not due after all leaves the batch that it is read in (未到期的退出名册); it waits for its day.

    Raises
    ------
    ProcedureError
        ``correction.batch_stands`` when the batch lies before the director or was approved.
    """
    query = select(RosterEntry).where(RosterEntry.record_id == record.id, holds_its_record())
    entry = session.exec(query).first()
    if entry is None or record.due_on is None or record.due_on <= on:
        return {}
    batch = load_batch(session, entry.batch_id)
    if batch.early_basis is not None:
        return {}
    if batch.state not in MAY_GIVE_WAY:
        raise ProcedureError(
            "correction.batch_stands", batch=batch.id, state=batch.state, due=record.due_on.isoformat()
        )
    done = leave(session, batch, [entry.record_id])
    return {"left_batch": batch.id, "roster_before": done["roster_before"], "roster": done["roster"]}


def _undo(session: Session, found: Correction) -> dict[str, Any]:
    if found.field is not CorrectedField.DATE or found.read_before is None:
        return {}
    record = session.get_one(Record, found.record_id)
    before = _reading(record)
    for name, value in found.read_before.items():
        is_day = name in ("date_from", "date_to", "due_on")
        setattr(record, name, date.fromisoformat(value) if is_day and value else value)
    record.precision = Precision(record.precision) if record.precision else None
    session.add(record)
    return {"before": before, "after": _reading(record)}


def _reading(record: Record) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _READ}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read_again(record: Record, text: str, *, on: date) -> None:
    read = rules.read_date(text)
    due = due_date(read, on=on, whole_year=record.due_basis == "whole_year")
    record.date_from, record.date_to, record.precision = read.earliest, read.latest, read.precision
    record.due_on, record.due_basis = due.due_on, due.basis


def _unit_of(session: Session, record_id: int) -> str | None:
    key = session.get_one(Record, record_id).fonds_key
    line = agencies.by_fonds(session, [key]).get(key)
    return (line.successor or line.agency) if line else None


def _step(
    session: Session, of: Correction, state: CorrectionState, *, by: User, at: datetime, on: date,
    asked_of: str | None = None, number: str | None = None, note: str | None = None,
) -> None:  # fmt: skip
    session.add(
        CorrectionStep(
            correction_id=int(of.id or 0), state=state, asked_of=asked_of, document_number=number, on=on, note=note,
            by=by.name, at=at,
        )
    )  # fmt: skip
    session.flush()


def _seal(
    session: Session, of: Correction, state: CorrectionState, *, by: User, at: datetime, known: dict[str, Any]
) -> None:
    seal(
        session, actor=by.name, action=f"correction.{state.value}", subject=f"record/{of.record_id}",
        payload={"correction": of.id, **known}, at=at,
    )  # fmt: skip


def laid_over(session: Session, record_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What accepted corrections say instead (现行更正): by record, field → wording; records without any are absent."""
    found: dict[int, dict[str, str]] = {}
    for each in registered.accepted(session, sorted(set(record_ids))):
        found.setdefault(each.record_id, {})[each.field.value] = each.proposed
    return found


def settle_many(
    *, session: Session, correction_ids: Sequence[int], state: CorrectionState, by: User, at: datetime, on: date,
    **known: Any,
) -> list[Correction]:  # fmt: skip
    """The same step with several proposals (成批办理), each sealed; one that may not take it stops all."""
    return [
        settle(session=session, correction_id=number, state=state, by=by, at=at, on=on, **known)
        for number in correction_ids
    ]
