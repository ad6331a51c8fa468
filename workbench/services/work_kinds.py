"""How each kind of job is done (后台任务的做法): the long part outside any transaction, then one short one."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from models import Job
from models.intake import JobKind, JobPhase, JobState
from models.vocabulary import Level
from workbench import db
from workbench.services import import_profiles, repair_sheets, setting_up, work_lists
from workbench.services.import_report import ImportReport
from workbench.services.importing import import_catalogue, stage
from workbench.services.intake_files import discard_upload
from workbench.services.staging import Staging
from workbench.services.working import Cancelled, Result, Watch, Way


def _import(watch: Watch, job: Job) -> Result:
    path, home = Path(job.options["path"]), watch.worker.environment.home
    try:
        result = _LISTS[job.options.get("list")](watch, job)
    except Cancelled:
        discard_upload(home, path)
        raise
    if result[0] is not JobState.READY:
        discard_upload(home, path)
    return result


def _catalogue(watch: Watch, job: Job) -> Result:
    environment, options = watch.worker.environment, job.options
    path, at = Path(options["path"]), watch.worker.now()
    if repair_sheets.is_repair_sheet(path):
        return _take_back(watch, job, path)
    given = _reading(watch, options)
    watch.tell(JobPhase.READING)
    staged = stage(path=path, progress=watch, on_open=watch.open, **given)
    rows = staged.counts("")["rows"]
    name = staged.path.name
    staged.close()
    by = str(options.get("confirmed_by") or job.made_by)
    if options.get("ask"):
        with db.reading(environment.url) as session:
            tried = import_catalogue(session=session, path=path, by=by, at=at, dry_run=True, **given)
            return JobState.READY, {**_told(tried), "staging": name}
    watch.tell(JobPhase.STORING, rows, 1.0)
    with watch.worker.transaction() as session:
        made = import_catalogue(session=session, path=path, by=by, at=at, **given)
    return JobState.DONE, {**_told(made), "staging": name}


def _take_back(watch: Watch, job: Job, path: Path) -> Result:
    """A sheet of corrected rows that came back: judged row by row, there is nothing to confirm."""
    watch.tell(JobPhase.STORING)
    with watch.worker.transaction() as session:
        made = repair_sheets.take_sheet(
            session=session, path=path, by=job.made_by, at=watch.worker.now(), on=watch.worker.today()
        )
    return JobState.DONE, _told(made)


def _decided(watch: Watch, job: Job) -> Result:
    return work_lists.decided(watch, job, _reading(watch, job.options, restores=False))


def _inner(watch: Watch, job: Job) -> Result:
    return work_lists.inner(watch, job, _reading(watch, job.options, restores=False))


# What kind of list a file is (``list`` in the options of the job).
_LISTS: Mapping[str | None, Way] = {None: _catalogue, "decided": _decided, "inner": _inner}


def _reading(watch: Watch, options: Mapping[str, Any], *, restores: bool = True) -> dict[str, Any]:
    """The options of the import: what was asked, what profiles say, and the settings in force now."""
    with db.reading(watch.worker.environment.url) as session:
        settings = setting_up.all_values(session)
        known = import_profiles.reading(session, options.get("profile"))
    level = options.get("level")
    # What a person explained of this file goes before what is remembered.
    known = replace(known, profiles={**known.profiles, **options.get("explained", {})})
    asked = {name: options.get(name) for name in ("sheet", "encoding", "mapping")}
    return known.options(
        **asked, level=Level(level) if level else None, on=watch.worker.today(), live_mark=settings["live_mark"],
        whole_year=settings["whole_year_rule"],
        **({"restore_zeros": bool(options.get("restore_zeros"))} if restores else {}),
    )  # fmt: skip


def _told(report: ImportReport) -> dict[str, Any]:
    """An account as plain values; no cell of the file is in it."""
    beside = ("undated", "reader", "encoding", "headers", "hidden_sheets", "hidden_rows")
    return {**report.to_dict(), **{name: getattr(report, name) for name in beside}}


def short_codes(home: Path, job: Job, at_most: int = 5) -> tuple[int, list[tuple[str | None, int, str, str]]]:
    """Codes of a parsed file that may have lost zeros (疑似掉零的档号): how many, and the first with their zeros."""
    path = home / "staging" / str((job.outcome or {}).get("staging"))
    if not path.is_file():
        return 0, []
    staged = Staging(path)
    try:
        return staged.short_codes(at_most) if staged.is_finished else (0, [])
    finally:
        staged.close()


def _suggest(watch: Watch, job: Job) -> Result:
    from workbench.services import work_learning

    return work_learning.suggest(watch, job)


def _train(watch: Watch, job: Job) -> Result:
    from workbench.services import work_learning

    return work_learning.train(watch, job)


WAYS: Mapping[JobKind, Way] = {
    JobKind.IMPORT: _import,
    JobKind.SUGGEST: _suggest,
    JobKind.TRAIN: _train,
}
