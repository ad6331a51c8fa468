"""Opening notice, open entries and what happens after (公告、开放目录条目、暂停利用)."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import UseState


class OpeningNotice(Base, table=True):
    """One publication of one batch (开放公告), numbered within its year."""

    __tablename__ = "opening_notice"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", unique=True)
    year: int
    number: int
    folder: str
    snapshot_digest: str
    ledger_head: str
    opened: int
    published_by: str
    published_on: date
    published_at: datetime = Field(sa_type=UtcDateTime)


class OpenEntry(Base, table=True):
    """A line of the open catalogue as the public saw it (开放目录条目)."""

    __tablename__ = "open_entry"
    __table_args__ = (UniqueConstraint("notice_id", "record_id"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="opening_notice.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    position: int
    reference_code: str
    title: str
    creator: str | None = None
    date_text: str | None = None
    fonds: str | None = None


class Suspension(Base, table=True):
    """A change of use after publication (暂停利用、恢复、撤销): appended, the newest counts."""

    __tablename__ = "suspension"

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    state: UseState = Field(sa_type=text_enum(UseState))
    reason: str
    deadline: date | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
