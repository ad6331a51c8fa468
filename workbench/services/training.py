"""Train a classifier (训练分类器): from labelled files, from this archive's own decisions, or the demo's seed."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func
from sqlmodel import Session, col, select

from batches.curve import learning_curve
from batches.lessons import Lesson, learn, restricted
from batches.suggest import LABELLED_FILE, OWN_DECISIONS
from classifiers.registry import DEFAULT
from models import Batch, Classifier, MarkedWord, Record, Review, RosterEntry
from models.errors import LearnerError
from workbench.queries.rosters import on_roster, read_in
from workbench.services import classifiers_kept, marked_words, rule_book, setting_up
from workbench.services.labelled_rows import digest_of_files, labelled_rows

APART_IN_TEN = 3
"""Of ten double-read decisions, how many are kept apart for the certificate; chosen by digest, not by anyone."""

SAMPLE = "sample.csv"
DOUBTED, MOST_DOUBTS = 0.9, 100
"""How far a decision must lie from its probability to be doubted, and how many are listed."""
Trained = tuple[Any, dict[str, Any]]


def learn_from_files(
    session: Session, paths: Sequence[Path], *, name: str = DEFAULT, leak: float | None = None, marked: bool = True,
    **params: Any,
) -> Trained:  # fmt: skip
    """Learn from labelled catalogue files (由标注目录训练), one a catalogue; nothing is stored yet.

    ``marked=False`` leaves out the words that reviewers marked.

    Raises
    ------
    LearnerError
        ``classifier.no_label_column``, ``classifier.unknown_label``, ``classifier.too_few`` …
    """
    lessons = [Lesson(row.description, row.access, row.ground, row.group) for row in labelled_rows(paths)]
    files, digest = [path.name for path in paths], digest_of_files(paths)
    return _learn(session, lessons, LABELLED_FILE, digest, files, name, leak, params, marked=marked)


def learn_from_decisions(
    session: Session, *, name: str = DEFAULT, leak: float | None = None, marked: bool = True, **params: Any
) -> Trained:
    """Learn from this archive's approved decisions (由本馆已批准结论训练).

    Of the double-read ones a share is kept apart, never learned from, and certifies the threshold. What earlier
    batches decided before this program was here teaches as well, and certifies nothing. While there
    are few decisions the synthetic sample may help; how much it counts is chosen on the archive's own rows.

    Raises
    ------
    LearnerError
        ``classifier.no_decisions`` when nothing is approved yet; ``classifier.too_few``.
    """
    records = session.exec(select(Record).where(col(Record.access).is_not(None)).order_by(col(Record.id))).all()
    if not records:
        raise LearnerError("classifier.no_decisions")
    double_read = _double_read(session)
    lessons = [
        Lesson(
            rule_book.description(record),
            record.access,
            record.ground,
            group=f"{record.fonds_key} {record.date_from.year if record.date_from else ''}",
            is_apart=(record.decided_in, record.id) in double_read and _is_drawn(record.content_digest),
            is_past=record.decided_in is None,
        )
        for record in records
        if record.access is not None  # always so: the query asked for it
    ]
    outcome = "\n".join(
        f"{record.content_digest} {record.access} {record.ground}" + (" past" if record.decided_in is None else "")
        for record in records
    )
    digest = hashlib.sha256(outcome.encode()).hexdigest()
    with _sample() as sample:
        borrowed = [Lesson(row.description, row.access, row.ground, "sample") for row in labelled_rows([sample])]
    pipeline, card = _learn(session, lessons, OWN_DECISIONS, digest, [], name, leak, params, borrowed, marked)
    taught = [int(record.id or 0) for record, lesson in zip(records, lessons, strict=True) if not lesson.is_apart]
    taught_lessons = [lesson for lesson in lessons if not lesson.is_apart]
    return pipeline, {
        **card,
        "doubts": doubts(taught, restricted(taught_lessons), pipeline.held_out_),
        "curve": learning_curve(
            taught_lessons, ruleset=rule_book.rules_and_list(session), name=name, leak=card["certificate"]["limit"]
        ),
    }


def _learn(
    session: Session, lessons: Sequence[Lesson], certified_on: str, data_digest: str, files: Sequence[str],
    name: str, leak: float | None, params: dict[str, Any], borrowed: Sequence[Lesson] = (), marked: bool = True,
) -> Trained:  # fmt: skip
    marks = marked_words.teaching(session, _apart(session)) if marked else []
    ruleset = rule_book.rules_and_list(session)
    limit = float(setting_up.get(session, "leak_limit")) if leak is None else leak
    pipeline, card = learn(
        lessons, ruleset=ruleset, name=name, leak=limit, certified_on=certified_on, params=params, borrowed=borrowed,
        marks=marks,
    )  # fmt: skip
    return pipeline, {**card, "data_digest": data_digest, "files": list(files), "ruleset_digest": ruleset.digest}


def doubts(record_ids: Sequence[int], is_restricted: Any, held_out: Any) -> list[dict[str, Any]]:
    """Decisions that a classifier which never saw them holds for wrong (存疑结论), the strangest first.

    Numbers only: ``record`` and ``probability``; titles stay in the home.
    """
    apart = np.abs(np.asarray(is_restricted, dtype=float) - held_out)
    order = np.argsort(-apart, kind="stable")[:MOST_DOUBTS]
    return [
        {"record": record_ids[at], "probability": round(float(held_out[at]), 4)} for at in order if apart[at] >= DOUBTED
    ]


def _double_read(session: Session) -> set[tuple[int | None, int | None]]:
    """(batch, record) of items that two people read, the second of them blind."""
    query = (
        select(RosterEntry.batch_id, RosterEntry.record_id, func.count(func.distinct(col(Review.reviewer_id))))
        .join(Review, read_in(Review))
        .where(col(Review.withdrawn_at).is_(None), on_roster())
        .group_by(col(RosterEntry.batch_id), col(RosterEntry.record_id))
    )
    blind = {batch.id for batch in session.exec(select(Batch)) if batch.review_plan.get("blind_second")}
    return {(batch, record) for batch, record, people in session.exec(query) if people > 1 and batch in blind}


def _apart(session: Session) -> set[int]:
    """Records that are kept apart for the certificate, decided or still being read: nothing of them may teach."""
    marked = select(MarkedWord.record_id).distinct()
    query = select(Record.id, Record.content_digest).where(col(Record.id).in_(marked))
    return {int(number or 0) for number, digest in session.exec(query) if _is_drawn(digest)}


def _is_drawn(content_digest: str) -> bool:
    drawn = hashlib.sha256(f"kept apart {content_digest}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % 10 < APART_IN_TEN


def keep(*, session: Session, home: Path, trained: Trained, by: str, at: datetime, adopted: bool = True) -> Classifier:
    """Store what was learned (存训练结果) and, unless told not to, put it into use; both sealed."""
    pipeline, card = trained
    kept = classifiers_kept.keep(session=session, home=home, pipeline=pipeline, card=card, by=by, at=at)
    if adopted:
        classifiers_kept.adopt(session=session, digest=kept.digest, by=by, at=at)
    return kept


def _sample() -> AbstractContextManager[Path]:
    return resources.as_file(resources.files("workbench.demo").joinpath(SAMPLE))


def train_seed(*, session: Session, home: Path, by: str, at: datetime) -> Classifier:
    """The seed that the demo starts with (种子分类器), learned from the synthetic sample in the program."""
    return keep(session=session, home=home, trained=learn_from_sample(session), by=by, at=at)


def learn_from_sample(session: Session, *, name: str = DEFAULT, marked: bool = True) -> Trained:
    """Learn from the synthetic sample in the program (由合成样例训练); it opens nothing on a real home."""
    with _sample() as sample:
        return learn_from_files(session, [sample], name=name, marked=marked)
