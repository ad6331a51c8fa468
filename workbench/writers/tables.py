"""Lists as xlsx and csv (目录表格): every cell is text, nothing runs, the same rows give the same bytes."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from workbench.writers.packages import plain_package

_A4 = 9  # the code of the paper size in a workbook
ROWS_A_SHEET = 1_000_000  # a sheet holds 1,048,576
# Characters that XML cannot hold; a catalogue row may carry them from an old database.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads a cell that begins so as a formula, even from a csv.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cell = str | int | date | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list with its column titles (表): ``widths`` in characters."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Row]
    widths: Sequence[int] = ()


def clean(value: object) -> str:
    """A value as text that any file format can hold (可写文本); ``None`` is an empty cell."""
    if value is None:
        return ""
    return _UNWRITABLE.sub("", value.isoformat() if isinstance(value, date) else str(value))


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell (疑似公式)."""
    return text.startswith(_FORMULA_STARTS)


def write_xlsx(target: Path, sheets: Sequence[Sheet], *, at: datetime) -> None:
    """Write a workbook (写 xlsx): long lists go on in further sheets; no formula, author or hidden part."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    held = io.BytesIO()
    book.save(held)
    target.write_bytes(plain_package(held.getvalue(), at=at))


def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    page, part, written = _new_page(book, sheet, sheet.name), 1, 0
    for row in sheet.rows:
        if written == ROWS_A_SHEET:
            part, written = part + 1, 0
            page = _new_page(book, sheet, f"{sheet.name} ({part})")
        page.append([_cell(page, value) for value in row])
        written += 1


def _new_page(book: Workbook, sheet: Sheet, name: str) -> Any:
    page: Any = book.create_sheet(name)  # a write-only page, whose stubs know only half of it
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    head = []
    for title in sheet.headers:
        cell = WriteOnlyCell(page, title)
        cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center", wrap_text=True)
        head.append(cell)
    page.append(head)
    return page


def _cell(page: Any, value: Cell) -> object:
    """Plain text passes as it is (fast); only what a spreadsheet would run becomes a cell object."""
    if isinstance(value, int) or value is None:
        return value
    text = clean(value)
    if not looks_like_formula(text):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def write_csv(target: Path, headers: Sequence[str], rows: Iterable[Row], *, last: str | None = None) -> None:
    """Write a csv (写 csv): UTF-8 with BOM, CRLF, a ``'`` before what a spreadsheet would run.

    ``last`` is a closing remark: one more line with a single cell, so that a reader by columns finds no code in it.
    """
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headers)
        for row in rows:
            writer.writerow([_quoted(clean(value)) for value in row])
        if last is not None:
            writer.writerow([last])


def _quoted(text: str) -> str:
    return "'" + text if looks_like_formula(text) else text
