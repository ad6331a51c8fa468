"""Marked passages (漏检、误检标注): where the rules were silent or spoke wrongly, for whoever mends the rules."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class Slip(StrEnum):
    """What the rules got wrong (规则之失): a passage missed, or a title wrongly flagged."""

    MISSED = "missed"
    WRONG = "wrong"


class Settlement(StrEnum):
    """What became of a mark (处理结果): a rule was saved for it, it was laid aside, or its reader took it back."""

    MENDED = "mended"
    LAID_ASIDE = "laid_aside"
    WITHDRAWN = "withdrawn"


class MarkedPassage(Base, table=True):
    """A passage of a title that a reader marked for the rules (漏检、误检标注): settled, never edited.

    ``start`` and ``end`` are places in the title as written; ``rule_id`` is the rule that flagged it wrongly.
    """

    __tablename__ = "marked_passage"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    record_id: int = Field(foreign_key="record.id", index=True)
    slip: Slip = Field(sa_type=text_enum(Slip))
    rule_id: str | None = None
    start: int
    end: int
    text: str
    marked_by: int = Field(foreign_key="user_account.id")
    at: datetime = Field(sa_type=UtcDateTime)
    settlement: Settlement | None = Field(default=None, sa_type=text_enum(Settlement))
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
