"""Rejected rows as a sheet to correct (待更正表): written with reasons, recognised and judged when it comes back."""

import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models import Catalogue, RejectedRow, User
from models.errors import ImportFailure, ProcedureError
from workbench.i18n import LANGUAGES, t, texts
from workbench.permissions import named
from workbench.readers import filled_sheet
from workbench.services.import_report import COUNTS, ImportReport
from workbench.services.repairing import headers_of, reason_of, repair, waiting
from workbench.writers import list_sheet

_FIXED = ("number", "sheet", "row", "page", "column", "reason")
_CELL = "cell:"


def write_sheet(*, session: Session, catalogue_id: int, out: Path) -> int:
    """Write the waiting rows of a catalogue into an xlsx (导出待更正表), giving how many.

    Raises
    ------
    ProcedureError
        ``repair.nothing`` when no row waits.
    """
    rows = waiting(session, catalogue_id)
    catalogue = session.get(Catalogue, catalogue_id)
    if catalogue is None or not rows:
        raise ProcedureError("repair.nothing", catalogue=catalogue_id)
    headers = headers_of(catalogue, rows)
    shape = list_sheet.ListSheet(
        name=t("repair.sheet_name"),
        headers={**{name: t(f"repair.column.{name}") for name in _FIXED}, **{_CELL + name: name for name in headers}},
        title=t("repair.sheet_title", file=catalogue.file),
        note=t("repair.sheet_note"),
        fill=[_CELL + name for name in headers],
    )
    list_sheet.write(out, shape, [_line(row) for row in rows])
    return len(rows)


def _line(row: RejectedRow) -> dict[str, object]:
    cells = row.repaired or row.cells
    return {
        "number": row.id, "sheet": row.sheet, "row": row.row, "page": row.page, "column": row.header,
        "reason": reason_of(row.reason),
        **{_CELL + name: text for name, text in cells.items()},
    }  # fmt: skip


def is_repair_sheet(path: Path) -> bool:
    """Whether a file is a sheet of ours that came back (是否待更正表): by the name of its sheet, nothing is read."""
    if path.suffix.lower() != ".xlsx":
        return False
    names = [texts(language)["repair.sheet_name"] for language in LANGUAGES]
    try:
        with zipfile.ZipFile(path) as container:
            book = container.read("xl/workbook.xml").decode(errors="replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    return any(f'name="{name}"' in book for name in names)


def take_sheet(
    *, session: Session, path: Path, by: User | str, at: datetime, on: date, dry_run: bool = False
) -> ImportReport:
    """Take a corrected sheet back (回收待更正表): every row judged again; the account adds up like an import's.

    A row that was settled meanwhile counts as a duplicate, a number that is not ours as rejected. ``dry_run`` only
    counts.

    Raises
    ------
    ImportFailure
        When the file is no such sheet.
    PermissionDenied
        For a person who may not import.
    """
    who = named(by, "catalogue.import")
    trial = session.begin_nested()
    counts, catalogues = _take_rows(session, path, who, at, on)
    if dry_run:
        trial.rollback()
    else:
        trial.commit()
    if not counts["rows"]:
        raise ImportFailure("import.no_rows", file=path.name)
    return _account(path, counts, set() if dry_run else catalogues)


def _take_rows(session: Session, path: Path, who: str, at: datetime, on: date) -> tuple[Counter[str], set[int]]:
    fixed = {texts(language)[f"repair.column.{name}"]: name for language in LANGUAGES for name in _FIXED}
    cells = {name: _CELL + name for name in _waiting_headers(session)}
    counts: Counter[str] = Counter()
    catalogues: set[int] = set()
    for _sheet, _row, found in filled_sheet.read(path, headers={**cells, **fixed}, needed=["number"]):
        counts["rows"] += 1
        row = _row_of(session, found["number"]) if "number" in found else None
        if row is None:
            counts["rejected"] += 1
            continue
        if row.settled_at is not None:
            counts["duplicates"] += 1
            continue
        corrected: dict[str, str | None] = {
            name.removeprefix(_CELL): text for name, text in found.items() if name.startswith(_CELL)
        }
        made = repair(session=session, row_id=int(row.id or 0), cells=corrected, by=who, at=at, on=on)
        counts[_COUNTED[made.outcome]] += 1
        catalogues.add(row.catalogue_id)
    return counts, catalogues


_COUNTED = {
    "accepted": "accepted", "rejected": "rejected", "duplicate": "duplicates", "conflict": "conflicts",
    "quarantined": "quarantined",
}  # fmt: skip


def _account(path: Path, counts: Counter[str], catalogues: set[int]) -> ImportReport:
    account: dict[str, Any] = {name: counts[name] for name in COUNTS}
    only = next(iter(catalogues)) if len(catalogues) == 1 and counts["accepted"] else None
    return ImportReport(file=path.name, **account, catalogue=only, reader="repair")


def _waiting_headers(session: Session) -> list[str]:
    """Headers that a sheet of ours may bear: of all rows, for one settled meanwhile may be among them."""
    names: dict[str, None] = {}
    for catalogue in session.exec(
        select(Catalogue).where(col(Catalogue.id).in_(select(RejectedRow.catalogue_id).distinct()))
    ):
        rows = session.exec(select(RejectedRow).where(RejectedRow.catalogue_id == catalogue.id)).all()
        names.update(dict.fromkeys(headers_of(catalogue, rows)))
    return list(names)


def _row_of(session: Session, number: str) -> RejectedRow | None:
    return session.get(RejectedRow, int(number)) if number.isdecimal() and len(number) < 18 else None
