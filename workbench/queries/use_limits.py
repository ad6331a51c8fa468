"""Which records a limit of a donor or transferring unit holds back (限制利用的条目)."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models import Record, UseLimit
from models.vocabulary import Level


def is_limited(on: date) -> ColumnElement[bool]:
    """Condition of a record under a limit in force ``on`` this day (限制利用期内): its own, volume's or fonds's."""
    volume = aliased(Record)
    of_volume = and_(
        col(volume.fonds_key) == col(Record.fonds_key), col(volume.reference_code) == col(Record.volume_code),
        col(volume.level) == Level.FILE,
    )  # fmt: skip
    holds = or_(col(UseLimit.record_id) == col(Record.id), col(UseLimit.fonds_key) == col(Record.fonds_key), of_volume)
    limits = select(1).select_from(UseLimit).outerjoin(volume, col(volume.id) == col(UseLimit.record_id))
    return limits.where(holds, _in_force(on)).correlate(Record).exists()


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(col(UseLimit.lifted_at).is_(None), or_(col(UseLimit.until).is_(None), col(UseLimit.until) >= on))
