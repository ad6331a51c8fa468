"""Corrections of a catalogue (目录纠错): proposed during review, checked with the unit, never made in place."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class CorrectedField(StrEnum):
    """What of a record can be proposed otherwise (可纠正的著录项); the values are the fields of the record."""

    TITLE = "title"
    CREATOR = "creator"
    DOCUMENT_NUMBER = "document_number"
    DATE = "date_text"
    RETENTION = "retention_period"
    PAGES = "pages"
    REMARKS = "remarks"


class CorrectionState(StrEnum):
    """Where a proposal stands (纠错状态); accepted, refused and taken back are final."""

    REPORTED = "reported"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


class Correction(Base, table=True):
    """One proposed correction of one field of one record (纠错).

    The record stays as it was imported. ``original`` is the field as it stood when this was proposed (``None``: it
    was empty), ``proposed`` what it should say, ``source`` how that is known. ``slip`` names the suspicion that it
    came from, if the program had one; ``read_before`` is what was read from the original date (days, due date), so
    that an accepted date can be taken back. An accepted correction is laid over the record
    where it is shown.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("original IS NULL OR original <> proposed", name="something_changes"),
        Index("ix_correction_state_id", "state", "id"),
        # One accepted wording of a field at most; a newer one must take the older one's place openly.
        Index("uq_correction_accepted", "record_id", "field", unique=True,
              sqlite_where=text("state = 'accepted'"), postgresql_where=text("state = 'accepted'")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    batch_id: int | None = Field(default=None, foreign_key="batch.id")
    field: CorrectedField = Field(sa_type=text_enum(CorrectedField))
    original: str | None = None
    proposed: str = Field(min_length=1)
    source: str = Field(min_length=1)
    slip: str | None = None
    read_before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    state: CorrectionState = Field(default=CorrectionState.REPORTED, sa_type=text_enum(CorrectionState))
    reported_by: str
    reported_at: datetime = Field(sa_type=UtcDateTime)


class CorrectionStep(Base, table=True):
    """What was done about a proposal (纠错经过): appended, one row a step, with who and when.

    ``asked_of`` names the unit, ``document_number`` the letter or reply, ``on`` its day; ``note`` gives a refusal's
    reason.
    """

    __tablename__ = "correction_step"

    id: int | None = Field(default=None, primary_key=True)
    correction_id: int = Field(foreign_key="correction.id", index=True)
    state: CorrectionState = Field(sa_type=text_enum(CorrectionState))
    asked_of: str | None = None
    document_number: str | None = None
    on: date
    note: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
