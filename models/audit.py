"""Audit event (审计事件): one sealed line for every human act."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime


class AuditEvent(Base, table=True):
    """A line of the ledger (审计账): append-only by trigger; ``hash`` covers every other column."""

    __tablename__ = "audit_event"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    previous_hash: str = Field(unique=True)
    hash: str = Field(unique=True)
