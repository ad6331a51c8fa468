"""What tells like items from like (一致性核对): keys of titles and numbers, and why opposite decisions stand."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access


class RecordKey(Base, table=True):
    """Keys under which like items meet (条目比对键): digests of the masked title and of the 文号."""

    __tablename__ = "record_key"

    record_id: int = Field(foreign_key="record.id", primary_key=True)
    title_key: str = Field(index=True)
    number_key: str | None = Field(default=None, index=True)


class ConsistencyNote(Base, table=True):
    """Why an item is decided otherwise than its likes (不一致说明): appended.

    It speaks of the ``others`` known when it was written and of one outcome; a further contradiction, or
    another outcome, needs another note.
    """

    __tablename__ = "consistency_note"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    access: Access = Field(sa_type=text_enum(Access))
    others: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    text: str = Field(min_length=1)
    written_by: str
    at: datetime = Field(sa_type=UtcDateTime)
