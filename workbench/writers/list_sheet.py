"""A list to be filled in and sent back (待填清单): titled, its own columns locked, the blank ones open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workbench.writers.tables import clean

_TO_FILL = PatternFill("solid", start_color="FFF7E6")
_WRAP = Alignment(wrap_text=True, vertical="top")
_OPEN = Protection(locked=False)
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
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = shape.name
    above = [text for text in (shape.title, shape.note) if text]
    for text in above:
        page.append([text])
        page.cell(page.max_row, 1).font = Font(bold=True, size=14) if text == shape.title else Font(italic=True)
    page.append(list(shape.headers.values()))
    first = page.max_row + 1
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=first):
        for column, name in enumerate(shape.headers, start=1):
            _write_cell(page, number, column, row.get(name), blank=name in shape.fill)
    _set_columns(page, shape, first=first, last=max(first, page.max_row))
    page.freeze_panes = f"A{first}"
    page.protection.sheet = shape.locked
    page.protection.formatColumns = page.protection.formatRows = page.protection.autoFilter = False
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)


def _write_cell(page: Worksheet, row: int, column: int, value: object, *, blank: bool) -> None:
    cell = page.cell(row, column)
    if value is not None:
        cell.value, cell.data_type = clean(value), "s"
    cell.number_format, cell.alignment = "@", _WRAP
    if blank:
        cell.fill, cell.protection = _TO_FILL, _OPEN


def _set_columns(page: Worksheet, shape: ListSheet, *, first: int, last: int) -> None:
    for column, name in enumerate(shape.headers, start=1):
        letter = get_column_letter(column)
        page.column_dimensions[letter].width = _WIDE.get(name, _NARROW)
        page.column_dimensions[letter].hidden = name in shape.hidden
        if name in shape.choices:
            listed = DataValidation(type="list", formula1='"' + ",".join(shape.choices[name]) + '"', allow_blank=True)
            page.add_data_validation(listed)
            listed.add(f"{letter}{first}:{letter}{last}")
