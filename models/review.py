"""Opinions and their record (审核意见): open and restricted are two shapes, so no restriction lacks a ground."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, Ground, ReviewStage


@dataclass(frozen=True, slots=True)
class OpenOpinion:
    """拟开放. ``reason`` is asked only against a restricting or cautioning rule."""

    reason: str | None = None

    @property
    def access(self) -> Access:
        """开放."""
        return Access.OPEN


@dataclass(frozen=True, slots=True)
class RestrictOpinion:
    """拟延期: ground, reason and review-again date, none of them defaulted (办法 art. 8, 17)."""

    ground: Ground
    reason: str
    review_again_on: date

    @property
    def access(self) -> Access:
        """延期开放."""
        return Access.RESTRICTED


Opinion = OpenOpinion | RestrictOpinion


_IN_FORCE = text("withdrawn_at IS NULL")


class Review(Base, table=True):
    """One person's opinion on one item in one round (审核记录): appended, withdrawn, never edited."""

    __tablename__ = "review"
    __table_args__ = (
        Index("uq_review_stage", "batch_id", "record_id", "round", "stage", unique=True,
              sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
        Index("uq_review_reviewer", "batch_id", "record_id", "round", "reviewer_id", unique=True,
              sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int = 1
    stage: ReviewStage = Field(sa_type=text_enum(ReviewStage))
    reviewer_id: int = Field(foreign_key="user_account.id", index=True)
    access: Access = Field(sa_type=text_enum(Access))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    reason: str | None = None
    review_again_on: date | None = None
    suggestion_id: int | None = Field(default=None, foreign_key="suggestion.id")
    group_id: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Question(Base, table=True):
    """An item put aside with a question (存疑)."""

    __tablename__ = "question"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    record_id: int = Field(foreign_key="record.id")
    asked_by: int = Field(foreign_key="user_account.id")
    text: str
    at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewLease(Base, table=True):
    """Who has which item on screen (占用): two readers of one stage never get the same item."""

    __tablename__ = "review_lease"

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    record_id: int = Field(foreign_key="record.id", primary_key=True)
    stage: ReviewStage = Field(sa_type=text_enum(ReviewStage), primary_key=True)
    user_id: int = Field(foreign_key="user_account.id")
    until: datetime = Field(sa_type=UtcDateTime)
