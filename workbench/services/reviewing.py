"""Give opinions (审核): next item, decide, undo, park; two people, the second blind."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from batches import review as rules_of_review
from batches.ledger import canonical
from models import Question, Record, Review, ReviewLease, User
from models.errors import ReviewError
from models.review import Opinion, RestrictOpinion
from models.vocabulary import Access, BatchState, Ground, ReviewStage
from workbench.permissions import require
from workbench.services.ledger_keeping import seal
from workbench.services.reading_queue import in_review, release
from workbench.services.roster import item, load_batch, newest_suggestion, plan_of

make_opinion = rules_of_review.opinion


def decide(
    *,
    session: Session,
    batch_id: int,
    record_id: int,
    by: User,
    at: datetime,
    on: date,
    access: Access | None,
    ground: Ground | None = None,
    reason: str | None = None,
    review_again_on: date | None = None,
    stage: ReviewStage | None = None,
    group_id: str | None = None,
) -> Review:
    """Record one opinion from what a form or a command gave (登记意见); see ``record_opinion``."""
    given = make_opinion(access=access, ground=ground, reason=reason, review_again_on=review_again_on, on=on)
    return record_opinion(
        session=session, batch_id=batch_id, record_id=record_id, by=by, opinion=given, at=at, stage=stage,
        group_id=group_id,
    )  # fmt: skip


def record_opinion(
    *,
    session: Session,
    batch_id: int,
    record_id: int,
    by: User,
    opinion: Opinion,
    at: datetime,
    stage: ReviewStage | None = None,
    group_id: str | None = None,
) -> Review:
    """Record one person's opinion on one item and seal it (登记审核意见).

    Raises
    ------
    ReviewError
        ``review.not_in_review``, ``review.same_person``, ``review.other_stage``, ``review.settled``, or
        ``review.taken`` when another person was a moment faster.
    """
    require(by, "review.opine")
    batch = in_review(session, batch_id)
    plan = plan_of(batch)
    found = item(session, batch_id, record_id)
    turn = rules_of_review.check_turn(found.opinions, plan, reviewer_id=int(by.id or 0), stage=stage)
    restricted = opinion if isinstance(opinion, RestrictOpinion) else None
    # What was on the screen; a blind reader saw no suggestion.
    blind = turn is ReviewStage.SECOND and plan.blind_second
    seen = None if blind else newest_suggestion(session, record_id)
    review = Review(
        batch_id=batch_id,
        record_id=record_id,
        round=found.entry.round,
        stage=turn,
        reviewer_id=int(by.id or 0),
        access=opinion.access,
        ground=restricted.ground if restricted else None,
        reason=opinion.reason,
        review_again_on=restricted.review_again_on if restricted else None,
        suggestion_id=seen.id if seen else None,
        group_id=group_id,
        at=at,
    )
    session.add(review)
    try:
        session.flush()
    except IntegrityError as error:
        raise ReviewError("review.taken") from error
    release(session, batch_id=batch_id, record_id=record_id, stage=turn)
    session.execute(
        update(Question)
        .where(col(Question.batch_id) == batch_id, col(Question.record_id) == record_id,
               col(Question.asked_by) == by.id, col(Question.settled_at).is_(None))
        .values(settled_at=at)
    )  # fmt: skip
    seal(
        session, actor=by.name, action="review.decide", subject=f"batch/{batch_id}/record/{record_id}",
        payload={
            "review": review.id, "stage": turn.value, "round": review.round, "access": review.access.value,
            "ground": review.ground.value if review.ground else None, "suggestion": review.suggestion_id,
            "content": opinion_digest(review),
        }, at=at,
    )  # fmt: skip
    return review


def opinion_digest(review: Review) -> str:
    """Digest of an opinion's content (意见摘要): an edit of the stored reason shows against the ledger."""
    content = {
        "access": review.access.value,
        "ground": review.ground.value if review.ground else None,
        "reason": review.reason,
        "again": review.review_again_on.isoformat() if review.review_again_on else None,
        "reviewer": review.reviewer_id,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def undo(*, session: Session, batch_id: int, by: User, at: datetime, record_id: int | None = None) -> Review:
    """Withdraw one's newest opinion in a batch (撤回), as long as nobody built on it; the row stays.

    Raises
    ------
    ReviewError
        ``review.nothing_to_undo``.
    """
    batch = load_batch(session, batch_id)
    query = (
        select(Review)
        .where(Review.batch_id == batch_id, Review.reviewer_id == by.id, col(Review.withdrawn_at).is_(None))
        .order_by(col(Review.id).desc())
        .limit(1)
    )
    if record_id is not None:
        query = query.where(Review.record_id == record_id)
    newest = session.exec(query).first()
    if newest is None or batch.state is not BatchState.IN_REVIEW:
        raise ReviewError("review.nothing_to_undo")
    found = item(session, batch_id, newest.record_id)
    if not found.opinions or found.opinions[-1].id != newest.id:
        raise ReviewError("review.nothing_to_undo")
    group = [newest]
    if newest.group_id is not None and record_id is None:
        group = list(
            session.exec(
                select(Review).where(
                    Review.batch_id == batch_id, Review.group_id == newest.group_id, Review.reviewer_id == by.id,
                    col(Review.withdrawn_at).is_(None),
                )
            )
        )  # fmt: skip
    for review in group:
        review.withdrawn_at = at
        session.add(review)
    # What was on the screen meanwhile gives way: the item that was taken back is the next one to be read.
    session.execute(delete(ReviewLease).where(col(ReviewLease.batch_id) == batch_id, col(ReviewLease.user_id) == by.id))
    session.flush()
    seal(
        session, actor=by.name, action="review.undo", subject=f"batch/{batch_id}/record/{newest.record_id}",
        payload={"reviews": [review.id for review in group]}, at=at,
    )  # fmt: skip
    return newest


def park(*, session: Session, batch_id: int, record_id: int, text: str, by: User, at: datetime) -> Question:
    """Put an item aside with a question (存疑): ``next_item`` offers it again only when nothing else is left."""
    require(by, "review.opine")
    in_review(session, batch_id)
    if not text.strip():
        raise ReviewError("review.question_missing")
    question = Question(batch_id=batch_id, record_id=record_id, asked_by=int(by.id or 0), text=text.strip(), at=at)
    session.add(question)
    session.flush()
    release(session, batch_id=batch_id, record_id=record_id, by=by)
    seal(
        session, actor=by.name, action="review.park", subject=f"batch/{batch_id}/record/{record_id}",
        payload={"question": question.id}, at=at,
    )  # fmt: skip
    return question


def decide_group(
    *, session: Session, batch_id: int, record_ids: Sequence[int], group_id: str | None, by: User, at: datetime,
    on: date, access: Access | None, ground: Ground | None = None, reason: str | None = None,
    review_again_on: date | None = None, stage: ReviewStage | None = None, tie: str | None = None,
    opened: Sequence[int] = (),
) -> list[Review]:  # fmt: skip
    """The same opinion on several items, each with its own review, undone as one (成组登记).

    ``tie`` says what ties the group together, ``None`` when the person wrote the list; ``opened`` are the records
    that were opened before. The act is sealed beside the reviews it made.

    Raises
    ------
    ReviewError
        As ``record_opinion``; of several items ``review.in_group`` names the one that cannot have it.
    """
    given = make_opinion(access=access, ground=ground, reason=reason, review_again_on=review_again_on, on=on)
    made = []
    for record_id in record_ids:
        try:
            made.append(record_opinion(
                session=session, batch_id=batch_id, record_id=record_id, by=by, opinion=given, at=at, stage=stage,
                group_id=group_id,
            ))  # fmt: skip
        except ReviewError as error:
            if len(record_ids) == 1:
                raise
            code = session.get_one(Record, record_id).reference_code
            raise ReviewError("review.in_group", code=code, problem=error) from error
    if group_id is not None and made:
        payload = {
            "group": group_id, "tie": tie, "reviews": [review.id for review in made], "opened": list(opened),
            "access": given.access.value,
        }  # fmt: skip
        seal(session, actor=by.name, action="review.decide_group", subject=f"batch/{batch_id}", payload=payload, at=at)
    return made
