"""Volumes and their items (案卷查询): which volumes have a list, and how their items stand."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Row, case, func
from sqlmodel import Session, col, select

from models import Record, RosterEntry
from models.vocabulary import Access, Level
from workbench.queries.rosters import holds_its_record
from workbench.queries.units import has_items


def _counted() -> Any:
    """Number of items by volume and outcome, one row a volume."""
    return (
        sqlalchemy.select(
            col(Record.fonds_key), col(Record.volume_code), func.count().label("held"),
            func.sum(case((col(Record.access) == Access.OPEN, 1), else_=0)).label("open_"),
            func.sum(case((col(Record.access) == Access.RESTRICTED, 1), else_=0)).label("restricted"),
        )
        .where(col(Record.volume_code).is_not(None))
        .group_by(col(Record.fonds_key), col(Record.volume_code))
        .subquery()
    )  # fmt: skip


def _with_counts(*columns: Any) -> sqlalchemy.Select[Any]:
    counted = _counted()
    same = (counted.c.fonds_key == col(Record.fonds_key)) & (counted.c.volume_code == col(Record.reference_code))
    given = columns or (
        col(Record.id), col(Record.fonds), col(Record.fonds_key), col(Record.reference_code), col(Record.title),
        col(Record.date_text), col(Record.access), counted.c.held, counted.c.open_, counted.c.restricted,
        col(RosterEntry.batch_id),
    )  # fmt: skip
    return (
        sqlalchemy.select(*given)
        .select_from(Record)
        .outerjoin(counted, same)
        .outerjoin(RosterEntry, (col(RosterEntry.record_id) == col(Record.id)) & holds_its_record())
        .where(col(Record.level) == Level.FILE)
    )


def volumes(
    session: Session,
    *,
    fonds_keys: Sequence[str] = (),
    listed: bool | None = None,
    record_ids: Sequence[int] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[Row[Any]]:
    """Volumes in the order of import with counts of their items (案卷清单).

    ``listed`` asks for those with, or without, items in the home; ``after`` is the id the page begins behind.
    """
    query = _with_counts().where(col(Record.id) > after).order_by(col(Record.id)).limit(limit)
    if fonds_keys:
        query = query.where(col(Record.fonds_key).in_(fonds_keys))
    if listed is not None:
        query = query.where(has_items() if listed else ~has_items())
    if record_ids is not None:
        query = query.where(col(Record.id).in_(record_ids))
    yield from session.execute(query)


def coverage(session: Session) -> Iterator[Row[Any]]:
    """By fonds: volumes, those with a list, and their items (卷内目录覆盖)."""
    counted = _counted()
    same = (counted.c.fonds_key == col(Record.fonds_key)) & (counted.c.volume_code == col(Record.reference_code))
    query = (
        sqlalchemy.select(
            col(Record.fonds_key), func.min(col(Record.fonds)).label("fonds"), func.count().label("volumes"),
            func.count(counted.c.held).label("listed"), func.coalesce(func.sum(counted.c.held), 0).label("items"),
        )
        .select_from(Record)
        .outerjoin(counted, same)
        .where(col(Record.level) == Level.FILE)
        .group_by(col(Record.fonds_key))
        .order_by(col(Record.fonds_key))
    )  # fmt: skip
    yield from session.execute(query)


def on_roster_with_items(
    session: Session, batch_id: int | None = None, record_id: int | None = None
) -> list[tuple[int, int, str]]:
    """Volumes on a live roster whose items have come in (在册而已有卷内文件的案卷): batch, record, 档号."""
    query = (
        select(RosterEntry.batch_id, RosterEntry.record_id, Record.reference_code)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .where(col(RosterEntry.is_live), col(Record.level) == Level.FILE, has_items())
        .order_by(col(RosterEntry.batch_id), col(RosterEntry.position))
    )
    if batch_id is not None:
        query = query.where(RosterEntry.batch_id == batch_id)
    if record_id is not None:
        query = query.where(RosterEntry.record_id == record_id)
    return [(batch, record, code) for batch, record, code in session.exec(query)]


def items_of(session: Session, fonds_key: str, volume_code: str) -> Sequence[Record]:
    """Items of a volume in the order of their list (卷内文件)."""
    query = select(Record).where(Record.fonds_key == fonds_key, Record.volume_code == volume_code)
    return session.exec(query.order_by(col(Record.catalogue_id), col(Record.row), col(Record.id))).all()


def sample_codes(session: Session, fonds_key: str, limit: int = 200) -> Sequence[tuple[str, str]]:
    """(档号, 案卷档号) of items of a fonds (本全宗卷内档号样例)."""
    query = (
        select(Record.reference_code, Record.volume_code)
        .where(Record.fonds_key == fonds_key, col(Record.volume_code).is_not(None), ~col(Record.code_generated))
        .order_by(col(Record.id).desc())
        .limit(limit)
    )
    return [(code, volume) for code, volume in session.exec(query) if volume is not None]
