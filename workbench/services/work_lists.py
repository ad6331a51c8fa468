"""Lists of past decisions and inner lists of volumes in the background (后台装入以往结论、卷内目录)."""

from pathlib import Path
from typing import Any

from sqlmodel import Session

from models import Job
from models.errors import ImportFailure, ProcedureError
from models.intake import JobPhase, JobState
from models.vocabulary import Level
from workbench import db
from workbench.i18n import explain
from workbench.services import inner_lists, past_decisions, volumes
from workbench.services.importing import stage
from workbench.services.inner_lists import InnerReports
from workbench.services.open_marks import read_meanings
from workbench.services.working import Result, Watch


def decided(watch: Watch, job: Job, reading: dict[str, Any]) -> Result:
    """Take in one list of past decisions: read twice outside any transaction, then stored in one."""
    worker, path = watch.worker, Path(job.options["path"])
    watch.tell(JobPhase.READING)
    with db.reading(worker.environment.url) as session:
        prepared = past_decisions.prepare(
            session=session, path=path, meanings=read_meanings(job.options.get("meanings") or {}), progress=watch,
            on_open=watch.open, **reading,
        )  # fmt: skip
    watch.tell(JobPhase.STORING, prepared.found.count, 1.0)
    with worker.transaction() as session:
        made = past_decisions.import_decided(session=session, prepared=prepared, by=job.made_by, at=worker.now())
    return JobState.DONE, made.to_dict()


def inner(watch: Watch, job: Job, reading: dict[str, Any]) -> Result:
    """Turn inner lists into items: each parsed outside any transaction, then all stored in one."""
    options, worker = job.options, watch.worker
    paths, volume, fonds = [Path(each) for each in options["paths"]], options.get("volume"), options.get("fonds")
    if volume is None:
        paths = list(inner_lists.lists_in(paths))
    given = {**reading, "level": Level.ITEM}
    rows = 0
    for number, path in enumerate(paths):
        watch.tell(JobPhase.PARSING, rows, number / len(paths))
        rows += _parse(watch, path, volume, fonds, given, before=rows)
    watch.tell(JobPhase.STORING, rows, 1.0)
    with worker.transaction() as session:
        return JobState.DONE, told(_store(session, worker.now(), job, paths, reading))


def _parse(watch: Watch, path: Path, volume: str | None, fonds: str | None, given: dict[str, Any], before: int) -> int:
    """Parse one list into its staging file; what is wrong with it is said when it is stored."""
    try:
        with db.reading(watch.worker.environment.url) as session:
            record = volumes.find(session, volume or inner_lists.named_by(path), fonds)
            amend = inner_lists.placed_in(session, record)
        staged = stage(path=path, amend=amend, progress=lambda done: watch(before + done), **given)
    except (ImportFailure, ProcedureError):
        return 0
    rows = staged.counts("")["rows"]
    staged.close()
    return int(rows)


def _store(session: Session, at: Any, job: Job, paths: list[Path], reading: dict[str, Any]) -> InnerReports:
    given: dict[str, Any] = {
        "session": session, "by": job.made_by, "at": at, "fonds": job.options.get("fonds"), **reading,
    }  # fmt: skip
    if (volume := job.options.get("volume")) is None:
        return inner_lists.import_folder(paths=paths, **given)
    return InnerReports([inner_lists.import_inner_list(path=path, volume=volume, **given) for path in paths])


def told(found: InnerReports) -> dict[str, Any]:
    """What became of every list, as plain values (各份卷内目录的结果): no cell of a list is in it."""
    lists = [
        {
            "volume": each.volume, "file": each.report.file, "accepted": each.report.accepted,
            "contradictions": len(each.contradictions), "batch": each.batch,
        }
        for each in found.made
    ]  # fmt: skip
    totals = {name: sum(getattr(each.report, name) for each in found.made) for name in ("rows", "accepted")}
    failed = [{"file": path.name, "error": explain(failure)} for path, failure in found.failed]
    return {**totals, "lists": lists, "failed": failed}
