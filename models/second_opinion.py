"""What a local language model said of an item (语言模型旁证): logged whole or discarded, never a decision."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Ground


class Heard(StrEnum):
    """What became of an answer (答复的处理)."""

    RESTRICTED = "restricted"
    """A ground with a passage that stands in the item."""
    NO_GROUND = "no_ground"
    """The model saw no ground; that opens nothing."""
    UNREADABLE = "unreadable"
    """Not in the form asked for: no suggestion."""
    NOT_QUOTED = "not_quoted"
    """The passage does not stand in the item: discarded."""


class SecondOpinion(Base, table=True):
    """One answer of one model about one record (语言模型旁证).

    ``prompt_digest`` is the SHA-256 of everything that was sent; the same question is not asked twice.
    ``start`` and ``end`` are code-point offsets into the record's ``field``.
    """

    __tablename__ = "second_opinion"

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    model: str
    prompt_digest: str = Field(index=True)
    answer_digest: str
    heard: Heard = Field(sa_type=text_enum(Heard))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    field: str | None = None
    start: int | None = None
    end: int | None = None
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
