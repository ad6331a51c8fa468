"""Understand how a list lies on its sheet (版面识别): where the header is, which lines are rows, which are not.

::

    ××县档案馆文书档案目录            title    skipped
    全宗号:12   目录号:3              title    skipped, kept as context for every row below
    档号 | 题名 | 形成日期            header   skipped (may stand on two lines)
    12-3-1 | 关于…的通知 | 19870503   row
    档号 | 题名 | 形成日期            header   repeated, skipped; another header starts another list
    合计 | 123 |                      total    skipped
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from workbench.readers.cells import is_blank
from workbench.readers.grid import Grid, HeaderMap, Line, Skipped, SourceRow
from workbench.readers.row_columns import Columns
from workbench.readers.sheet_header import HEADER_WITHIN, Header, HeaderFinder, context_of, is_mostly_header, texts


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
        stands_for_title: Sequence[str] = (),
    ) -> None:
        self._grid, self._on_skip, self._on_header = grid, on_skip, on_header
        self._finder = HeaderFinder(mapping, profiles, stands_for_title)

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
        header, used = self._finder.find(head)
        if header is None:
            for line in chain(head, lines):
                yield SourceRow(self._grid.name, line.number, line.page, {}, {}, problem="no_header")
            return
        for line in head[: used[0]]:
            self._skip(line, "title")
        for line in head[used[0] : used[1]]:
            self._skip(line, "header")
        header.context.update(context_of(head[: used[0]]))
        self._on_header(header.mapped(self._grid.name))
        yield from self._rows_under(header, chain(head[used[1] :], lines))

    def _lines(self) -> Iterator[Line]:
        for line in self._grid.lines:
            if line.skip:
                self._skip(line, line.skip)
            elif line.problem or not is_blank(line.cells):
                yield line

    def _rows_named_by_the_file(self, names: list[str], lines: Iterator[Line]) -> Iterator[SourceRow]:
        header = self._finder.named(Line(0, []), names)
        if header is None:
            for line in lines:
                yield SourceRow(self._grid.name, line.number, line.page, {}, {}, problem="no_header")
            return
        self._on_header(header.mapped(self._grid.name))
        columns = Columns(header, self._grid)
        for line in lines:
            yield columns.row(line)

    def _skip(self, line: Line, kind: str) -> None:
        self._on_skip(Skipped(self._grid.name, line.number, line.page, kind))

    # --- the rows ----------------------------------------------------------------------------------------------

    def _rows_under(self, header: Header, lines: Iterator[Line]) -> Iterator[SourceRow]:
        waiting: list[Line] = []  # lines with one cell: a caption if a header follows, else rows
        current = Columns(header, self._grid)
        second_follows = False
        for line in lines:
            cells = line.cells
            if header.lines and (second_follows or current.may_be_header(cells)):
                second_follows, comes_again = self._comes_again(header, line, second_follows)
                if comes_again:
                    continue
            if (
                current.may_be_header(cells)
                and (found := self._finder.one_line_header(line))
                and (is_mostly_header(found) or found.names == header.names)
            ):
                repeated = found.columns == header.columns
                for caption in waiting:
                    self._skip(caption, "title")
                self._skip(line, "repeated_header" if repeated else "header")
                if not repeated:
                    found.context.update(header.context | context_of(waiting))
                    header, current = found, Columns(found, self._grid)
                    self._on_header(found.mapped(self._grid.name))
                elif more := context_of(waiting):
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
        same = texts(line) == header.lines[1 if second_follows else 0]
        if same:
            self._skip(line, "repeated_header")
        return same and not second_follows, same
