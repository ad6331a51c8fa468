"""Batch and its roster (审核批次、名册)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, false, text
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import BatchState

_VERSION: Column[int] = Column("version", Integer, nullable=False, default=1)


class Batch(Base, table=True):
    """A frozen set of items that is reviewed, approved and published together (审核批次)."""

    __tablename__ = "batch"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(min_length=1)
    state: BatchState = Field(default=BatchState.DRAFT, sa_type=text_enum(BatchState))
    version: int = Field(default=1, sa_column=_VERSION)
    assembled_on: date
    early_basis: str | None = None
    review_plan: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    roster_digest: str
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    note: str | None = None
    skipped: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    minutes_number: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    # Two tabs that race: the second UPDATE finds no row of its version and fails as batch.stale_version.
    __mapper_args__ = {"version_id_col": _VERSION}


class RosterEntry(Base, table=True):
    """One item's place in a batch (名册条目): ``round`` grows when the item is sent back to be read again.

    An item leaves the roster in three ways only, all sealed, and its row stays: ``held_back_to`` names the
    successor batch (待复件转下批), ``delay_refused`` says that the 档案主管部门 refused its delay, ``gave_way`` that
    the entry is a volume whose items came in meanwhile (案卷已转为件), or an item that a corrected date made not due
    after all (更正后未到期), or one that came under a limit on use after its approval (限制利用). In the successor,
    ``carried_from`` names the batch whose opinions of the same round stay in force.
    """

    __tablename__ = "roster_entry"
    __table_args__ = (
        Index("uq_roster_entry_live_record", "record_id", unique=True,
              sqlite_where=text("is_live"), postgresql_where=text("is_live")),
        Index("ix_roster_entry_batch_position", "batch_id", "position"),
    )  # fmt: skip

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    record_id: int = Field(foreign_key="record.id", primary_key=True)
    position: int
    round: int = 1
    is_live: bool = True  # False once published or held back: the record may enter another batch
    title_checked_by: str | None = None
    public_title: str | None = None
    held_back_to: int | None = None
    carried_from: int | None = None
    delay_refused: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    gave_way: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
