"""The roster (名册): who is on it, how each item stands, what the guards need to know."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from batches import review as rules_of_review
from batches.review import Plan, Standing
from models import Batch, Record, Review, RosterEntry, Suggestion
from models.errors import ProcedureError, ReviewError
from models.vocabulary import ReviewStage
from workbench.queries.rosters import of_fonds, on_roster, read_in


@dataclass(frozen=True, slots=True)
class Item:
    """One roster entry with its record and its opinions in force (名册条目)."""

    entry: RosterEntry
    record: Record
    opinions: tuple[Review, ...]

    def standing(self, plan: Plan) -> Standing:
        """Where it stands."""
        return rules_of_review.standing(self.opinions, plan)

    def decisive(self, plan: Plan) -> Review | None:
        """The opinion that decides it, once settled."""
        found = rules_of_review.decisive(self.opinions, plan)
        return found if isinstance(found, Review) else None

    def waiting_for(self, plan: Plan) -> ReviewStage | None:
        """The stage it waits for."""
        return rules_of_review.next_stage(self.opinions, plan)


def roster_digest(records: Sequence[Record]) -> str:
    """Digest of a frozen roster (名册摘要)."""
    lines = (f"{record.id}:{record.content_digest}\n" for record in records)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def leave(session: Session, batch: Batch, record_ids: Sequence[int]) -> dict[str, Any]:
    """Take items off a roster for good (退出名册), their rows and opinions kept; gives ids and digests to seal."""
    batch_id, before = int(batch.id or 0), batch.roster_digest
    for record_id in record_ids:
        entry = session.get_one(RosterEntry, (batch_id, record_id))
        entry.gave_way, entry.is_live = True, False
        session.add(entry)
    session.flush()
    batch.roster_digest = roster_digest([each.record for each in items(session, batch_id)])
    session.add(batch)
    session.flush()
    return {"records": list(record_ids), "roster_before": before, "roster": batch.roster_digest}


def load_batch(session: Session, batch_id: int, *, version: int | None = None) -> Batch:
    """A batch by number (取批次); ``version`` is the one on the screen, if a screen asks.

    Raises
    ------
    ProcedureError
        ``batch.unknown``, ``batch.stale_version``.
    """
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise ProcedureError("batch.unknown", batch=batch_id)
    if version is not None and version != batch.version:
        raise ProcedureError("batch.stale_version")
    return batch


def plan_of(batch: Batch) -> Plan:
    """The batch's review plan (审核方案)."""
    return Plan(**batch.review_plan)


def opinions_in_force(
    session: Session, batch_id: int, record_ids: Sequence[int] | None = None
) -> dict[int, list[Review]]:
    """Opinions of each item's present round, not withdrawn, in order of time (有效意见)."""
    query = (
        select(Review)
        .join(RosterEntry, read_in(Review))
        .where(
            RosterEntry.batch_id == batch_id,
            on_roster(),
            col(Review.withdrawn_at).is_(None),
            col(Review.round) == col(RosterEntry.round),
        )
        .order_by(col(Review.id))
    )
    if record_ids is not None:
        query = query.where(col(Review.record_id).in_(record_ids))
    found: dict[int, list[Review]] = defaultdict(list)
    for opinion in session.exec(query):
        found[opinion.record_id].append(opinion)
    return found


def items(session: Session, batch_id: int, *, after: int = 0, limit: int | None = None) -> list[Item]:
    """The roster in reading order (名册), whole or a page of ``limit`` behind position ``after``."""
    rows = session.exec(
        select(RosterEntry, Record)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .where(RosterEntry.batch_id == batch_id, RosterEntry.position > after, on_roster())
        .order_by(col(RosterEntry.position))
        .limit(limit)
    ).all()
    named = [entry.record_id for entry, _ in rows] if limit is not None else None
    opinions = opinions_in_force(session, batch_id, named)
    return [Item(entry, record, tuple(opinions.get(entry.record_id, ()))) for entry, record in rows]


def item(session: Session, batch_id: int, record_id: int) -> Item:
    """One roster entry by record (取条目)."""
    row = session.exec(
        select(RosterEntry, Record)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .where(RosterEntry.batch_id == batch_id, RosterEntry.record_id == record_id, on_roster())
    ).first()
    if row is None:
        raise ReviewError("review.unknown_code", batch=batch_id, code=record_id)
    opinions = opinions_in_force(session, batch_id, [record_id])
    return Item(row[0], row[1], tuple(opinions.get(record_id, ())))


def record_id_of(session: Session, batch_id: int, code: str, fonds: str | None = None) -> int:
    """The record of a 档号 in a batch (按档号取条目).

    Raises
    ------
    ReviewError
        ``review.unknown_code``; ``review.ambiguous_code`` when two fonds share the code and none is named.
    """
    load_batch(session, batch_id)
    query = (
        select(Record.id)
        .join(RosterEntry, col(RosterEntry.record_id) == col(Record.id))
        .where(RosterEntry.batch_id == batch_id, Record.reference_code == code, on_roster())
    )
    if fonds is not None:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ReviewError("review.unknown_code", batch=batch_id, code=code)
    if len(found) > 1:
        raise ReviewError("review.ambiguous_code", batch=batch_id, code=code, count=len(found))
    return int(found[0] or 0)


def newest_suggestion(session: Session, record_id: int) -> Suggestion | None:
    """The suggestion in force for a record (现行建议)."""
    return session.exec(
        select(Suggestion).where(Suggestion.record_id == record_id).order_by(col(Suggestion.id).desc()).limit(1)
    ).first()
