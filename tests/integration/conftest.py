"""A real PostgreSQL for the tests that want one (PostgreSQL 服务): started once, a fresh database for each test."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench import db

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _tool(name: str) -> str | None:
    return shutil.which(name) or next((str(folder / name) for folder in DEBIAN if (folder / name).exists()), None)


def _as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses root; there it runs as the user that Debian's package made."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    initdb, pg_ctl = _tool("initdb"), _tool("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="kaijian-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        subprocess.run(_as_postgres(initdb, "-D", data, "-U", "kaijian", "-A", "trust", "-E", "UTF8"), **quiet)
        subprocess.run(_as_postgres(pg_ctl, "-D", data, "-o", options, "-w", "start"), **quiet)
        try:
            yield f"postgresql+psycopg://kaijian@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(_as_postgres(pg_ctl, "-D", data, "-m", "immediate", "stop"), **quiet)


@pytest.fixture
def pg(server: str) -> Iterator[str]:
    """A fresh, migrated database."""
    pytest.importorskip("psycopg")
    name = f"t{os.urandom(4).hex()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = server.rsplit("/", 1)[0] + f"/{name}"
    db.upgrade(url)
    yield url
    db.engine_for(url).dispose()
