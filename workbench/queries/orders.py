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
    newest = (
        select(func.max(col(Suggestion.id)).label("id"), col(Suggestion.record_id))
        .join(RosterEntry, col(RosterEntry.record_id) == col(Suggestion.record_id))
        .where(RosterEntry.batch_id == batch_id)
        .group_by(col(Suggestion.record_id))
        .subquery()
    )
    query = (
        sqlalchemy.select(
            col(RosterEntry.record_id), col(Record.title), col(Record.fonds_key), col(Record.volume_code),
            col(Suggestion.probability), col(Suggestion.lean),
        )
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .outerjoin(newest, newest.c.record_id == col(Record.id))
        .outerjoin(Suggestion, col(Suggestion.id) == newest.c.id)
        .where(col(RosterEntry.batch_id) == batch_id, on_roster())
        .order_by(col(RosterEntry.position))
    )  # fmt: skip
    return session.execute(query).all()


def to_group(session: Session, batch_id: int) -> list[Row[Any]]:
    """Items of a batch as groups are made of them (待归组条目): ``id, title, document_number, fonds_key, year, …``."""
    query = (
        sqlalchemy.select(
            col(Record.id), col(Record.title), col(Record.document_number), col(Record.fonds_key),
            sqlalchemy.extract("year", col(Record.date_from)).label("year"), col(Record.volume_code),
        )
        .join(RosterEntry, col(Record.id) == col(RosterEntry.record_id))
        .where(col(RosterEntry.batch_id) == batch_id, on_roster())
        .order_by(col(RosterEntry.position))
    )  # fmt: skip
    return list(session.execute(query).all())
