"""A workbook of figures (统计表): styled tables with real numbers and charts, ready to be printed or pasted."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbench.writers.packages import plain_package
from workbench.writers.tables import clean, looks_like_formula

Figure = str | int | float | None

_HEAD = PatternFill("solid", start_color="F3EFE4")
_THIN = Side(style="thin", color="DDD6C6")
_BORDER = Border(top=_THIN, bottom=_THIN, left=_THIN, right=_THIN)
_NUMBER, _SHARE = "#,##0", "0.0%"
_A4 = 9


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of some columns against the first (图): ``kind`` is ``stacked`` bars or ``line``."""

    title: str
    columns: Sequence[int]
    kind: str = "stacked"


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """One table (统计表页): floats are shares in [0, 1]; ``labels`` columns at the left are text.

    ``has_total`` says that the last row adds the others up, so that a chart leaves it out.
    """

    name: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Figure]]
    labels: int = 1
    has_total: bool = False
    chart: Chart | None = None


def write(target: Path, sheets: Sequence[FigureSheet], *, note: str, at: datetime) -> None:
    """Write the workbook (写统计表); ``note`` stands under each title and says how the figures were counted."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet.name), sheet, note)
    held = io.BytesIO()
    book.save(held)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(plain_package(held.getvalue(), at=at))


def _write_sheet(page: Worksheet, sheet: FigureSheet, note: str) -> None:
    width = len(sheet.headers)
    for row, text in ((1, sheet.title), (2, note)):
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        page.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="center")
    page.cell(1, 1).font, page.cell(2, 1).font = Font(bold=True, size=14), Font(italic=True, size=9)
    page.row_dimensions[1].height, page.row_dimensions[2].height = 26, 42
    for column, header in enumerate(sheet.headers, start=1):
        cell = page.cell(3, column, header)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = 26 if column <= sheet.labels else 12
    for number, values in enumerate(sheet.rows, start=4):
        is_total = sheet.has_total and number == len(sheet.rows) + 3
        for column, value in enumerate(values, start=1):
            _write_figure(page, number, column, value, is_total)
    page.freeze_panes = page.cell(4, sheet.labels + 1).coordinate
    page.print_title_rows = "3:3"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.chart is not None and len(sheet.rows) > sheet.has_total:
        _draw(page, sheet, sheet.chart)


def _write_figure(page: Worksheet, row: int, column: int, value: Figure, is_total: bool) -> None:
    cell = page.cell(row, column)
    if isinstance(value, str):
        text = clean(value)
        cell.value, cell.data_type = text, "s"
        cell.quotePrefix = looks_like_formula(text)
    elif value is not None:
        cell.value = value
        cell.number_format = _SHARE if isinstance(value, float) else _NUMBER
    cell.border = _BORDER
    cell.font = Font(bold=is_total)


def _draw(page: Worksheet, sheet: FigureSheet, wanted: Chart) -> None:
    chart = BarChart() if wanted.kind == "stacked" else LineChart()
    if isinstance(chart, BarChart):
        chart.type, chart.grouping, chart.overlap = "col", "stacked", 100
    else:
        chart.y_axis.number_format, chart.y_axis.scaling.max, chart.y_axis.scaling.min = "0%", 1, 0
    last = len(sheet.rows) + 3 - int(sheet.has_total)
    for column in wanted.columns:
        chart.add_data(Reference(page, min_col=column, min_row=3, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(page, min_col=1, min_row=4, max_row=last))
    chart.title, chart.height, chart.width = wanted.title, 9, 24
    chart.x_axis.delete = chart.y_axis.delete = False
    page.add_chart(chart, f"A{len(sheet.rows) + 6}")
