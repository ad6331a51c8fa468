"""Which records still wait for a suggestion (待初判条目): walked by their numbers, a portion in memory at a time.

Those whose newest suggestion came from the same rules, classifier, lists and full text are passed over. Each portion
asks only for its own, so a home of a million costs a million times what one record costs.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, func
from sqlmodel import Session, col, select

from models import FullText, Record, Suggestion
from models.record import Description
from workbench.services import known_text, rule_book

PORTION = 5000
_READ = (
    "title", "reference_code", "fonds", "creator", "document_number", "date_from", "date_to", "security_class",
    "declassification", "retention_period", "level", "remarks", "transfer_opinion", "disclosure",
)  # fmt: skip


class Waiting(NamedTuple):
    """A portion (一批待初判条目): numbers of the records, what rules read of them, digests of their full texts."""

    numbers: list[int]
    descriptions: list[Description]
    texts: Mapping[int, str]


def waiting(
    session: Session, wanted: Select[Any], sources: Mapping[str, str | None], *, after: int = 0,
    at_most: int | None = None,
) -> Iterator[Waiting]:  # fmt: skip
    """Portions of the ``wanted`` records, by their numbers, from the one behind ``after`` (逐批取待初判条目).

    ``wanted`` is a query over ``Record`` whose conditions say which; ``sources`` names the columns of a suggestion
    that say where it came from.
    """
    columns = [col(Record.id), *(getattr(Record, name) for name in _READ)]
    has_texts = session.exec(select(FullText.record_id).limit(1)).first() is not None
    left = at_most
    while left is None or left > 0:
        query = wanted.with_only_columns(*columns).where(col(Record.id) > after).order_by(col(Record.id))
        rows = session.execute(query.limit(PORTION)).all()
        if not rows:
            return
        same = _advised(session, rows[0].id, rows[-1].id, sources)
        fresh = [row for row in rows if row.id not in same][:left]
        after = rows[-1].id
        if fresh:
            left = None if left is None else left - len(fresh)
            yield _read(session, fresh, has_texts)


def _read(session: Session, rows: list[Any], has_texts: bool) -> Waiting:
    numbers = [row.id for row in rows]
    texts = known_text.of_records(session, numbers) if has_texts else {}
    digests = known_text.digests(session, numbers) if has_texts else {}
    return Waiting(numbers, [rule_book.description(row, texts.get(row.id)) for row in rows], digests)


def _advised(session: Session, first: int, last: int, sources: Mapping[str, str | None]) -> set[int]:
    """Records of this stretch whose newest suggestion came from the same sources and full text."""
    newest = (
        select(func.max(Suggestion.id))
        .where(col(Suggestion.record_id).between(first, last))
        .group_by(col(Suggestion.record_id))
    )
    text = select(FullText.text_digest).where(FullText.record_id == Suggestion.record_id).scalar_subquery()
    same = select(Suggestion.record_id).where(
        col(Suggestion.id).in_(newest),
        col(Suggestion.full_text_digest).is_not_distinct_from(text),
        *(col(getattr(Suggestion, name)).is_not_distinct_from(digest) for name, digest in sources.items()),
    )
    return set(session.exec(same))
