"""Limits on use that a donor or transferring unit laid down (捐赠、寄存、移交者的限制利用意见，档案法第三十一条)."""

from datetime import date, datetime

from sqlmodel import Field

from models.base import Base, UtcDateTime


class UseLimit(Base, table=True):
    """One limit, on a whole fonds or on one item (限制利用): in force until a day, or until it is lifted.

    Exactly one of ``fonds_key`` and ``record_id`` is given. ``until`` is the last day in force; without it the limit
    stands until somebody lifts it, with a reason.
    """

    __tablename__ = "use_limit"

    id: int | None = Field(default=None, primary_key=True)
    fonds_key: str | None = Field(default=None, index=True)
    record_id: int | None = Field(default=None, foreign_key="record.id", index=True)
    imposed_by: str
    basis: str
    until: date | None = None
    recorded_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None
    lifted_reason: str | None = None
