"""Mark words (标注词): what made an item sensitive, or is harmless; the classifier weighs it from then on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from batches.marked import Marked
from classifiers.words import cut
from models import MarkedWord, Record, User
from models.errors import ReviewError
from models.text import normalise
from models.vocabulary import Access, ReviewStage
from workbench.permissions import require
from workbench.services.ledger_keeping import seal
from workbench.services.reading_queue import in_review
from workbench.services.roster import Item, item, plan_of

LONGEST = 40


def pieces(title: str) -> list[tuple[int, int]]:
    """The words of a title, to be chosen from (题名分词): places in the title as written, in order, none left out."""
    folded = normalise(title)
    return [folded.original_span(start, end) for start, end in cut(folded.text)]


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Chosen words that stand side by side, as one passage (相连的词合为一段)."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def mark(
    *, session: Session, batch_id: int, record_id: int, start: int, end: int, speaks: Access, by: User, at: datetime
) -> MarkedWord:
    """Mark a passage of a title (标注词语), sealed by its place: the ledger never holds the words.

    A mark of one's own on the same passage is replaced.

    Raises
    ------
    ReviewError
        ``review.mark_nowhere`` for a place outside the title or of blanks alone, ``review.mark_too_long``,
        ``review.mark_settled`` when the item is settled and the person gave no opinion on it.
    """
    require(by, "review.opine")
    batch = in_review(session, batch_id)
    found = item(session, batch_id, record_id)
    title = found.record.title
    if not (0 <= start < end <= len(title) and title[start:end].strip()):
        raise ReviewError("review.mark_nowhere", length=len(title))
    if end - start > LONGEST:
        raise ReviewError("review.mark_too_long", most=LONGEST)
    own = next((opinion.stage for opinion in found.opinions if opinion.reviewer_id == by.id), None)
    stage = own or found.waiting_for(plan_of(batch))
    if stage is None:
        raise ReviewError("review.mark_settled")
    for other in _in_force(session, record_id):
        if other.marked_by == by.id and (other.start, other.end) == (start, end):
            other.withdrawn_at = at
            session.add(other)
    made = MarkedWord(
        batch_id=batch_id, record_id=record_id, stage=stage, start=start, end=end, text=title[start:end],
        speaks=speaks, marked_by=int(by.id or 0), at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    payload = {"mark": made.id, "start": start, "end": end, "speaks": speaks.value, "stage": stage.value}
    subject = f"batch/{batch_id}/record/{record_id}"
    seal(session, actor=by.name, action="review.mark", subject=subject, payload=payload, at=at)
    return made


def mark_words(
    *, session: Session, batch_id: int, record_id: int, words: Sequence[tuple[int, int]], speaks: Access, by: User,
    at: datetime,
) -> list[MarkedWord]:  # fmt: skip
    """Mark chosen words (标注所选词语), those side by side as one passage; see ``mark``.

    Raises
    ------
    ReviewError
        ``review.mark_nothing`` when none is chosen.
    """
    if not words:
        raise ReviewError("review.mark_nothing")
    return [
        mark(session=session, batch_id=batch_id, record_id=record_id, start=start, end=end, speaks=speaks, by=by, at=at)
        for start, end in _joined(words)
    ]


def withdraw(*, session: Session, mark_id: int, by: User, at: datetime) -> MarkedWord:
    """Take back a mark of one's own (撤回标注), sealed; the row stays.

    Raises
    ------
    ReviewError
        ``review.no_such_mark``.
    """
    found = session.get(MarkedWord, mark_id)
    if found is None or found.marked_by != by.id or found.withdrawn_at is not None:
        raise ReviewError("review.no_such_mark")
    found.withdrawn_at = at
    session.add(found)
    session.flush()
    subject = f"batch/{found.batch_id}/record/{found.record_id}"
    seal(session, actor=by.name, action="review.unmark", subject=subject, payload={"mark": found.id}, at=at)
    return found


def _in_force(session: Session, record_id: int) -> Sequence[MarkedWord]:
    return session.exec(
        select(MarkedWord)
        .where(MarkedWord.record_id == record_id, col(MarkedWord.withdrawn_at).is_(None))
        .order_by(col(MarkedWord.start), col(MarkedWord.id))
    ).all()


def beside(session: Session, found: Item, by: User) -> list[dict[str, Any]]:
    """Marks on an item that this person may see (可见标注): one's own; all of them in arbitration only."""
    stages = [opinion.stage for opinion in found.opinions]
    disputed = len(stages) > 1 and ReviewStage.ARBITRATION not in stages
    mine = {opinion.reviewer_id for opinion in found.opinions}
    sees_all = disputed and by.id not in mine
    return [
        {"id": each.id, "start": each.start, "end": each.end, "text": each.text, "speaks": each.speaks.value,
         "is_own": each.marked_by == by.id}
        for each in _in_force(session, found.entry.record_id)
        if each.marked_by == by.id or sees_all
    ]  # fmt: skip


def teaching(session: Session, apart: set[int]) -> list[Marked]:
    """All marks that teach (用于学习的标注): those on records kept apart for the certificate do not.

    A mark whose reader took the opinion back stays: it speaks of the words, not of the item.
    """
    query = (
        select(MarkedWord, Record.title)
        .join(Record, col(Record.id) == col(MarkedWord.record_id))
        .where(col(MarkedWord.withdrawn_at).is_(None))
        .order_by(col(MarkedWord.id))
    )
    return [
        Marked(title, found.start, found.end, found.speaks)
        for found, title in session.exec(query)
        if found.record_id not in apart
    ]
