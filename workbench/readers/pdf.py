"""Lists in PDF (PDF 目录), page by page.

::

    page ─▶ no text, a picture        ─▶ recognised (scan_page), or a row that cannot be read
            clean ruled table         ─▶ pdfium, the fast way (ruled_page)
            merged cells, turned page ─▶ pdfplumber, the careful way
            text without lines        ─▶ columns by alignment
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.pdf import PDF

from models.errors import ImportFailure
from workbench.readers import pdfium, scan_page
from workbench.readers.alignment import Columns, pieces_of
from workbench.readers.grid import Grid
from workbench.readers.page_marks import Marks, marks_of
from workbench.readers.paged import Page, PagedRow, lines_of
from workbench.readers.ruled_page import ruled_tables

# It complains of every odd font, on stderr, in the midst of our messages.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
_PORTION = 20  # pages
_SCAN_DPI = 200


class PdfLists:
    """An opened PDF (PDF 目录)."""

    reader = "pdf"
    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._refusing(), pdfium.opened(path) as document:
            self._count = len(document)
        if not self._count:
            raise ImportFailure("import.no_rows", file=path.name)
        self._refuse_an_unreadable_scan()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Both libraries raise whatever a damaged file makes them stumble over, all of it means the same."""
        try:
            yield
        except ImportFailure:
            raise
        except Exception as error:
            causes = (error, error.__cause__, error.__context__, *error.args)
            is_locked = "password" in str(error).lower() or any(isinstance(c, PDFPasswordIncorrect) for c in causes)
            code = "import.password" if is_locked else "import.unreadable"
            raise ImportFailure(code, file=self._path.name) from error

    def _refuse_an_unreadable_scan(self) -> None:
        """Without text recognition there must be some text in the first pages."""
        if scan_page.is_available():
            return
        with self._refusing(), pdfium.opened(self._path) as document:
            for index in range(min(self._count, 5)):
                text = document[index].get_textpage()
                if text.count_chars() and text.get_text_range().strip():
                    return
        raise ImportFailure("import.scanned_pdf", file=self._path.name)

    def grids(self) -> Iterator[Grid]:
        """All tables of the document as one list: a header on each page is a repeated header."""
        yield Grid(None, lines_of(self._pages()))

    def _pages(self) -> Iterator[Page]:
        """Read in portions and given out in between: what the taker of rows raises is none of the document's."""
        columns = Columns()
        for first in range(0, self._count, _PORTION):
            with self._refusing():
                portion = self._portion(range(first, min(first + _PORTION, self._count)), columns)
            yield from portion

    def _portion(self, numbers: range, columns: Columns) -> list[Page]:
        pages: dict[int, Page] = {}
        hard: list[int] = []
        with pdfium.opened(self._path) as document:
            for index in numbers:
                page = document[index]
                try:
                    found = self._read(page, index + 1, columns)
                finally:
                    page.close()
                if found is None:
                    hard.append(index)
                else:
                    pages[index] = found
        if hard:
            with self._path.open("rb") as file, pdfplumber.open(file) as document:
                pages |= {index: self._read_carefully(document, index, columns) for index in hard}
        return [pages[index] for index in numbers]

    def _read(self, page: pypdfium2.PdfPage, number: int, columns: Columns) -> Page | None:
        marks = marks_of(page)
        if marks is None:
            return None
        if not any(char.text.strip() for char in marks.chars):
            # Drawn without text: a scan, or characters turned into curves.
            return self._recognised(page, number, columns) if marks.is_drawn_on else Page(number, [])
        tables = ruled_tables(marks)
        if tables is None:
            return None
        rows = [PagedRow(cells) for table in tables for cells in table]
        return Page(number, rows) if rows else _aligned(marks, number, columns)

    def _recognised(self, page: pypdfium2.PdfPage, number: int, columns: Columns) -> Page:
        if not scan_page.is_available():
            return Page(number, [], problem="scanned_page")
        return scan_page.read(pdfium.drawn(page, dpi=_SCAN_DPI), number, columns)

    def _read_carefully(self, document: PDF, index: int, columns: Columns) -> Page:
        page = document.pages[index]
        try:
            if not page.chars and page.images:
                with pdfium.opened(self._path) as other:
                    return self._recognised(other[index], index + 1, columns)
            whole = page.dedupe_chars() if _is_doubled(page.chars) else page
            rows = [PagedRow(list(cells)) for table in whole.extract_tables() for cells in table]
            if rows:
                return Page(index + 1, rows)
            words = [
                (word["text"], word["x0"], word["top"], word["x1"], word["bottom"]) for word in whole.extract_words()
            ]
            return Page(index + 1, columns.rows(pieces_of(words)))
        finally:
            page.close()


def _aligned(marks: Marks, number: int, columns: Columns) -> Page:
    return Page(number, columns.rows(pieces_of(marks.chars)))


def _is_doubled(chars: Sequence[Mapping[str, Any]]) -> bool:
    """Whether bold was made by printing characters twice, less than a point apart; removing them is costly."""
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        x, y = int(char["x0"]), int(char["top"])
        if any((char["text"], x + dx, y + dy) in seen for dx in (0, -1, 1) for dy in (0, -1, 1)):
            return True
        seen.add((char["text"], x, y))
    return False
