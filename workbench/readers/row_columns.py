"""Name the cells of a list's lines (按列取值), and tell rows from totals and footers: once a row, of a million."""

import re

from workbench.readers import headers
from workbench.readers.cells import one_line, text_of
from workbench.readers.grid import Grid, Line, SourceRow
from workbench.readers.sheet_header import Header

_TOTAL = re.compile(r"(?:本[页卷册])?(?:合|总|小|共|累)\s*计(?:数)?\s*[:：]?")
_FOOTER = re.compile(
    r"(?:第\s*\d+\s*页\s*[,，/]?\s*)?共\s*\d+\s*[页张]|第\s*\d+\s*页|[-—]\s*\d+\s*[-—]|共\s*\d+\s*[件条卷]"
    r"|(?:制表|填表|填报|立卷|检查|整理|编目|打印|审核|校对|移交|接收)(?:人|单位|日期|时间)?\s*[:：].*"
)
_FLAT = re.compile(r"[-\d.,\s件条卷页张份盒册]*")


class Columns:
    """The columns in force (现行各列), laid out for speed."""

    def __init__(self, header: Header, grid: Grid) -> None:
        self._sheet, self._grid, self._context = grid.name, grid, header.context
        self._columns = [(column, f) for f, column in header.columns.items()]
        used = set(header.columns.values())
        self._others = [(c, name or f"#{c + 1}") for c, name in enumerate(header.names) if c not in used]
        self._title = header.columns.get("title", header.columns.get("reference_code", 0))
        self._title_name = header.names[self._title]
        self._first = min(header.columns.values())
        self._width = len(header.names)
        self._is_narrow = len(header.columns) < 3

    def may_be_header(self, cells: list[object]) -> bool:
        """A quick look at two cells."""
        title = cells[self._title] if self._title < len(cells) else None
        first = cells[self._first] if self._first < len(cells) else None
        return headers.looks_like_header(title) or headers.looks_like_header(first) or (title == self._title_name != "")

    def no_row(self, cells: list[object]) -> str | None:
        """``total`` or ``footer`` for a line that is none, ``caption`` for one that may be, ``None`` for a row."""
        title = cells[self._title] if self._title < len(cells) else None
        if title and type(title) is str and len(title) > 12:
            return None
        filled = [text for cell in cells if (text := text_of(cell))]
        if not filled:  # control characters only: a row, which is then refused by name, never lost
            return None
        if _TOTAL.fullmatch(filled[0]) and all(_FLAT.fullmatch(text) for text in filled[1:]):
            return "total"
        if len(filled) <= 3 and not (title and self._is_narrow) and all(_FOOTER.fullmatch(text) for text in filled):
            return "footer"
        return "caption" if len(filled) == 1 and not self._is_narrow else None

    def row(self, line: Line) -> SourceRow:
        """Name the cells of one line."""
        values, width = line.cells, len(line.cells)
        cells = dict(self._context) if self._context else {}
        numbers: tuple[str, ...] = ()
        days: tuple[str, ...] = ()
        for column, f in self._columns:
            if column >= width:
                continue
            value = values[column]
            if value is None or value == "":
                continue
            text = text_of(value)
            if text:
                cells[f] = text if f == "remarks" else one_line(text)
                if type(value) is not str:
                    if isinstance(value, int | float):
                        numbers += (f,)
                    else:
                        days += (f,)
        others = {}
        for column, name in self._others:
            if column < width and (text := text_of(values[column])):
                others[name] = text
        problem = line.problem
        if width > self._width and any(text_of(value) for value in values[self._width :]):
            if self._grid.has_fixed_width:
                problem = "too_many_cells"
            others |= {f"#{c + 1}": text for c in range(self._width, width) if (text := text_of(values[c]))}
        hidden = line.number in self._grid.hidden_rows
        row = SourceRow(self._sheet, line.number, line.page, cells, others, numbers, days, problem, hidden)
        return row if line.quality is None else row._replace(unsure=self._unsure(line), quality=line.quality)

    def _unsure(self, line: Line) -> tuple[str, ...]:
        """The fields among the columns that were recognised with little confidence."""
        return tuple(f for column, f in self._columns if column in line.unsure)
