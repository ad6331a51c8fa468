"""The worker (后台): takes jobs one after the other and does them, so that no page and no reviewer ever waits.

::

    take ─▶ reading ─▶ parsing … (paused, cancelled, given back) ─▶ storing: one short transaction ─▶ done
                                        └─ asked to stop before: ready ─▶ a person confirms ─▶ waiting
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from models import Job
from models.errors import HomeError, WorkbenchError
from models.intake import JobKind, JobPhase, JobState
from workbench import db
from workbench.readers import CatalogueFile
from workbench.services import jobs
from workbench.settings import Environment

_TOLD_EVERY = 0.5  # seconds between reports of progress
_BEATS = 6  # in a lease
POLL = 0.5  # seconds an idle worker waits


class Cancelled(Exception):
    """The job was given up by a person (已取消)."""


class Leaving(Exception):
    """The worker was told to stop (后台停止): the job goes back into the queue."""


def own_name() -> str:
    """Name of this worker (后台名): machine, process, and a word of its own."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def is_known_dead(worker: str) -> bool:
    """Whether a worker of this machine has no process any more (后台是否已死); of another machine nobody knows."""
    host, number, _ = worker.rsplit(":", 2)
    if os.name != "posix" or host != socket.gethostname():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@dataclass
class Worker:
    """Does the jobs of one home (后台).

    ``ways`` say how each kind of job is done (``work_kinds.WAYS``), ``now`` and ``today`` are the clocks, ``leaving``
    tells it to stop.
    """

    environment: Environment
    ways: "Mapping[JobKind, Way]"
    now: Callable[[], datetime]
    today: Callable[[], date]
    name: str = field(default_factory=own_name)
    leaving: threading.Event = field(default_factory=threading.Event)

    def serve(self) -> None:
        """Work until told to leave (值守)."""
        while not self.leaving.is_set():
            if not self.serve_one():
                self.leaving.wait(POLL)

    def serve_one(self) -> bool:
        """Do one job (办一件), or give ``False`` when there is none to do now."""
        with db.reading(self.environment.url) as session:
            if not jobs.has_work(session):
                return False
        with self.transaction() as session:
            job = jobs.take(session=session, worker=self.name, at=self.now(), knows_dead=is_known_dead)
        if job is None or job.id is None:
            return False
        with self._beating(job.id):
            self._do(job, job.id)
        return True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One short writing transaction."""
        with db.transaction(self.environment.url) as session:
            yield session

    def _do(self, job: Job, number: int) -> None:
        held: dict[str, Any] = {"job_id": number, "worker": self.name}
        watch = Watch(self, number)
        try:
            state, outcome = self.ways[job.kind](watch, job)
            with self.transaction() as session:
                jobs.end(session=session, **held, at=self.now(), state=state, outcome=outcome)
        except Leaving:
            with self.transaction() as session:
                jobs.give_back(session=session, **held)
        except Cancelled:
            with self.transaction() as session:
                jobs.end(session=session, **held, at=self.now(), state=JobState.CANCELLED)
        except WorkbenchError as error:
            self._failed(held, error)
        except Exception as error:
            # Its text may hold a title; the name of the fault is what can be told.
            self._failed(held, HomeError("job.broken", fault=type(error).__name__))

    def _failed(self, held: dict[str, Any], error: WorkbenchError) -> None:
        if error.code == "job.taken":
            return
        with self.transaction() as session:
            jobs.end(session=session, **held, at=self.now(), state=JobState.FAILED, error=error)

    @contextmanager
    def _beating(self, number: int) -> Iterator[None]:
        """Beat from a thread: opening a large workbook reports nothing for a long while."""
        ended = threading.Event()

        def beats() -> None:
            while not ended.wait(jobs.LEASE.total_seconds() / _BEATS):
                try:
                    with self.transaction() as session:
                        jobs.beat(session=session, job_id=number, worker=self.name, at=self.now())
                except Exception:  # a locked database or a lost lease: the work itself will meet it
                    continue

        thread = threading.Thread(target=beats, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class Watch:
    """What a job tells and hears while it works (进度): call it with the rows done."""

    def __init__(self, worker: Worker, number: int) -> None:
        self.worker = worker
        self.phase = JobPhase.READING
        self._number, self._told, self._opened = number, 0.0, None

    _opened: CatalogueFile | None

    def open(self, opened: CatalogueFile) -> None:
        """The file is open: from here its share is known."""
        self._opened, self.phase = opened, JobPhase.PARSING

    def __call__(self, rows: int) -> None:
        """Rows done so far; reports now and then."""
        if self.worker.leaving.is_set():
            raise Leaving
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self.tell(self.phase, rows, self._opened.share_read if self._opened else None)

    def tell(self, phase: JobPhase, rows: int = 0, share: float | None = None) -> None:
        """Report, and do what is wanted: rest, or give up. While this job rests, others are done.

        Raises
        ------
        Cancelled, Leaving
        """
        self.phase, resting = phase, True
        while resting:
            if self.worker.leaving.is_set():
                raise Leaving
            with self.worker.transaction() as session:
                wanted = jobs.report(
                    session=session, job_id=self._number, worker=self.worker.name, at=self.worker.now(),
                    phase=phase, rows=rows, share=share,
                )  # fmt: skip
            if wanted is JobState.CANCELLED:
                raise Cancelled
            resting = wanted is JobState.PAUSED
            if resting and not self.worker.serve_one():
                self.worker.leaving.wait(POLL)
        self._told = time.monotonic()


Result = tuple[JobState, dict[str, Any]]
Way = Callable[[Watch, Job], Result]
