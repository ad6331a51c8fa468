"""Conditions on a batch's roster (名册条件): who is still on it, whose opinions count in it, whose fonds it is."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, TextClause, and_, or_, text
from sqlmodel import col

from models import Record, Review, RosterEntry


def of_fonds(names: Sequence[str]) -> ColumnElement[bool]:
    """Condition of a record of one of these fonds (所属全宗), named by name, code or key."""
    return or_(col(Record.fonds).in_(names), col(Record.fonds_code).in_(names), col(Record.fonds_key).in_(names))


def on_roster() -> ColumnElement[bool]:
    """Condition of an entry that has not left its roster (在册): not held back, refused its delay, or given way."""
    return and_(col(RosterEntry.held_back_to).is_(None), ~col(RosterEntry.delay_refused), ~col(RosterEntry.gave_way))


def read_in(review: type[Review]) -> ColumnElement[bool]:
    """Condition that an opinion belongs to an entry (意见所属): given in its batch, or carried over into it."""
    given = or_(
        col(review.batch_id) == col(RosterEntry.batch_id), col(review.batch_id) == col(RosterEntry.carried_from)
    )
    return and_(given, col(review.record_id) == col(RosterEntry.record_id))


def holds_its_record() -> TextClause:
    """Condition of an entry that keeps its record from other batches (占用): ``RosterEntry.is_live``.

    In the very words of the partial index: SQLite does not see that ``is_live = 1`` means it, and would walk
    through the whole roster for every record that is joined to it.
    """
    return text("roster_entry.is_live")
