"""The ground under every table: one registry, naming convention, UTC time (表的公共基础)."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# A registry of our own: Streamlit's hot reload imports the models again, and the global
# ``SQLModel.metadata`` would then refuse every table as "already defined".
class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING_CONVENTION))):
    """Parent of every table and of the shapes that enter it."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as UTC without zone and read back with it (协调世界时)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: it would silently mean two different instants."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


def text_enum(kind: type[StrEnum], name: str | None = None) -> Any:
    """Column type of a controlled term: text with a CHECK, never a native enum (受控词以文本存储).

    ``name`` tells two columns of one kind in one table apart: their CHECKs need different names.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name or kind.__name__.lower(),
        values_callable=lambda terms: [term.value for term in terms],
        length=40,
    )
