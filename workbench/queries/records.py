"""Lists of records (条目查询), streamed by key: no offset, no count over millions."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from models import Batch, Catalogue, Record, RosterEntry
from models.vocabulary import Access
from workbench.queries.units import is_unit

_PORTION = 2000


def records(session: Session, *, catalogue: int | None = None) -> Iterator[tuple[Record, str]]:
    """Records with the name of their file, in the order of import (条目清单)."""
    conditions = [] if catalogue is None else [col(Record.catalogue_id) == catalogue]
    yield from _by_id(session, conditions)


def reached(session: Session, *, on: date, fonds: Sequence[str] = (), after: int = 0) -> Iterator[tuple[Record, str]]:
    """Records whose stored opening date, or review-again date, has come (到期条目), whatever batch they are in.

    ``after`` is the id that the list begins behind, for a screen that shows it by pages.

    A volume whose items are in the home is left out: its state is theirs.
    """
    again = and_(col(Record.access) == Access.RESTRICTED, col(Record.review_again_on) <= on)
    undecided = and_(col(Record.access).is_(None), col(Record.due_on) <= on)
    early = and_(col(Record.access).is_(None), col(Record.id).in_(select(RosterEntry.record_id).where(*_is_early(on))))
    conditions = [or_(undecided, again, early), is_unit()]
    if fonds:
        names = list(fonds)
        conditions.append(or_(col(Record.fonds).in_(names), col(Record.fonds_code).in_(names)))
    yield from _by_id(session, conditions, after)


def early_openings(session: Session, *, on: date) -> dict[int, date]:
    """Records that a batch takes before their time (提前开放的条目), each with the day when that was decided."""
    query = select(RosterEntry, Batch).where(*_is_early(on))
    return {entry.record_id: batch.assembled_on for entry, batch in session.exec(query)}


def _is_early(on: date) -> tuple[ColumnElement[bool], ...]:
    """The join of a roster entry with the batch that takes it before its time."""
    return (
        col(Batch.id) == col(RosterEntry.batch_id),
        col(RosterEntry.is_live).is_(True),
        col(Batch.early_basis).is_not(None),
        col(Batch.assembled_on) <= on,
    )


def _by_id(session: Session, conditions: Sequence[ColumnElement[bool]], after: int = 0) -> Iterator[tuple[Record, str]]:
    query = select(Record, Catalogue.file).join(Catalogue).where(*conditions).order_by(col(Record.id)).limit(_PORTION)
    last = after
    while portion := session.exec(query.where(col(Record.id) > last)).all():
        yield from portion
        last = int(portion[-1][0].id or 0)
        session.expunge_all()
