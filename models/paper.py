"""Papers of a batch and the scans of those that were signed (公文、签字件扫描件)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class PaperKind(StrEnum):
    """Kinds of papers in a batch's file (公文种类), in the order in which they are bound.

    ``agency_reply``, ``authority_reply`` and ``other`` come from outside: they are never printed, only scanned.
    """

    APPROVAL_SHEET = "approval_sheet"
    APPRAISAL_REPORT = "appraisal_report"
    MINUTES = "minutes"
    REVIEW_REGISTER = "review_register"
    DELAY_REGISTER = "delay_register"
    ISSUE_LIST = "issue_list"
    CONSULTATION_LETTER = "consultation_letter"
    AGENCY_REPLY = "agency_reply"
    SAMPLING_RECORD = "sampling_record"
    DELAY_REQUEST = "delay_request"
    DELAY_APPRAISAL = "delay_appraisal"
    AUTHORITY_REPLY = "authority_reply"
    RELEASE_CHECK = "release_check"
    NOTICE = "notice"
    OTHER = "other"


class SignedSheet(Base, table=True):
    """The scan of a signed sheet (签字件扫描件): appended; one attached by mistake is withdrawn, its row stays.

    ``file`` is its name in the home's ``signed`` folder, ``given_name`` what the person called it. ``pages`` is
    ``None`` for scans that were kept before pages were counted.
    """

    __tablename__ = "signed_sheet"
    __table_args__ = (
        Index("uq_signed_sheet_in_force", "batch_id", "paper", "digest", unique=True,
              sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    paper: PaperKind = Field(sa_type=text_enum(PaperKind))
    file: str = Field(min_length=1)
    given_name: str | None = None
    digest: str = Field(min_length=64, max_length=64)
    pages: int | None = None
    note: str | None = None
    attached_by: str
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str | None = None
