"""A catalogue file opened for reading (目录文件): rows with named columns, and an account of every other line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import ImportFailure
from workbench.readers import headers
from workbench.readers.grid import Grid, HeaderMap, Skipped, Source, SourceRow
from workbench.readers.layout import Layout


class CatalogueFile:
    """Rows of a file (目录文件的行): iterate it; ``skipped`` and ``header_maps`` fill while it is walked.

    ``encoding`` is the guess for text files and ``None`` for others. ``page_quality`` fills too: mean confidence of the
    recognised text by (sheet, page) of a scan. Walking it again starts afresh.
    """

    def __init__(
        self,
        path: Path,
        source: Source,
        *,
        sheet: str | None,
        mapping: Mapping[str, str] | None,
        profiles: Mapping[str, Mapping[str, str]] | None = None,
        stands_for_title: Sequence[str] = (),
    ) -> None:
        self.path = path
        self.name = path.name
        self._source, self._sheet = source, sheet
        self._mapping = headers.read_mapping(mapping or {}, file=path.name)
        self._explained: dict[str, Any] = {
            "mapping": self._mapping, "profiles": profiles, "stands_for_title": stands_for_title,
        }  # fmt: skip
        self.skipped: list[Skipped] = []
        self.header_maps: list[HeaderMap] = []
        self.hidden_sheets: list[str] = []
        self.page_quality: dict[tuple[str | None, int | None], float] = {}
        self._clear()

    def _clear(self) -> None:
        self.hidden_rows = 0
        # The same lists for ever: who holds one sees it fill while the rows go by.
        for account in (self.skipped, self.header_maps, self.hidden_sheets):
            account.clear()
        self.page_quality.clear()

    @property
    def reader(self) -> str:
        """Name of the reader (读取方式): xlsx, xls, csv …"""
        return self._source.reader

    @property
    def encoding(self) -> str | None:
        """Encoding of a text file (字符编码)."""
        return self._source.encoding

    @property
    def share_read(self) -> float | None:
        """How much of the file has been walked (已读份额), 0–1, or ``None`` where the kind of file does not say."""
        share: float | None = getattr(self._source, "share_read", None)
        return share

    def __iter__(self) -> Iterator[SourceRow]:
        """Walk all sheets, or the one asked for.

        Raises
        ------
        ImportFailure
            ``import.no_sheet``, ``import.no_rows``, or ``import.unknown_header`` when no sheet has one.
        """
        self._clear()
        headless: list[SourceRow] = []
        names: list[str] = []
        for grid in self._source.grids():
            names.append(grid.name or "")
            if self._sheet is not None and grid.name != self._sheet:
                continue
            for row in self._rows_of(grid):
                if row.problem == "no_header" and not self.header_maps:
                    # Kept back: if no sheet has a header, the file as a whole cannot be read.
                    headless.append(row)
                    continue
                yield from headless
                headless = []
                yield row
        if self._sheet is not None and self._sheet not in names:
            raise ImportFailure("import.no_sheet", file=self.name, sheet=self._sheet, known=", ".join(names) or "-")
        if not self.header_maps:
            self._refuse(headless)
        yield from headless

    def _rows_of(self, grid: Grid) -> Iterator[SourceRow]:
        if grid.is_hidden and grid.name:
            self.hidden_sheets.append(grid.name)
        on_skip: Callable[[Skipped], None] = self.skipped.append
        on_header: Callable[[HeaderMap], None] = self.header_maps.append
        layout = Layout(grid, on_skip=on_skip, on_header=on_header, **self._explained)
        for row in layout.rows():
            if row.is_hidden:
                self.hidden_rows += 1
            if row.quality is not None:
                self.page_quality[row.sheet, row.page] = row.quality
            yield row

    def _refuse(self, headless: list[SourceRow]) -> None:
        if not headless:
            raise ImportFailure("import.no_rows", file=self.name)
        wanted = " ".join(f"{field}={header}" for field, header in self._mapping.items())
        where = {"file": self.name, "sheet": headless[0].sheet or "-", "row": headless[0].row}
        if wanted:
            raise ImportFailure("import.header_not_found", wanted=wanted, **where)
        raise ImportFailure("import.unknown_header", **where)
