"""Lists of what is public already (已公开清单): gazettes, disclosed documents, openings elsewhere.

A hit is evidence for opening, with its source; it opens nothing by itself.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import sqlalchemy
import yaml
from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from models import AuditEvent, PublicItem, User
from models.errors import ImportFailure, LawError
from models.text import plain
from rules import already_public
from rules.already_public import PublicList
from workbench.permissions import named
from workbench.readers import SourceRow, open_catalogue
from workbench.services.ledger_keeping import seal

IMPORTED, REMOVED = "public_list.import", "public_list.remove"
_AT_ONCE = 5000
_lists: dict[str, PublicList] = {}  # the last one read; a digest names one content for ever


def import_list(*, session: Session, path: Path, source: str | None, by: User | str, at: datetime) -> dict[str, Any]:
    """Load a list of published documents (装入已公开清单), sealed; rows known already are left alone.

    ``source`` says where all of them were published; a row's own source column goes before it. Gives counts:
    ``rows``, ``added``, ``known``, ``unusable`` (no number, and no title long enough to mean one document).

    Raises
    ------
    ImportFailure
        When the file cannot be read as a list; ``import.no_public_source`` for a row that names no source.
    PermissionDenied
        For a person who may not change rules.
    """
    who = named(by, "rules.change")
    list_digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    known = set(session.exec(select(PublicItem.item_key)))
    counts = {"rows": 0, "added": 0, "known": 0, "unusable": 0}
    fresh: list[dict[str, Any]] = []
    for row in open_catalogue(path):
        counts["rows"] += 1
        item = _item(row, source, path.name)
        if not PublicList.takes(item):
            counts["unusable"] += 1
            continue
        key = _key(item)
        if key in known:
            counts["known"] += 1
            continue
        known.add(key)
        fresh.append(
            {
                "item_key": key, "source": item.source, "title": item.title, "document_number": item.document_number,
                "date_text": row.cells.get("date") or row.cells.get("year"), "file": path.name,
                "list_digest": list_digest, "row": row.row, "imported_by": who, "imported_at": at,
            }
        )  # fmt: skip
    for start in range(0, len(fresh), _AT_ONCE):
        session.execute(insert(PublicItem), fresh[start : start + _AT_ONCE])
    counts["added"] = len(fresh)
    if fresh:
        _seal(session, IMPORTED, list_digest, len(fresh), who, at)
    return {**counts, "list": list_digest}


def remove_list(*, session: Session, list_digest: str, by: User | str, at: datetime) -> int:
    """Take a list out again (撤去已公开清单), sealed; stored suggestions keep what they said.

    Raises
    ------
    LawError
        ``public_list.unknown`` when no or more than one loaded list begins with ``list_digest``.
    """
    who = named(by, "rules.change")
    begun = col(PublicItem.list_digest).startswith(list_digest, autoescape=True)
    found = session.exec(select(PublicItem.list_digest).where(begun).distinct()).all()
    if len(found) != 1 or not list_digest:
        raise LawError("public_list.unknown", list=list_digest, count=len(found))
    here = col(PublicItem.list_digest) == found[0]
    count = session.exec(select(func.count()).select_from(PublicItem).where(here)).one()
    session.execute(delete(PublicItem).where(here))
    _seal(session, REMOVED, found[0], count, who, at)
    return count


def lists(session: Session) -> list[dict[str, Any]]:
    """The loaded lists, newest first (已公开清单一览): file, sources, number of items, who and when."""
    source, by = col(PublicItem.source), col(PublicItem.imported_by)
    listed = (col(PublicItem.list_digest), col(PublicItem.file))
    query = (
        sqlalchemy.select(
            *listed, func.count(), func.min(source), func.count(func.distinct(source)), by,
            func.max(col(PublicItem.imported_at)),
        )
        .group_by(*listed, by)
        .order_by(func.max(col(PublicItem.id)).desc())
    )  # fmt: skip
    names = ("list", "file", "items", "source", "sources", "by", "at")
    return [dict(zip(names, row, strict=True)) for row in session.execute(query)]


def digest(session: Session) -> str | None:
    """Digest of everything that is listed (清单摘要); ``None`` while nothing is."""
    event = session.exec(
        select(AuditEvent)
        .where(col(AuditEvent.action).in_((IMPORTED, REMOVED)))
        .order_by(col(AuditEvent.seq).desc())
        .limit(1)
    ).first()
    sealed: str | None = event.payload["list"] if event else None
    return sealed


def public_list(session: Session) -> PublicList:
    """The listed documents, ready to be looked up (已公开清单)."""
    content = digest(session)
    if content is None:
        return PublicList([])
    if content not in _lists:
        rows = session.exec(select(PublicItem.source, PublicItem.title, PublicItem.document_number))
        read = PublicList(already_public.PublicItem(*row) for row in rows)
        _lists.clear()
        _lists[content] = read
    return _lists[content]


def _item(row: SourceRow, source: str | None, file: str) -> already_public.PublicItem:
    named = _source_cell(row.unmapped) or source
    if not named:
        raise ImportFailure("import.no_public_source", file=file, sheet=row.sheet or "", row=row.row)
    return already_public.PublicItem(named, row.cells.get("title"), row.cells.get("document_number"))


def _source_cell(unmapped: Mapping[str, str]) -> str | None:
    return next(
        (text for header, text in unmapped.items() if text and plain(header).lower() in _source_headers()), None
    )


@lru_cache(maxsize=1)
def _source_headers() -> frozenset[str]:
    text = resources.files("workbench.services").joinpath("public_list.yaml").read_text(encoding="utf-8")
    return frozenset(plain(header).lower() for header in yaml.safe_load(text)["source"])


def _key(item: already_public.PublicItem) -> str:
    written = json.dumps([item.source, item.title, item.document_number], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _seal(session: Session, action: str, list_digest: str, count: int, by: str, at: datetime) -> None:
    keys = hashlib.sha256()
    for key in _keys(session):
        keys.update(f"{key}\n".encode())
    listed = session.exec(select(func.count()).select_from(PublicItem)).one()
    payload = {"file": list_digest, "items": count, "listed": listed, "list": keys.hexdigest() if listed else None}
    seal(session, actor=by, action=action, subject=f"public_list/{list_digest[:12]}", payload=payload, at=at)


def _keys(session: Session) -> Iterator[str]:
    yield from session.exec(select(PublicItem.item_key).order_by(col(PublicItem.item_key)))
