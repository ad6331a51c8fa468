"""What the public may see of a batch (公布范围): pure; the one place that divides public from internal.

::

    Approved … ─▶ snapshot() ─▶ Snapshot.public    open lines, in catalogue order     → public/
                              └▶ Snapshot.internal  delayed lines, write-back, titles  → internal/
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from models.vocabulary import Access, Ground, Level

# The founding day that yearly statistics of archives are split at (domain: 建国前后分列).
FOUNDING_DAY = date(1949, 10, 1)
_CODE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved item, whole, as the archive knows it (已批准条目); never leaves the house in this shape."""

    record_id: int
    position: int
    reference_code: str
    code_generated: bool
    title: str
    public_title: str | None
    creator: str | None
    date_text: str | None
    date_from: date | None
    date_to: date | None
    fonds: str | None
    fonds_code: str | None
    level: Level
    access: Access
    ground: Ground | None = None
    reason: str | None = None
    review_again_on: date | None = None
    rule_ids: tuple[str, ...] = ()


_FIELDS = tuple(field.name for field in fields(Approved))


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line of the open catalogue (开放目录条目): everything in it may be read by anybody."""

    number: int
    record_id: int
    reference_code: str
    title: str
    creator: str | None
    date_text: str | None
    fonds: str | None
    level: Level
    year_from: int | None
    year_to: int | None
    before_founding: bool | None


@dataclass(frozen=True, slots=True)
class FondsCount:
    """What one fonds opens (各全宗开放数量): 卷 and 件 apart."""

    fonds: str | None
    files: int
    items: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What the notice says was opened (开放范围), counted over open lines alone.

    ``files`` are 卷, ``items`` are 件; they are never added. An item belongs to the period of its latest
    possible day; one without a date is in neither.
    """

    files: int
    items: int
    year_from: int | None
    year_to: int | None
    fonds: tuple[FondsCount, ...]
    files_before_founding: int
    items_before_founding: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A batch frozen at its publication (公布快照)."""

    lines: tuple[OpenLine, ...]
    scope: Scope
    delayed: tuple[Approved, ...]
    everything: tuple[Approved, ...]

    def public_content(self) -> dict[str, Any]:
        """What the public digest covers: the open catalogue as shown, nothing else (公开内容)."""
        return {"lines": [_public_line(line) for line in self.lines]}

    def public_digest(self) -> str:
        """SHA-256 of the public content (公开快照摘要); it may be printed, for all of it is public."""
        return hashlib.sha256(canonical(self.public_content()).encode()).hexdigest()

    def internal_content(self) -> dict[str, Any]:
        """The whole batch with grounds, reasons and original titles (内部内容)."""
        # Each field by its name: ``asdict`` would copy every value of a long batch, and all of them are plain.
        return {"items": [{name: getattr(item, name) for name in _FIELDS} for item in self.everything]}

    def internal_digest(self, secret: bytes) -> str:
        """HMAC-SHA-256 of the internal content (内部快照摘要): without the secret no title can be tried out."""
        return keyed(secret, canonical(self.internal_content()))


def snapshot(approved: Iterable[Approved], *, secret: bytes) -> Snapshot:
    """Freeze a batch (制作快照): open lines in catalogue order, delayed items apart.

    ``secret`` keys what replaces a code that was generated from a title the public may not see.
    """
    items = sorted(approved, key=lambda item: item.position)
    begins = _first_positions(items)
    opened = [item for item in items if item.access is Access.OPEN]
    ordered = sorted(opened, key=lambda item: begins[item.fonds])  # stable: roster order inside a fonds
    lines = tuple(_open_line(number, item, secret) for number, item in enumerate(ordered, start=1))
    delayed = tuple(item for item in items if item.access is Access.RESTRICTED)
    return Snapshot(lines=lines, scope=scope_of(lines), delayed=delayed, everything=tuple(items))


def _open_line(number: int, item: Approved, secret: bytes) -> OpenLine:
    return OpenLine(
        number=number,
        record_id=item.record_id,
        reference_code=public_code(item, secret),
        title=item.public_title or item.title,
        creator=item.creator,
        date_text=item.date_text,
        fonds=item.fonds,
        level=item.level,
        year_from=item.date_from.year if item.date_from else None,
        year_to=item.date_to.year if item.date_to else None,
        before_founding=None if item.date_to is None else item.date_to < FOUNDING_DAY,
    )


def public_code(item: Approved, secret: bytes) -> str:
    """档号 as the public sees it (公开档号).

    A generated code is a plain hash over the title; where that title was replaced, the code would give it
    away to anyone who tries titles, so a keyed one stands in its place.
    """
    if item.code_generated and item.public_title is not None:
        return "~" + keyed(secret, item.reference_code)[:_CODE_DIGITS]
    return item.reference_code


def scope_of(lines: Sequence[OpenLine]) -> Scope:
    """Count what is opened (开放范围统计)."""
    files, items = Counter[str | None](), Counter[str | None]()
    for line in lines:
        (files if line.level is Level.FILE else items)[line.fonds] += 1
    before = Counter(line.level for line in lines if line.before_founding)
    names = list(dict.fromkeys(line.fonds for line in lines))
    return Scope(
        files=files.total(),
        items=items.total(),
        year_from=min((line.year_from for line in lines if line.year_from is not None), default=None),
        year_to=max((line.year_to for line in lines if line.year_to is not None), default=None),
        fonds=tuple(FondsCount(name, files[name], items[name]) for name in names),
        files_before_founding=before[Level.FILE],
        items_before_founding=before[Level.ITEM],
    )


def without(shown: Snapshot, unused: frozenset[int]) -> Snapshot:
    """The same publication without lines whose use is suspended or withdrawn (现行开放目录); numbers stay."""
    lines = tuple(line for line in shown.lines if line.record_id not in unused)
    return replace(shown, lines=lines, scope=scope_of(lines))


def canonical(content: Mapping[str, Any]) -> str:
    """One text for one content (规范文本): sorted keys, no spaces, dates in ISO form."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)


def keyed(secret: bytes, text: str) -> str:
    """HMAC-SHA-256 in hex (带密钥摘要)."""
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _public_line(line: OpenLine) -> list[str | int | None]:
    return [line.number, line.reference_code, line.title, line.creator, line.date_text, line.fonds, line.level.value]


def _first_positions(items: Sequence[Approved]) -> dict[str | None, int]:
    """Where each fonds begins on the roster, so that its lines stand together."""
    first: dict[str | None, int] = {}
    for item in items:
        first.setdefault(item.fonds, item.position)
    return first


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def count_levels(items: Iterable[Approved]) -> tuple[int, int]:
    """Number of 卷 and of 件 (卷数、件数), never added."""
    levels = Counter(item.level for item in items)
    return levels[Level.FILE], levels[Level.ITEM]
