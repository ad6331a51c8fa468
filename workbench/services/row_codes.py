"""The 档号 of a row (行的档号): as written, composed of its parts, or made up; and the volume and fonds it names."""

import hashlib
import re
import unicodedata

from models.vocabulary import Level
from workbench.readers import HeaderMap, SourceRow

_DAY_LIKE_CODE = re.compile(
    r"(?:19|20)\d\d([-/])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?: 00:00:00)?"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d"
    r"|\d(?:\.\d+)?[Ee]\+?\d{2}"
)


def code_of(row: SourceRow, header: HeaderMap | None, level: str, notes: list[str]) -> str | None:
    """档号 as written, or composed of its parts (档号), or ``None``; doubts go to ``notes``."""
    cells = row.cells
    code = cells.get("reference_code")
    if code is not None:
        if "reference_code" in row.numbers:
            notes.append("code.number")
        elif "reference_code" in row.days or _DAY_LIKE_CODE.fullmatch(code):
            notes.append("code.day")
        return code
    composed = _composed(cells, header, level)
    if composed is not None:
        notes.append("code.composed")
    return composed


def volume_of(cells: dict[str, str], header: HeaderMap | None, level: str) -> str | None:
    """档号 of the volume that an item lies in (所属案卷)."""
    if level == Level.FILE:
        return None
    return cells.get("volume_code") or _volume_parts(cells, header)


def _composed(cells: dict[str, str], header: HeaderMap | None, level: str) -> str | None:
    volume = cells.get("volume_code") or _volume_parts(cells, header)
    if level == Level.FILE or volume is None:
        return volume
    has_items = header is not None and "item_number" in header.fields
    item = cells.get("item_number")
    return f"{volume}-{item}" if has_items and item else None


def _volume_parts(cells: dict[str, str], header: HeaderMap | None) -> str | None:
    """全宗号-目录号-案卷号; 目录号 only where the list has it, and then it must be there."""
    parts = [cells.get("fonds_code"), cells.get("file_number")]
    if "series_code" in cells or (header is not None and "series_code" in header.fields):
        parts.insert(1, cells.get("series_code"))
    known = [part for part in parts if part]
    return "-".join(known) if len(known) == len(parts) else None


def fonds_key(fonds_code: str | None, fonds: str | None) -> str:
    """What tells one fonds from another in the key (全宗键): its number, else its name, else ""; width folded.

    A number is taken from a column or a title line that says 全宗号, never cut out of a 档号.
    """
    known = fonds_code or fonds or ""
    return known if known.isascii() else "".join(unicodedata.normalize("NFKC", known).split())


def generated_code(fonds: str | None, title: str, written: str | None, document_number: str | None) -> str:
    """A code for a row without any (代拟档号): ``~`` and 12 hex digits; the same row always gets the same."""
    content = "\n".join((fonds or "", title, written or "", document_number or ""))
    return "~" + hashlib.sha256(content.encode(errors="surrogateescape")).hexdigest()[:12]
