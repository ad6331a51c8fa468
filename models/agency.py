"""The fonds register (全宗形成单位名册): which unit answers for a fonds today, and on what basis."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum


class AgencyStanding(StrEnum):
    """What became of the unit that made the fonds (形成单位现状)."""

    EXISTING = "existing"
    SUCCEEDED = "succeeded"
    ABOLISHED = "abolished"


class FondsAgency(Base, table=True):
    """One fonds and the unit that answers for it (全宗形成单位).

    ``successor`` carries on the functions of an abolished or merged ``agency`` (条例 art. 30); ``basis`` is the
    paper that says so: without one, neither a successor nor its absence can be claimed.
    """

    __tablename__ = "fonds_agency"
    __table_args__ = (
        CheckConstraint("(standing = 'succeeded') = (successor IS NOT NULL)", name="successor_named"),
        CheckConstraint("standing = 'existing' OR basis IS NOT NULL", name="basis_given"),
    )

    fonds_key: str = Field(primary_key=True)
    fonds_code: str | None = None
    fonds: str | None = None
    agency: str = Field(min_length=1)
    standing: AgencyStanding = Field(default=AgencyStanding.EXISTING, sa_type=text_enum(AgencyStanding))
    successor: str | None = None
    basis: str | None = None
    contact: str | None = None
    telephone: str | None = None
    address: str | None = None
    updated_by: str
    updated_at: datetime = Field(sa_type=UtcDateTime)
