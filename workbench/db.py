"""The database door (数据库): engines, the one transaction, migrations."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from models.errors import HomeError, ProcedureError

# busy_timeout first: the switch to WAL may have to wait for another process that has just opened the home.
# recursive_triggers: without it INSERT OR REPLACE slips past the ledger's DELETE trigger.
_PRAGMAS = ("busy_timeout=10000", "foreign_keys=ON", "journal_mode=WAL", "recursive_triggers=ON", "synchronous=NORMAL")
# What SQLite says by its primary result code, and the refusal that tells people.
_HINDRANCES = {
    sqlite3.SQLITE_BUSY: "busy", sqlite3.SQLITE_LOCKED: "busy", sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged", sqlite3.SQLITE_IOERR: "damaged", sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only", sqlite3.SQLITE_PERM: "read_only", sqlite3.SQLITE_CANTOPEN: "no_database",
}  # fmt: skip


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """Open (once a process) the engine of a database address (数据库引擎)."""
    # hide_parameters: a failing statement must not carry titles into a log or an error page.
    # A wide pool: a burst of key presses waits for the write lock on many connections at once, and with few of
    # them the writer itself found none left and everybody waited for each other.
    postgresql = not url.startswith("sqlite")
    engine = create_engine(url, pool_size=16, max_overflow=240, pool_pre_ping=postgresql, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: ours begin with the right lock (below).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins by reading can never upgrade its lock under WAL; it takes the write lock first.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def transaction(url: str) -> Iterator[Session]:
    """One writing transaction (事务): all of it is kept, or none.

    Raises
    ------
    ProcedureError
        ``batch.stale_version`` when another tab or person changed the batch in between.
    HomeError
        As ``reachable``.
    """
    with reachable(url), Session(engine_for(url), expire_on_commit=False) as session:
        try:
            with session.begin():
                yield session
        except StaleDataError as error:
            raise ProcedureError("batch.stale_version") from error


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A reading session (只读会话): never blocks a writer, keeps nothing.

    Raises
    ------
    HomeError
        As ``reachable``.
    """
    engine = engine_for(url).execution_options(reading=True)
    with reachable(url), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def reachable(url: str) -> Iterator[None]:
    """Say what keeps the database from answering (数据库不可用), in place of the driver's error.

    A constraint that was broken or a statement that is wrong stays the error it is: that is a fault of ours.

    Raises
    ------
    HomeError
        ``home.busy``, ``home.damaged``, ``home.disk_full``, ``home.read_only`` or ``home.no_database``.
    """
    try:
        yield
    except DBAPIError as error:
        code = _what_hinders(error)
        if code is None:
            raise
        address = make_url(url)
        place = address.database if url.startswith("sqlite") else address.render_as_string(hide_password=True)
        raise HomeError(f"home.{code}", path=str(place)) from error


def _what_hinders(error: DBAPIError) -> str | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The lowest byte is the kind, the rest the circumstances; an error of the driver itself has no code.
        return _HINDRANCES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    lost = error.connection_invalidated or (type(cause).__name__ == "OperationalError" and error.statement is None)
    return "no_database" if lost else None


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database address (迁移配置)."""
    config = Config()
    config.set_main_option("script_location", "workbench:migrations")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Create the tables or bring them to this version (建库、升级), idempotent.

    Raises
    ------
    HomeError
        As ``reachable``.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    with reachable(url):
        command.upgrade(alembic_config(url), "head")


def require_current(url: str) -> None:
    """Refuse a home that does not exist yet, or of another version (检查数据库版本).

    Raises
    ------
    HomeError
        ``home.missing`` or ``home.other_version``; as ``reachable``.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database and not Path(database).exists():
        raise HomeError("home.missing", path=str(Path(database).parent))
    with reachable(url), engine_for(url).execution_options(reading=True).connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    if found is None:
        raise HomeError("home.missing", path=make_url(url).render_as_string(hide_password=True))
    if found != wanted:
        raise HomeError("home.other_version", found=found, wanted=str(wanted))
