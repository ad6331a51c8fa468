"""The statistics as a workbook (统计表): one sheet a table, with charts, the counting explained under each title."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from batches.statistics import Line
from models.tally import Outcome, UnitKind
from models.vocabulary import Access, Ground
from workbench.i18n import t, term
from workbench.services.statistics import Statistics
from workbench.writers import figure_book
from workbench.writers.figure_book import Chart, Figure, FigureSheet

SHOWN = (
    "total", "undated", "not_due", "early", "due", "reviewed", "open", "opened", "to_publish", "delayed", "again",
    "waiting", "in_review", "unanswered", "marked",
)  # fmt: skip
RATES = ("opening_rate", "reviewed_rate", "opened_rate")


def label(name: str) -> str:
    """Title of a column of counts (列名)."""
    key = f"statistics.sums.{name}"
    text = t(key)
    return text if text != key else t(f"terms.progress.{name}")


def note(found: Statistics) -> str:
    """How the figures were counted (统计说明)."""
    years = t("statistics.all_years") if found.year is None else t("statistics.one_year", year=found.year)
    return t("statistics.note", on=found.on, year=years, by=term(found.by), volumes=found.volumes_with_items)


def export(found: Statistics, out: Path, *, at: datetime) -> None:
    """Write all tables to an xlsx (导出统计表)."""
    sheets = [_overview(found), _years(found), _fonds(found), _rates(found), _grounds(found), _decisions(found)]
    figure_book.write(out, sheets, note=note(found), at=at)


def _figures(line: Line) -> list[Figure]:
    return [*(line.sum(name) for name in SHOWN), *(getattr(line, name) for name in RATES)]


def _headers(*labels: str) -> list[str]:
    return [*(t(f"statistics.columns.{name}") for name in labels), *(label(name) for name in (*SHOWN, *RATES))]


def _sheet(
    name: str, labels: tuple[str, ...], lines: Iterable[tuple[tuple[str, ...], Line]], total: Line,
    chart: Chart | None = None,
) -> FigureSheet:  # fmt: skip
    rows: list[list[Figure]] = [[*names, *_figures(line)] for names, line in lines]
    rows.append([t("statistics.total_line"), *[None] * (len(labels) - 1), *_figures(total)])
    title = t(f"statistics.sheets.{name}")
    return FigureSheet(title, title, _headers(*labels), rows, len(labels), has_total=True, chart=chart)


def _overview(found: Statistics) -> FigureSheet:
    lines = [((term(kind), term(era)), line) for (kind, era), line in found.eras().items()]
    return _sheet("overview", ("kind", "era"), lines, found.total)


def year_name(year: int | None) -> str:
    """A year, or that there is none."""
    return t("statistics.no_year") if year is None else str(year)


def _years(found: Statistics) -> FigureSheet:
    lines = [((year_name(year),), line) for year, line in found.years().items()]
    columns = [2 + SHOWN.index(name) for name in ("opened", "to_publish", "delayed", "again", "waiting", "in_review")]
    chart = Chart(t("pages.statistics.chart_years"), columns)
    return _sheet("years", ("year",), lines, found.total, chart)


def _fonds(found: Statistics) -> FigureSheet:
    lines = [((fonds_name(found, key),), line) for key, line in found.fonds().items()]
    return _sheet("fonds", ("fonds",), lines, found.total)


def fonds_name(found: Statistics, key: str) -> str:
    """Name of a fonds as people know it (全宗名称)."""
    return found.names.get(key) or key or t("statistics.no_fonds")


def _rates(found: Statistics) -> FigureSheet:
    rates = found.fonds_years()
    years = sorted({year for _, year in rates if year is not None})
    rows: list[list[Figure]] = []
    for key, whole in found.fonds().items():
        by_year = [rates.get((key, year)) for year in years]
        rows.append(
            [fonds_name(found, key), whole.opening_rate, *(line.opening_rate if line else None for line in by_year)]
        )
    title = t("statistics.sheets.rates")
    headers = [t("statistics.columns.fonds"), t("statistics.sums.opening_rate"), *(str(year) for year in years)]
    return FigureSheet(title, title, headers, rows)


def _grounds(found: Statistics) -> FigureSheet:
    kinds = found.kinds()
    grounds: list[Ground | None] = [*Ground, *([None] if found.total.grounds[None] else [])]
    rows: list[list[Figure]] = [
        [ground_name(ground), *(kinds[kind].grounds[ground] for kind in UnitKind), found.total.grounds[ground]]
        for ground in grounds
    ]
    sums = [kinds[kind].sum("restricted") for kind in UnitKind]
    rows.append([t("statistics.total_line"), *sums, found.total.sum("restricted")])
    title = t("statistics.sheets.grounds")
    headers = [t("statistics.columns.ground"), *(term(kind) for kind in UnitKind), t("statistics.total_line")]
    return FigureSheet(title, title, headers, rows, has_total=True)


def ground_name(ground: Ground | None) -> str:
    """A ground, or that none was given."""
    return t("statistics.no_ground") if ground is None else term(ground)


def _decisions(found: Statistics) -> FigureSheet:
    rows: list[list[Figure]] = [
        [
            str(year), line.total, line.access[Access.OPEN], line.access[Access.RESTRICTED],
            *(line.outcomes[outcome] for outcome in Outcome), line.overturned, line.overturned_rate,
            found.published.get(year, 0), found.past.get(year, 0),
        ]
        for year, line in found.decided_years().items()
    ]  # fmt: skip
    title = t("statistics.sheets.decisions")
    headers = [
        t("statistics.columns.year"), t("statistics.sums.decided"), *(term(access) for access in Access),
        *(term(outcome) for outcome in Outcome),
        *(t(f"statistics.sums.{name}") for name in ("overturned", "overturned_rate", "published", "past")),
    ]  # fmt: skip
    return FigureSheet(title, title, headers, rows)
