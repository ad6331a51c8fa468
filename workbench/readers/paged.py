"""Lists that run over pages (分页的目录): repeated headers, rows cut by a page break, pages without rows."""

from collections.abc import Iterator
from typing import NamedTuple

from workbench.readers.cells import one_line, text_of
from workbench.readers.grid import Line
from workbench.readers.headers import columns_of
from workbench.readers.sheet_header import HEADER_WITHIN


class PagedRow(NamedTuple):
    """One row of a page (页内一行): ``unsure`` are the columns whose text was recognised with little confidence."""

    cells: list[object]
    unsure: tuple[int, ...] = ()


class Page(NamedTuple):
    """What a page holds (一页): its rows, or why it has none.

    ``quality`` in [0, 1] is the mean confidence of recognised text, ``None`` where the text was in the file.
    ``problem`` says that rows of the page could not be read: then the page is a row that cannot enter.
    """

    number: int
    rows: list[PagedRow]
    quality: float | None = None
    problem: str | None = None


def lines_of(pages: Iterator[Page]) -> Iterator[Line]:
    """The pages as the lines of one list (各页连成一表)."""
    number, head = 0, _Head()
    last: Line | None = None  # held back: the next page may bring its rest
    for page in pages:
        begins = True
        for cells, unsure in page.rows:
            if begins and last is not None and _continues(cells, last.cells):
                last = _with_rest(last, cells, unsure)
                begins = False
                continue
            number += 1
            if begins and page.number > 1 and _plain(cells) in head.lines:
                yield Line(number, cells, page.number, skip="repeated_header")
                continue
            head.look_at(cells)
            begins = False
            if last is not None:
                yield last
            last = Line(number, cells, page.number, unsure=unsure, quality=page.quality)
        if not page.rows or page.problem:
            number += 1
            if last is not None:
                yield last
                last = None
            yield _page_without_rows(number, page)
    if last is not None:
        yield last


def _page_without_rows(number: int, page: Page) -> Line:
    """An unread page among others hides rows, so it is a row that cannot be read; a page of prose is skipped."""
    if page.problem:
        return Line(number, [], page.number, problem=page.problem)
    return Line(number, [], page.number, skip="page_without_table")


class _Head:
    """The first lines of the document down to its header: they come again on the next pages."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = []
        self._seen: list[list[str]] = []

    def look_at(self, cells: list[object]) -> None:
        """Remember a line until one is a header."""
        if self.lines or len(self._seen) >= HEADER_WITHIN:
            return
        self._seen.append(_plain(cells))
        if "title" in columns_of(self._seen[-1]):
            self.lines = self._seen


def _plain(cells: list[object]) -> list[str]:
    return [one_line(text_of(cell)) for cell in cells]


def _continues(cells: list[object], above: list[object]) -> bool:
    """The rest of a row that a page break cut: its first cell is empty, and at least half of the others."""
    if len(cells) != len(above) or cells[0] or not above[0]:
        return False
    filled = [index for index, cell in enumerate(cells) if cell]
    return 0 < len(filled) * 2 <= len(cells) and all(above[index] for index in filled)


def _with_rest(line: Line, cells: list[object], unsure: tuple[int, ...]) -> Line:
    joined = [f"{above}\n{below}" if below else above for above, below in zip(line.cells, cells, strict=True)]
    return line._replace(cells=joined, unsure=tuple(sorted({*line.unsure, *unsure})))
