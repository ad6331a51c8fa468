"""Opening notice, its editions, open entries and what happens after (公告、公布版次、开放目录条目、暂停利用)."""

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


class NoticeEdition(Base, table=True):
    """What the public finds under a notice's number at a time (公布版次): the first is the publication itself.

    ``state`` says what a later edition changed; ``files_digest`` is over the bytes of its public files, absent for
    a publication made before digests were kept.
    """

    __tablename__ = "notice_edition"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="opening_notice.id", index=True)
    number: int
    state: UseState | None = Field(default=None, sa_type=text_enum(UseState))
    snapshot_digest: str
    files_digest: str | None = None
    ledger_head: str
    opened: int
    made_by: str
    made_on: date
    made_at: datetime = Field(sa_type=UtcDateTime)


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


class EditionChange(Base, table=True):
    """A line of the open catalogue that an edition changed (更正条目), and the change of use it follows from."""

    __tablename__ = "edition_change"

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="notice_edition.id", index=True)
    entry_id: int = Field(foreign_key="open_entry.id", index=True)
    suspension_id: int = Field(foreign_key="suspension.id", unique=True)
