"""The sample of a batch's open pile and its readings (抽检方案、抽检意见): appended, never edited."""

from datetime import date, datetime

from sqlmodel import Field, UniqueConstraint

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, Ground


class Sampling(Base, table=True):
    """One draw from a batch's open pile (抽检), fixed before anybody reads.

    ``limit`` and ``confidence`` are shares; ``secret`` keys the manifest and never leaves the archive. ``seed`` is
    SHA-256(manifest ‖ public string). ``closed_at`` is when the batch went on or went back.
    """

    __tablename__ = "sampling"
    __table_args__ = (UniqueConstraint("batch_id", "attempt"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    attempt: int
    open_count: int
    size: int
    limit: float
    confidence: float
    manifest: str
    secret: str
    public_words: str
    seed: str
    drawn_by: str
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SampledItem(Base, table=True):
    """One item of the open pile as frozen (抽检清单条目); ``place`` is its place in the sample, ``None`` outside it."""

    __tablename__ = "sampled_item"

    sampling_id: int = Field(foreign_key="sampling.id", primary_key=True)
    record_id: int = Field(foreign_key="record.id", primary_key=True)
    mark: str
    place: int | None = None


class SampleReading(Base, table=True):
    """One blind reading of one sampled item (抽检意见)."""

    __tablename__ = "sample_reading"
    __table_args__ = (UniqueConstraint("sampling_id", "record_id", "reader_id"),)

    id: int | None = Field(default=None, primary_key=True)
    sampling_id: int = Field(foreign_key="sampling.id", index=True)
    record_id: int = Field(foreign_key="record.id")
    reader_id: int = Field(foreign_key="user_account.id")
    access: Access = Field(sa_type=text_enum(Access))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    reason: str | None = None
    review_again_on: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)
