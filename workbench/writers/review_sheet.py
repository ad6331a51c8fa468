"""The sheet for reading offline (线下审核表): one row an item, blank columns for the opinion."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

_WIDTHS = {"title": 60, "reference_code": 24, "reason": 40, "evidence": 40, "fonds": 20, "creator": 20}
_BLANK = PatternFill("solid", start_color="FFF7E6")
_TO_FILL = ("access", "ground", "reason", "review_again_on")


def write(
    out: Path, *, sheet: str, headers: Mapping[str, str], rows: Sequence[Mapping[str, object]],
    choices: Mapping[str, Sequence[str]],
) -> None:  # fmt: skip
    """Write the sheet; ``headers`` maps field to column title, ``choices`` gives drop-down lists by field.

    Every cell is text: a title that begins with ``=`` stays a title, a 档号 keeps its zeros.
    """
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(list(headers.values()))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in rows:
        page.append([None for _ in headers])
        for column, name in enumerate(headers, start=1):
            cell = page.cell(page.max_row, column)
            value = row.get(name)
            if value is not None:
                cell.value, cell.data_type = str(value), "s"
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name in _TO_FILL:
                cell.fill = _BLANK
    for column, name in enumerate(headers, start=1):
        letter = get_column_letter(column)
        page.column_dimensions[letter].width = _WIDTHS.get(name, 14)
        if name in choices and rows:
            listed = DataValidation(type="list", formula1='"' + ",".join(choices[name]) + '"', allow_blank=True)
            page.add_data_validation(listed)
            listed.add(f"{letter}2:{letter}{len(rows) + 1}")
    page.freeze_panes = "A2"
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)
