"""Read the full text of items (读取全文): files named by 档号, page by page, what was read before left alone.

::

    folder ─▶ waiting (this session) ─▶ read (no session: minutes) ─▶ keep (one short transaction) ─▶ …

Stopped anywhere, what is kept stays, and the next run goes on with the rest. Names of files and counts are reported
and sealed, never a word of the text.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import FullText, PageText, Record, RosterEntry, User
from models.errors import ImportFailure, ProcedureError
from models.vocabulary import TextSource
from rules import clearance
from rules.full_text import POOR_BELOW
from workbench.permissions import named
from workbench.readers import scan_page
from workbench.readers.page_text import PageReading, read_pages
from workbench.services import page_files, setting_up
from workbench.services.importing import digest_of
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch

_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file to be read for a record (待读文件)."""

    record_id: int
    reference_code: str
    file: Path
    stamp: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read (已读文件), with the SHA-256 of its bytes; ``problem`` is the refusal of one that could not be."""

    waiting: Waiting
    digest: str = ""
    pages: tuple[PageReading, ...] = ()
    problem: ImportFailure | None = None


@dataclass(slots=True)
class Found:
    """What a look at the folder gave (文件夹清点): ``refused`` bear a live mark, ``unchanged`` were read before."""

    waiting: list[Waiting]
    refused: int = 0
    unchanged: int = 0
    without_file: int = 0


def folder_of(session: Session, given: Path | None) -> Path:
    """The folder of page files (原文文件夹): the one given, else the setting's.

    Raises
    ------
    ProcedureError
        ``full_text.no_folder`` without either, ``full_text.not_a_folder``.
    """
    stored = setting_up.get(session, "page_files")
    folder = given or (Path(stored) if stored else None)
    if folder is None:
        raise ProcedureError("full_text.no_folder")
    if not folder.is_dir():
        raise ProcedureError("full_text.not_a_folder", folder=str(folder))
    return folder


def look(session: Session, folder: Path, *, batch_id: int | None = None) -> Found:
    """Find what is to be read (清点待读): for a batch's items, or for every record of the home.

    A file is read again when its size or time has changed, or when pages could not be read before and now can.
    """
    found = Found([])
    names = page_files.names_in(folder)
    for record_id, code, mark, lifted, stamp, unread in _records(session, batch_id):
        file = page_files.named(names, code)
        if file is None:
            found.without_file += 1
        elif clearance.is_live(mark, lifted):
            found.refused += 1
        else:
            now = _stamp(file)
            if stamp == now and not (unread and scan_page.is_available()):
                found.unchanged += 1
            else:
                found.waiting.append(Waiting(record_id, code, file, now))
    return found


def _stamp(file: Path) -> str:
    """What changes when a file does; of a folder, when any of its images does, or one comes or goes."""
    if file.is_dir():
        states = "\n".join(f"{each.name} {_stamp(each)}" for each in page_files.pictures_of(file))
        return f"{len(page_files.pictures_of(file))}-{hashlib.sha256(states.encode()).hexdigest()[:16]}"
    state = file.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"


def _records(session: Session, batch_id: int | None) -> Iterator[Sequence[Any]]:
    query = (
        sa.select(
            col(Record.id), col(Record.reference_code), col(Record.security_class), col(Record.declassification),
            col(FullText.stamp), col(FullText.unread_pages),
        )
        .outerjoin(FullText, col(FullText.record_id) == col(Record.id))
        .order_by(col(Record.id))
    )  # fmt: skip
    if batch_id is not None:
        load_batch(session, batch_id)
        query = query.where(
            col(Record.id).in_(select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id))
        )  # fmt: skip
    last = 0
    while rows := session.execute(query.where(col(Record.id) > last).limit(_AT_A_TIME)).all():
        yield from rows
        last = int(rows[-1][0] or 0)


def read(waiting: Waiting) -> Document:
    """Read one file (读一份文件): no session, for it may take minutes; a damaged one says so and stops nobody."""
    try:
        return Document(waiting, digest_of(waiting.file), tuple(_pages(waiting.file)))
    except ImportFailure as problem:
        return Document(waiting, problem=problem)


def _pages(file: Path) -> Iterator[PageReading]:
    """All pages of a file, or of the images of a folder one after the other."""
    number = 0
    for each in page_files.pictures_of(file):
        for page in read_pages(each):
            number += 1
            yield page._replace(page=number)


def keep(*, session: Session, documents: Sequence[Document], by: User | str, at: datetime) -> dict[str, int]:
    """Store what was read (存入全文), in place of what was there, sealed with counts only.

    An item that has come to bear a live mark since it was read is refused here too.

    Raises
    ------
    PermissionDenied
        For one without the right to read files in.
    """
    name = named(by, "full_text.read")
    counts = {"documents": 0, "pages": 0, "unread_pages": 0, "failed": 0, "refused": 0}
    for document in documents:
        record = session.get(Record, document.waiting.record_id)
        if document.problem is not None or record is None:
            counts["failed"] += 1
        elif clearance.is_live(record.security_class, record.declassification):
            counts["refused"] += 1
        else:
            kept = _store(session, document, by=name, at=at)
            counts["documents"] += 1
            counts["pages"] += kept.pages
            counts["unread_pages"] += kept.unread_pages
    if counts["documents"]:
        seal(session, actor=name, action="full_text.read", subject="records", payload=counts, at=at)
    return counts


def _store(session: Session, document: Document, *, by: str, at: datetime) -> FullText:
    number, pages = document.waiting.record_id, document.pages
    session.execute(sa.delete(PageText).where(col(PageText.record_id) == number))
    session.execute(sa.delete(FullText).where(col(FullText.record_id) == number))
    session.add_all(
        PageText(
            record_id=number, page=page.page, source=page.source, quality=page.quality,
            content=zlib.compress(page.text.encode(errors="replace")),
        )
        for page in pages
    )  # fmt: skip
    known = [(len(page.text) or 1, page.quality) for page in pages if page.quality is not None]
    signs = sum(length for length, _ in known)
    whole = "\f".join(f"{page.quality}\n{page.text}" for page in pages)
    kept = FullText(
        record_id=number, file=document.waiting.file.name, stamp=document.waiting.stamp,
        file_digest=document.digest,
        text_digest=hashlib.sha256(whole.encode(errors="replace")).hexdigest(), pages=len(pages),
        characters=sum(len(page.text) for page in pages),
        quality=round(sum(length * quality for length, quality in known) / signs, 4) if signs else None,
        poorest=min((quality for _, quality in known), default=None),
        unread_pages=sum(1 for page in pages if page.source is TextSource.UNREAD), read_by=by, read_at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def rows(session: Session, *, poor_only: bool = False) -> list[dict[str, Any]]:
    """What was read, the worst first (全文清单)."""
    query = (
        select(FullText, Record.reference_code)
        .join(Record, col(Record.id) == col(FullText.record_id))
        .order_by(col(FullText.poorest), col(FullText.record_id))
    )
    if poor_only:
        query = query.where(col(FullText.poorest) < POOR_BELOW)
    return [
        {
            "reference_code": code, "file": known.file, "pages": known.pages, "characters": known.characters,
            "quality": known.quality, "poorest": known.poorest, "unread_pages": known.unread_pages,
            "read_by": known.read_by, "read_at": known.read_at,
        }
        for known, code in session.exec(query)
    ]  # fmt: skip
