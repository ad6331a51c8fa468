"""Folders that appear whole or not at all (整目录落盘), and go again when the transaction does."""

import ctypes
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from models.errors import ProcedureError

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_UNDO = "undo_on_rollback"
_Undo = tuple[SessionTransaction | None, Callable[[], None]]


@contextmanager
def prepared(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` to write into (预写目录); it takes the name at the end, or leaves nothing behind.

    Raises
    ------
    ProcedureError
        ``publication.folder_exists`` when something lies there already; ``publication.cannot_write``.
    """
    if target.exists():
        raise ProcedureError("publication.folder_exists", path=str(target))
    writing = target.with_name(f".{target.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)  # of a run that was cut off
    try:
        writing.mkdir(parents=True)
        yield writing
        writing.rename(target)
    except OSError as error:
        raise ProcedureError("publication.cannot_write", path=str(target), problem=str(error.strerror)) from error
    finally:
        shutil.rmtree(writing, ignore_errors=True)


@contextmanager
def succeeding(session: Session, target: Path, kept: Path, parts: Sequence[str]) -> Iterator[Path]:
    """A folder to write the successors of ``target``'s parts into (换版目录).

    At the end each part changes places with its successor, and ``kept`` holds what stood there before. A failure
    or a rollback puts everything back.

    Raises
    ------
    ProcedureError
        ``publication.folder_exists`` when ``kept`` lies there already; ``publication.cannot_write``.
    """
    if kept.exists():
        raise ProcedureError("publication.folder_exists", path=str(kept))
    changed: list[str] = []

    def put_back() -> None:
        while changed:
            name = changed.pop()
            exchange(kept / name, target / name)
        shutil.rmtree(kept, ignore_errors=True)

    try:
        kept.mkdir(parents=True)
        yield kept
        for part in parts:
            exchange(kept / part, target / part)
            changed.append(part)
    except OSError as error:
        put_back()
        raise ProcedureError("publication.cannot_write", path=str(target), problem=str(error.strerror)) from error
    except BaseException:
        put_back()
        raise
    undo_on_rollback(session, put_back)


def exchange(one: Path, other: Path) -> None:
    """Let two folders of one disk change places (互换目录).

    On Linux at one stroke: whoever reads finds the old folder or the new one, never none. Elsewhere by three renames.
    """
    if _exchange_at_one_stroke(one, other):
        return
    aside = other.with_name(f".{other.name}.aside")
    other.rename(aside)
    try:
        one.rename(other)
    except OSError:
        aside.rename(other)
        raise
    aside.rename(one)


def _exchange_at_one_stroke(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # another system, or a library without this call
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of a folder's files (目录摘要)."""
    total = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{content}  {file.relative_to(folder).as_posix()}\n".encode())
    return total.hexdigest()


def undo_on_rollback(session: Session, undo: Callable[[], None]) -> None:
    """Call ``undo`` if this transaction, or savepoint, is rolled back (回滚时撤销): files follow the database.

    What was done last is undone first.
    """
    waiting: list[_Undo] | None = session.info.get(_UNDO)
    if waiting is None:
        waiting = session.info[_UNDO] = []
        _listen(session, waiting)
    waiting.append((session.get_nested_transaction() or session.get_transaction(), undo))


def _listen(session: Session, waiting: list[_Undo]) -> None:
    # Emptied by the end of the transaction: listeners may not be removed while they run.
    def rolled_back(_session: OrmSession, ended: SessionTransaction) -> None:
        while waiting and (ended.parent is None or _is_within(waiting[-1][0], ended)):
            waiting.pop()[1]()

    def committed(_session: OrmSession) -> None:
        if not session.in_nested_transaction():  # a savepoint that ends well may yet be undone with the rest
            waiting.clear()

    event.listen(session, "after_soft_rollback", rolled_back)
    event.listen(session, "after_commit", committed)


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
