"""The yearly plan (年度计划): which fonds and years, by whom, until when."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime


class PlanLine(Base, table=True):
    """One line of a year's plan (年度计划项): what is to be decided from ``starts_on`` to ``deadline``, inclusive.

    ``fonds_key`` None is every fonds; ``first_year``/``last_year`` are years of creation, both None is any;
    ``people`` are user ids. ``items`` is what had to be decided when the line was drawn up. A line that is given up
    keeps its row.
    """

    __tablename__ = "plan_line"
    __table_args__ = (
        CheckConstraint("starts_on <= deadline", name="ends_after_it_starts"),
        CheckConstraint("(first_year IS NULL) = (last_year IS NULL)", name="both_years_or_none"),
    )

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    fonds_key: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    people: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    starts_on: date
    deadline: date
    items: int
    note: str | None = None
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
