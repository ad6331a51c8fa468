"""Setting (设置): one audited choice of this archive."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base


class Setting(Base, table=True):
    """A key and its value (设置项); keys, types and defaults are declared in ``workbench.services.setting_up``."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSON, nullable=False))
