"""Codes by fonds (各全宗档号), streamed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from models import Record
from models.vocabulary import Level


class CodeRow(NamedTuple):
    """One code as it stands in the home (档号)."""

    fonds_key: str
    fonds: str | None
    code: str
    is_generated: bool
    level: Level


def by_fonds(session: Session, fonds: Sequence[str] = ()) -> Iterator[tuple[str, list[CodeRow]]]:
    """All codes of one fonds after the other (逐全宗的档号); ``fonds`` are names or numbers."""
    names = (Record.fonds_key, Record.fonds, Record.reference_code, Record.code_generated, Record.level)
    query = sa.select(*map(col, names)).order_by(col(Record.fonds_key), col(Record.reference_code))
    if fonds:
        query = query.where(col(Record.fonds_key).in_(fonds) | col(Record.fonds).in_(fonds))
    rows = (CodeRow(*row) for row in session.execute(query.execution_options(yield_per=5000)))
    for key, group in groupby(rows, key=lambda row: row.fonds_key):
        yield key, list(group)
