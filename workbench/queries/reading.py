"""Counts and neighbours for the reading desk (审读查询): cheap enough to be asked at every key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Question, Record, Review, RosterEntry
from models.vocabulary import ReviewStage
from workbench.queries.rosters import on_roster, read_in


def stage_counts(session: Session, batch_id: int) -> dict[str, int]:
    """Number of items, and of opinions in force by stage (各环节已审数)."""
    roster = select(func.count()).select_from(RosterEntry).where(RosterEntry.batch_id == batch_id, on_roster())
    given = session.exec(
        select(Review.stage, func.count())
        .join(RosterEntry, read_in(Review))
        .where(RosterEntry.batch_id == batch_id, on_roster())
        .where(col(Review.withdrawn_at).is_(None), col(Review.round) == col(RosterEntry.round))
        .group_by(col(Review.stage))
    ).all()
    counts = {ReviewStage(stage).value: int(number) for stage, number in given}
    return {"items": session.exec(roster).one(), **{stage.value: counts.get(stage.value, 0) for stage in ReviewStage}}


def newest_decisions(session: Session, batch_id: int, user_id: int, limit: int = 20) -> Sequence[datetime]:
    """When a person gave the newest opinions in a batch, newest first (近来意见时刻)."""
    return session.exec(
        select(Review.at)
        .where(Review.batch_id == batch_id, Review.reviewer_id == user_id, col(Review.withdrawn_at).is_(None))
        .order_by(col(Review.id).desc())
        .limit(limit)
    ).all()


def parked(session: Session, batch_id: int, user_id: int) -> int:
    """How many items a person put aside with a question (存疑数)."""
    return session.exec(
        select(func.count())
        .select_from(Question)
        .where(Question.batch_id == batch_id, Question.asked_by == user_id, col(Question.settled_at).is_(None))
    ).one()


def open_question(session: Session, batch_id: int, record_id: int, user_id: int) -> str | None:
    """The question that this person put to an item and has not settled (本人所存疑问)."""
    return session.exec(
        select(Question.text)
        .where(
            Question.batch_id == batch_id, Question.record_id == record_id, Question.asked_by == user_id,
            col(Question.settled_at).is_(None),
        )
        .order_by(col(Question.id).desc())
    ).first()  # fmt: skip


def same_volume(session: Session, record: Record, limit: int = 8) -> Sequence[Record]:
    """Other items of the record's volume (同卷条目), in order of 档号."""
    if record.volume_code is None:
        return []
    return session.exec(
        select(Record)
        .where(
            Record.volume_code == record.volume_code, Record.fonds_key == record.fonds_key, col(Record.id) != record.id
        )
        .order_by(col(Record.reference_code))
        .limit(limit)
    ).all()
