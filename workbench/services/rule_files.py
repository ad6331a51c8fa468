"""Files of the archive's own rules (本馆规则文件): they follow the transaction, as before when it is rolled back."""

import hashlib
from pathlib import Path

from sqlmodel import Session

from workbench.services.folder_swap import undo_on_rollback


def digest(text: str | None) -> str | None:
    """SHA-256 of a file's text (文件摘要); ``None`` of none."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def text_in(path: Path) -> str | None:
    """What a file says (文件内容), or ``None`` when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def put(session: Session, path: Path, text: str | None) -> None:
    """Write a file, or take it away, until the transaction is rolled back (写文件，随事务回退)."""
    before = text_in(path)
    undo_on_rollback(session, lambda: _write(path, before))
    _write(path, text)


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
