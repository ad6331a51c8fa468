"""Jobs in the background (后台任务): how far they are, and rest, go on, give up; the page never waits for one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from models import Job, User
from models.intake import JobKind, JobState
from workbench import clock, widgets
from workbench.i18n import count, explain, t, term
from workbench.services import intake_files, job_steering, jobs
from workbench.settings import environment

NEXT = "import.next"  # the part that the import screen shows when it is drawn anew
EVERY = 1.0  # seconds between looks
_PATIENCE = timedelta(seconds=8)  # a waiting job that nobody took by then has no worker
_LIVE = (JobState.WAITING, JobState.RUNNING, JobState.PAUSED)


def part(user: User) -> None:
    """All jobs, the live ones with their bars (后台任务)."""
    found = widgets.read(jobs.listed)
    if not found:
        widgets.nothing(t("jobs.none_yet"))
        return
    for job in found:
        if job.state in _LIVE:
            with st.container(border=True):
                st.html(f'<p class="soft">{_name(job)}</p>')
                progress(int(job.id or 0), user)
    ready = [job for job in found if job.state is JobState.READY]
    for job in ready:
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.write(t("jobs.ready_line", subject=job.subject, accepted=count((job.outcome or {})["accepted"])))
        right.button(
            t("jobs.look"), key=f"job.look.{job.id}", on_click=_show_account, args=(job.id,)
        )  # fmt: skip
    over = [job for job in found if job.state in jobs.ENDED]
    names = ("number", "kind", "subject", "state", "rows", "by", "ended", "error")
    if over:
        st.subheader(t("jobs.over"), anchor=False)
        widgets.table([_row(job) for job in over], {name: t(f"jobs.column.{name}") for name in names})


def _show_account(number: int) -> None:
    st.session_state["import.job"] = number
    st.session_state["import.part"] = "file"


def _name(job: Job) -> str:
    return escape(t("jobs.name", number=job.id, kind=term(job.kind), subject=job.subject, by=job.made_by))


def _row(job: Job) -> dict[str, object]:
    refusal = jobs.refusal(job)
    ended = f"{job.ended_at.astimezone(clock.LEGAL_ZONE):%Y-%m-%d %H:%M}" if job.ended_at else ""
    done = (job.outcome or {}).get("accepted", (job.outcome or {}).get("suggested"))
    return {
        "number": job.id, "kind": term(job.kind), "subject": job.subject, "state": term(job.state),
        "rows": done, "by": job.made_by, "ended": ended,
        "error": explain(refusal) if refusal else _left_over(job.outcome or {}),
    }  # fmt: skip


def _left_over(outcome: Mapping[str, Any]) -> str:
    """What a job that was done could not do (办毕而未成的部分): lists that did not go in, marks nobody explained."""
    failed = [t("jobs.rejected", count=count(outcome["rejected"]))] if outcome.get("rejected") else []
    failed += [t("past.volumes.failed", file=each["file"], text=each["error"]) for each in outcome.get("failed", ())]
    marks = outcome.get("unknown_marks") or {}
    if marks:
        failed.append(t("jobs.unknown_marks", marks=t("pages.words.join").join(marks)))
    return t("pages.words.join").join(failed)


def queue(user: User, subject: str, options: Mapping[str, Any]) -> None:
    """Put an import into the queue and show the jobs (转入后台)."""
    made = widgets.act(
        jobs.enqueue, kind=JobKind.IMPORT, subject=subject, options=options, by=user, at=clock.now()
    )  # fmt: skip
    if made is not None:
        st.session_state[NEXT] = "jobs"
        widgets.done(t("jobs.queued", number=made.id))


@st.fragment(run_every=EVERY)
def progress(number: int, user: User) -> None:
    """One live job: bar, words, buttons (进度); when it is over the page is drawn anew."""
    job = widgets.guarded(widgets.read, jobs.find, number)
    if job is None:
        return
    if job.state not in _LIVE:
        st.rerun()
    st.progress(min(1.0, job.share or 0.0), text=_words(job, clock.now()))
    if job.state is JobState.WAITING and clock.now() - job.made_at > _PATIENCE and not _somebody_works():
        st.warning(t("jobs.no_worker"), icon=":material/power_off:")
    left, middle, _ = st.columns([1, 1, 4])
    if job.state is JobState.PAUSED:
        if left.button(t("jobs.resume"), key=f"job.resume.{number}", icon=":material/play_arrow:"):
            widgets.act(job_steering.resume, job_id=number, by=user, at=clock.now())
            st.rerun(scope="fragment")
    elif left.button(t("jobs.pause"), key=f"job.pause.{number}", icon=":material/pause:"):
        widgets.act(job_steering.pause, job_id=number, by=user, at=clock.now())
        st.rerun(scope="fragment")
    if middle.button(t("jobs.cancel"), key=f"job.cancel.{number}", icon=":material/close:"):
        made = widgets.act(job_steering.cancel, job_id=number, by=user, at=clock.now())
        if made:
            intake_files.discard_files_of(environment().home, made)
            st.rerun(scope="fragment")


def _somebody_works() -> bool:
    return any(job.state is JobState.RUNNING for job in widgets.read(jobs.listed))


def _words(job: Job, at: datetime) -> str:
    if job.wanted is not None:
        return t(f"jobs.wanted.{job.wanted.value}")
    if job.state is not JobState.RUNNING:
        return term(job.state)
    left = seconds_left(job, at)
    rest = t("jobs.seconds_left", seconds=left) if left is not None else ""
    phase = term(job.phase) if job.phase else term(job.state)
    return t("jobs.progress", phase=phase, rows=count(job.rows), rest=rest).rstrip()


def seconds_left(job: Job, at: datetime) -> int | None:
    """How long it will still take (剩余秒数), from the share read so far; ``None`` while that says too little."""
    if job.started_at is None or not job.share or job.share < 0.02:
        return None
    spent = (at - job.started_at).total_seconds()
    return max(1, round(spent * (1 - job.share) / job.share)) if job.share < 1 else None
