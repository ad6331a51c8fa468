"""Classifier card (分类器卡片): what was learned, from what, how well, by whom, and whether it is in use."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime


class Classifier(Base, table=True):
    """A stored classifier (分类器); its files lie under the home, named by ``digest``."""

    __tablename__ = "classifier"

    digest: str = Field(primary_key=True)
    name: str
    card: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    trained_by: str
    trained_at: datetime = Field(sa_type=UtcDateTime)
    adopted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_adopted: bool = False
