"""Suggest (初判建议): store suggestions for records of the home, or score any catalogue file without storing."""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Select, insert
from sqlmodel import Session, col, select

from batches.partitions import ENGINES as ENGINES
from batches.partitions import Adviser, advise
from models import Record, RosterEntry, Suggestion
from models.collecting import uncollected
from models.errors import HomeError, ImportFailure
from models.evidence import Advice, Evidence
from models.record import Description
from models.vocabulary import Access, Effect
from workbench.services import already_public, classifiers_kept, reading_order, rule_book
from workbench.services.import_report import harmless
from workbench.services.labelled_rows import described_rows
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch
from workbench.services.waiting_records import Waiting, waiting

CHUNK = 5000
SCORE_COLUMNS = ("reference_code", "title", "suggestion", "lean", "probability", "grounds", "rules", "marks")


def suggest_due(
    *, session: Session, home: Path, by: str, at: datetime, on: date, at_most: int | None = None, after: int = 0,
    engine: str | None = None, scheduler: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Suggest for every due and undecided record (为到期条目初判); those that have the same advice are left alone.

    ``at_most`` ends after so many, and says which record was the ``last``: the worker goes on ``after`` it in
    portions, between which others may write. ``engine`` and ``scheduler`` as in ``batches.partitions.advise``.
    """
    wanted = select(Record.id).where(col(Record.access).is_(None), col(Record.due_on) <= on)
    made, last = _suggest(session, home, wanted, "records", by, at, engine, scheduler, at_most, after)
    return made if at_most is None else {**made, "last": last}


def suggest_batch(
    *, session: Session, home: Path, batch_id: int, by: str, at: datetime, engine: str | None = None,
    scheduler: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Suggest for the items of a batch (为批次初判).

    Raises
    ------
    ProcedureError
        ``batch.unknown``.
    """
    load_batch(session, batch_id)
    roster = select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id)
    wanted = select(Record.id).where(col(Record.id).in_(roster))
    made, _ = _suggest(session, home, wanted, f"batch/{batch_id}", by, at, engine, scheduler)
    reading_order.refresh(session, batch_id, by=by, at=at)
    return made


def _suggest(
    session: Session, home: Path, wanted: Select[Any], subject: str, by: str, at: datetime, engine: str | None,
    scheduler: str | None, at_most: int | None = None, after: int = 0,
) -> tuple[dict[str, Any], int]:  # fmt: skip
    """Counts and sources, and the last record that got a suggestion."""
    ruleset, scorer = rule_book.rules_and_list(session), classifiers_kept.scorer(session, home)
    sources = {
        "ruleset_digest": ruleset.digest,
        "classifier_digest": scorer.digest if scorer else None,
        "public_list_digest": already_public.digest(session),
    }
    counts = {"suggested": 0, "open": 0, "restricted": 0, "undecided": 0}
    ahead: deque[Waiting] = deque()
    portions = _kept(waiting(session, wanted, sources, after=after, at_most=at_most), ahead)
    for advices in advise(Adviser(ruleset, scorer), portions, engine=engine, scheduler=scheduler):
        portion = ahead.popleft()
        _store(session, portion, advices, {**sources, "made_at": at})
        for advice in advices:
            counts[advice.access.value if advice.access else "undecided"] += 1
        counts["suggested"] += len(advices)
        after = portion.numbers[-1]
    payload = {**counts, **{name.removesuffix("_digest"): digest for name, digest in sources.items()}}
    if counts["suggested"]:
        seal(session, actor=by, action="suggest", subject=subject, payload=payload, at=at)
    return payload, after


def _kept(portions: Iterator[Waiting], ahead: deque[Waiting]) -> Iterator[list[Description]]:
    """Descriptions for whoever advises; the portions are left in ``ahead`` for whoever stores."""
    for portion in portions:
        ahead.append(portion)
        yield portion.descriptions


def _store(session: Session, portion: Waiting, advices: Sequence[Advice], same: Mapping[str, Any]) -> None:
    with uncollected():
        rows = [
            {
                **same, "record_id": number, "full_text_digest": portion.texts.get(number), "access": advice.access,
                "lean": advice.lean, "ground": advice.ground, "probability": advice.probability,
                "evidence": [reason.stored() for reason in advice.evidence],
            }
            for number, advice in zip(portion.numbers, advices, strict=True)
        ]  # fmt: skip
    # By the table and not by its class: in rows with absent values that would be a statement for every few rows.
    session.connection().execute(insert(Suggestion.__table__), rows)  # type: ignore[attr-defined]


def score_file(
    session: Session, home: Path, source: Path, target: Path, *, on_progress: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Suggestions for any catalogue file, to a csv (评分): one line an input row, in order; the home is only read.

    Raises
    ------
    ImportFailure
        When the file cannot be read as a catalogue.
    LearnerError
        When the adopted classifier is missing, changed or not sealed.
    HomeError
        ``home.same_file`` when the result would overwrite the catalogue; ``home.cannot_write``.
    """
    if target.exists() and target.samefile(source):
        raise HomeError("home.same_file", path=str(target))
    ruleset, scorer = rule_book.rules_and_list(session), classifiers_kept.scorer(session, home)
    counts = {"rows": 0, "open": 0, "restricted": 0, "undecided": 0}
    with _written_beside(target) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(SCORE_COLUMNS)
        for line in _scored(source, Adviser(ruleset, scorer, explained=False)):
            writer.writerow(line)
            counts["rows"] += 1
            counts[line[2] or "undecided"] += 1
            if counts["rows"] % CHUNK == 0:
                on_progress(counts["rows"])
        if not counts["rows"]:
            raise ImportFailure("import.no_rows", file=source.name)
    return {**counts, "out": str(target), "ruleset": ruleset.digest, "classifier": scorer.digest if scorer else None}


@contextmanager
def _written_beside(target: Path) -> Iterator[TextIO]:
    """A file that takes its name when it is whole, and leaves nothing when it is not."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        beside.replace(target)
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(target)) from error
    finally:
        beside.unlink(missing_ok=True)


def _scored(source: Path, adviser: Adviser) -> Iterator[Sequence[str]]:
    waiting = described_rows(source)
    while rows := list(islice(waiting, CHUNK)):
        advices = adviser([description for _, description in rows])
        for (row, _), advice in zip(rows, advices, strict=True):
            written = (harmless(row.cells.get(name)) for name in ("reference_code", "title"))
            yield (*written, *_cells(_of_broken_row(advice) if row.problem else advice))


def _of_broken_row(advice: Advice) -> Advice:
    """Of a row whose cells may stand in the wrong columns nothing speaks for opening: a person must look."""
    return advice._replace(
        access=None if advice.access is Access.OPEN else advice.access,
        lean=None if advice.lean is Access.OPEN else advice.lean,
    )  # fmt: skip


def _cells(advice: Advice) -> Iterator[str]:
    yield advice.access.value if advice.access else ""
    yield advice.lean.value if advice.lean else ""
    yield "" if advice.probability is None else f"{advice.probability:.6f}"
    yield ";".join(_grounds(advice.evidence))
    yield ";".join(advice.rule_ids(Effect.RESTRICT, Effect.CAUTION))
    yield ";".join(advice.rule_ids(Effect.MARK, Effect.OPEN))


def _grounds(evidence: Sequence[Evidence]) -> list[str]:
    """Grounds of the restricting and cautioning rules, in order, once each."""
    spoken = (e for e in evidence if e.ground and e.effect in (Effect.RESTRICT, Effect.CAUTION))
    return list(dict.fromkeys(e.ground.value for e in spoken if e.ground))
