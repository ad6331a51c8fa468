"""In what order a batch is read (阅读次序), and what of a group was opened before it was decided."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class Strategy(StrEnum):
    """What is read first (阅读次序的原则).

    ``roster``: as the roster was frozen; ``risk``: the likeliest restricted; ``informative``: what teaches the
    learner most.
    """

    ROSTER = "roster"
    RISK = "risk"
    INFORMATIVE = "informative"


class ReadingOrder(Base, table=True):
    """How a batch's order was made (批次的阅读次序); ``random_share`` of the places are drawn by ``seed``."""

    __tablename__ = "reading_order"

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    strategy: Strategy = Field(sa_type=text_enum(Strategy))
    random_share: float
    seed: int
    ranked_by: str
    ranked_at: datetime = Field(sa_type=UtcDateTime)


class ReadingPlace(Base, table=True):
    """An item's place in the order of its batch (阅读位次): every reader meets the items in the same order.

    ``why`` says what put it there: ``seed``, ``drawn`` or the strategy's name.
    """

    __tablename__ = "reading_place"
    __table_args__ = (Index("ix_reading_place_batch_place", "batch_id", "place"),)

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    record_id: int = Field(foreign_key="record.id", primary_key=True)
    place: int
    why: str


class ItemOpening(Base, table=True):
    """A person opened an item of a group in one round (打开过的条目): a group is decided only after its draw was."""

    __tablename__ = "item_opening"

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    record_id: int = Field(foreign_key="record.id", primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    round: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
