"""Learn anew while people read (后台再训练): decisions and marked words in, suggestions and order renewed.

::

    learn (long, reads only) ─▶ what the marks changed ─▶ keep, adopt, suggest, rank anew (one transaction)
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from batches.suggest import Scorer, may_open, suggest
from models import Batch, MarkedWord, Record, RosterEntry
from models.errors import LearnerError
from models.vocabulary import BatchState
from workbench.queries.rosters import on_roster
from workbench.services import classifiers_kept, rule_book, setting_up, suggesting, training
from workbench.services.training import Trained

ENOUGH = 100
"""Own decisions from which on they are learned from rather than the sample."""


def learn(session: Session, *, name: str = "linear") -> Trained:
    """Learn from what this home knows now (再训练): approved decisions; before there are enough, the sample.

    With marked words, it is learned a second time without them, and the card says how many suggestions on unread
    items of running batches they changed: ``marks`` = ``{count, changed, of}``.

    Raises
    ------
    LearnerError
        ``classifier.files_needed`` when the classifier in use was learned from the archive's own files, which are
        not kept here; else as ``training.learn_from_decisions``.
    """
    pipeline, card = _learned(session, name, marked=True)
    count = len(session.exec(select(MarkedWord.id).where(col(MarkedWord.withdrawn_at).is_(None))).all())
    changed, of = 0, 0
    if card["help"]["marks"]:
        changed, of = _changed(session, (pipeline, card), _learned(session, name, marked=False))
    return pipeline, {**card, "marks": {"count": count, "changed": changed, "of": of}}


def _learned(session: Session, name: str, *, marked: bool) -> Trained:
    in_use = classifiers_kept.in_use(session)
    from_sample = in_use is None or in_use.card.get("files") == [training.SAMPLE]
    decided = session.exec(select(func.count()).where(col(Record.access).is_not(None))).one()
    # A handful of decisions can neither calibrate nor certify, and would take away what the sample gives.
    if from_sample and decided < ENOUGH:
        return training.learn_from_sample(session, name=name, marked=marked)
    try:
        return training.learn_from_decisions(session, name=name, marked=marked)
    except LearnerError as error:
        if error.code not in ("classifier.no_decisions", "classifier.too_few", "classifier.one_class_only"):
            raise
        if not from_sample:
            raise LearnerError("classifier.files_needed") from error
        return training.learn_from_sample(session, name=name, marked=marked)


def _changed(session: Session, one: Trained, other: Trained) -> tuple[int, int]:
    """How many suggestions on items in review differ between two classifiers, and of how many."""
    records = session.exec(
        select(Record)
        .join(RosterEntry, col(RosterEntry.record_id) == col(Record.id))
        .join(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .where(Batch.state == BatchState.IN_REVIEW, on_roster())
    ).all()
    ruleset = rule_book.rules_and_list(session)
    descriptions = [rule_book.description(record) for record in records]
    said = [
        [
            (advice.access, advice.lean)
            for advice in suggest(descriptions, ruleset=ruleset, scorer=_scorer(session, each), explained=False)
        ]
        for each in (one, other)
    ]
    return sum(mine != theirs for mine, theirs in zip(*said, strict=True)), len(records)


def _scorer(session: Session, trained: Trained) -> Scorer:
    pipeline, card = trained
    opens = may_open(certified_on=card["certified_on"], is_demo=setting_up.is_demo(session))
    return Scorer(pipeline, "new", card["certificate"]["threshold"], card["restrict_above"], opens)


def renew(*, session: Session, home: Path, trained: Trained, by: str, at: datetime) -> dict[str, Any]:
    """Keep and adopt what was learned, suggest anew for all batches in review, and rank them (启用并重排)."""
    kept = training.keep(session=session, home=home, trained=trained, by=by, at=at)
    suggested = 0
    for batch_id in _in_review(session):
        made = suggesting.suggest_batch(session=session, home=home, batch_id=batch_id, by=by, at=at)
        suggested += int(made["suggested"])
    return {"digest": kept.digest, "adopted": kept.is_adopted, "suggested": suggested, **kept.card["marks"]}


def _in_review(session: Session) -> Sequence[int]:
    query = select(Batch.id).where(Batch.state == BatchState.IN_REVIEW).order_by(col(Batch.id))
    return [int(number or 0) for number in session.exec(query)]
