"""How alembic meets our tables (迁移环境)."""

from alembic import context
from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from models import Base  # importing the package imports every table

url = context.config.get_main_option("sqlalchemy.url") or ""
engine = create_engine(url)


def _wait_for_others(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


if engine.dialect.name == "sqlite":
    event.listen(engine, "connect", _wait_for_others)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
