"""Read a table that we wrote out and somebody filled in (回收填好的表): replies, answers, the fonds register."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from models.errors import ImportFailure
from workbench.readers.encodings import guess_encoding
from workbench.readers.limits import refuse_if_it_unpacks_too_large

HEADER_WITHIN = 10  # a sender may put a title and a note above the header, not more

Grid = Sequence[Sequence[object]]


def read(file: Path, *, headers: Mapping[str, str], needed: Sequence[str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Filled rows as (sheet, row number, field → text), of every sheet that has the columns.

    ``headers`` maps column title to field; ``needed`` names fields without which a sheet is another paper.

    Raises
    ------
    ImportFailure
        ``import.no_file``, ``import.unreadable``, ``import.too_large`` or ``import.missing_columns``.
    """
    if not file.is_file():
        raise ImportFailure("import.no_file", file=str(file))
    refuse_if_it_unpacks_too_large(file)
    found = False
    for sheet, grid in _grids(file):
        at, fields = _header(grid, headers)
        if not set(needed) <= set(fields):
            continue
        found = True
        for number, row in enumerate(grid[at + 1 :], start=at + 2):
            cells = {name: text for name, cell in zip(fields, row, strict=False) if name and (text := _text(cell))}
            if cells:
                yield sheet, number, cells
    if not found:
        titles = {name: title for title, name in reversed(list(headers.items()))}
        raise ImportFailure(
            "import.missing_columns", file=file.name, sheet="", columns=", ".join(titles[name] for name in needed)
        )


def _grids(file: Path) -> Iterator[tuple[str, Grid]]:
    if file.suffix.lower() in (".csv", ".txt"):
        content = file.read_bytes()
        text = content.decode(guess_encoding(content[: 1 << 20]), errors="replace")
        yield "", list(csv.reader(io.StringIO(text)))
        return
    try:
        book = CalamineWorkbook.from_path(str(file))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise ImportFailure("import.unreadable", file=file.name) from error


def _header(grid: Grid, headers: Mapping[str, str]) -> tuple[int, list[str | None]]:
    """The row with the most known titles among the first."""
    best: tuple[int, list[str | None]] = (0, [])
    for at, row in enumerate(grid[:HEADER_WITHIN]):
        fields = [headers.get(_text(cell)) for cell in row]
        if sum(1 for name in fields if name) > sum(1 for name in best[1] if name):
            best = (at, fields)
    return best


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):  # a date typed into Excel comes back as one
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
