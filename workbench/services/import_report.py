"""What an import did (导入报告): counts for people and scripts, and the lines to look at as a csv."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.errors import HomeError
from workbench.i18n import t
from workbench.services.staging import Staging

# A spreadsheet would run a cell that begins like this (formula injection).
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
COUNTS = (
    "rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined", "skipped", "not_due", "suspected",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The account of one file (一个文件的导入结果): five outcomes add up to ``rows``.

    ``catalogue`` is ``None`` after a dry run and when nothing new came in; ``undated`` of the accepted rows have
    no readable date and wait to be completed (补录).
    """

    file: str
    rows: int
    accepted: int
    rejected: int
    duplicates: int
    conflicts: int
    quarantined: int
    skipped: int
    not_due: int
    suspected: int
    undated: int = 0
    catalogue: int | None = None
    report: Path | None = None
    reader: str = ""
    encoding: str | None = None
    headers: list[dict[str, Any]] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    page_quality: list[list[Any]] = field(default_factory=list)  # sheet, page, mean confidence; scans only

    def to_dict(self) -> dict[str, Any]:
        """The keys of the command line's ``--json``."""
        counts: dict[str, Any] = {name: getattr(self, name) for name in COUNTS}
        return {**counts, "catalogue": self.catalogue, "report": str(self.report) if self.report else None}


def sum_of(reports: list[ImportReport]) -> dict[str, int]:
    """Sums over several files (合计)."""
    return {name: sum(getattr(report, name) for report in reports) for name in COUNTS}


def harmless(cell: object) -> str:
    """A cell that a spreadsheet shows and does not run (防公式注入)."""
    text = "" if cell is None else str(cell)
    return "'" + text if text.startswith(_ACTIVE) else text


def write_report(path: Path, *, file: str, staging: Staging) -> None:
    """Write every line that did not simply come in, with its reason (问题清单), as a csv that Excel opens.

    The cells of rejected rows stand under their own headers: repaired, this file can be imported. Of a
    quarantined row there is only where it stands.
    """
    lines = list(_lines(file, staging)) if staging.counts("")["rows"] < 200_000 else None
    headers = _headers(_lines(file, staging) if lines is None else iter(lines))
    fixed = [t(f"intake.report.{name}") for name in ("file", "sheet", "row", "page", "outcome", "column", "reason")]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([harmless(name) for name in fixed + headers])
            for start, cells in _lines(file, staging) if lines is None else lines:
                writer.writerow([harmless(cell) for cell in start] + [harmless(cells.get(h)) for h in headers])
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(path)) from error


def _headers(lines: Iterator[tuple[list[Any], dict[str, str]]]) -> list[str]:
    return list(dict.fromkeys(name for _, cells in lines for name in cells))


def _lines(file: str, staging: Staging) -> Iterator[tuple[list[Any], dict[str, str]]]:
    code_header = t("intake.report.reference_code")
    for sheet, row, page, column, reason, cells in staging.rejected():
        remedy = t(f"intake.reasons.{reason}")
        yield [file, sheet, row, page, t("intake.outcomes.rejected"), column, remedy], cells
    for sheet, row, page in staging.quarantined():
        yield [file, sheet, row, page, t("intake.outcomes.quarantined"), None, t("intake.reasons.live_mark")], {}
    for outcome, place, sheet, row, page, code in staging.judged():
        kind = outcome.partition("_")[0]
        reason = t(f"intake.reasons.{outcome}", **place)
        yield [file, sheet, row, page, t(f"intake.outcomes.{kind}"), None, reason], {code_header: code}
    for sheet, row, page, code, doubts in staging.suspected():
        reason = t("intake.list_mark").join(t(f"intake.notes.{doubt}") for doubt in doubts)
        yield [file, sheet, row, page, t("intake.outcomes.suspected"), None, reason], {code_header: code}
    original, now = t("intake.report.original"), t("intake.report.value")
    for sheet, row, page, name, before, value, cause in staging.changed():
        reason = t(f"intake.reasons.{cause}_changed")
        yield (
            [file, sheet, row, page, t("intake.outcomes.changed"), t(f"intake.fields.{name}"), reason],
            {original: before, now: value},
        )
    for sheet, row, page, kind in staging.meta("skipped"):
        yield [file, sheet, row, page, t("intake.outcomes.skipped"), None, t(f"intake.skips.{kind}")], {}
