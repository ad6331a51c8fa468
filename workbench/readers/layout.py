"""Understand how a list lies on its sheet (版面识别): where the header is, which lines are rows, which are not.

::

    ××县档案馆文书档案目录            title    skipped
    全宗号:12   目录号:3              title    skipped, kept as context for every row below
    档号 | 题名 | 形成日期            header   skipped (may stand on two lines)
    12-3-1 | 关于…的通知 | 19870503   row
    档号 | 题名 | 形成日期            header   repeated, skipped; another header starts another list
    合计 | 123 |                      total    skipped
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise

from workbench.readers import headers
from workbench.readers.cells import is_blank, one_line, text_of
from workbench.readers.grid import Grid, HeaderMap, Line, Skipped, SourceRow

HEADER_WITHIN = 30
_CONTEXT_FIELDS = frozenset(("fonds", "fonds_code", "series_code", "file_number", "volume_code"))
_CONTEXT = re.compile(r"([^\s:：;；,，]{2,8})\s*[:：]\s*([^\s:：;；,，]+)")
_TOTAL = re.compile(r"(?:本[页卷册])?(?:合|总|小|共|累)\s*计(?:数)?\s*[:：]?")
_FOOTER = re.compile(
    r"(?:第\s*\d+\s*页\s*[,，/]?\s*)?共\s*\d+\s*[页张]|第\s*\d+\s*页|[-—]\s*\d+\s*[-—]|共\s*\d+\s*[件条卷]"
    r"|(?:制表|填表|填报|立卷|检查|整理|编目|打印|审核|校对|移交|接收)(?:人|单位|日期|时间)?\s*[:：].*"
)
_FLAT = re.compile(r"[-\d.,\s件条卷页张份盒册]*")
_COLUMN_NUMBER = re.compile(r"#(\d{1,3})")


@dataclass(slots=True)
class Header:
    """The header in force (表头): where each field stands; ``lines`` are its two lines where it has two."""

    at: int
    names: list[str]
    columns: dict[str, int]
    context: dict[str, str] = field(default_factory=dict)
    lines: tuple[list[str], ...] = ()

    def mapped(self, sheet: str | None) -> HeaderMap:
        """The header as reports show it (表头对照)."""
        used = set(self.columns.values())
        unmapped = tuple(name for column, name in enumerate(self.names) if name and column not in used)
        fields = {f: self.names[c] for f, c in self.columns.items()}
        return HeaderMap(sheet, self.at, fields, unmapped, self.context, headers.shape_of(self.names))


class Layout:
    """Turns the lines of one sheet into rows (版面): iterate it once; every line ends up as row, skip or blank."""

    def __init__(
        self,
        grid: Grid,
        *,
        mapping: Mapping[str, str],
        on_skip: Callable[[Skipped], None],
        on_header: Callable[[HeaderMap], None],
        profiles: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._grid, self._mapping, self._on_skip, self._on_header = grid, mapping, on_skip, on_header
        # A person's own mapping for this file goes before what is remembered.
        self._profiles = {} if mapping else profiles or {}
        self._titles: list[Line] = []
        self._words: set[str] = {headers.folded(name) for name in mapping.values()}

    def rows(self) -> Iterator[SourceRow]:
        """Rows in the order of the sheet; without any header each line is a row with a problem."""
        if self._grid.skipped:
            self._on_skip(self._grid.skipped)
        lines = self._lines()
        if self._grid.names is not None:
            yield from self._rows_named_by_the_file(self._grid.names, lines)
            return
        head: list[Line] = []
        for line in lines:
            head.append(line)
            if len(head) == HEADER_WITHIN:
                break
        header, used = self.find_header(head)
        if header is None:
            for line in chain(head, lines):
                yield SourceRow(self._grid.name, line.number, line.page, {}, {}, problem="no_header")
            return
        for line in head[: used[0]]:
            self._skip(line, "title")
        for line in head[used[0] : used[1]]:
            self._skip(line, "header")
        header.context.update(_context_of(head[: used[0]]))
        self._on_header(header.mapped(self._grid.name))
        yield from self._rows_under(header, chain(head[used[1] :], lines))

    def _lines(self) -> Iterator[Line]:
        for line in self._grid.lines:
            if line.skip:
                self._skip(line, line.skip)
            elif line.problem or not is_blank(line.cells):
                yield line

    def _rows_named_by_the_file(self, names: list[str], lines: Iterator[Line]) -> Iterator[SourceRow]:
        header = self._header(Line(0, []), names)
        if header is None:
            for line in lines:
                yield SourceRow(self._grid.name, line.number, line.page, {}, {}, problem="no_header")
            return
        self._on_header(header.mapped(self._grid.name))
        columns = _Columns(header, self._grid)
        for line in lines:
            yield columns.row(line)

    def _skip(self, line: Line, kind: str) -> None:
        self._on_skip(Skipped(self._grid.name, line.number, line.page, kind))

    # --- the header --------------------------------------------------------------------------------------------

    def find_header(self, head: list[Line]) -> tuple[Header | None, tuple[int, int]]:
        """The first line that is a header, alone or with the next one (找表头); and the lines of ``head`` it takes."""
        if self._mapping and all(_COLUMN_NUMBER.fullmatch(name) for name in self._mapping.values()):
            columns = {f: int(name[1:]) - 1 for f, name in self._mapping.items()}
            width = max([max(columns.values()) + 1, *(len(line.cells) for line in head)])
            names = [f"#{column + 1}" for column in range(width)]
            return Header(0, names, columns), (0, 0)
        for index, line in enumerate(head):
            below = head[index + 1] if index + 1 < len(head) else None
            if below is not None and below.number - line.number <= 1 and (header := self._two_lines(line, below)):
                header.lines = (_texts(line), _texts(below))
                return header, (index, index + 2)
            if header := self._one_line(line):
                return header, (index, index + 1)
        return None, (0, 0)

    def _one_line(self, line: Line) -> Header | None:
        return self._header(line, [one_line(text_of(cell)) for cell in line.cells])

    def _remembered(self, line: Line, names: list[str]) -> Header | None:
        """A header that a person has explained before: read as it was explained, whatever its words are."""
        profile = self._profiles.get(headers.shape_of(names)) if self._profiles else None
        if profile is None:
            return None
        columns = {f: found for f, wanted in profile.items() if (found := _column_named(names, wanted)) is not None}
        return Header(line.number, names, columns) if "title" in columns else None

    def _header(self, line: Line, names: list[str]) -> Header | None:
        if remembered := self._remembered(line, names):
            return remembered
        columns = headers.columns_of(names)
        for f, wanted in self._mapping.items():
            found = _column_named(names, wanted)
            if found is None:
                return None
            columns = {other: column for other, column in columns.items() if column != found} | {f: found}
        filled = sum(1 for name in names if name)
        if "title" not in columns or (
            len(columns) < 2 and filled > 2 and not self._mapping and not _is_by_program(names)
        ):
            return None
        return Header(line.number, names, columns)

    def _two_lines(self, line: Line, below: Line) -> Header | None:
        """日期 over 起|止, 档号 over 全宗号|目录号|案卷号: each lower cell must itself be a header's word."""
        upper = [one_line(text_of(cell)) for cell in line.cells]
        lower = [one_line(text_of(cell)) for cell in below.cells]
        if not any(lower) or not any(upper):
            return None
        width = max(len(upper), len(lower))
        upper += [""] * (width - len(upper))
        lower += [""] * (width - len(lower))
        names, parent, all_known, needs_upper = [], "", True, False
        for top, sub in zip(upper, lower, strict=True):
            parent = top or (parent if sub else "")
            if not sub:
                names.append(top)
                needs_upper = needs_upper or bool(headers.recognise(top) or headers.folded(top) in self._words)
            elif headers.recognise(parent + sub):
                names.append(parent + sub)
                needs_upper = needs_upper or not headers.recognise(sub)
            else:
                names.append(sub)
                all_known = all_known and bool(headers.recognise(sub) or headers.folded(sub) in self._words)
        if remembered := self._remembered(line, names):
            return remembered
        # A title above the header is no part of it: what it says holds for the rows.
        if not (all_known and needs_upper):
            return None
        header = self._header(line, names)
        alone = self._one_line(line)
        return header if header and (alone is None or len(header.columns) > len(alone.columns)) else None

    # --- the rows ----------------------------------------------------------------------------------------------

    def _rows_under(self, header: Header, lines: Iterator[Line]) -> Iterator[SourceRow]:
        waiting: list[Line] = []  # lines with one cell: a caption if a header follows, else rows
        current = _Columns(header, self._grid)
        second_follows = False
        for line in lines:
            cells = line.cells
            if header.lines and (second_follows or current.may_be_header(cells)):
                second_follows, comes_again = self._comes_again(header, line, second_follows)
                if comes_again:
                    continue
            if (
                current.may_be_header(cells)
                and (found := self._one_line(line))
                and (_is_mostly_header(found) or found.names == header.names)
            ):
                repeated = found.columns == header.columns
                for caption in waiting:
                    self._skip(caption, "title")
                self._skip(line, "repeated_header" if repeated else "header")
                if not repeated:
                    found.context.update(header.context | _context_of(waiting))
                    header, current = found, _Columns(found, self._grid)
                    self._on_header(found.mapped(self._grid.name))
                elif more := _context_of(waiting):
                    header.context.update(more)
                waiting = []
                continue
            kind = current.no_row(cells)
            if kind == "caption":
                waiting.append(line)
                continue
            for caption in waiting:
                yield current.row(caption)
            waiting = []
            if kind:
                self._skip(line, kind)
            else:
                yield current.row(line)
        for caption in waiting:
            yield current.row(caption)

    def _comes_again(self, header: Header, line: Line, second_follows: bool) -> tuple[bool, bool]:
        """A header of two lines comes again with both: whether its second follows now, and whether this is one."""
        same = _texts(line) == header.lines[1 if second_follows else 0]
        if same:
            self._skip(line, "repeated_header")
        return same and not second_follows, same


class _Columns:
    """The columns in force, laid out for speed: this is called once for every row of a million."""

    def __init__(self, header: Header, grid: Grid) -> None:
        self._sheet, self._grid, self._context = grid.name, grid, header.context
        self._columns = [(column, f) for f, column in header.columns.items()]
        used = set(header.columns.values())
        self._others = [(c, name or f"#{c + 1}") for c, name in enumerate(header.names) if c not in used]
        self._title = header.columns["title"]
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


def _texts(line: Line) -> list[str]:
    texts = [one_line(text_of(cell)) for cell in line.cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _column_named(names: list[str], wanted: str) -> int | None:
    if number := _COLUMN_NUMBER.fullmatch(wanted):
        column = int(number[1]) - 1
        return column if column < len(names) else None
    target = headers.folded(wanted)
    return next((column for column, name in enumerate(names) if name and headers.folded(name) == target), None)


def _is_by_program(names: list[str]) -> bool:
    """Columns named as programs name them (title, label, doc_no): no row of a Chinese catalogue looks so."""
    return all(not name or (name.isascii() and name.isidentifier()) for name in names)


def _is_mostly_header(header: Header) -> bool:
    """A data row never has three of its five cells called like columns."""
    filled = sum(1 for name in header.names if name)
    return len(header.columns) >= 2 and len(header.columns) * 5 >= filled * 3


def _context_of(lines: list[Line]) -> dict[str, str]:
    """全宗号:12 above the header holds for every row below it; so does 全宗号 | 12 in two cells."""
    known: dict[str, str] = {}
    for line in lines:
        texts = [text for cell in line.cells if (text := one_line(text_of(cell)))]
        pairs = [pair for text in texts for pair in _CONTEXT.findall(text)]
        pairs += list(pairwise(texts))
        for name, text in pairs:
            found = headers.recognise(name)
            if found and found[0] in _CONTEXT_FIELDS and not headers.recognise(text):
                known.setdefault(found[0], text.strip())
    return known
