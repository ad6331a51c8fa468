"""The director's side (馆长审批): approve with the minutes, or return what must be read again."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from batches.ledger import canonical
from models import Batch, PaperKind, Record, Review, SignedSheet, User
from models.errors import ProcedureError
from models.vocabulary import BatchAction
from workbench.services import signed_sheets
from workbench.services.batching import advance
from workbench.services.roster import items, load_batch, plan_of, record_id_of


def approve(
    *, session: Session, batch_id: int, by: User, at: datetime, on: date, minutes_number: str | None,
    signed: Path | None = None, home: Path | None = None, version: int | None = None,
) -> Batch:  # fmt: skip
    """Approve a submitted batch (批准): from here on 拟开放 is 开放.

    ``signed`` is a scan of the signed sheet, attached to the batch as any other.

    Raises
    ------
    ProcedureError
        ``batch.minutes_missing``, ``batch.approver_gave_opinion``; ``papers.scan_*`` for a scan that cannot be kept.
    """
    batch = load_batch(session, batch_id, version=version)
    plan = plan_of(batch)
    kept = _keep_signed(session, signed, home, batch_id, by=by, at=at) if signed else None
    batch.minutes_number = (minutes_number or "").strip() or None
    batch.approved_by, batch.approved_at = by.name, at
    decisions = []
    for entry in items(session, batch_id):
        decisive = entry.decisive(plan)
        if decisive is None:
            continue  # the guards of earlier steps make this impossible; nothing undecided gets an outcome
        decisions.append(_apply(entry.record, batch_id, decisive))
        session.add(entry.record)
    payload = {
        "minutes": batch.minutes_number,
        "open": sum(1 for line in decisions if line["access"] == "open"),
        "restricted": sum(1 for line in decisions if line["access"] == "restricted"),
        "decisions": hashlib.sha256(canonical({"decisions": decisions}).encode()).hexdigest(),
        "signed": kept.digest if kept else None,
    }
    return advance(
        session=session, batch=batch, action=BatchAction.APPROVE, by=by, at=at, on=on, minutes_number=minutes_number,
        payload=payload,
    )  # fmt: skip


def _apply(record: Record, batch_id: int, decisive: Review) -> dict[str, object]:
    record.access, record.ground = decisive.access, decisive.ground
    record.review_again_on, record.decided_in = decisive.review_again_on, batch_id
    return {"record": record.id, "access": decisive.access.value, "review": decisive.id}


def _keep_signed(
    session: Session, signed: Path, home: Path | None, batch_id: int, *, by: User, at: datetime
) -> SignedSheet:
    if home is None:
        raise ProcedureError("papers.scan_missing", path=str(signed))
    return signed_sheets.attach(
        session=session, batch_id=batch_id, file=signed, paper=PaperKind.APPROVAL_SHEET, home=home, by=by, at=at
    )


def return_(
    *, session: Session, batch_id: int, by: User, at: datetime, on: date, note: str | None,
    codes: Sequence[str] = (), version: int | None = None,
) -> Batch:  # fmt: skip
    """Return a batch with a note (退回): the named items, or all, go into another round."""
    batch = load_batch(session, batch_id, version=version)
    batch.note = (note or "").strip() or None
    again = _read_again(session, batch_id, codes)
    return advance(
        session=session, batch=batch, action=BatchAction.RETURN, by=by, at=at, on=on, note=note, named_items=codes,
        payload={"items": len(again), "records": again if codes else "all"},
    )  # fmt: skip


def fail(
    *, session: Session, batch_id: int, by: User, at: datetime, on: date, codes: Sequence[str] = (),
    version: int | None = None,
) -> Batch:  # fmt: skip
    """Send a batch back for what its sample showed (抽检不合格): the named items, or all, into another round."""
    batch = load_batch(session, batch_id, version=version)
    again = _read_again(session, batch_id, codes)
    return advance(
        session=session, batch=batch, action=BatchAction.FAIL, by=by, at=at, on=on, named_items=codes,
        payload={"items": len(again), "records": again if codes else "all"},
    )  # fmt: skip


def _read_again(session: Session, batch_id: int, codes: Sequence[str]) -> list[int]:
    """Put the named items, or all, into another round (进入下一轮); earlier opinions stay, public titles go."""
    named = {record_id_of(session, batch_id, code) for code in codes}
    again = [entry for entry in items(session, batch_id) if not named or entry.entry.record_id in named]
    for entry in again:
        entry.entry.round += 1
        entry.entry.title_checked_by = entry.entry.public_title = None
        session.add(entry.entry)
    return [entry.entry.record_id for entry in again]
