"""Suspected slips beside the item and over the catalogue (疑似著录差错): proposed to a person, never applied."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from rules import slips
from rules.slips import Described, Slip, Span
from workbench.queries import corrections as registered
from workbench.queries import suspected


def of_record(session: Session, record_id: int) -> list[dict[str, Any]]:
    """What looks wrong in one record and was not put forward yet (疑点)."""
    found = [line for row in suspected.rows(session, record_ids=[record_id]) for line in _lines(row)]
    put = {(each.field, each.slip) for each in registered.of_record(session, record_id)}
    return [line for line in found if (line["field"], line["kind"]) not in put]


def scan(
    session: Session,
    *,
    fonds: Sequence[str] = (),
    batch_id: int | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """What looks wrong in the home, a fonds or a batch (通查疑点), in order of record, behind record ``after``.

    ``limit`` is in records that have a suspicion; what was put forward already is left out.
    """
    shown = 0
    for row in suspected.rows(session, fonds=fonds, batch_id=batch_id, after=after):
        lines = _lines(row)
        if not lines:
            continue
        put = {(each.field, each.slip) for each in registered.of_record(session, row.id)}
        lines = [line for line in lines if (line["field"], line["kind"]) not in put]
        yield from lines
        shown += bool(lines)
        if limit is not None and shown >= limit:
            return


def _lines(row: Row[Any]) -> list[dict[str, Any]]:
    described = Described(
        title=row.title, document_number=row.document_number, date_text=row.date_text,
        created=_span(row.date_from, row.date_to), volume=_span(row.volume_from, row.volume_to),
    )  # fmt: skip
    return [_line(row, slip) for slip in slips.slips(described)]


def _span(first: Any, last: Any) -> Span | None:
    return Span(first, last) if first and last else None


def _line(row: Row[Any], slip: Slip) -> dict[str, Any]:
    return {
        "record_id": row.id, "reference_code": row.reference_code, "fonds": row.fonds, "title": row.title,
        "date_text": row.date_text, **asdict(slip),
    }  # fmt: skip
