"""The reading queue (待审队列): what waits for whom, and whose screen it is on."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Batch, Question, ReadingPlace, Record, Review, ReviewLease, RosterEntry, User
from models.errors import ReviewError
from models.vocabulary import BatchState, ReviewStage
from workbench.permissions import require
from workbench.queries.rosters import on_roster, read_in
from workbench.services import reading_order
from workbench.services.roster import Item, item, load_batch, plan_of

LEASE = timedelta(minutes=10)


def in_review(session: Session, batch_id: int) -> Batch:
    """A batch that takes opinions now (审核中的批次).

    Raises
    ------
    ReviewError
        ``review.not_in_review``.
    """
    batch = load_batch(session, batch_id)
    if batch.state is not BatchState.IN_REVIEW:
        raise ReviewError("review.not_in_review", state=batch.state)
    return batch


def _given(review: type[Review], stage: ReviewStage | None = None) -> list[ColumnElement[bool]]:
    conditions = [
        read_in(review),
        col(review.round) == col(RosterEntry.round),
        col(review.withdrawn_at).is_(None),
    ]
    return conditions if stage is None else [*conditions, col(review.stage) == stage]


def _turns(batch: Batch) -> dict[ReviewStage, ColumnElement[bool]]:
    """For each stage, the condition that an item waits for it; as ``batches.review`` says, in SQL."""
    first, second, third = aliased(Review), aliased(Review), aliased(Review)
    has_first = exists().where(*_given(first, ReviewStage.FIRST))
    if plan_of(batch).opinions == 1:
        return {ReviewStage.FIRST: ~has_first}
    has_second = exists().where(*_given(second, ReviewStage.SECOND))
    has_third = exists().where(*_given(third, ReviewStage.ARBITRATION))
    one, other = aliased(Review), aliased(Review)
    disagree = exists().where(
        *_given(one, ReviewStage.FIRST),
        *_given(other, ReviewStage.SECOND),
        or_(col(one.access) != col(other.access), col(one.ground) != col(other.ground)),
    )
    return {
        ReviewStage.FIRST: ~has_first,
        ReviewStage.SECOND: and_(has_first, ~has_second),
        ReviewStage.ARBITRATION: and_(disagree, ~has_third),
    }


def waiting(
    session: Session,
    batch: Batch,
    *,
    by: User,
    at: datetime,
    stage: ReviewStage | None = None,
    limit: int = 1,
    skip_parked: bool = True,
) -> list[tuple[RosterEntry, Record]]:
    """Items that wait for this person, in reading order (待审条目).

    Not those on another's screen, not those the person read in this round; parked ones only when
    ``skip_parked`` is off. What is on the person's own screen stays first, also when the order changes meanwhile.
    """
    turns = _turns(batch)
    if stage is not None and stage not in turns:
        return []
    mine = aliased(Review)
    on_another_screen = exists().where(
        col(ReviewLease.batch_id) == col(RosterEntry.batch_id),
        col(ReviewLease.record_id) == col(RosterEntry.record_id),
        col(ReviewLease.user_id) != by.id,
        col(ReviewLease.until) > at,
    )
    query = (
        select(RosterEntry, Record)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .where(RosterEntry.batch_id == batch.id, on_roster(), ~on_another_screen)
        .where(~exists().where(*_given(mine), col(mine.reviewer_id) == by.id))
        .where(turns[stage] if stage is not None else or_(*turns.values()))
    )
    if skip_parked:
        query = query.where(
            ~exists().where(
                col(Question.batch_id) == col(RosterEntry.batch_id),
                col(Question.record_id) == col(RosterEntry.record_id),
                col(Question.asked_by) == by.id,
                col(Question.settled_at).is_(None),
            )
        )
    # Each part stops at the first rows of an index: an ORDER BY over all of it would read a whole roster at every key.
    found: list[tuple[RosterEntry, Record]] = []
    for part in _in_order(session, batch, query, by=by, at=at):
        if len(found) < limit:
            found += [(row[0], row[1]) for row in session.exec(part.limit(limit - len(found)))]
    return found


def _in_order(session: Session, batch: Batch, query: Any, *, by: User, at: datetime) -> Iterator[Any]:
    """The query in parts: what is on one's own screen, then by place when an order was chosen, then by roster."""
    on_own_screen = session.exec(
        select(ReviewLease.record_id).where(
            ReviewLease.batch_id == batch.id, ReviewLease.user_id == by.id, col(ReviewLease.until) > at
        )
    ).all()
    if on_own_screen:
        yield query.where(col(RosterEntry.record_id).in_(on_own_screen)).order_by(col(RosterEntry.position))
        query = query.where(col(RosterEntry.record_id).not_in(on_own_screen))
    if reading_order.in_force(session, int(batch.id or 0)) is not None:
        placed = and_(
            col(ReadingPlace.batch_id) == col(RosterEntry.batch_id),
            col(ReadingPlace.record_id) == col(RosterEntry.record_id),
        )
        yield query.join(ReadingPlace, placed).order_by(col(ReadingPlace.place))
        query = query.where(~exists().where(placed))
    yield query.order_by(col(RosterEntry.position))


def next_item(
    *, session: Session, batch_id: int, by: User, at: datetime, stage: ReviewStage | None = None
) -> Item | None:
    """Take the next waiting item onto one's screen (取下一条) and lease it for ten minutes; ``None``: all done."""
    require(by, "review.opine")
    batch = in_review(session, batch_id)
    reading_order.begin(session, batch, by=by.name, at=at)
    found = first_waiting(session, batch, by=by, at=at, stage=stage)
    if found is None:
        return None
    return lease(session=session, batch_id=batch_id, record_id=found, by=by, at=at)


def first_waiting(
    session: Session, batch: Batch, *, by: User, at: datetime, stage: ReviewStage | None = None
) -> int | None:
    """The record that comes next for this person (下一条), a parked one only when no other is left."""
    found = waiting(session, batch, by=by, at=at, stage=stage) or waiting(
        session, batch, by=by, at=at, stage=stage, skip_parked=False
    )
    return found[0][0].record_id if found else None


def where_waiting(session: Session, batches: Iterable[Batch], *, by: User, at: datetime) -> dict[int, ReviewStage]:
    """Which of these batches have something for this person to read (何处待审), and the stage that it waits for.

    Readings before arbitrations; a batch with neither is left out.
    """
    found: dict[int, ReviewStage] = {}
    for batch in batches:
        for stage in _turns(batch):
            if waiting(session, batch, by=by, at=at, stage=stage, skip_parked=False):
                found[int(batch.id or 0)] = stage
                break
    return found


def keeps(session: Session, batch_id: int, record_id: int, stage: ReviewStage, *, by: User, at: datetime) -> bool:
    """Whether this person's lease on an item runs long enough to be left as it is (占用是否仍长)."""
    held = session.get(ReviewLease, (batch_id, record_id, stage))
    return held is not None and held.user_id == by.id and held.until > at + LEASE / 2


def lease(*, session: Session, batch_id: int, record_id: int, by: User, at: datetime) -> Item:
    """Put one item on one's screen (占用条目).

    Raises
    ------
    ReviewError
        ``review.taken`` while another person has it.
    """
    found = item(session, batch_id, record_id)
    stage = found.waiting_for(plan_of(load_batch(session, batch_id)))
    if stage is None:
        return found
    held = session.get(ReviewLease, (batch_id, record_id, stage))
    if held is None:
        held = ReviewLease(batch_id=batch_id, record_id=record_id, stage=stage, user_id=int(by.id or 0), until=at)
    elif held.user_id != by.id and held.until > at:
        raise ReviewError("review.taken")
    held.user_id, held.until = int(by.id or 0), at + LEASE
    session.add(held)
    session.flush()
    return found


def release(
    session: Session, *, batch_id: int, record_id: int, stage: ReviewStage | None = None, by: User | None = None
) -> None:
    """Take an item off the screen (释放占用): a stage's, or all of one person's on it."""
    for each in ReviewStage if stage is None else (stage,):
        held = session.get(ReviewLease, (batch_id, record_id, each))
        if held is not None and (by is None or held.user_id == by.id):
            session.delete(held)
