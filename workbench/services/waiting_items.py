"""Let a batch go on without what waits (待复件): named items, or all that cannot go on now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models import Record, RosterEntry, User
from models.vocabulary import BatchAction
from workbench.services import batching, consulting
from workbench.services.roster import load_batch, record_id_of


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How many items went where (转下批结果)."""

    items: int
    successor: int


def hold_back(
    *, session: Session, batch_id: int, codes: Sequence[str], unanswered: bool, by: User, at: datetime, on: date,
    version: int | None = None,
) -> HeldBack:  # fmt: skip
    """Move items to the successor batch, sealed (待复件转下批).

    Raises
    ------
    ProcedureError
        ``batch.items_not_named``, ``batch.nothing_left``, or that the batch is not in consultation.
    """
    batch = load_batch(session, batch_id, version=version)
    records = [record_id_of(session, batch_id, code) for code in codes]
    if unanswered:
        records = list(dict.fromkeys([*records, *consulting.still_open(session, batch_id)]))
    named = [session.get_one(Record, number).reference_code for number in records]
    batching.advance(
        session=session, batch=batch, action=BatchAction.HOLD_BACK, by=by, at=at, on=on, named_items=named,
        named_records=records,
    )  # fmt: skip
    entry = session.get_one(RosterEntry, (batch_id, records[0]))
    return HeldBack(len(records), int(entry.held_back_to or 0))
