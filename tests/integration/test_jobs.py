"""A job in the background is done once, can rest, be given up and be taken over, and never half enters the home."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from catalogue_files import HEAD, items, write_csv
from sqlmodel import Session, select

from builders import NOON, TODAY, Team
from models import Catalogue, Job, Record
from models.errors import PermissionDenied, ProcedureError
from models.intake import JobKind, JobPhase, JobState
from workbench import clock, db
from workbench.services import intake_files, job_steering, jobs, working
from workbench.services.importing import import_catalogue
from workbench.services.work_kinds import WAYS
from workbench.services.working import Result, Watch, Worker
from workbench.settings import environment

S = JobState


class Clock:
    """A clock that tests push on."""

    def __init__(self) -> None:
        self.instant = NOON

    def __call__(self) -> datetime:
        return self.instant


def a_worker(ways: dict[JobKind, Any] | None = None, name: str = "elsewhere:1:a", clock: Clock | None = None) -> Worker:
    return Worker(environment(), ways or dict(WAYS), clock or Clock(), lambda: TODAY, name)


def queue(url: str, path: Path, **options: object) -> int:
    with db.transaction(url) as session:
        job = jobs.enqueue(
            session=session, kind=JobKind.IMPORT, subject=path.name, options={"path": str(path), **options},
            by="档案员", at=NOON,
        )  # fmt: skip
        return int(job.id or 0)


def job_of(url: str, number: int) -> Job:
    with db.reading(url) as session:
        return jobs.find(session, number)


def ask(url: str, verb: Callable[..., Job], number: int, **given: object) -> Job:
    with db.transaction(url) as session:
        return verb(session=session, job_id=number, by="档案员", **given)


def records_in(url: str) -> int:
    with db.reading(url) as session:
        return len(session.exec(select(Record)).all())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "1987年目录.csv"
    write_csv(made, [HEAD, *items(5)])
    return made


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A file long enough that its progress is reported while it is parsed."""
    made = tmp_path / "长目录.csv"
    write_csv(made, [HEAD, *items(6000)])
    return made


@pytest.fixture(autouse=True)
def tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_TOLD_EVERY", 0.0)
    monkeypatch.setattr(working, "POLL", 0.01)


def test_a_queued_import_is_done_by_the_worker(url: str, path: Path) -> None:
    number = queue(url, path)
    assert records_in(url) == 0
    assert a_worker().serve_one() is True
    job = job_of(url, number)
    assert (job.state, job.outcome and job.outcome["accepted"], job.worker) == (S.DONE, 5, None)
    assert records_in(url) == 5
    assert a_worker().serve_one() is False


def test_an_import_that_asks_stops_before_it_stores_and_goes_in_when_confirmed(url: str, path: Path) -> None:
    number = queue(url, path, ask=True)
    a_worker().serve_one()
    job = job_of(url, number)
    assert (job.state, job.outcome and job.outcome["accepted"]) == (S.READY, 5)
    assert records_in(url) == 0
    ask(url, job_steering.confirm, number, at=NOON)
    a_worker().serve_one()
    assert (job_of(url, number).state, records_in(url)) == (S.DONE, 5)


def test_a_job_tells_rows_and_share_while_it_parses(url: str, long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number, seen = queue(url, long), []
    tell = Watch.tell

    def note(self: Watch, phase: JobPhase, rows: int = 0, share: float | None = None) -> None:
        tell(self, phase, rows, share)
        job = job_of(url, number)
        seen.append((job.phase, job.rows, job.share))

    monkeypatch.setattr(Watch, "tell", note)
    a_worker().serve_one()
    parsing = [(rows, share) for phase, rows, share in seen if phase is JobPhase.PARSING]
    assert [rows for rows, _ in parsing] == [2000, 4000, 6000, 6000]
    assert all(share is not None and 0 < share <= 1 for _, share in parsing)
    assert seen[-1][0] is JobPhase.STORING


def at_rows(rows: int, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something the first time that a job has come so far."""
    tell, done = Watch.tell, []

    def note(self: Watch, phase: JobPhase, told: int = 0, share: float | None = None) -> None:
        if told >= rows and not done:
            done.append(act())
        tell(self, phase, told, share)

    monkeypatch.setattr(Watch, "tell", note)


def test_a_cancelled_import_leaves_nothing_in_the_home(
    url: str, home: Path, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queue(url, long)
    at_rows(2000, lambda: ask(url, job_steering.cancel, number, at=NOON), monkeypatch)
    a_worker().serve_one()
    assert job_of(url, number).state is S.CANCELLED
    assert records_in(url) == 0
    assert list((home / "staging").iterdir()) == []


def test_while_one_job_rests_another_is_done_and_then_it_goes_on(
    url: str, long: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = queue(url, long)
    second = queue(url, path)
    at_rows(2000, lambda: ask(url, job_steering.pause, first, at=NOON), monkeypatch)
    worker, states = a_worker(), []
    way = WAYS[JobKind.IMPORT]

    def then_resume(watch: Watch, job: Job) -> Result:
        done = way(watch, job)
        if job.id == second:
            states.append(job_of(url, first).state)
            ask(url, job_steering.resume, first, at=NOON)
        return done

    worker.ways = {JobKind.IMPORT: then_resume}
    worker.serve_one()
    assert states == [S.PAUSED]
    assert [job_of(url, number).state for number in (first, second)] == [S.DONE, S.DONE]
    assert records_in(url) == 6000


def test_a_worker_that_is_told_to_leave_gives_its_job_back(
    url: str, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, worker = queue(url, long), a_worker()
    at_rows(2000, worker.leaving.set, monkeypatch)
    worker.serve_one()
    job = job_of(url, number)
    assert (job.state, job.worker, job.attempts) == (S.WAITING, None, 0)
    a_worker().serve_one()
    assert job_of(url, number).state is S.DONE


def test_a_dead_worker_loses_its_job_only_after_the_lease(url: str, path: Path) -> None:
    number, clock = queue(url, path), Clock()
    with db.transaction(url) as session:
        assert jobs.take(session=session, worker="elsewhere:1:dead", at=NOON) is not None
    other = a_worker(name="elsewhere:2:b", clock=clock)
    assert other.serve_one() is False
    clock.instant = NOON + jobs.LEASE + timedelta(seconds=1)
    assert other.serve_one() is True
    assert (job_of(url, number).state, job_of(url, number).attempts) == (S.DONE, 2)


def test_a_process_that_is_gone_is_known_dead_at_once() -> None:
    assert working.is_known_dead(working.own_name()) is False
    # No process has a number beyond the kernel's limit.
    assert working.is_known_dead(f"{working.socket.gethostname()}:4194304:x") is True
    assert working.is_known_dead("elsewhere:4194304:x") is False


def test_only_one_job_runs_at_a_time(url: str, path: Path, long: Path) -> None:
    queue(url, path)
    queue(url, long)
    with db.transaction(url) as session:
        assert jobs.take(session=session, worker="elsewhere:1:a", at=NOON) is not None
        assert jobs.take(session=session, worker="elsewhere:2:b", at=NOON) is None


def test_a_worker_whose_job_was_taken_over_lets_go(url: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = queue(url, path)

    def robbed(watch: Watch, _job: Job) -> Result:
        with db.transaction(url) as session:
            held = jobs.find(session, number)
            held.worker = "elsewhere:9:other"
            session.add(held)
        watch.tell(JobPhase.PARSING, 1)
        raise AssertionError("it went on with a job of another")

    a_worker({JobKind.IMPORT: robbed}).serve_one()
    assert (job_of(url, number).state, job_of(url, number).worker) == (S.RUNNING, "elsewhere:9:other")


def test_a_job_that_kills_its_worker_again_and_again_is_given_up(url: str, path: Path) -> None:
    number, clock = queue(url, path), Clock()
    for _ in range(jobs.MOST_ATTEMPTS):
        with db.transaction(url) as session:
            assert jobs.take(session=session, worker="elsewhere:1:x", at=clock()) is not None
        clock.instant += jobs.LEASE + timedelta(seconds=1)
    assert a_worker(clock=clock).serve_one() is False
    job = job_of(url, number)
    assert job.state is S.FAILED and job.error is not None and job.error["code"] == "job.died"


def test_a_refused_file_fails_by_name_and_a_fault_tells_no_text(url: str, tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"nothing")
    number = queue(url, bad)
    a_worker().serve_one()
    refusal = jobs.refusal(job_of(url, number))
    assert refusal is not None and (refusal.code, refusal.params["file"]) == ("import.unreadable", "坏.xlsx")

    def breaks(_watch: Watch, _job: Job) -> Result:
        raise ValueError("绝不可见的题名")

    number = queue(url, bad)
    a_worker({JobKind.IMPORT: breaks}).serve_one()
    error = job_of(url, number).error
    assert error == {"code": "job.broken", "params": {"fault": "ValueError"}}


def test_a_killed_store_leaves_the_home_as_it_was(url: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import workbench.services.storing as storing

    def dies(*_args: object, **_given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(storing, "seal", dies)
    number = queue(url, path)
    a_worker().serve_one()
    assert job_of(url, number).state is S.FAILED
    with db.reading(url) as session:
        assert session.exec(select(Catalogue)).all() == [] and session.exec(select(Record)).all() == []


def test_what_is_over_can_not_be_paused_nor_what_is_unknown(url: str, path: Path) -> None:
    number = queue(url, path)
    a_worker().serve_one()
    for verb in (job_steering.pause, job_steering.resume, job_steering.cancel):
        with pytest.raises(ProcedureError, match=r"job\.not_now"):
            ask(url, verb, number, at=NOON)
    with pytest.raises(ProcedureError, match=r"job\.unknown"):
        ask(url, job_steering.pause, 99, at=NOON)


def test_who_may_not_import_may_not_queue_an_import(session: Session, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        jobs.enqueue(session=session, kind=JobKind.IMPORT, subject="x", options={}, by=team.first, at=NOON)


def test_stale_files_are_swept_and_needed_ones_stay(url: str, home: Path, path: Path) -> None:
    kept = intake_files.keep_upload(home, "../../甲.csv", path.read_bytes())
    left = intake_files.keep_upload(home, "乙.csv", path.read_bytes())
    assert kept.parent.parent == home / "uploads" and kept.name == "甲.csv"
    queue(url, kept, ask=True)
    a_worker().serve_one()
    later = NOON.replace(year=2030)
    with db.transaction(url) as session:
        assert intake_files.sweep(session, home, later) == 1
    assert kept.exists() and not left.exists() and len(list((home / "staging").iterdir())) == 1


def test_jobs_of_dead_workers_are_released(url: str, path: Path) -> None:
    number = queue(url, path)
    with db.transaction(url) as session:
        jobs.take(session=session, worker="elsewhere:1:x", at=NOON)
    with db.transaction(url) as session:
        assert jobs.release_dead(session=session, at=NOON) == []
        assert jobs.release_dead(session=session, at=NOON + jobs.LEASE * 2) == [number]


def test_reviewers_write_while_a_file_is_parsed(url: str, long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each report of progress finds the home unlocked: another connection writes at once."""
    queue(url, long)
    written: list[int] = []

    def write() -> None:
        with db.transaction(url) as session:
            session.add(Job(kind=JobKind.SUGGEST, state=S.CANCELLED, subject="x", made_by="x", made_at=NOON))
        written.append(1)

    at_rows(2000, write, monkeypatch)
    a_worker().serve_one()
    assert written == [1] and records_in(url) == 6000


def test_due_records_are_suggested_for_in_portions(url: str, path: Path) -> None:
    with db.transaction(url) as session:
        import_catalogue(session=session, path=path, by="x", at=NOON, on=TODAY)
        job = jobs.enqueue(session=session, kind=JobKind.SUGGEST, subject="x", options={}, by="组长", at=NOON)
    a_worker().serve_one()
    done = job_of(url, int(job.id or 0))
    assert (done.state, done.outcome and done.outcome["suggested"]) == (S.DONE, 5)


def test_an_import_whose_worker_is_killed_leaves_nothing_and_is_taken_up_by_the_next(
    url: str, home: Path, tmp_path: Path
) -> None:
    """A real process, killed without a word in the middle of a long file."""
    made = tmp_path / "长目录.csv"
    write_csv(made, [HEAD, *items(150_000)])
    number = queue(url, made)
    command = [sys.executable, "-m", "workbench", "work"]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[2], env={**os.environ, "WORKBENCH_HOME": str(home)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (job := job_of(url, number)).rows and job.state in (S.WAITING, S.RUNNING):
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert job_of(url, number).state is S.RUNNING and records_in(url) == 0
    with db.transaction(url) as session:
        held = jobs.find(session, number)
        assert jobs.is_alive(held, held.beat_at or NOON, knows_dead=working.is_known_dead) is False
        held.options = {**held.options, "path": str(tmp_path / "短.csv")}  # the rest need not be long
        session.add(held)
    write_csv(tmp_path / "短.csv", [HEAD, *items(5)])
    assert Worker(environment(), WAYS, clock.now, clock.today).serve_one() is True
    assert (job_of(url, number).state, job_of(url, number).attempts, records_in(url)) == (S.DONE, 2, 5)
