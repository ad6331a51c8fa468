"""Ruled tables in PDF (PDF 表格): page by page; a scanned PDF is refused, never an empty success."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from models.errors import ImportFailure
from workbench.readers.grid import Grid, Line

# It complains of every odd font, on stderr, in the midst of our messages.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


class PdfTables:
    """An opened PDF (PDF 目录)."""

    reader = "pdf"
    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._check()

    def _open(self) -> PDF:
        try:
            return pdfplumber.open(self._path)
        except (PdfminerException, PSException, OSError, ValueError, TypeError, KeyError) as error:
            if isinstance(error.__context__, PDFPasswordIncorrect) or isinstance(error, PDFPasswordIncorrect):
                raise ImportFailure("import.password", file=self._path.name) from error
            raise ImportFailure("import.unreadable", file=self._path.name) from error

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
        number = 0
        with self._open() as document:
            for page in document.pages:
                for table in page.dedupe_chars().extract_tables():
                    for cells in table:
                        number += 1
                        yield Line(number, list(cells), page.page_number)
                page.close()
