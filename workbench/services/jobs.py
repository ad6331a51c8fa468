"""The queue of the worker (后台任务): ask for work, take it under a lease, say how far it is, pause, go on, cancel.

One job runs at a time, whatever the number of workers: the home has one writer for long work. A worker that is killed
stops beating; its job is taken up again, from the staging file if there is one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models import Job, User
from models.errors import ProcedureError, WorkbenchError
from models.intake import JobKind, JobPhase, JobState
from workbench.permissions import named

LEASE = timedelta(seconds=120)  # a library may hold the interpreter that long while it opens a large workbook
MOST_ATTEMPTS = 3
_LOCK = 0x6B6A6A6F62  # the advisory lock of PostgreSQL: any fixed number of ours
ACTIONS = {JobKind.IMPORT: "catalogue.import", JobKind.SUGGEST: "suggest", JobKind.TRAIN: "classifier.train"}
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
S = JobState


def enqueue(
    *, session: Session, kind: JobKind, subject: str, options: Mapping[str, Any], by: User | str, at: datetime
) -> Job:
    """Ask for work (排队); ``subject`` is what people call it: the file's name, the batch.

    Raises
    ------
    PermissionDenied
        For a person who may not do this work at once either.
    """
    job = Job(kind=kind, subject=subject, options=dict(options), made_by=named(by, ACTIONS[kind]), made_at=at)
    session.add(job)
    session.flush()
    return job


def named_after(paths: Sequence[Path]) -> str:
    """What people call work on these files (任务对象): the first one's name, and how many more."""
    return paths[0].name + (f" +{len(paths) - 1}" if len(paths) > 1 else "")


def places_of(paths: Sequence[Path]) -> dict[str, Any]:
    """Where the files lie, for the options of a job (文件所在)."""
    return {"path": str(paths[0].resolve()), "paths": [str(path.resolve()) for path in paths]}


def find(session: Session, job_id: int) -> Job:
    """A job by its number (取任务).

    Raises
    ------
    ProcedureError
        ``job.unknown``.
    """
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise ProcedureError("job.unknown", number=job_id)
    return job


def listed(session: Session, *, limit: int = 20) -> Sequence[Job]:
    """The newest jobs first (任务清单)."""
    return session.exec(select(Job).order_by(col(Job.id).desc()).limit(limit)).all()


def is_alive(job: Job, at: datetime, *, knows_dead: Callable[[str], bool] = lambda _worker: False) -> bool:
    """Whether a worker still holds the job (任务是否有人在做): it beat within the lease and is not known to be dead."""
    if job.worker is None or job.beat_at is None or knows_dead(job.worker):
        return False
    return at - job.beat_at <= LEASE


def has_work(session: Session) -> bool:
    """Whether there may be a job to take (有无任务): only asked, so that an idle worker never locks the home."""
    unfinished = select(Job.id).where(col(Job.state).in_((S.WAITING, S.RUNNING))).limit(1)
    return session.exec(unfinished).first() is not None


def take(
    *, session: Session, worker: str, at: datetime, knows_dead: Callable[[str], bool] = lambda _worker: False
) -> Job | None:
    """Take the next job under a lease (领任务), one left by a dead worker first; ``None`` while another one runs.

    A job that killed its worker several times is given up as failed.
    """
    _one_at_a_time(session)
    running = session.exec(select(Job).where(Job.state == S.RUNNING).order_by(col(Job.id))).all()
    if any(is_alive(job, at, knows_dead=knows_dead) for job in running):
        return None
    waiting = session.exec(select(Job).where(Job.state == S.WAITING).order_by(col(Job.id)).limit(1)).all()
    for job in [*running, *waiting]:
        if job.attempts >= MOST_ATTEMPTS:
            _end(job, S.FAILED, at, error=ProcedureError("job.died", attempts=job.attempts))
            kept(session, job)
            continue
        job.state, job.wanted, job.worker, job.beat_at = S.RUNNING, None, worker, at
        job.attempts, job.rows, job.share, job.error = job.attempts + 1, 0, None, None
        job.started_at = at
        return kept(session, job)
    return None


def _one_at_a_time(session: Session) -> None:
    """SQLite's transactions begin with the write lock; PostgreSQL needs one of its own."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def beat(*, session: Session, job_id: int, worker: str, at: datetime) -> None:
    """Say that the worker lives (心跳)."""
    _held(session, job_id, worker).beat_at = at


def report(
    *, session: Session, job_id: int, worker: str, at: datetime, phase: JobPhase, rows: int, share: float | None
) -> JobState:
    """Say how far the job is (报进度) and hear what is wanted of it: RUNNING, PAUSED or CANCELLED.

    Raises
    ------
    ProcedureError
        ``job.taken`` when another worker has the job by now: this one must let go.
    """
    job = _held(session, job_id, worker)
    job.beat_at, job.phase, job.rows, job.share = at, phase, rows, share
    if job.wanted is S.PAUSED:
        job.state, job.wanted = S.PAUSED, None
    elif job.wanted is S.RUNNING and job.state is S.PAUSED:
        _one_at_a_time(session)
        others = session.exec(select(Job).where(Job.state == S.RUNNING, col(Job.id) != job_id)).all()
        if not any(is_alive(other, at) for other in others):
            job.state, job.wanted = S.RUNNING, None
    kept(session, job)
    return S.CANCELLED if job.wanted is S.CANCELLED else job.state


def end(
    *, session: Session, job_id: int, worker: str, at: datetime, state: JobState,
    outcome: Mapping[str, Any] | None = None, error: WorkbenchError | None = None,
) -> Job:  # fmt: skip
    """The job is over, or ready for a person's word (了结)."""
    job = _held(session, job_id, worker)
    _end(job, state, at, outcome=outcome, error=error)
    return kept(session, job)


def _end(
    job: Job, state: JobState, at: datetime, *, outcome: Mapping[str, Any] | None = None,
    error: WorkbenchError | None = None,
) -> None:  # fmt: skip
    job.state, job.wanted, job.worker, job.beat_at, job.ended_at = state, None, None, None, at
    if outcome is not None:
        job.outcome = dict(outcome)
    # Only what the text of a refusal needs; never a cell of a row.
    job.error = None if error is None else {"code": error.code, "params": {k: str(v) for k, v in error.params.items()}}


def give_back(*, session: Session, job_id: int, worker: str) -> None:
    """The worker is told to stop (交回): the job waits for the next one; it did not fail."""
    job = _held(session, job_id, worker)
    job.worker, job.beat_at = None, None
    job.attempts = max(0, job.attempts - 1)
    if job.state is S.RUNNING:
        job.state = S.WAITING
    kept(session, job)


def refusal(job: Job) -> WorkbenchError | None:
    """Why a job failed (失败原因), as a refusal that can be explained."""
    return None if job.error is None else WorkbenchError(str(job.error["code"]), **job.error["params"])


def release_dead(*, session: Session, at: datetime) -> list[int]:
    """Put jobs of dead workers back into the queue (回收), giving their numbers."""
    dead = [job for job in session.exec(select(Job).where(Job.state == S.RUNNING)) if not is_alive(job, at)]
    for job in dead:
        job.state, job.worker, job.beat_at, job.wanted = S.WAITING, None, None, None
        kept(session, job)
    return [int(job.id or 0) for job in dead]


def _held(session: Session, job_id: int, worker: str) -> Job:
    job = find(session, job_id)
    if job.worker != worker:
        raise ProcedureError("job.taken", number=job_id)
    return job


def kept(session: Session, job: Job) -> Job:
    """Write a job as it is now (存任务)."""
    session.add(job)
    session.flush()
    return job
