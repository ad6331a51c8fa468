"""Complaints (投诉登记): what people say of opened and unopened archives, and what was answered, by when."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class ComplaintChannel(StrEnum):
    """How it reached the archive (来源)."""

    VISIT = "visit"
    LETTER = "letter"
    CALL = "call"
    ONLINE = "online"
    AUTHORITY = "authority"


class ComplaintOutcome(StrEnum):
    """What was found (办理结果)."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not-upheld"
    PASSED_ON = "passed-on"


class Complaint(Base, table=True):
    """One complaint (投诉): who made it stays in the house; absent is anonymous.

    It is about a record, or a batch, or what its text alone says.
    """

    __tablename__ = "complaint"

    id: int | None = Field(default=None, primary_key=True)
    received_on: date
    channel: ComplaintChannel = Field(sa_type=text_enum(ComplaintChannel))
    complainant: str | None = None
    contact: str | None = None
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)
    text: str = Field(min_length=1)
    due_on: date
    recorded_by: str
    at: datetime = Field(sa_type=UtcDateTime)


class ComplaintAnswer(Base, table=True):
    """What was answered (答复): appended, the newest counts."""

    __tablename__ = "complaint_answer"

    id: int | None = Field(default=None, primary_key=True)
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    outcome: ComplaintOutcome = Field(sa_type=text_enum(ComplaintOutcome))
    answer: str = Field(min_length=1)
    answered_on: date
    recorded_by: str
    at: datetime = Field(sa_type=UtcDateTime)
