"""Catalogue and record (目录、条目): what came in, from which file, sheet and row."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, Ground, Level, Precision


class Catalogue(Base, table=True):
    """One import of one file (目录，一次导入)."""

    __tablename__ = "catalogue"

    id: int | None = Field(default=None, primary_key=True)
    file: str
    file_digest: str = Field(index=True)
    reader: str
    encoding: str | None = None
    headers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    imported_by: str
    imported_at: datetime = Field(sa_type=UtcDateTime)


class RecordBase(Base):
    """What a catalogue row says (著录项), as written and as read.

    ``transfer_opinion`` and ``disclosure`` are what came with the row at transfer (移交时的开放意见、公开情况,
    条例 art. 30); ``item_count`` is how many items a volume says it holds (卷内件数).
    ``date_from``/``date_to`` are the first and last possible day; ``due_on`` is the first openable day.
    """

    sheet: str | None = None
    row: int
    page: int | None = None
    reference_code: str = Field(min_length=1, max_length=200)
    code_generated: bool = False
    fonds: str | None = None
    fonds_code: str | None = None
    fonds_key: str = ""
    volume_code: str | None = Field(default=None, index=True)
    title: str = Field(min_length=1)
    creator: str | None = None
    document_number: str | None = None
    date_text: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    precision: Precision | None = Field(default=None, sa_type=text_enum(Precision))
    due_on: date | None = None
    due_basis: str | None = None
    security_class: str | None = None
    declassification: str | None = None
    retention_period: str | None = None
    pages: str | None = None
    remarks: str | None = None
    transfer_opinion: str | None = None
    disclosure: str | None = None
    item_count: str | None = None
    level: Level = Field(default=Level.ITEM, sa_type=text_enum(Level))
    notes: list[str] = Field(default_factory=list, sa_type=JSON)
    content_digest: str


class RecordCreate(RecordBase):
    """A row that passed the door (待入库条目): validated, not yet stored."""


class Record(RecordBase, table=True):
    """Unit of description (条目：案卷或文件), ISAD(G); key (fonds_key, reference_code) over the whole home."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("fonds_key", "reference_code"),
        Index("ix_record_due_on_id", "due_on", "id"),
        Index("ix_record_access_due_on", "access", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    catalogue_id: int = Field(foreign_key="catalogue.id", index=True)
    public_title: str | None = None
    access: Access | None = Field(default=None, sa_type=text_enum(Access))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    review_again_on: date | None = None
    decided_in: int | None = None


class Description(NamedTuple):
    """The part of a record that rules and classifiers read (著录文本); pure, and cheap to make by the million."""

    title: str
    reference_code: str | None = None
    fonds: str | None = None
    creator: str | None = None
    document_number: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    security_class: str | None = None
    declassification: str | None = None
    retention_period: str | None = None
    level: Level = Level.ITEM
    remarks: str | None = None
    text: str | None = None
    text_quality: float | None = None
    transfer_opinion: str | None = None
    disclosure: str | None = None
