"""Delay beyond 25 years (延期开放报批): what the 档案主管部门 was asked and answered (条例 art. 31)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Ground


class AuthorityAnswer(StrEnum):
    """What the 档案主管部门 says of an item (批复); no answer is no row."""

    CONSENT = "consent"
    REFUSE = "refuse"


class DelayRequest(Base, table=True):
    """One package put to the 档案主管部门 for one batch (延期开放申请)."""

    __tablename__ = "delay_request"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    number: str | None = None
    authority: str
    requested_on: date
    list_digest: str
    requested_by: str
    at: datetime = Field(sa_type=UtcDateTime)


class DelayItem(Base, table=True):
    """A line of the package (拟延期开放条目): the opinion as it was reported, and the rules it was read with."""

    __tablename__ = "delay_item"
    __table_args__ = (UniqueConstraint("batch_id", "record_id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="delay_request.id", index=True)
    batch_id: int = Field(foreign_key="batch.id")
    record_id: int = Field(foreign_key="record.id", index=True)
    ground: Ground = Field(sa_type=text_enum(Ground))
    reason: str = Field(min_length=1)
    review_again_on: date
    rule_ids: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    ruleset_digest: str | None = None


class AuthorityReply(Base, table=True):
    """The answer on one item (批复意见), with 文号 and date: appended, the newest counts."""

    __tablename__ = "authority_reply"
    __table_args__ = (CheckConstraint("answer = 'consent' OR reason IS NOT NULL", name="refusal_reasoned"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="delay_item.id", index=True)
    answer: AuthorityAnswer = Field(sa_type=text_enum(AuthorityAnswer))
    document_number: str = Field(min_length=1)
    answered_on: date
    reason: str | None = None
    recorded_by: str
    at: datetime = Field(sa_type=UtcDateTime)
