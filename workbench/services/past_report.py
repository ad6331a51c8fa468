"""What an import of past decisions did (以往结论导入报告): counts that add up, and the lines to look at as a csv."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.errors import HomeError
from models.vocabulary import Access
from workbench.i18n import has, t
from workbench.services.decided_rows import DecidedFile
from workbench.services.import_report import ImportReport, harmless
from workbench.services.past_judging import Finding, Judged

_COUNTS = (
    "rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined", "skipped", "not_due", "suspected",
)  # fmt: skip
_OF_DECISIONS = ("open", "restricted", "undecided", "applied", "records_added", "without_review_again")
_NOTED = ("overturned", "opposite_here", "on_roster")


@dataclass(frozen=True, slots=True)
class PastReport:
    """The account of one list (一份清单的导入结果): five outcomes add up to ``rows``.

    ``accepted`` = ``open`` + ``restricted`` decisions taken + ``undecided`` rows that only brought a new record.
    ``applied`` of the decisions gave their record its outcome; ``without_review_again`` delays have no date on
    which they come up again (办法 art. 17). ``catalogue`` is the one that ``records_added`` records belong to.
    """

    file: str
    counted: Mapping[str, int]
    unknown_marks: Mapping[str, int] = field(default_factory=dict)
    catalogue: int | None = None
    report: Path | None = None

    def __getitem__(self, name: str) -> int:
        """One of the counts."""
        return self.counted[name]

    @classmethod
    def of(cls, found: DecidedFile, records: ImportReport, judged: Judged, *, applied: int, kept: bool) -> "PastReport":
        """Count a judged list."""
        outcomes = Counter(finding.outcome for finding in judged.findings)
        reasons = Counter(finding.reason for finding in judged.findings if finding.outcome == "noted")
        outcome = Counter(row.access for row, _ in judged.taken)
        counted = {
            "rows": found.count,
            "accepted": len(judged.taken) + judged.undecided,
            "rejected": len(found.rejected),
            "duplicates": outcomes["duplicate"],
            "conflicts": outcomes["conflict"],
            "quarantined": len(found.quarantined),
            "skipped": records.skipped,
            "not_due": records.not_due,
            "suspected": records.suspected,
            "open": outcome[Access.OPEN],
            "restricted": outcome[Access.RESTRICTED],
            "undecided": judged.undecided,
            "applied": applied,
            "records_added": records.accepted,
            "without_review_again": sum(
                1 for row, _ in judged.taken if row.access is Access.RESTRICTED and row.review_again_on is None
            ),
            **{reason: reasons[reason] for reason in _NOTED},
        }
        catalogue = records.catalogue if kept else None
        return cls(records.file, counted, dict(found.unknown_marks.most_common()), catalogue, records.report)

    def counts(self) -> dict[str, int]:
        """All counts, for the ledger."""
        return dict(self.counted)

    def to_dict(self) -> dict[str, Any]:
        """The keys of the command line's ``--json``: those of an import, and those of decisions."""
        base: dict[str, Any] = {name: self.counted[name] for name in _COUNTS}
        base |= {"catalogue": self.catalogue, "report": str(self.report) if self.report else None}
        own = {name: self.counted[name] for name in (*_OF_DECISIONS, *_NOTED)}
        return {**base, **own, "unknown_marks": dict(self.unknown_marks)}


def sums(reports: Sequence[PastReport]) -> dict[str, int]:
    """Sums over several lists (合计)."""
    return {name: sum(report[name] for report in reports) for name in (*_COUNTS, *_OF_DECISIONS, *_NOTED)}


def write_report(path: Path, *, file: str, found: DecidedFile, findings: Sequence[Finding]) -> None:
    """Write every line that did not simply come in, with its reason (问题清单), as a csv that Excel opens.

    Raises
    ------
    HomeError
        ``home.cannot_write``.
    """
    names = ("file", "sheet", "row", "page", "outcome", "column", "reason", "reference_code")
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([t(f"intake.report.{name}") for name in names])
            for line in _lines(found, findings):
                writer.writerow([harmless(cell) for cell in (file, *line)])
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(path)) from error


def _lines(found: DecidedFile, findings: Sequence[Finding]) -> Iterator[list[object]]:
    for problem in found.rejected:
        place, own = problem.place, f"past.reasons.{problem.reason}"
        key = own if has(own) else f"intake.reasons.{problem.reason}"
        yield [place.sheet, place.row, place.page, t("intake.outcomes.rejected"), problem.column,
               t(key, **problem.params), problem.code]  # fmt: skip
    for place in found.quarantined:
        yield [place.sheet, place.row, place.page, t("intake.outcomes.quarantined"), None,
               t("intake.reasons.live_mark"), None]  # fmt: skip
    for finding in findings:
        place = finding.row.place
        kind = "past.noted" if finding.outcome == "noted" else f"intake.outcomes.{finding.outcome}"
        yield [place.sheet, place.row, place.page, t(kind), None,
               t(f"past.reasons.{finding.reason}", **finding.params), finding.row.code]  # fmt: skip
