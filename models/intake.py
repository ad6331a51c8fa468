"""What surrounds an import (导入的周边): remembered mappings, jobs in the background, rows sent back, cells changed.

::

    ImportProfile ─▶ Job ─▶ Catalogue ─┬─ Record …
    (表头 → 著录项)   (后台)             ├─ RejectedRow … repaired ─▶ Record
                                       └─ ChangedCell … what a cell said before the program or a person changed it
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Level


class JobKind(StrEnum):
    """What is done in the background (后台任务种类)."""

    IMPORT = "import"
    SUGGEST = "suggest"
    TRAIN = "train"


class JobState(StrEnum):
    """Where a job stands (任务状态).

    ``ready``: the file is parsed and nothing is stored; a person looks and says whether it goes in.
    """

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    READY = "ready"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobPhase(StrEnum):
    """What a running job is doing (任务阶段)."""

    READING = "reading"
    PARSING = "parsing"
    STORING = "storing"
    SUGGESTING = "suggesting"
    TRAINING = "training"


class ChangeCause(StrEnum):
    """Why a cell does not say any more what the file says (改动缘由)."""

    MOJIBAKE = "mojibake"
    PINYIN = "pinyin"
    ZEROS = "zeros"
    REPAIRED = "repaired"


class ImportProfile(Base, table=True):
    """How the lists of one header are read (导入方案): remembered for a sender, used again when the header comes again.

    ``shape`` is the digest of the folded header cells, ``None`` for a list without a header; ``columns`` is
    field → header (or ``#3``), complete: a column that is not named is not read.
    """

    __tablename__ = "import_profile"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, min_length=1, max_length=80)
    sender: str | None = None
    shape: str | None = Field(default=None, index=True)
    headers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    columns: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    encoding: str | None = None
    level: Level | None = Field(default=None, sa_type=text_enum(Level))
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)


class Job(Base, table=True):
    """One piece of work for the worker (后台任务).

    ``wanted`` is what a person asked of a running one (``paused``, ``cancelled``); ``worker`` and ``beat_at`` are the
    lease: without a beat for long enough the job is taken up by another. ``rows`` parsed or suggested so far, ``share``
    of the file read (0–1) where it is known. ``outcome`` holds counts and paths, never a cell.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: JobKind = Field(sa_type=text_enum(JobKind))
    state: JobState = Field(default=JobState.WAITING, sa_type=text_enum(JobState))
    phase: JobPhase | None = Field(default=None, sa_type=text_enum(JobPhase))
    wanted: JobState | None = Field(default=None, sa_type=text_enum(JobState, "wanted"))
    subject: str
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rows: int = 0
    share: float | None = None
    outcome: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    error: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    attempts: int = 0
    worker: str | None = None
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RejectedRow(Base, table=True):
    """A row that could not come in (退回的行), as it was written, until a person repairs or drops it.

    ``cells`` by the file's own headers; ``repaired`` the same cells as corrected; ``record_id`` what became of it.
    """

    __tablename__ = "rejected_row"

    id: int | None = Field(default=None, primary_key=True)
    catalogue_id: int = Field(foreign_key="catalogue.id", index=True)
    sheet: str | None = None
    row: int
    page: int | None = None
    header: str | None = None
    reason: str
    cells: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    repaired: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    outcome: str | None = None
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ChangedCell(Base, table=True):
    """A cell whose value in the home differs from the file's (改动的单元格): the original is kept here."""

    __tablename__ = "changed_cell"
    __table_args__ = (Index("ix_changed_cell_catalogue_id_row", "catalogue_id", "row"),)

    id: int | None = Field(default=None, primary_key=True)
    catalogue_id: int = Field(foreign_key="catalogue.id")
    sheet: str | None = None
    row: int
    page: int | None = None
    field: str
    original: str | None = None
    value: str | None = None
    cause: ChangeCause = Field(sa_type=text_enum(ChangeCause))
    changed_by: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
