"""What a reading order is made from (排序所需): columns only, one row an item of the roster."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from models import Record, RosterEntry, Suggestion
from workbench.queries.rosters import on_roster


def to_rank(session: Session, batch_id: int) -> Sequence[Row[Any]]:
    """Items of a batch in roster order with what was last suggested for each (待排条目)."""
    mine = select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id)
    newest = (
        select(func.max(Suggestion.id)).where(col(Suggestion.record_id).in_(mine)).group_by(col(Suggestion.record_id))
    )
    query = (
        sqlalchemy.select(
            col(RosterEntry.record_id), col(Record.title), col(Record.fonds_key), col(Record.volume_code),
            col(Suggestion.probability), col(Suggestion.lean),
        )
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .outerjoin(
            Suggestion, (col(Suggestion.record_id) == col(Record.id)) & col(Suggestion.id).in_(newest.scalar_subquery())
        )
        .where(col(RosterEntry.batch_id) == batch_id, on_roster())
        .order_by(col(RosterEntry.position))
    )  # fmt: skip
    return session.execute(query).all()
