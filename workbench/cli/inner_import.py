"""``import --volume`` and ``--volumes`` (装入卷内目录): a volume's inner list becomes its items."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.cli.framework import Call
from workbench.i18n import count, explain, t
from workbench.services import inner_lists
from workbench.services.import_report import sum_of
from workbench.services.inner_lists import InnerReport, InnerReports


def import_inner_lists(
    call: Call,
    paths: Sequence[Path],
    *,
    volume: str | None,
    fonds: str | None,
    dry_run: bool,
    report: Path | None,
    reading: dict[str, Any],
) -> None:
    """The list of one named volume, or lists that are named by their volumes; a folder stands for its files."""
    given = {"by": "", "at": call.at, "fonds": fonds, "dry_run": dry_run, **reading}
    with call.transaction() as session:
        given["by"] = call.actor(session, "catalogue.import")
        if volume is None:
            found = inner_lists.import_folder(session=session, paths=paths, **given)
        else:
            made = [
                inner_lists.import_inner_list(session=session, path=path, volume=volume, report=report, **given)
                for path in paths
            ]
            found = InnerReports(made)
    call.emit(_plain(found, is_one=volume is not None and len(paths) == 1), lambda: _told(found))


def _plain(found: InnerReports, *, is_one: bool) -> dict[str, Any]:
    if is_one:
        return found.made[0].to_dict()
    files = [{"file": each.report.file, **each.to_dict()} for each in found.made]
    failed = [{"file": path.name, "error": explain(failure)} for path, failure in found.failed]
    return {"files": files, "failed": failed, **sum_of([each.report for each in found.made])}


def _told(found: InnerReports) -> Iterator[str]:
    for each in found.made:
        yield from _one(each)
    for path, failure in found.failed:
        yield t("past.volumes.failed", file=path.name, text=explain(failure))


def _one(made: InnerReport) -> Iterator[str]:
    figures = {name: count(number) for name, number in made.report.to_dict().items() if isinstance(number, int)}
    yield t("past.volumes.imported", volume=made.volume, file=made.report.file, **figures)
    for found in made.contradictions:
        yield "  " + fault_line(found.fault.value, found.code, found.item_says, found.volume_says)
    if made.batch is not None:
        yield "  " + t("past.volumes.on_roster", batch=made.batch)


def fault_line(fault: str, code: str | None, item_says: str | None, volume_says: str | None) -> str:
    """A contradiction as people read it."""
    return t(f"past.faults.{fault}", code=code or "", item=item_says or "", volume=volume_says or "")
