"""Files of the archive's own rules (本馆规则文件): they follow the transaction, as before when it is rolled back."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import Session, col, select

from models import AuditEvent
from workbench.services.folder_swap import undo_on_rollback


def digest(text: str | None) -> str | None:
    """SHA-256 of a file's text (文件摘要); ``None`` of none."""
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def text_in(path: Path) -> str | None:
    """What a file says (文件内容), or ``None`` when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def digest_of(path: Path) -> str:
    """The same digest of a file as it lies there (现有文件摘要), whatever it is written in."""
    # The text that was sealed has bare line feeds; an editor's carriage returns are a change that changes nothing.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def sealed_as(session: Session, action: str, name: str) -> dict[str, str | None]:
    """What the ledger says that each file is (审计账所记摘要), by the payload's ``name``; ``None``: taken away."""
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.seq))
    return {str(event.payload[name]): event.payload["after"] for event in session.exec(query)}


def differing(sealed: Mapping[str, str | None], there: Mapping[str, str]) -> list[str]:
    """Names whose file is not as sealed (与所记不符), in order: changed, added or lost."""
    return sorted(name for name in sealed.keys() | there.keys() if sealed.get(name) != there.get(name))


def first_difference(before: Path, after: Path) -> int:
    """The first line in which two texts differ (最先不同的行)."""
    old, new = (path.read_bytes().splitlines() for path in (before, after))
    same = next((number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    return (min(len(old), len(new)) if same is None else same) + 1


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
