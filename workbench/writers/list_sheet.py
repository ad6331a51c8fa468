"""A list to be filled in and sent back (待填清单): titled, its own columns locked, the blank ones open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

_TO_FILL = PatternFill("solid", start_color="FFF7E6")
_WRAP = Alignment(wrap_text=True, vertical="top")
_WIDE = {"title": 60, "reference_code": 24, "reason": 36, "reply_reason": 36, "basis": 36, "fonds": 22, "agency": 28}
_NARROW = 14


@dataclass(frozen=True, slots=True)
class ListSheet:
    """What the sheet looks like (清单样式): ``headers`` maps field to column title; ``fill`` are the blank columns."""

    name: str
    headers: Mapping[str, str]
    title: str | None = None
    note: str | None = None
    fill: Sequence[str] = ()
    hidden: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    locked: bool = True


def write(out: Path, shape: ListSheet, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the list; every cell is text: a title that begins with ``=`` stays a title, a 档号 keeps its zeros.

    Sheet protection carries no password: it keeps slips out, the import checks what comes back.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(shape.name)
    for column, name in enumerate(shape.headers, start=1):
        letter = get_column_letter(column)
        page.column_dimensions[letter].width = _WIDE.get(name, _NARROW)
        page.column_dimensions[letter].hidden = name in shape.hidden
    above = [text for text in (shape.title, shape.note) if text]
    page.freeze_panes = f"A{len(above) + 2}"
    for text in above:
        head = WriteOnlyCell(page, value=text)
        head.font = Font(bold=True, size=14) if text == shape.title else Font(italic=True)
        page.append([head])
    titles = [WriteOnlyCell(page, value=title) for title in shape.headers.values()]
    for title in titles:
        title.font = Font(bold=True)
    page.append(titles)
    for row in rows:
        page.append([_cell(page, row.get(name), blank=name in shape.fill) for name in shape.headers])
    first, last = len(above) + 2, len(above) + 1 + max(1, len(rows))
    for column, name in enumerate(shape.headers, start=1):
        if name in shape.choices:
            letter = get_column_letter(column)
            formula = '"' + ",".join(shape.choices[name]) + '"'
            listed = DataValidation(type="list", formula1=formula, allow_blank=True)
            page.add_data_validation(listed)
            listed.add(f"{letter}{first}:{letter}{last}")
    page.protection.sheet = shape.locked
    page.protection.formatColumns = page.protection.formatRows = page.protection.autoFilter = False
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)


def _cell(page: WriteOnlyWorksheet, value: object, *, blank: bool) -> Cell:
    cell = WriteOnlyCell(page, value=None if value is None else str(value))
    if value is not None:
        cell.data_type = "s"
    cell.number_format, cell.alignment = "@", _WRAP
    if blank:
        cell.fill, cell.protection = _TO_FILL, Protection(locked=False)
    return cell
