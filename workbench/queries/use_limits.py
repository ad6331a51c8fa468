"""Which records a limit of a donor or transferring unit holds back (限制利用的条目)."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from models import Record, UseLimit


def is_limited(on: date) -> ColumnElement[bool]:
    """Condition of a record under a limit in force ``on`` this day (限制利用期内), its fonds's or its own."""
    return select(1).select_from(UseLimit).where(_holds(), _in_force(on)).exists()


def _holds() -> ColumnElement[bool]:
    return or_(col(UseLimit.record_id) == col(Record.id), col(UseLimit.fonds_key) == col(Record.fonds_key))


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(col(UseLimit.lifted_at).is_(None), or_(col(UseLimit.until).is_(None), col(UseLimit.until) >= on))
