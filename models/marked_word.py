"""Marked words (标注词): the passage of a title that made an item sensitive, or that is harmless."""

from datetime import datetime

from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, ReviewStage


class MarkedWord(Base, table=True):
    """A passage that a reviewer marked (标注词): appended, withdrawn, never edited.

    ``start`` and ``end`` are places in the title as written; ``speaks`` is what the passage speaks for:
    ``restricted`` for a sensitive one, ``open`` for a harmless one. ``stage`` is the reading in which it was marked.
    """

    __tablename__ = "marked_word"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    record_id: int = Field(foreign_key="record.id", index=True)
    stage: ReviewStage = Field(sa_type=text_enum(ReviewStage))
    start: int
    end: int
    text: str
    speaks: Access = Field(sa_type=text_enum(Access))
    marked_by: int = Field(foreign_key="user_account.id")
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
