"""Records as rules read them, with what people decided (供规则统计的条目): columns only, streamed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy
from sqlalchemy import Row, or_
from sqlmodel import Session, col, select

from models import Record, Review, Suggestion
from models.vocabulary import Access

_PORTION = 5000
_READ = tuple(
    col(getattr(Record, name))
    for name in (
        "id", "title", "reference_code", "fonds", "creator", "document_number", "date_from", "date_to",
        "security_class", "declassification", "retention_period", "level", "remarks", "transfer_opinion", "disclosure",
        "access",
    )
)  # fmt: skip


def due_rows(session: Session, on: date) -> Iterator[Row[Any]]:
    """What has reached its opening date, decided or not (到期条目), with ``is_suggested``."""
    suggested = col(Record.id).in_(select(Suggestion.record_id)).label("is_suggested")
    yield from _stream(session, sqlalchemy.select(*_READ, suggested).where(col(Record.due_on) <= on))


def judged_rows(session: Session) -> Iterator[Row[Any]]:
    """What somebody decided or gave an opinion on (有结论或意见的条目)."""
    read = select(Review.record_id).where(col(Review.withdrawn_at).is_(None))
    query = sqlalchemy.select(*_READ).where(or_(col(Record.access).is_not(None), col(Record.id).in_(read)))
    yield from _stream(session, query)


def newest_opinions(session: Session) -> dict[int, Access]:
    """The newest opinion on each record that was not withdrawn (最近意见)."""
    query = select(Review.record_id, Review.access).where(col(Review.withdrawn_at).is_(None)).order_by(col(Review.id))
    return {record_id: Access(access) for record_id, access in session.exec(query)}


def _stream(session: Session, query: sqlalchemy.Select[Any]) -> Iterator[Row[Any]]:
    yield from session.execute(query.order_by(col(Record.id)).execution_options(yield_per=_PORTION))
