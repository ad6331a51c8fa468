"""Scans of signed sheets (签字件扫描件): attached to their batch, sealed, kept inside the house, never public."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from sqlalchemy import func
from sqlmodel import Session, col, select

from models import PaperKind, SignedSheet, User
from models.errors import ProcedureError
from workbench.i18n import term
from workbench.permissions import require
from workbench.services import page_files
from workbench.services.folder_swap import undo_on_rollback
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch

SUFFIXES = page_files.SUFFIXES
LARGEST = 200 * 1024 * 1024  # bytes; a whole signed file in colour stays far below
_DIGEST_SHOWN = 12  # digits of the digest in a stored file's name


def attach(
    *, session: Session, batch_id: int, file: Path, paper: PaperKind, home: Path, by: User, at: datetime,
    note: str | None = None, given_name: str | None = None,
) -> SignedSheet:  # fmt: skip
    """Attach the scan of a signed sheet (存入签字件): the file is copied into the home, its digest sealed.

    The copy goes again when the transaction is rolled back.

    Raises
    ------
    ProcedureError
        ``papers.scan_missing``, ``papers.scan_kind``, ``papers.scan_too_large``, ``papers.scan_unreadable`` or
        ``papers.scan_known``.
    """
    require(by, "papers.attach")
    load_batch(session, batch_id)
    name = given_name or file.name
    pages = _readable(file, name)
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if any(each.digest == digest and each.paper is paper for each in of_batch(session, batch_id)):
        raise ProcedureError("papers.scan_known", file=name, paper=term(paper))
    stored = folder(home) / f"batch-{batch_id}-{digest[:_DIGEST_SHOWN]}{file.suffix.lower()}"
    if not stored.exists():
        stored.parent.mkdir(parents=True, exist_ok=True)
        undo_on_rollback(session, lambda: stored.unlink(missing_ok=True))
        stored.write_bytes(content)
    kept = SignedSheet(
        batch_id=batch_id, paper=paper, file=stored.name, given_name=name, digest=digest, pages=pages,
        note=(note or "").strip() or None, attached_by=by.name, at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    payload = {"sheet": kept.id, "paper": paper.value, "digest": digest, "pages": pages}
    seal(session, actor=by.name, action="papers.attach", subject=f"batch/{batch_id}", payload=payload, at=at)
    return kept


def folder(home: Path) -> Path:
    """Where scans lie in the home (签字件文件夹); nothing of it is ever published."""
    return home / "signed"


def _readable(file: Path, name: str) -> int:
    """Number of pages, once the file is what its name says."""
    if not file.is_file():
        raise ProcedureError("papers.scan_missing", path=str(file))
    if file.suffix.lower() not in SUFFIXES:
        raise ProcedureError("papers.scan_kind", file=name, known=", ".join(each[1:] for each in SUFFIXES))
    if file.stat().st_size > LARGEST:
        raise ProcedureError("papers.scan_too_large", file=name, limit=LARGEST // 1024**2)
    try:
        pages = page_files.page_count(file)
        if file.suffix.lower() != ".pdf":
            with Image.open(file) as picture:
                picture.verify()
    except (pypdfium2.PdfiumError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ProcedureError("papers.scan_unreadable", file=name) from error
    if not pages:
        raise ProcedureError("papers.scan_unreadable", file=name)
    return pages


def withdraw(
    *, session: Session, batch_id: int, sheet_id: int, reason: str | None, by: User, at: datetime
) -> SignedSheet:
    """Withdraw a scan that was attached by mistake (撤下签字件): file and row stay, it counts no more.

    Raises
    ------
    ProcedureError
        ``papers.scan_unknown`` or ``papers.reason_missing``.
    """
    require(by, "papers.attach")
    found = _in_force(session, batch_id, sheet_id)
    if not (reason or "").strip():
        raise ProcedureError("papers.reason_missing")
    found.withdrawn_by, found.withdrawn_at, found.withdrawn_reason = by.name, at, (reason or "").strip()
    session.add(found)
    session.flush()
    payload = {"sheet": found.id, "paper": found.paper.value, "digest": found.digest}
    seal(session, actor=by.name, action="papers.withdraw", subject=f"batch/{batch_id}", payload=payload, at=at)
    return found


def _in_force(session: Session, batch_id: int, sheet_id: int) -> SignedSheet:
    found = session.get(SignedSheet, sheet_id)
    if found is None or found.batch_id != batch_id or found.withdrawn_at is not None:
        raise ProcedureError("papers.scan_unknown", batch=batch_id, sheet=sheet_id)
    return found


def of_batch(session: Session, batch_id: int) -> Sequence[SignedSheet]:
    """Scans of a batch that count (在册签字件), in binding order and then by time."""
    order = list(PaperKind)
    query = select(SignedSheet).where(SignedSheet.batch_id == batch_id, col(SignedSheet.withdrawn_at).is_(None))
    return sorted(session.exec(query), key=lambda each: (order.index(each.paper), each.id or 0))


def rows(session: Session, batch_id: int) -> list[dict[str, Any]]:
    """Scans as plain rows (签字件清单), for lists."""
    load_batch(session, batch_id)
    return [
        {
            "sheet": each.id, "paper": each.paper.value, "file": each.file, "given_name": each.given_name,
            "pages": each.pages, "digest": each.digest, "note": each.note, "attached_by": each.attached_by,
            "at": each.at,
        }
        for each in of_batch(session, batch_id)
    ]  # fmt: skip


def content_of(session: Session, batch_id: int, sheet_id: int, *, home: Path) -> bytes:
    """The scan itself (取签字件), checked against its digest.

    Raises
    ------
    ProcedureError
        ``papers.scan_unknown``; ``papers.scan_changed`` when the file in the home is gone or another.
    """
    found = _in_force(session, batch_id, sheet_id)
    stored = folder(home) / found.file
    content = stored.read_bytes() if stored.is_file() else b""
    if hashlib.sha256(content).hexdigest() != found.digest:
        raise ProcedureError("papers.scan_changed", path=str(stored))
    return content


def size(session: Session) -> int:
    """Number of scans ever attached (签字件份数)."""
    return session.exec(select(func.count()).select_from(SignedSheet)).one()


def not_as_attached(session: Session, home: Path) -> list[str]:
    """Files of scans that are missing or changed (不符的签字件), for the check of the home."""
    changed = []
    for each in session.exec(select(SignedSheet).order_by(col(SignedSheet.id))):
        stored = folder(home) / each.file
        if not stored.is_file() or hashlib.sha256(stored.read_bytes()).hexdigest() != each.digest:
            changed.append(each.file)
    return changed
