"""From a catalogue row to a record that may enter the home (条目草稿): cleaned, never improved.

Each row becomes exactly one of: a ``Draft``, a ``Rejected`` with its reason, or ``QUARANTINED``. A draft's
values satisfy ``RecordCreate``; a contract test holds this fast path to that shape.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from models.dates import ArchivalDate, DateProblem, examine_date
from models.vocabulary import Level, Precision
from rules.clearance import is_live, read_mark
from rules.due_dates import due_date
from workbench.readers import HeaderMap, SourceRow
from workbench.readers.headers import level_named, lists_volumes
from workbench.services import scan_doubts
from workbench.services.row_codes import code_of, fonds_key, generated_code, volume_of
from workbench.services.row_mending import Change, clean, unscramble

LONGEST_CODE, LONGEST_TITLE = 200, 2000
QUARANTINED: Final = "quarantined"

# Notes that ask a person to look (存疑); every other note only informs.
SUSPICIONS = frozenset(
    [f"date.{problem.value}" for problem in DateProblem] + list(scan_doubts.SUSPICIONS)
    + ["date.future", "date.january_first_cluster", "date.ambiguous", "code.number", "code.day", "code.short",
       "text.garbled", "text.pinyin", "pages.reversed"]
)  # fmt: skip

_DIGEST_FIELDS = (
    "title", "creator", "document_number", "security_class", "declassification", "retention_period", "pages", "remarks",
)  # fmt: skip


class Draft(NamedTuple):
    """A record's values (条目草稿); dates as ISO text, notes as JSON text, as SQLite keeps them."""

    sheet: str | None
    row: int
    page: int | None
    reference_code: str
    code_generated: int
    fonds: str | None
    fonds_code: str | None
    fonds_key: str
    volume_code: str | None
    title: str
    creator: str | None
    document_number: str | None
    date_text: str | None
    date_from: str | None
    date_to: str | None
    precision: str | None
    due_on: str | None
    due_basis: str | None
    security_class: str | None
    declassification: str | None
    retention_period: str | None
    pages: str | None
    remarks: str | None
    transfer_opinion: str | None
    disclosure: str | None
    item_count: str | None
    level: str
    notes: str
    content_digest: str


class Rejected(NamedTuple):
    """A row that cannot enter (退回的行): ``reason`` names the text, ``column`` the header in the file."""

    sheet: str | None
    row: int
    page: int | None
    column: str | None
    reason: str
    cells: dict[str, str]


@dataclass
class Drafter:
    """Drafts one file (起草): knows the law's date, the options and the header in force.

    ``live_mark`` is ``quarantine`` or ``load``; ``level`` overrides what the header says, a row's own level
    column overrides both.
    """

    on: date
    level: Level | None = None
    live_mark: str = "quarantine"
    whole_year: bool = False
    changes: list[Change] = field(default_factory=list)
    _header: HeaderMap | None = None
    _list_level: Level = Level.ITEM
    _dues: dict[date | None, tuple[str | None, str]] = field(default_factory=dict)

    def draft(self, row: SourceRow, header: HeaderMap | None) -> Draft | Rejected | Literal["quarantined"]:
        """Draft one row; ``header`` is the one that stands above it, ``None`` on a sheet without any."""
        if header is not self._header:
            self._follow(header)
        written_row = row
        row, self.changes = unscramble(row)
        cells = row.cells
        # First of all: what may be secret must not even reach an error message.
        if self.live_mark == "quarantine" and self._bears_a_live_mark(row):
            return QUARANTINED
        if row.problem:
            return self._rejected(written_row, None, row.problem)
        if "title" not in cells:
            return self._rejected(written_row, "title", "no_title")
        if len(cells["title"]) > LONGEST_TITLE:
            return self._rejected(written_row, "title", "title_too_long")
        notes: list[str] = []
        cells = dict(cells)
        clean(cells, self.changes, notes)
        title = cells["title"]
        created, written = self._created(row, notes)
        fonds, fonds_code = cells.get("fonds"), cells.get("fonds_code")
        document_number = cells.get("document_number")
        level = self._level_of(cells)
        code = code_of(row, self._header, level, notes)
        generated = code is None
        if code is None:
            code = generated_code(fonds_code or fonds, title, written, document_number)
        elif len(code) > LONGEST_CODE:
            return self._rejected(written_row, "reference_code", "code_too_long")
        content = "\x1f".join([cells.get(name, "") for name in _DIGEST_FIELDS] + [written or "", level])
        opinion, disclosed, items = map(cells.get, ("transfer_opinion", "disclosure", "item_count"))
        if opinion or disclosed or items:  # a row without them keeps the digest it had before they were known
            content = "\x1f".join((content, opinion or "", disclosed or "", items or ""))
        try:
            digest = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
            (code + (fonds_code or fonds or "")).encode()
        except UnicodeEncodeError:  # a byte that the encoding does not know
            return self._rejected(written_row, None, "undecodable")
        if row.quality is not None:
            notes += scan_doubts.notes_of(row)
        due_on, due_basis = self._due(created)
        return Draft(
            row.sheet, row.row, row.page, code, int(generated), fonds, fonds_code, fonds_key(fonds_code, fonds),
            volume_of(cells, self._header, level), title, cells.get("creator"), document_number, written,
            created.earliest.isoformat() if created else None, created.latest.isoformat() if created else None,
            created.precision.value if created else None, due_on, due_basis, cells.get("security_class"),
            cells.get("declassification"), cells.get("retention_period"), cells.get("pages"), cells.get("remarks"),
            opinion, disclosed, items, level, json.dumps(notes) if notes else "[]", digest,
        )  # fmt: skip

    def _follow(self, header: HeaderMap | None) -> None:
        self._header = header
        name = header.fields.get("title", "") if header else ""
        self._list_level = self.level or (Level.FILE if lists_volumes(name) else Level.ITEM)

    def _level_of(self, cells: dict[str, str]) -> str:
        own = cells.get("level")
        return (level_named(own) if own else None) or self._list_level.value

    def _bears_a_live_mark(self, row: SourceRow) -> bool:
        """A mark in the 密级 column, or standing alone in a column that we do not know or in a broken row."""
        mark = row.cells.get("security_class")
        if mark is not None and is_live(mark, row.cells.get("declassification")):
            return True
        if mark is not None and "security_class" in row.unsure:
            return True  # a mark that was not read for certain may be a live one
        return bool(row.problem or row.unmapped) and unnamed_mark(row) is not None

    def _rejected(self, row: SourceRow, column: str | None, reason: str) -> Rejected:
        header = self._header.fields.get(column) if self._header and column else None
        return Rejected(row.sheet, row.row, row.page, header or column, reason, self._as_written(row))

    def _as_written(self, row: SourceRow) -> dict[str, str]:
        """The row under its own headers, so that it can be repaired and imported again."""
        names = self._header.fields if self._header else {}
        return {names.get(name, name): text for name, text in row.cells.items()} | row.unmapped

    # --- date --------------------------------------------------------------------------------------------------

    def _created(self, row: SourceRow, notes: list[str]) -> tuple[ArchivalDate | None, str | None]:
        """The creation date and the text it was read from; doubts go to ``notes``."""
        cells = row.cells
        written = cells.get("date")
        if written is None:
            return self._created_between(cells, notes)
        found = examine_date(float(written)) if "date" in row.numbers else examine_date(written)
        return self._dated(found, notes), written

    def _created_between(self, cells: dict[str, str], notes: list[str]) -> tuple[ArchivalDate | None, str | None]:
        start, end = cells.get("date_start"), cells.get("date_end")
        if start is None and end is None:
            return None, None
        if start is None or end is None or start == end:
            has_both = self._header is not None and {"date_start", "date_end"} <= self._header.fields.keys()
            if end is None and has_both and self._level_of(cells) == Level.FILE:
                notes.append(f"date.{DateProblem.OPEN_ENDED.value}")
                return None, start
            return self._dated(examine_date(start or end), notes), start or end
        written = f"{start}—{end}"
        first, last = examine_date(start), examine_date(end)
        if not isinstance(first, ArchivalDate) or not isinstance(last, ArchivalDate):
            return self._dated(first if isinstance(first, DateProblem) else last, notes), written
        if last.latest < first.earliest:
            return self._dated(DateProblem.REVERSED, notes), written
        both = dict.fromkeys((*first.notes, *last.notes))
        return self._dated(
            ArchivalDate(first.earliest, last.latest, Precision.RANGE, written, tuple(both)), notes
        ), written  # fmt: skip

    def _dated(self, found: ArchivalDate | DateProblem | None, notes: list[str]) -> ArchivalDate | None:
        if isinstance(found, DateProblem):
            notes.append(f"date.{found.value}")
            return None
        if found is None:
            return None
        for note in found.notes:
            notes.append(f"date.{note}")
        if found.earliest > self.on:
            notes.append("date.future")
        return found

    def _due(self, created: ArchivalDate | None) -> tuple[str | None, str]:
        key = created.latest if created else None
        known = self._dues.get(key)
        if known is None:
            due = due_date(created, on=self.on, whole_year=self.whole_year)
            known = self._dues[key] = (due.due_on.isoformat() if due.due_on else None, due.basis)
        return known


def unnamed_mark(row: SourceRow) -> str | None:
    """A mark that stands alone in a column that we do not know, or anywhere in a broken row (未注明的密级)."""
    cells = (*row.unmapped.values(), *(row.cells.values() if row.problem else ()))
    return next((cell for cell in cells if _is_bare_mark(cell)), None)


def _is_bare_mark(cell: str) -> bool:
    """A cell that is nothing but a mark: a word of two or three signs, or one with its star."""
    return (len(cell) <= 3 or "★" in cell) and len(cell) <= 12 and read_mark(cell) is not None
