"""Spreadsheets (电子表格): xlsx, xlsm, xls, ods and what else calamine opens; formulas as last computed, no macros."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from models.errors import ImportFailure
from workbench.readers import large_sheets
from workbench.readers.grid import Grid, Line
from workbench.readers.hidden_rows import hidden_rows, is_xlsx, refuse_if_it_reaches_too_far
from workbench.readers.limits import DAMAGED, refuse_if_it_unpacks_too_large
from workbench.readers.probe import refuse_if_it_breaks_the_library


class Workbook:
    """An opened workbook (工作簿)."""

    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        self.reader = path.suffix.lower().lstrip(".")
        refuse_if_it_unpacks_too_large(path)
        if is_xlsx(path):
            refuse_if_it_reaches_too_far(path)
        else:
            refuse_if_it_breaks_the_library(path)
        self._path, self._name = path, path.name
        self._book = self._open(path)
        self._hidden_rows = hidden_rows(path)
        self._sheets_done, self._walked = 0, _Walked()

    @property
    def share_read(self) -> float | None:
        """How much of the workbook has been walked (已读份额): sheets, and rows of the present one."""
        sheets = len(self._book.sheet_names)
        return min(1.0, (self._sheets_done + self._walked.share) / sheets) if sheets else None

    def _open(self, path: Path) -> CalamineWorkbook:
        """Open by suffix; if that fails by content, for an xls is often called xlsx and the other way round."""
        try:
            try:
                return CalamineWorkbook.from_path(str(path))
            except CalamineError:
                with path.open("rb") as file:
                    return CalamineWorkbook.from_filelike(file)
        except PasswordError as error:
            raise ImportFailure("import.password", file=path.name) from error
        except (CalamineError, OSError, ValueError) as error:
            code = "import.password" if _is_encrypted(path) else "import.unreadable"
            raise ImportFailure(code, file=path.name) from error
        except BaseException as error:  # a panic of the Rust library is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise ImportFailure("import.unreadable", file=path.name) from error

    def grids(self) -> Iterator[Grid]:
        """Worksheets in order, hidden ones too; charts and macro sheets have no rows."""
        self._sheets_done, self._walked = 0, _Walked()
        for described in self._book.sheets_metadata:
            is_hidden = described.visible != SheetVisibleEnum.Visible
            hidden = self._hidden_rows.get(described.name, frozenset())
            if large_sheets.is_large(self._path, described.name):
                yield Grid(described.name, self._portions(described.name), is_hidden, hidden_rows=hidden)
                self._sheets_done += 1
                continue
            try:
                sheet = self._book.get_sheet_by_name(described.name)
            except (CalamineError, ValueError) as error:
                if str(described.typ) != "SheetTypeEnum.WorkSheet":
                    continue
                raise ImportFailure("import.unreadable_sheet", file=self._name, sheet=described.name) from error
            self._walked = _Walked(sheet.total_height)
            yield Grid(described.name, _lines(sheet, self._walked), is_hidden, hidden_rows=hidden)
            self._sheets_done += 1

    def _portions(self, name: str) -> Iterator[Line]:
        """The lines of a very large sheet, a portion at a time."""
        last = 0
        try:
            for sheet in large_sheets.portions(self._path, name):
                self._walked = _Walked()  # how many rows will follow is not known
                for line in _lines(sheet, self._walked):
                    if line.number > last:  # before its own rows a portion has the empty ones of those before
                        yield line
                        last = line.number
        except (CalamineError, ValueError, *DAMAGED) as error:
            raise ImportFailure("import.unreadable_sheet", file=self._name, sheet=name) from error


@dataclass(slots=True)
class _Walked:
    """How far a sheet has been walked; written every thousand rows only."""

    height: int = 0
    row: int = 0

    @property
    def share(self) -> float:
        return min(1.0, self.row / self.height) if self.height else 0.0


def _is_encrypted(path: Path) -> bool:
    """An xlsx with a password is an OLE container with this stream in it."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 16)


def _lines(sheet: CalamineSheet, walked: _Walked) -> Iterator[Line]:
    """Lines with the columns where the sheet shows them; a cell merged downwards speaks for all its lines."""
    if sheet.start is None:
        return
    left = sheet.start[1]
    margin: list[object] = [""] * left
    merges = [
        (top, bottom, column)
        for (top, column), (bottom, _) in (sheet.merged_cell_ranges or [])
        if bottom > top
    ]  # fmt: skip
    starts: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, column in merges:
        starts.setdefault(top, []).append((bottom, column))
    open_merges: dict[int, tuple[int, object]] = {}
    for index, values in enumerate(sheet.iter_rows()):
        cells: list[object] = margin + values if left else list(values)
        if open_merges:
            for column, (bottom, value) in list(open_merges.items()):
                if index > bottom:
                    del open_merges[column]
                elif column < len(cells) and cells[column] == "":
                    cells[column] = value
        for bottom, column in starts.get(index, ()):
            if column < len(cells) and cells[column] != "":
                open_merges[column] = (bottom, cells[column])
        if not index & 1023:
            walked.row = index
        yield Line(index + 1, cells)
