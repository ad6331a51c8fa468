"""``work`` and ``job`` (后台): the worker, and what waits for it."""

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from models import Job
from models.errors import ImportFailure
from models.intake import JobKind
from workbench import clock, db
from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import count, explain, t, term
from workbench.services import intake_files, job_steering, jobs
from workbench.services.work_kinds import WAYS
from workbench.services.working import Worker


@root.command("work", help=t("cli.help.work"))
@click.option("--once", is_flag=True, help=t("cli.help.work_once"))
@click.option("--with-parent", is_flag=True, help=t("cli.help.work_with_parent"))
@pass_call
def work(call: Call, once: bool, with_parent: bool) -> None:
    """Do what waits, until stopped."""
    db.require_current(call.environment.url)
    worker = Worker(environment=call.environment, ways=WAYS, now=clock.now, today=clock.today)
    if once:
        done = 0
        while worker.serve_one():
            done += 1
        call.emit({"done": done}, t("jobs.worked", done=done))
        return
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: worker.leaving.set())
    if with_parent:
        threading.Thread(target=_leave_with_parent, args=(worker.leaving,), daemon=True).start()
    call.say(t("jobs.working", home=call.home))
    worker.serve()


def _leave_with_parent(leaving: threading.Event) -> None:
    """The parent holds the other end of our input: when it is gone, however it died, the input ends."""
    sys.stdin.buffer.read()
    leaving.set()


@root.group("job", help=t("cli.help.job"))
def job_() -> None:
    """What waits for the worker, and what it did."""


@job_.command("list", help=t("cli.help.job_list"))
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help=t("cli.help.job_limit"))
@pass_call
def list_(call: Call, limit: int) -> None:
    """List jobs, newest first."""
    with call.reading() as session:
        found = [plain(job, call.at) for job in jobs.listed(session, limit=limit)]
    call.emit(found, lambda: [_line(row) for row in found])


@job_.command("show", help=t("cli.help.job_show"))
@click.argument("number", type=int)
@pass_call
def show(call: Call, number: int) -> None:
    """Show one job with its outcome."""
    with call.reading() as session:
        found = plain(jobs.find(session, number), call.at)
    call.emit(found, lambda: [_line(found)])


@job_.command("suggest", help=t("cli.help.job_suggest"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.suggest_batch"))
@pass_call
def suggest(call: Call, batch_id: int | None) -> None:
    """Suggest in the background."""
    subject = t("jobs.subject.batch", batch=batch_id) if batch_id else t("jobs.subject.due")
    _enqueue(call, JobKind.SUGGEST, subject, {"batch": batch_id})


@job_.command("train", help=t("cli.help.job_train"))
@click.option("--adopt", is_flag=True, help=t("cli.help.job_adopt"))
@pass_call
def train(call: Call, adopt: bool) -> None:
    """Learn from the archive's decisions in the background."""
    _enqueue(call, JobKind.TRAIN, t("jobs.subject.train"), {"adopt": adopt})


def _enqueue(call: Call, kind: JobKind, subject: str, options: dict[str, Any]) -> None:
    with call.transaction() as session:
        by = call.actor(session, jobs.ACTIONS[kind])
        job = jobs.enqueue(session=session, kind=kind, subject=subject, options=options, by=by, at=call.at)
    call.emit({"job": job.id}, t("jobs.queued", number=job.id))


def _ask(call: Call, number: int, verb: Callable[..., Job], **given: Any) -> None:
    with call.transaction() as session:
        by = call.actor(session, jobs.ACTIONS[jobs.find(session, number).kind])
        job = verb(session=session, job_id=number, by=by, **given)
    intake_files.discard_files_of(call.home, job)
    call.emit(plain(job, call.at), lambda: [_line(plain(job, call.at))])


@job_.command("pause", help=t("cli.help.job_pause"))
@click.argument("number", type=int)
@pass_call
def pause(call: Call, number: int) -> None:
    """Let a job rest."""
    _ask(call, number, job_steering.pause, at=call.at)


@job_.command("resume", help=t("cli.help.job_resume"))
@click.argument("number", type=int)
@pass_call
def resume(call: Call, number: int) -> None:
    """Let a job go on."""
    _ask(call, number, job_steering.resume, at=call.at)


@job_.command("cancel", help=t("cli.help.job_cancel"))
@click.argument("number", type=int)
@pass_call
def cancel(call: Call, number: int) -> None:
    """Give a job up."""
    _ask(call, number, job_steering.cancel, at=call.at)


@job_.command("confirm", help=t("cli.help.job_confirm"))
@click.argument("number", type=int)
@pass_call
def confirm(call: Call, number: int) -> None:
    """Let a parsed file go in."""
    _ask(call, number, job_steering.confirm, at=call.at)


def plain(job: Job, at: datetime) -> dict[str, Any]:
    """A job as plain values (任务)."""
    refusal = jobs.refusal(job)
    names = ("kind", "state", "phase", "wanted", "subject", "rows", "share", "attempts", "made_by", "made_at",
             "started_at", "ended_at", "outcome")  # fmt: skip
    return {
        "job": job.id,
        **{name: getattr(job, name) for name in names},
        "held": jobs.is_alive(job, at),
        "error": None if refusal is None else explain(refusal),
    }


def _line(row: dict[str, Any]) -> str:
    return t(
        "jobs.line", number=row["job"], kind=term(row["kind"]), state=term(row["state"]), subject=row["subject"],
        rows=count(row["rows"]), error=row["error"] or "",
    ).rstrip()  # fmt: skip


def queue_import(call: Call, paths: Sequence[Path], options: dict[str, Any], by: str) -> int:
    """Put an import into the queue (后台导入), giving the job's number; several files are one piece of work.

    Raises
    ------
    ImportFailure
        ``import.no_file``: said at once, not by the worker.
    """
    for path in paths:
        if not path.exists():
            raise ImportFailure("import.no_file", file=str(path))
    with call.transaction() as session:
        job = jobs.enqueue(
            session=session, kind=JobKind.IMPORT, subject=jobs.named_after(paths), by=by, at=call.at,
            options={**options, **jobs.places_of(paths)},
        )  # fmt: skip
    return int(job.id or 0)
