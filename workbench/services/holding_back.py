"""Hold items back into a successor batch (待复件转下批): what waits does not stop the rest and is never lost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from batches.consultation import ConsultationStanding
from models import Batch, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import BatchState
from workbench.i18n import t
from workbench.services import consulting
from workbench.services.ledger_keeping import seal
from workbench.services.roster import items, roster_digest


def move(
    session: Session, batch: Batch, record_ids: Sequence[int], *, by: User, at: datetime, on: date
) -> dict[str, Any]:
    """Move items to the successor (转下批), and give ids and digests for the ledger.

    Opinions of the present round stay in force in the successor, so that a silent unit does not cost a second
    reading; an item that talks sent back to be read gets a new round.

    Raises
    ------
    ProcedureError
        ``batch.nothing_left`` when no item would stay.
    """
    batch_id = int(batch.id or 0)
    roster = items(session, batch_id)
    wanted = set(record_ids)
    leaving = [entry for entry in roster if entry.entry.record_id in wanted]
    staying = [entry.record for entry in roster if entry.entry.record_id not in wanted]
    if not staying:
        raise ProcedureError("batch.nothing_left")
    states = consulting.states(session, batch_id)
    before = batch.roster_digest
    successor = _successor(session, batch, by=by, at=at, on=on)
    successor_id = int(successor.id or 0)
    last = len(session.exec(select(RosterEntry.record_id).where(RosterEntry.batch_id == successor_id)).all())
    for entry in leaving:
        entry.entry.held_back_to, entry.entry.is_live = successor_id, False
        session.add(entry.entry)
    session.flush()  # the old rows let go of their records before the new ones take them
    for position, entry in enumerate(leaving, start=last + 1):
        asked = states.get(entry.entry.record_id)
        again = asked is not None and asked.standing is ConsultationStanding.READ_AGAIN
        session.add(
            RosterEntry(
                batch_id=successor_id,
                record_id=entry.entry.record_id,
                position=position,
                round=entry.entry.round + again,
                carried_from=None if again else entry.entry.carried_from or batch_id,
                title_checked_by=None if again else entry.entry.title_checked_by,
                public_title=None if again else entry.entry.public_title,
            )
        )
    session.flush()
    batch.roster_digest = roster_digest(staying)
    successor.roster_digest = roster_digest([entry.record for entry in items(session, successor_id)])
    session.add_all([batch, successor])
    session.flush()
    return {
        "records": [entry.entry.record_id for entry in leaving],
        "successor": successor_id,
        "roster_before": before,
        "roster": batch.roster_digest,
        "successor_roster": successor.roster_digest,
    }


def _successor(session: Session, batch: Batch, *, by: User, at: datetime, on: date) -> Batch:
    """The draft that already takes what this batch holds back, or a new one."""
    known = session.exec(
        select(Batch)
        .join(RosterEntry, col(RosterEntry.held_back_to) == col(Batch.id))
        .where(RosterEntry.batch_id == batch.id, Batch.state == BatchState.DRAFT)
        .limit(1)
    ).first()
    if known is not None:
        return known
    made = Batch(
        title=t("consultation.successor", title=batch.title),
        assembled_on=on,
        early_basis=batch.early_basis,
        review_plan=dict(batch.review_plan),
        roster_digest=roster_digest([]),
        created_by=by.name,
        created_at=at,
    )
    session.add(made)
    session.flush()
    payload = {"predecessor": batch.id, "plan": made.review_plan}
    seal(session, actor=by.name, action="batch.new", subject=f"batch/{made.id}", payload=payload, at=at)
    return made
