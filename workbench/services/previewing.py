"""Show how a file would be read before it is (预览): header, columns, samples; and let a person explain it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from models.errors import ImportFailure
from rules.clearance import read_mark
from workbench.readers.headers import read_mapping
from workbench.readers.preview import FileLook, SheetLook, look_at

_LONGEST_MARK = 12


def look(
    path: Path, *, encoding: str | None = None, mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None, live_mark: str = "quarantine",
) -> FileLook:  # fmt: skip
    """Look at the first lines of a file (看一眼文件); a line that bears a mark is shown empty.

    Raises
    ------
    ImportFailure
        When the file cannot be opened at all.
    """
    seen = look_at(path, encoding=encoding, mapping=mapping, profiles=profiles)
    return seen if live_mark == "load" else replace(seen, sheets=[_without_marked(sheet) for sheet in seen.sheets])


def _without_marked(sheet: SheetLook) -> SheetLook:
    """What may be secret is not shown either: a mark anywhere in the line is enough."""
    lines = [(row, [""] * len(cells) if any(map(_is_mark, cells)) else cells) for row, cells in sheet.lines]
    return replace(sheet, lines=lines)


def _is_mark(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_MARK and read_mark(cell) is not None


def with_header(sheet: SheetLook, row: int) -> SheetLook:
    """The sheet with another line as its header (改定表头行), its columns not explained yet; row 0 is no header."""
    if row == sheet.header_row:
        return sheet
    return replace(sheet, header_row=row or None, names=sheet.cells_of(row), columns={}, first_row=row + 1)


def explained(
    path: Path, mapping: Mapping[str, str], *, sheet: str | None = None, row: int | None = None,
    encoding: str | None = None,
) -> tuple[list[str], dict[str, str]]:  # fmt: skip
    """Header cells and columns of the list in a file (列对照): as recognised, changed by ``mapping``.

    ``row`` names the header's line where the program does not find it, 0 that there is none.

    Raises
    ------
    ImportFailure
        ``import.no_sheet``, ``import.unknown_header`` or ``import.header_not_found``.
    """
    seen = look_at(path, encoding=encoding)
    wanted = read_mapping(mapping, file=path.name)
    found = [each for each in seen.sheets if sheet is None or each.sheet == sheet]
    if not found:
        known = ", ".join(each.sheet or "-" for each in seen.sheets)
        raise ImportFailure("import.no_sheet", file=path.name, sheet=sheet, known=known)
    one = next((each for each in found if each.header_row is not None), found[0])
    if row is not None:
        one = with_header(one, row)
    if not one.names and row != 0:
        first = one.lines[0][0] if one.lines else 1
        raise ImportFailure("import.unknown_header", file=path.name, sheet=one.sheet or "-", row=first)
    columns = {field: one.named(column) for field, column in one.columns.items()}
    for field, header in wanted.items():
        if not header.startswith("#") and header not in one.names:
            text = f"{field}={header}"
            raise ImportFailure(
                "import.header_not_found", wanted=text, file=path.name, sheet=one.sheet or "-", row=one.header_row or 1
            )
        columns = {other: name for other, name in columns.items() if name != header} | {field: header}
    return one.names, columns
