"""The full text that the home holds (已读全文): for rules, learner and the card; of a live mark it holds none."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models import FullText, PageText, Record
from models.vocabulary import TextSource
from rules import clearance
from rules.full_text import is_poor

LONGEST_READ = 20_000
"""Characters of a full text that rules and learner read: some fifteen pages."""
_AT_A_TIME = 500  # numbers in one query


@dataclass(frozen=True, slots=True)
class KnownText:
    """What rules read of a full text (供规则读的全文): its first ``LONGEST_READ`` characters, its worst page."""

    text: str
    poorest: float | None


def digests(session: Session, record_ids: Sequence[int]) -> dict[int, str]:
    """Digests of the full texts of these records (全文摘要), where there are any."""
    found: dict[int, str] = {}
    for start in range(0, len(record_ids), _AT_A_TIME):
        some = record_ids[start : start + _AT_A_TIME]
        found.update(
            session.exec(
                select(FullText.record_id, FullText.text_digest).where(col(FullText.record_id).in_(some))
            ).all()
        )  # fmt: skip
    return found


def of_records(session: Session, record_ids: Sequence[int]) -> dict[int, KnownText]:
    """Full texts of these records (批量取全文), where there are any."""
    poorest: dict[int, float | None] = {}
    for start in range(0, len(record_ids), _AT_A_TIME):
        some = record_ids[start : start + _AT_A_TIME]
        poorest.update(
            session.exec(select(FullText.record_id, FullText.poorest).where(col(FullText.record_id).in_(some))).all()
        )
    return {number: KnownText(_joined(session, number), worst) for number, worst in poorest.items()}


def _joined(session: Session, record_id: int) -> str:
    parts: list[str] = []
    room = LONGEST_READ
    for page in _pages(session, record_id):
        parts.append(text_of(page)[:room])
        room -= len(parts[-1]) + 1
        if room <= 0:
            break
    return "\n".join(parts)[:LONGEST_READ]


def _pages(session: Session, record_id: int) -> Sequence[PageText]:
    query = select(PageText).where(PageText.record_id == record_id).order_by(col(PageText.page))
    return session.exec(query).all()


def text_of(page: PageText) -> str:
    """A stored page as text (还原页文)."""
    return zlib.decompress(page.content).decode()


def beside(session: Session, record: Record) -> dict[str, Any] | None:
    """The full text as the card shows it (卡片旁的全文): ``start`` is where a page begins in what the rules read.

    ``None`` when none was read, and for an item with a live 密级 mark.
    """
    known = session.get(FullText, record.id)
    if known is None or clearance.is_live(record.security_class, record.declassification):
        return None
    pages, start = [], 0
    for page in _pages(session, known.record_id):
        text = text_of(page)
        pages.append({
            "page": page.page, "source": page.source.value, "quality": page.quality, "legibility": _legibility(page),
            "text": text, "start": start,
        })  # fmt: skip
        start += len(text) + 1
    return {
        "file": known.file, "quality": known.quality, "poorest": known.poorest, "is_poor": is_poor(known.poorest),
        "unread_pages": known.unread_pages, "read_at": known.read_at, "pages": pages,
    }  # fmt: skip


def _legibility(page: PageText) -> str:
    """In a word: unread, blank, poor or good."""
    if page.source is TextSource.UNREAD:
        return "unread"
    if page.quality is None:
        return "blank"
    return "poor" if is_poor(page.quality) else "good"
