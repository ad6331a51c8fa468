"""Read a list of what was decided before (以往结论清单的行): each row with its decision, or why it has none.

Nothing here knows the home: a row is placed (档号, fonds) and read (开放标识, batch, date, ground, review-again date).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from batches.consistency import folded
from models.dates import ArchivalDate, examine_date
from models.errors import ImportFailure
from models.vocabulary import Access, Ground, Level
from workbench.readers import CatalogueFile, HeaderMap, SourceRow, open_catalogue
from workbench.services import open_marks
from workbench.services.importing import REPORT_EVERY, Progress
from workbench.services.open_marks import Mark, Meanings
from workbench.services.row_codes import fonds_key
from workbench.services.row_drafts import Draft, Drafter, Rejected

# A list of decisions may do without titles where these say which record is meant and what was decided.
STANDS_FOR_TITLE = ("reference_code", "open_mark")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands (行的位置)."""

    sheet: str | None
    row: int
    page: int | None


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One row of the list (清单的一行): which record it means and what was decided on it.

    ``access`` is ``None`` for a row that says that nothing was decided yet; ``is_written`` says whether the 档号
    stands in the list or was composed or made up; ``title`` is folded.
    """

    place: Place
    fonds_key: str
    code: str
    is_written: bool
    title: str
    mark: str | None = None
    access: Access | None = None
    ground: Ground | None = None
    reason: str | None = None
    batch_name: str | None = None
    decided_on: date | None = None
    decided_text: str | None = None
    review_again_on: date | None = None

    @property
    def key(self) -> str:
        """SHA-256 of what the row says of the decision."""
        said = (
            self.access, self.ground, self.reason, self.batch_name, self.decided_on, self.decided_text,
            self.review_again_on,
        )  # fmt: skip
        return hashlib.sha256("\x1f".join("" if each is None else str(each) for each in said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """A row whose decision cannot be taken (不能取用的行): ``column`` as the file calls it, ``reason`` a text key."""

    place: Place
    column: str | None
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)
    code: str | None = None


@dataclass(slots=True)
class DecidedFile:
    """A list as read (读出的清单): every row in exactly one of three.

    ``untitled`` are fonds key and 档号 of rejected rows under a header without titles: the home may know them.
    """

    rows: list[DecidedRow] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    quarantined: list[Place] = field(default_factory=list)
    untitled: set[tuple[str, str]] = field(default_factory=set)
    unknown_marks: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.rows) + len(self.rejected) + len(self.quarantined)


def read(
    path: Path,
    *,
    on: date,
    meanings: Meanings | None = None,
    level: Level | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None,
    live_mark: str = "quarantine",
    whole_year: bool = False,
    complete: Callable[[SourceRow], SourceRow] | None = None,
    progress: Progress | None = None,
    on_open: Callable[[CatalogueFile], None] | None = None,
) -> DecidedFile:
    """Read the whole list (读以往结论清单); the options, ``progress`` and ``on_open`` are those of an import.

    ``complete`` gives a row what the home knows of it.

    Raises
    ------
    ImportFailure
        When the file cannot be read as a catalogue; ``import.no_open_mark`` when no list in it has the column.
    """
    opened = open_catalogue(
        path, sheet=sheet, encoding=encoding, mapping=mapping, profiles=profiles, stands_for_title=STANDS_FOR_TITLE
    )
    if on_open:
        on_open(opened)
    drafter, found = Drafter(on, level, live_mark, whole_year), DecidedFile()
    for done, row in enumerate(opened):
        if progress and done % REPORT_EVERY == 0:
            progress(done)
        header = opened.header_maps[-1] if opened.header_maps and row.problem != "no_header" else None
        _sort(complete(row) if complete else row, header, drafter, on, meanings, found)
    if not any("open_mark" in header.fields for header in opened.header_maps):
        raise ImportFailure("import.no_open_mark", file=path.name)
    return found


def _sort(
    row: SourceRow, header: HeaderMap | None, drafter: Drafter, on: date, meanings: Meanings | None, found: DecidedFile
) -> None:
    place = Place(row.sheet, row.row, row.page)
    outcome = drafter.draft(row, header)
    if isinstance(outcome, Rejected):
        code = row.cells.get("reference_code")
        # A column that the list does not have is not named as one of its own.
        column = outcome.column if header and outcome.column != "title" else None
        found.rejected.append(Problem(place, column, outcome.reason, code=code))
        if outcome.reason == "no_title" and code and header and "title" not in header.fields:
            found.untitled.add((fonds_key(row.cells.get("fonds_code"), row.cells.get("fonds")), code))
        return
    if not isinstance(outcome, Draft):
        found.quarantined.append(place)
        return
    names = header.fields if header else {}
    read_row = _decided(row, outcome, names.get("open_mark", ""), on, meanings)
    if isinstance(read_row, DecidedRow):
        found.rows.append(read_row)
        return
    if read_row.reason == "unknown_mark":
        found.unknown_marks[row.cells["open_mark"]] += 1
    found.rejected.append(replace(read_row, column=names.get(read_row.column or "", read_row.column)))


def _decided(row: SourceRow, draft: Draft, header: str, on: date, meanings: Meanings | None) -> DecidedRow | Problem:
    cells, place = row.cells, Place(row.sheet, row.row, row.page)
    here: dict[str, Any] = {
        "place": place, "fonds_key": draft.fonds_key, "code": draft.reference_code,
        "is_written": "reference_code" in cells, "title": folded(draft.title),
    }  # fmt: skip
    written = cells.get("open_mark")
    mark = Mark.UNDECIDED if written is None else open_marks.read(written, header, meanings)
    if mark is None:
        return Problem(place, "open_mark", "unknown_mark", {"mark": written}, draft.reference_code)
    if mark.decided is None:
        return DecidedRow(**here, mark=written)
    days: dict[str, date | None] = {}
    for name in ("decided_on", "review_again"):
        day = _day(row, name)
        if isinstance(day, str) or (name == "decided_on" and day is not None and day > on):
            wrong = "future_decision" if isinstance(day, date) else f"bad_{name}"
            return Problem(place, name, wrong, {"text": cells[name]}, draft.reference_code)
        days[name] = day
    is_restricted = mark.decided is Access.RESTRICTED
    ground, reason = cells.get("decided_ground"), cells.get("decided_reason")
    return DecidedRow(
        **here, mark=written, access=mark.decided,
        ground=open_marks.ground_named(ground, reason) if is_restricted else None,
        reason=reason or ground, batch_name=cells.get("decided_batch"), decided_on=days["decided_on"],
        decided_text=cells.get("decided_on"), review_again_on=days["review_again"] if is_restricted else None,
    )  # fmt: skip


def _day(row: SourceRow, name: str) -> date | str | None:
    """The day that a cell means, ``None`` for no cell, or the cell itself when it means none.

    Of an incomplete date a decision takes the last possible day, a further review the first: it rather comes early.
    """
    written = row.cells.get(name)
    if written is None:
        return None
    found = examine_date(float(written)) if name in row.numbers else examine_date(written)
    if found is None:
        return None
    if not isinstance(found, ArchivalDate):
        return written
    return found.earliest if name == "review_again" else found.latest
