"""A second opinion for what the program is unsure of (语言模型旁证): asked outside any transaction, kept, listed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

import yaml
from sqlalchemy import func
from sqlmodel import Session, col, select

from batches.second_opinion import Said, question, read
from models import Record, RosterEntry, SecondOpinion, Suggestion
from models.evidence import Evidence
from models.record import Description
from models.second_opinion import Heard
from models.vocabulary import Effect, Ground
from rules.clearance import is_live
from workbench.services import rule_book
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch

PORTION = 20
"""Answers kept at a time: what was asked before an interruption is not asked again."""


class Model(Protocol):
    """What answers (语言模型)."""

    @property
    def name(self) -> str:
        """The model's name, for the log."""

    def answer(self, messages: Sequence[dict[str, str]]) -> str:
        """Answer one question."""


@dataclass(frozen=True, slots=True)
class Question:
    """One item to be asked about (待问条目)."""

    record_id: int
    description: Description
    messages: tuple[dict[str, str], ...]
    prompt_digest: str


def unsure(session: Session, *, batch_id: int | None = None, limit: int | None = None) -> list[Question]:
    """What a person must look at anyway (拿不准的条目), the most even chances first, never asked before.

    Only items whose newest suggestion is neither 开放 nor 延期; never one with a live mark.

    Raises
    ------
    ProcedureError
        ``batch.unknown``.
    """
    newest = select(func.max(Suggestion.id)).group_by(col(Suggestion.record_id)).scalar_subquery()
    wanted = (
        select(Record)
        .join(Suggestion, col(Suggestion.record_id) == col(Record.id))
        .where(col(Suggestion.id).in_(newest), col(Suggestion.access).is_(None), col(Record.access).is_(None))
        .order_by(func.abs(func.coalesce(Suggestion.probability, 0.5) - 0.5), col(Record.id))
    )
    if batch_id is not None:
        load_batch(session, batch_id)
        roster = select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id)
        wanted = wanted.where(col(Record.id).in_(roster))
    asked = set(session.exec(select(SecondOpinion.prompt_digest)))
    found: list[Question] = []
    for record in session.exec(wanted):
        if is_live(record.security_class, record.declassification):
            continue
        put = _question(record)
        if put.prompt_digest not in asked:
            found.append(put)
        if len(found) == limit:
            break
    return found


def ask(
    *, transaction: Callable[[], AbstractContextManager[Session]], model: Model, questions: Sequence[Question],
    by: str, now: Callable[[], datetime], on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, Any]:  # fmt: skip
    """Put the questions one by one (逐条提问) and keep the answers portion by portion, each portion sealed.

    Raises
    ------
    LearnerError
        ``language_model.unreachable``; what was answered before stays.
    """
    counts = dict.fromkeys((heard.value for heard in Heard), 0)
    for start in range(0, len(questions), PORTION):
        answers = []
        try:
            for put in questions[start : start + PORTION]:
                answers.append((put, model.answer(put.messages)))
        finally:
            if answers:
                with transaction() as session:
                    _keep(session, model.name, answers, by=by, at=now(), counts=counts)
                on_progress(start + len(answers), len(questions))
    return {"asked": len(questions), **counts}


def _keep(
    session: Session, model: str, answers: Sequence[tuple[Question, str]], *, by: str, at: datetime,
    counts: dict[str, int],
) -> None:  # fmt: skip
    kept = [_row(put, answer, model, by, at) for put, answer in answers]
    session.add_all(kept)
    for opinion in kept:
        counts[opinion.heard.value] += 1
    digests = hashlib.sha256("\n".join(f"{row.prompt_digest} {row.answer_digest}" for row in kept).encode())
    payload = {"model": model, "items": len(kept), "questions_and_answers": digests.hexdigest()}
    seal(session, actor=by, action="second_opinion.asked", subject="records", payload=payload, at=at)


def _row(put: Question, answer: str, model: str, by: str, at: datetime) -> SecondOpinion:
    said: Said = read(answer, put.description)
    return SecondOpinion(
        record_id=put.record_id, model=model, prompt_digest=put.prompt_digest,
        answer_digest=hashlib.sha256(answer.encode()).hexdigest(), heard=said.heard, ground=said.ground,
        field=said.field, start=said.start, end=said.end, asked_by=by, asked_at=at,
    )  # fmt: skip


def evidence_of(session: Session, record: Record) -> tuple[Evidence, ...]:
    """What the model pointed at in this item (旁证), newest answer of each model; a mark, never more."""
    found: dict[str, SecondOpinion] = {}
    for said in session.exec(
        select(SecondOpinion).where(SecondOpinion.record_id == record.id).order_by(col(SecondOpinion.id))
    ):
        found[said.model] = said
    current = _question(record).prompt_digest  # words that were changed since were not asked about
    return tuple(
        Evidence(
            source="language_model", rule_id=said.model, effect=Effect.MARK, field=str(said.field),
            start=int(said.start or 0), end=int(said.end or 0),
            text=str(getattr(record, str(said.field)) or "")[int(said.start or 0) : int(said.end or 0)],
            explanation="", ground=said.ground,
        )
        for said in found.values()
        if said.heard is Heard.RESTRICTED and said.prompt_digest == current
    )  # fmt: skip


def listed(session: Session, *, batch_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Every answer kept (旁证清单), in the order asked."""
    wanted = select(SecondOpinion, Record).join(Record, col(SecondOpinion.record_id) == col(Record.id))
    if batch_id is not None:
        roster = select(RosterEntry.record_id).where(RosterEntry.batch_id == batch_id)
        wanted = wanted.where(col(Record.id).in_(roster))
    for said, record in session.exec(wanted.order_by(col(SecondOpinion.id))):
        quote = str(getattr(record, said.field) or "")[said.start : said.end] if said.field else None
        yield {
            "reference_code": record.reference_code, "title": record.title, "model": said.model,
            "heard": said.heard.value, "ground": said.ground.value if said.ground else None, "quote": quote,
            "prompt_digest": said.prompt_digest, "asked_at": said.asked_at,
        }  # fmt: skip


def _question(record: Record) -> Question:
    described = rule_book.description(record)
    messages = question(*_told(), described)
    digest = hashlib.sha256(json.dumps(messages, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Question(int(record.id or 0), described, tuple(messages), digest)


@lru_cache(maxsize=1)
def _told() -> tuple[str, dict[Ground, str]]:
    """Instructions, and the grounds in words for a machine."""
    text = resources.files("workbench.services").joinpath("second_opinion.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    return str(told["instructions"]), {ground: str(told["grounds"][ground.value]) for ground in Ground}
