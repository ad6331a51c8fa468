"""Consultation of the originating agencies (征求形成单位意见): who was asked what, and what they said.

::

    Batch ─▶ Consultation (a unit) ─▶ ConsultationItem (an item, its round) ─▶ AgencyReply … newest counts
                  └▶ ConsultationReminder …                                         └▶ ConsultationTalk …
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class AskedAs(StrEnum):
    """In what quality a unit is asked (征求对象)."""

    ORIGINATING = "originating"
    SUCCESSOR = "successor"
    ISSUER = "issuer"
    NOBODY = "nobody"  # abolished without successor: the archive alone decides, the basis is on record
    ON_HOLD = "on-hold"  # a document from above that this archive does not decide for now


class AgencyAnswer(StrEnum):
    """What a unit says of an item (单位意见); no reply is no row, never a value here."""

    AGREE = "agree"
    OBJECT = "object"


class TalkOutcome(StrEnum):
    """How talks on an objection ended (协商结果)."""

    AS_PROPOSED = "as-proposed"
    READ_AGAIN = "read-again"


class ReminderKind(StrEnum):
    """What was sent to a silent unit (催办、提请协调)."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


class Consultation(Base, table=True):
    """One unit asked in one batch (征求意见), or the reason why nobody is asked.

    ``asked_on`` and ``due_on`` are ``None`` until the letter is written out.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("(agency IS NULL) = (asked_as IN ('nobody', 'on-hold'))", name="somebody_or_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    agency: str | None = None
    asked_as: AskedAs = Field(sa_type=text_enum(AskedAs))
    basis: str | None = None
    opened_on: date
    letter_number: str | None = None
    asked_on: date | None = None
    due_on: date | None = None


class ConsultationItem(Base, table=True):
    """One item put to a unit (征求意见条目), as it stood in its round: a later round is asked again."""

    __tablename__ = "consultation_item"
    __table_args__ = (UniqueConstraint("batch_id", "record_id", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    batch_id: int = Field(foreign_key="batch.id")
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int


class AgencyReply(Base, table=True):
    """A unit's answer on one item (单位回复): appended, the newest counts."""

    __tablename__ = "agency_reply"
    __table_args__ = (CheckConstraint("answer = 'agree' OR reason IS NOT NULL", name="objection_reasoned"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="consultation_item.id", index=True)
    answer: AgencyAnswer = Field(sa_type=text_enum(AgencyAnswer))
    reason: str | None = None
    document_number: str | None = None
    replied_on: date
    recorded_by: str
    at: datetime = Field(sa_type=UtcDateTime)


class ConsultationTalk(Base, table=True):
    """Talks that settled one objection (协商记录): both sides, the day, the outcome; appended, the newest counts."""

    __tablename__ = "consultation_talk"

    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="agency_reply.id", index=True)
    outcome: TalkOutcome = Field(sa_type=text_enum(TalkOutcome))
    archive_side: str = Field(min_length=1)
    agency_side: str = Field(min_length=1)
    note: str = Field(min_length=1)
    held_on: date
    recorded_by: str
    at: datetime = Field(sa_type=UtcDateTime)


class ConsultationReminder(Base, table=True):
    """A reminder or escalation that went out (催办记录): appended."""

    __tablename__ = "consultation_reminder"

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    kind: ReminderKind = Field(sa_type=text_enum(ReminderKind))
    sent_on: date
    sent_by: str
    at: datetime = Field(sa_type=UtcDateTime)
