"""HTML tables (网页表格): what many holdings systems export and call xls."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from models.errors import ImportFailure
from workbench.readers.encodings import guess_encoding
from workbench.readers.grid import Grid, Line

_MAX_SPAN = 256


def is_html(path: Path) -> bool:
    """Whether a file begins as a page does (是否网页)."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta"))


class HtmlTables:
    """An opened page (网页表格): its tables, one after the other, as one list."""

    reader = "html"

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        blob = path.read_bytes()
        self.encoding: str | None = encoding or guess_encoding(blob[: 1 << 20])
        parser = _Rows()
        try:
            parser.feed(blob.decode(self.encoding or "utf-8", errors="replace"))
        except LookupError as error:
            raise ImportFailure("import.unknown_encoding", file=path.name, encoding=self.encoding) from error
        parser.close()
        self._rows = parser.rows
        if not self._rows:
            raise ImportFailure("import.no_tables", file=path.name)

    def grids(self) -> Iterator[Grid]:
        """All rows, numbered as a spreadsheet would show them."""
        yield Grid(None, [Line(number, list(cells)) for number, cells in enumerate(self._rows, start=1)])


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def parse_html_declaration(self, i: int) -> int:
        """``<![`` that begins no known section is passed over as browsers do; the library would fail on it."""
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell; a cell that was left open ends here."""
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            wide = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], min(int(wide), _MAX_SPAN) if wide.isdigit() and wide.isascii() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell; text between tables is none of ours."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if not self.rows:
            self.rows.append([])
        self.rows[-1] += ["".join(self._cell), *[""] * (self._span - 1)]
        self._cell = None
