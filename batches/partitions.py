"""One work on many processors (分片并行): portions of records advised by loky's processes or a Dask cluster, in order.

Each process is given rules and classifier once; after that only descriptions go there and advice comes back.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from batches.suggest import Rules, Scorer, suggest
from models.errors import LearnerError
from models.evidence import Advice
from models.record import Description

ENGINES = ("loky", "dask")
AHEAD = 2
"""Portions waiting for each process: enough that none idles, few enough that memory stays small."""

Portion = Sequence[Description]


@dataclass(frozen=True, slots=True)
class Adviser:
    """Rules and classifier together (初判者): portion in, advice out."""

    ruleset: Rules
    scorer: Scorer | None
    explained: bool = True

    def __call__(self, portion: Portion) -> list[Advice]:
        """Advice for a portion (分片初判), in order."""
        return suggest(portion, ruleset=self.ruleset, scorer=self.scorer, explained=self.explained)


def advise(
    adviser: Adviser, portions: Iterable[Portion], *, engine: str | None = None, scheduler: str | None = None,
    processes: int | None = None,
) -> Iterator[list[Advice]]:  # fmt: skip
    """Advise portions (并行初判), in order; in this process when no ``engine`` is named.

    ``scheduler`` is the address of a Dask cluster whose workers have this program installed.

    Raises
    ------
    LearnerError
        ``engine.extra_missing`` without the package, ``engine.unreachable`` without the scheduler,
        ``engine.unknown``.
    """
    with _pool(adviser, engine, scheduler, processes) as (submit, width):
        waiting: deque[Any] = deque()
        for portion in portions:
            waiting.append(submit(portion))
            while len(waiting) > AHEAD * width:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


Pool = tuple[Callable[[Portion], Any], int]


@dataclass(slots=True)
class _Done:
    """A portion of this process: computed when it is asked for."""

    work: Callable[[], list[Advice]]

    def result(self) -> list[Advice]:
        return self.work()


def _pool(
    adviser: Adviser, engine: str | None, scheduler: str | None, processes: int | None
) -> AbstractContextManager[Pool]:
    if engine is None:
        return nullcontext((lambda portion: _Done(partial(adviser, portion)), 0))
    if engine == "loky":
        return _loky(adviser, processes)
    if engine == "dask":
        return _dask(adviser, scheduler)
    raise LearnerError("engine.unknown", name=engine, known=", ".join(ENGINES))


@contextmanager
def _loky(adviser: Adviser, processes: int | None) -> Iterator[Pool]:
    from joblib import cpu_count
    from joblib.externals.loky import get_reusable_executor

    width = processes or cpu_count()
    executor = get_reusable_executor(max_workers=width, initializer=_begin, initargs=(adviser,), timeout=60)
    try:
        yield partial(executor.submit, _mine), width
    finally:
        executor.shutdown(wait=True, kill_workers=True)


@contextmanager
def _dask(adviser: Adviser, scheduler: str | None) -> Iterator[Pool]:
    if find_spec("distributed") is None:
        raise LearnerError("engine.extra_missing", package="distributed")
    from distributed import Client

    try:
        client = Client(scheduler, set_as_default=False, timeout=10) if scheduler else _here(Client)
    except (OSError, TimeoutError, ValueError) as error:
        raise LearnerError("engine.unreachable", address=str(scheduler), reason=type(error).__name__) from None
    with closing(client):
        spread = client.scatter(adviser, broadcast=True, hash=False)
        yield partial(client.submit, _with, spread, pure=False), max(1, len(client.scheduler_info()["workers"]))


def _here(client: Any) -> Any:
    """A cluster of this machine's processors, on the loopback address and without a page of its own."""
    return client(host="127.0.0.1", dashboard_address=None, set_as_default=False, threads_per_worker=1)


_given: list[Adviser] = []


def _begin(adviser: Adviser) -> None:
    _given[:] = [adviser]


def _mine(portion: Portion) -> list[Advice]:
    return _given[0](portion)


def _with(adviser: Adviser, portion: Portion) -> list[Advice]:
    return adviser(portion)
