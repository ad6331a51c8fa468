"""Ruled tables in PDF (PDF 表格): page by page; a scanned PDF is refused, never an empty success."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from models.errors import ImportFailure
from workbench.readers.cells import one_line, text_of
from workbench.readers.grid import Grid, Line
from workbench.readers.headers import columns_of
from workbench.readers.layout import HEADER_WITHIN

# It complains of every odd font, on stderr, in the midst of our messages.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
_PORTION = 20  # pages


class PdfTables:
    """An opened PDF (PDF 目录)."""

    reader = "pdf"
    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scanned: set[int] = set()
        self._check()

    @contextmanager
    def _open(self) -> Iterator[PDF]:
        """The document; pdfminer raises whatever a damaged file makes it stumble over, all of it means the same."""
        try:
            with self._path.open("rb") as file, pdfplumber.open(file) as document:
                yield document
        except (ImportFailure, GeneratorExit):
            raise
        except Exception as error:
            causes = (error, error.__cause__, error.__context__, *error.args)
            is_locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in causes)
            raise ImportFailure(
                "import.password" if is_locked else "import.unreadable", file=self._path.name
            ) from error

    def _check(self) -> None:
        """Find some text in the first pages, else it is a scan."""
        with self._open() as document:
            if not document.pages:
                raise ImportFailure("import.no_rows", file=self._path.name)
            for page in document.pages[:5]:
                has_text = bool(page.chars)
                page.close()
                if has_text:
                    return
        raise ImportFailure("import.scanned_pdf", file=self._path.name)

    def grids(self) -> Iterator[Grid]:
        """All tables of the document as one list: a header on each page is a repeated header."""
        yield Grid(None, self._lines())

    def _lines(self) -> Iterator[Line]:
        number, head = 0, _Head()
        last: Line | None = None  # held back: the next page may bring its rest
        for page, rows in self._pages():
            begins = True
            for cells in rows:
                if begins and last is not None and _continues(cells, last.cells):
                    last = last._replace(cells=[_joined(*pair) for pair in zip(last.cells, cells, strict=True)])
                    begins = False
                    continue
                number += 1
                if begins and page > 1 and cells in head.lines:
                    yield Line(number, cells, page, skip="repeated_header")
                    continue
                head.look_at(cells)
                begins = False
                if last is not None:
                    yield last
                last = Line(number, cells, page)
            if not rows:
                number += 1
                yield self._page_without_rows(number, page)
        if last is not None:
            yield last

    def _page_without_rows(self, number: int, page: int) -> Line:
        """A scanned page among others hides rows, so it is a row that cannot be read; a page of prose is skipped."""
        if page in self._scanned:
            return Line(number, [], page, problem="scanned_page")
        return Line(number, [], page, skip="page_without_table")

    def _pages(self) -> Iterator[tuple[int, list[list[object]]]]:
        """The lines of all tables of each page."""
        with self._open() as document:
            count = len(document.pages)
        for first in range(0, count, _PORTION):
            # Read in portions and given out in between: what the taker of rows raises is none of the document's.
            with self._open() as document:
                portion = [self._tables(page) for page in document.pages[first : first + _PORTION]]
            yield from enumerate(portion, start=first + 1)

    def _tables(self, page: Page) -> list[list[object]]:
        if not page.chars and page.images:
            self._scanned.add(page.page_number)
        tables = (page.dedupe_chars() if _is_doubled(page.chars) else page).extract_tables()
        page.close()
        return [list(cells) for table in tables for cells in table]


class _Head:
    """The first lines of the document down to its header: they come again on the next pages."""

    def __init__(self) -> None:
        self.lines: list[list[object]] = []
        self._seen: list[list[object]] = []

    def look_at(self, cells: list[object]) -> None:
        """Remember a line until one is a header."""
        if self.lines or len(self._seen) >= HEADER_WITHIN:
            return
        self._seen.append(cells)
        if "title" in columns_of([one_line(text_of(cell)) for cell in cells]):
            self.lines = self._seen


def _is_doubled(chars: Sequence[Mapping[str, Any]]) -> bool:
    """Whether bold was made by printing characters twice, less than a point apart; removing them is costly."""
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        x, y = int(char["x0"]), int(char["top"])
        if any((char["text"], x + dx, y + dy) in seen for dx in (0, -1, 1) for dy in (0, -1, 1)):
            return True
        seen.add((char["text"], x, y))
    return False


def _continues(cells: list[object], above: list[object]) -> bool:
    """The rest of a row that a page break cut: its first cell is empty, and at least half of the others."""
    if len(cells) != len(above) or cells[0] or not above[0]:
        return False
    filled = [index for index, cell in enumerate(cells) if cell]
    return 0 < len(filled) * 2 <= len(cells) and all(above[index] for index in filled)


def _joined(above: object, below: object) -> object:
    return f"{above}\n{below}" if below else above
