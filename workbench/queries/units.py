"""What a batch can decide (审核单位): items, and volumes without a list of their own."""

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from models import Record
from models.vocabulary import Level


def is_unit() -> ColumnElement[bool]:
    """Condition of a unit of review (审核单位): a volume whose items are in the home is none, its state is theirs."""
    return or_(col(Record.level) != Level.FILE, ~has_items())


def has_items() -> ColumnElement[bool]:
    """Condition that items of the record, a volume, are in the home (已有卷内目录)."""
    inner = select(Record.fonds_key, Record.volume_code).where(col(Record.volume_code).is_not(None)).subquery()
    return (
        select(1)
        .select_from(inner)
        .where(inner.c.volume_code == col(Record.reference_code), inner.c.fonds_key == col(Record.fonds_key))
        .exists()
    )
