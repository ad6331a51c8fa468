"""Statistics of the home (统计): tables by kind, era, year, fonds and ground; each number with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from batches.statistics import SUMS, Cell, Decided, DecidedLine, Line, decided_by_year, decided_line, table
from models.tally import Era, Outcome, Progress, Selection, UnitKind, YearKind
from models.vocabulary import Access, Ground
from rules import clearance
from workbench.clock import LEGAL_ZONE
from workbench.i18n import t, term
from workbench.queries import decided as deciding
from workbench.queries import statistics as counting
from workbench.writers import tables

PAGE = 50
ROW_COLUMNS = ("reference_code", "title", "fonds", "date_text", "due_on", "progress", "ground", "review_again_on")


@dataclass(frozen=True)
class Statistics:
    """The home counted on one day (统计): every table is a sum over the same cells."""

    on: date
    by: YearKind
    year: int | None
    cells: Sequence[Cell]
    decided: Sequence[Decided]
    names: dict[str, str]
    volumes_with_items: int
    published: dict[int, int] = field(default_factory=dict)
    past: dict[int | None, int] = field(default_factory=dict)

    @property
    def total(self) -> Line:
        """Everything."""
        return Line.of(self.cells)

    def kinds(self) -> dict[UnitKind, Line]:
        """Volumes and items apart (卷、件分列)."""
        return {kind: Line.of(cell for cell in self.cells if cell.kind is kind) for kind in UnitKind}

    def eras(self) -> dict[tuple[UnitKind, Era], Line]:
        """By kind and era; eras without records are left out."""
        return table(self.cells, lambda cell: (cell.kind, cell.era))

    def years(self, kind: UnitKind | None = None) -> dict[int | None, Line]:
        """By year, of one kind or of both."""
        chosen = [cell for cell in self.cells if kind is None or cell.kind is kind]
        return table(chosen, lambda cell: cell.year(self.by))

    def fonds(self) -> dict[str, Line]:
        """By fonds."""
        return table(self.cells, lambda cell: cell.fonds)

    def fonds_years(self) -> dict[tuple[str, int | None], Line]:
        """By fonds and year: the opening rates."""
        return table(self.cells, lambda cell: (cell.fonds, cell.year(self.by)))

    def decided_years(self) -> dict[int, DecidedLine]:
        """Decisions by the year of approval; a year in which only history or notices stand has an empty line."""
        found = decided_by_year(self.decided)
        others = {year for year in (*self.published, *self.past) if year is not None and self.year in (None, year)}
        return {year: found.get(year) or decided_line(()) for year in sorted({*found, *others})}

    def to_dict(self) -> dict[str, Any]:
        """One JSON document (统计数据)."""
        return {
            "on": self.on,
            "by": self.by,
            "year": self.year,
            "total": self.total.to_dict(),
            "kinds": [{"kind": kind, **line.to_dict()} for kind, line in self.kinds().items()],
            "eras": [{"kind": kind, "era": era, **line.to_dict()} for (kind, era), line in self.eras().items()],
            "years": [
                {"kind": kind, "year": year, **line.to_dict()}
                for kind in UnitKind
                for year, line in self.years(kind).items()
            ],
            "fonds": [
                {"fonds_key": key, "fonds": self.names.get(key, key), **line.to_dict()}
                for key, line in self.fonds().items()
            ],
            "fonds_years": [
                {
                    "fonds_key": key, "year": year, "open": line.sum("open"), "restricted": line.sum("restricted"),
                    "opening_rate": line.opening_rate,
                }
                for (key, year), line in self.fonds_years().items()
            ],
            "decisions": {
                **decided_line(self.decided).to_dict(),
                "years": [
                    {
                        "year": year, "published": self.published.get(year, 0), "past": self.past.get(year, 0),
                        **line.to_dict(),
                    }
                    for year, line in self.decided_years().items()
                ],
                "past_undated": self.past.get(None, 0),
            },
            "volumes_with_items": self.volumes_with_items,
        }  # fmt: skip


def count(
    session: Session, *, on: date, year: int | None = None, by: YearKind = YearKind.DUE
) -> Statistics:  # fmt: skip
    """Count the home (统计), or what came due (or was made) in one ``year`` and was decided in it."""
    cells = [
        Cell(
            UnitKind(row.kind), Era(row.era), row.fonds_key, row.due_year, row.formed_year, Progress(row.progress),
            row.ground, row.size,
        )
        for row in counting.cells(session, on=on, live_marks=live_marks(session))
    ]  # fmt: skip
    approved = {number: _legal_year(at) for number, at in deciding.approvals(session).items()}
    decided = [
        Decided(
            approved[row.batch_id], UnitKind(row.kind), Era(row.era), row.fonds_key, Access(row.final_access),
            Ground(row.final_ground) if row.final_ground else None, Outcome(row.outcome), row.size,
        )
        for row in deciding.counted(session)
    ]  # fmt: skip
    if year is not None:
        cells = [cell for cell in cells if cell.year(by) == year]
        decided = [cell for cell in decided if cell.year == year]
    return Statistics(
        on, by, year, cells, decided, counting.fonds_names(session), counting.volumes_with_items(session),
        deciding.published(session), deciding.past(session),
    )  # fmt: skip


def years(session: Session, *, by: YearKind) -> list[int]:
    """The years that records came due, or were made, in (年度), newest first."""
    return counting.years(session, by)


def fonds_name(session: Session, key: str) -> str:
    """Name of a fonds (全宗名称)."""
    return counting.fonds_name(session, key) or key or t("statistics.no_fonds")


def live_marks(session: Session) -> list[tuple[str | None, str | None]]:
    """The 密级 cells of the home that are live marks (有效密级)."""
    return [pair for pair in counting.security_cells(session) if clearance.is_live(*pair)]


def behind(
    session: Session, wanted: Selection, *, on: date, after: int = 0, limit: int | None = PAGE
) -> list[dict[str, Any]]:
    """The records that a number counts (数字背后的条目), a page of them by id behind ``after``."""
    given: dict[str, Any] = {"after": after, "limit": limit}
    if wanted.published_in is not None:
        found = deciding.published_rows(session, wanted.published_in, **given)
    elif wanted.is_of_history:
        found = deciding.past_rows(session, wanted.past_in, **given)
    elif wanted.is_of_decisions:
        years = {number: _legal_year(at) for number, at in deciding.approvals(session).items()}
        batches = [number for number, year in years.items() if wanted.decided_in in (None, year)]
        found = deciding.rows(session, wanted, batches=batches, **given)
    else:
        found = counting.rows(session, wanted, on=on, live_marks=live_marks(session), **given)
    return [dict(row._mapping) for row in found]


def written(row: dict[str, Any], wanted: Selection) -> dict[str, str]:
    """A row as people read it (可读行)."""
    shown: dict[str, Any] = {
        **row,
        "progress": _came_to(row["progress"], wanted),
        "ground": term(Ground(row["ground"])) if row["ground"] else None,
    }
    return {name: "" if shown[name] is None else str(shown[name]) for name in ROW_COLUMNS}


def _came_to(said: str, wanted: Selection) -> str:
    """How far a row has come: of a published one the notice, of history the batch or the list."""
    if wanted.published_in is not None:
        return t("statistics.published_in", notice=said)
    if wanted.is_of_history:
        return t("statistics.past_list", name=said)
    return term(Outcome(said) if wanted.is_of_decisions else Progress(said))


def export_rows(session: Session, wanted: Selection, out: Path, *, on: date, at: datetime) -> int:
    """Write the records behind a number as xlsx or csv by the suffix (导出清单) and give their number."""
    rows = [written(row, wanted) for row in behind(session, wanted, on=on, limit=None)]
    headers = [t(f"statistics.columns.{name}") for name in ROW_COLUMNS]
    lines = [[row[name] for name in ROW_COLUMNS] for row in rows]
    if out.suffix.lower() == ".csv":
        tables.write_csv(out, headers, lines)
    else:
        sheet = tables.Sheet(t("statistics.list"), headers, lines, widths=(24, 60, 24, 14, 14, 18, 24, 14))
        tables.write_xlsx(out, [sheet], at=at)
    return len(rows)


def selection_of(name: str, **known: Any) -> Selection:
    """The selection behind a column of a table (列的统计选择): a sum, a progress, or ``total``."""
    if name == "total":
        return Selection(**known)
    return Selection(progress=SUMS.get(name) or (Progress(name),), **known)


def _legal_year(at: datetime) -> int:
    return at.astimezone(LEGAL_ZONE).year
