"""Care of the home (数据目录维护): create, back up, restore."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from models.errors import HomeError
from workbench import db
from workbench.services import ledger_keeping
from workbench.settings import Environment

MANIFEST = "manifest.json"
DATABASE = "kaijian.sqlite"
KEPT_FOLDERS = ("classifiers", "published", "signed", "templates", "reports", "rules")


def create(environment: Environment) -> None:
    """Create the home or bring it to this version (建立数据目录), idempotent."""
    environment.home.mkdir(parents=True, exist_ok=True)
    db.upgrade(environment.url)


def _sqlite_file(environment: Environment) -> Path:
    address = make_url(environment.url)
    if not environment.url.startswith("sqlite") or not address.database:
        raise HomeError("backup.sqlite_only")
    return Path(address.database)


def require_place(environment: Environment, target: Path) -> None:
    """Refuse a backup that could not be written (检查备份去处), before anything says that it was made.

    Raises
    ------
    HomeError
        ``backup.exists``, ``backup.sqlite_only`` or ``home.cannot_write``.
    """
    _sqlite_file(environment)
    if target.exists():
        raise HomeError("backup.exists", path=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(target)) from error


def backup(environment: Environment, target: Path) -> int:
    """Write database and kept folders into one zip (备份) and give the number of files.

    The database is copied by SQLite itself, so people may go on working.

    Raises
    ------
    HomeError
        ``home.missing``, or as ``require_place``.
    """
    db.require_current(environment.url)
    require_place(environment, target)
    source = _sqlite_file(environment)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / DATABASE
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as saved:
            live.backup(saved)
        files = {DATABASE: copy, **dict(_kept(environment.home))}
        digests = {}
        unfinished = Path(scratch) / "backup.zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in files.items():
                archive.write(file, name)
                digests[name] = _digest(file)
            archive.writestr(MANIFEST, json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True))
        unfinished.replace(target)
    return len(files)


def _kept(home: Path) -> Iterator[tuple[str, Path]]:
    for folder in KEPT_FOLDERS:
        for file in sorted((home / folder).rglob("*")):
            if file.is_file():
                yield file.relative_to(home).as_posix(), file


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def restore(environment: Environment, source: Path) -> int:
    """Unpack a backup into an empty home (恢复) and verify every file and the ledger.

    Raises
    ------
    HomeError
        ``home.no_file``, ``home.not_empty``, ``backup.unreadable`` or ``backup.damaged`` (naming the file).
    """
    target = _sqlite_file(environment)
    home = environment.home
    if not source.is_file():
        raise HomeError("home.no_file", path=str(source))
    if target.exists() or any((home / folder).exists() for folder in KEPT_FOLDERS):
        raise HomeError("home.not_empty", path=str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        unpacked = Path(scratch)
        digests = _unpack(source, unpacked)
        for name, digest in digests.items():
            if not (unpacked / name).is_file() or _digest(unpacked / name) != digest:
                raise HomeError("backup.damaged", path=str(source), file=name)
        if DATABASE not in digests:
            raise HomeError("backup.unreadable", path=str(source))
        home.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in KEPT_FOLDERS:
            if (unpacked / folder).exists():
                shutil.move(unpacked / folder, home / folder)
        shutil.move(unpacked / DATABASE, target)
    db.upgrade(environment.url)
    with db.reading(environment.url) as session:
        ledger_keeping.verify(session)
    return len(digests)


def _unpack(source: Path, target: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(source) as archive:
            digests: dict[str, str] = json.loads(archive.read(MANIFEST))
            for name in digests:
                inside = (target / name).resolve()
                if not inside.is_relative_to(target.resolve()):
                    raise HomeError("backup.damaged", path=str(source), file=name)
                archive.extract(name, target)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise HomeError("backup.unreadable", path=str(source)) from error
    return digests
