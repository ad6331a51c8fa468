"""Folders that appear whole or not at all (整目录落盘), and go again when the transaction does."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlmodel import Session

from models.errors import ProcedureError


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


def undo_on_rollback(session: Session, undo: Callable[[], None]) -> None:
    """Call ``undo`` if this transaction is rolled back (回滚时撤销): files follow the database, not the reverse."""

    waiting = [undo]  # emptied by the first end of the transaction: listeners may not be removed while they run

    def rolled_back(_session: Session) -> None:
        while waiting:
            waiting.pop()()

    def committed(_session: Session) -> None:
        waiting.clear()

    event.listen(session, "after_rollback", rolled_back)
    event.listen(session, "after_commit", committed)
