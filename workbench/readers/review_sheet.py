"""Read a returned review sheet (线下审核表回收)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from models.errors import ImportFailure


def read(file: Path, *, headers: Mapping[str, str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Rows as (sheet, row number, field → text); ``headers`` maps column title to field.

    Raises
    ------
    ImportFailure
        ``import.no_file``, ``import.unreadable`` or ``import.missing_columns``.
    """
    if not file.is_file():
        raise ImportFailure("import.no_file", file=str(file))
    try:
        book = CalamineWorkbook.from_path(str(file))
    except (CalamineError, OSError) as error:
        raise ImportFailure("import.unreadable", file=file.name) from error
    sheet = book.sheet_names[0]
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    fields = [headers.get(str(cell).strip()) for cell in rows[0]] if rows else []
    # A field has a title in each language; the first stands for it.
    missing: dict[str, str] = {}
    for title, field in headers.items():
        if field in _NEEDED and field not in fields:
            missing.setdefault(field, title)
    if missing:
        columns = ", ".join(missing.values())
        raise ImportFailure("import.missing_columns", file=file.name, sheet=sheet, columns=columns)
    for number, row in enumerate(rows[1:], start=2):
        cells = {field: _text(cell) for field, cell in zip(fields, row, strict=False) if field and _text(cell)}
        if cells:
            yield sheet, number, cells


_NEEDED = ("batch", "record_id", "reference_code", "stage", "access")


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):  # a date typed into Excel comes back as one
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
