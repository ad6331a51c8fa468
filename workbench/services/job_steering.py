"""What a person asks of a job (操办后台任务): let it rest, go on, give it up, let it in. Each act is in the ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Job, User
from models.errors import ProcedureError
from models.intake import JobPhase, JobState
from workbench.permissions import named
from workbench.services import jobs
from workbench.services.ledger_keeping import seal

S = JobState


def pause(*, session: Session, job_id: int, by: User | str, at: datetime) -> Job:
    """Let a job rest (暂停): a waiting one is not taken, a running one stops at its next thousand rows.

    Raises
    ------
    ProcedureError
        ``job.unknown``, or ``job.not_now`` when it is at its end or already writing.
    """
    job = _asked(session, job_id, by, "pause", S.WAITING, S.RUNNING)
    if job.state is S.WAITING or not jobs.is_alive(job, at):
        job.state = S.PAUSED
    elif job.phase is JobPhase.STORING:
        raise _not_now(job, "pause")
    else:
        job.wanted = S.PAUSED
    return _sealed(session, job, by, at, "pause")


def resume(*, session: Session, job_id: int, by: User | str, at: datetime) -> Job:
    """Let a paused job go on (继续): where it stood if its worker is alive, else from its staging file.

    Raises
    ------
    ProcedureError
        ``job.unknown`` or ``job.not_now``.
    """
    job = _asked(session, job_id, by, "resume", S.PAUSED, S.RUNNING)
    if job.state is S.RUNNING and job.wanted is not S.PAUSED:
        raise _not_now(job, "resume")
    if job.state is S.PAUSED and not jobs.is_alive(job, at):
        job.state, job.worker, job.beat_at, job.wanted = S.WAITING, None, None, None
    else:
        job.wanted = S.RUNNING
    return _sealed(session, job, by, at, "resume")


def cancel(*, session: Session, job_id: int, by: User | str, at: datetime) -> Job:
    """Give a job up (取消): nothing of it stays in the home, its rows were only staged.

    Raises
    ------
    ProcedureError
        ``job.unknown``, or ``job.not_now`` when it is at its end or already writing.
    """
    job = _asked(session, job_id, by, "cancel", S.WAITING, S.RUNNING, S.PAUSED, S.READY)
    if job.state in (S.RUNNING, S.PAUSED) and jobs.is_alive(job, at):
        if job.phase is JobPhase.STORING:
            raise _not_now(job, "cancel")
        job.wanted = S.CANCELLED
    else:
        job.state, job.ended_at, job.worker = S.CANCELLED, at, None
    return _sealed(session, job, by, at, "cancel")


def confirm(
    *, session: Session, job_id: int, by: User | str, at: datetime, options: Mapping[str, Any] | None = None
) -> Job:
    """A person looked at the parsed file and says that it goes in (确认入库); ``options`` change how it is read.

    Raises
    ------
    ProcedureError
        ``job.unknown`` or ``job.not_now``.
    """
    job = _asked(session, job_id, by, "confirm", S.READY)
    who = named(by, jobs.ACTIONS[job.kind])
    job.options = {**job.options, **(options or {}), "ask": False, "confirmed_by": who}
    job.state, job.phase, job.attempts = S.WAITING, None, 0
    return _sealed(session, job, by, at, "confirm")


def _asked(session: Session, job_id: int, by: User | str, verb: str, *states: JobState) -> Job:
    job = jobs.find(session, job_id)
    named(by, jobs.ACTIONS[job.kind])
    if job.state not in states:
        raise _not_now(job, verb)
    return job


def _not_now(job: Job, verb: str) -> ProcedureError:
    return ProcedureError("job.not_now", number=job.id, action=verb, state=job.state)


def _sealed(session: Session, job: Job, by: User | str, at: datetime, verb: str) -> Job:
    """Who asked what of which job, and what state it is in by that; its file's name is not said."""
    jobs.kept(session, job)
    payload = {
        "kind": job.kind.value, "state": job.state.value, "wanted": job.wanted.value if job.wanted else None,
    }  # fmt: skip
    seal(
        session, actor=named(by, jobs.ACTIONS[job.kind]), action=f"job.{verb}", subject=f"job/{job.id}",
        payload=payload, at=at,
    )  # fmt: skip
    return job
