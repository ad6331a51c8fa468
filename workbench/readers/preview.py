"""A first look at a file (预览): each sheet with the header that was guessed, which column is which, and samples."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import openpyxl

from models.errors import ImportFailure
from workbench.readers import READERS, headers
from workbench.readers.cells import is_blank, one_line, text_of
from workbench.readers.grid import Grid, Line
from workbench.readers.limits import refuse_if_it_unpacks_too_large
from workbench.readers.sheet_header import HEADER_WITHIN, HeaderFinder

SAMPLES, _LINES = 3, 60
_LARGE = 20 * 1024**2  # bytes: a larger workbook is not opened whole for a look
_MOST_SHEETS = 30


@dataclass(frozen=True, slots=True)
class SheetLook:
    """One sheet at a first look (工作表预览).

    ``lines`` are its first lines as (row number, cells); ``header_row`` the one taken for the header (``None``: none
    was found), ``names`` the header's cells, ``columns`` field → place of the column, ``first_row`` the first below it.
    """

    sheet: str | None
    is_hidden: bool
    lines: list[tuple[int, list[str]]]
    header_row: int | None
    names: list[str]
    columns: dict[str, int]
    first_row: int

    def samples(self, column: int) -> list[str]:
        """The first filled cells of a column below the header (样例)."""
        cells = (cells[column] for row, cells in self.lines if row >= self.first_row and column < len(cells))
        return list(islice((cell for cell in cells if cell), SAMPLES))

    def named(self, column: int) -> str:
        """How a mapping names this column (列的写法): by its header where that is its own, else by its place."""
        name = self.names[column] if column < len(self.names) else ""
        others = sum(1 for other in self.names if headers.folded(other) == headers.folded(name)) if name else 0
        return name if others == 1 else f"#{column + 1}"

    def likely_header(self) -> int | None:
        """The line that looks most like a header of unknown words (疑似表头行): wide, and without any digit."""
        filled = {number: [cell for cell in cells if cell] for number, cells in self.lines[:HEADER_WITHIN]}
        widest = max(map(len, filled.values()), default=0)
        return next(
            (
                number
                for number, cells in filled.items()
                if len(cells) >= 2 and len(cells) * 3 >= widest * 2 and not re.search(r"\d", "".join(cells))
            ),
            None,
        )

    def cells_of(self, row: int) -> list[str]:
        """The cells of one of the first lines (某行的单元格), empty if it is not among them."""
        return next((cells for number, cells in self.lines if number == row), [])


@dataclass(frozen=True, slots=True)
class FileLook:
    """A file at a first look (文件预览)."""

    name: str
    reader: str
    encoding: str | None
    sheets: list[SheetLook]


def look_at(
    path: Path, *, encoding: str | None = None, mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None,
) -> FileLook:  # fmt: skip
    """Look at the first lines of every sheet (看一眼文件); nothing is kept.

    Raises
    ------
    ImportFailure
        When the file cannot be opened at all.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ImportFailure("import.unknown_kind", file=path.name, suffix=path.suffix, known=" ".join(sorted(READERS)))
    wanted = headers.read_mapping(mapping or {}, file=path.name)
    if path.suffix.lower() in (".xlsx", ".xlsm") and path.stat().st_size > _LARGE:
        sheets = [_look(grid, wanted, profiles) for grid in _first_lines(path)]
        return FileLook(path.name, path.suffix.lower().lstrip("."), None, sheets)
    source = reader(path, encoding)
    sheets = [_look(grid, wanted, profiles) for grid in islice(source.grids(), _MOST_SHEETS)]
    return FileLook(path.name, source.reader, source.encoding, sheets)


def _first_lines(path: Path) -> Iterator[Grid]:
    """The first lines of a large workbook, streamed."""
    refuse_if_it_unpacks_too_large(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in islice(book.worksheets, _MOST_SHEETS):
        rows = sheet.iter_rows(max_row=_LINES, values_only=True)
        lines = [Line(number, list(cells)) for number, cells in enumerate(rows, start=1)]
        yield Grid(sheet.title, lines, is_hidden=sheet.sheet_state != "visible")
    book.close()


def _look(
    grid: Grid, mapping: Mapping[str, str], profiles: Mapping[str, Mapping[str, str]] | None
) -> SheetLook:  # fmt: skip
    lines = [line for line in islice(grid.lines, _LINES) if not (line.skip or is_blank(line.cells))]
    head = lines[:HEADER_WITHIN] if grid.names is None else [Line(0, list(grid.names))]
    header, used = HeaderFinder(mapping, profiles).find(head)
    shown = [(line.number, [one_line(text_of(cell)) for cell in line.cells]) for line in lines]
    if header is None:
        return SheetLook(grid.name, grid.is_hidden, shown, None, [], {}, lines[0].number if lines else 1)
    first = head[used[1] - 1].number + 1 if used[1] else 1
    return SheetLook(grid.name, grid.is_hidden, shown, header.at, header.names, header.columns, first)
