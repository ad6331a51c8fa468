"""The registers of a batch, line by line (登记表、问题清单)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from batches.consultation import ConsultationStanding
from models import ConsistencyNote, Question, Record
from models.vocabulary import Access, BatchState, ReviewStage
from workbench.i18n import day, t, term
from workbench.services import delaying
from workbench.services.paper_facts import Absent, Filled, PaperFacts, ground_of, outcome
from workbench.services.paper_forms import NOT_DECIDED, counted
from workbench.services.roster import Item

_CHUNK = 400  # ids in one query
_SHOWN = 3  # likes of an item that are named


def review_register(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """开放审查登记表: every item with each reader's opinion and the outcome."""
    if facts.decided is None:
        return NOT_DECIDED
    lines = [
        {
            **_described(number, entry.record), "outcome": outcome(decisive.access),
            **{stage.value: facts.opinion_said(facts.opinion_at(entry, stage)) for stage in ReviewStage},
        }
        for number, (entry, decisive) in enumerate(facts.decided, start=1)
    ]  # fmt: skip
    return [Filled({**_head(facts), "lines": lines})]


def delay_register(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """延期开放登记表: ground, reason and re-review date of each item, and the answer once there is one."""
    if facts.decided is None:
        return NOT_DECIDED
    restricted = [(entry, opinion) for entry, opinion in facts.decided if opinion.access is Access.RESTRICTED]
    if not restricted:
        return Absent("none", "no_delayed")
    reported = delaying.reported(facts.session, facts.batch_id)
    lines = [
        {
            **_described(number, entry.record), "ground": ground_of(opinion), "reason": opinion.reason,
            "again": opinion.review_again_on,
            "answer": _answer(reported.get((entry.entry.batch_id, entry.entry.record_id))),
        }
        for number, (entry, opinion) in enumerate(restricted, start=1)
    ]  # fmt: skip
    return [Filled({**_head(facts), "lines": lines})]


def _described(number: int, record: Record) -> dict[str, Any]:
    return {
        "number": number, "reference_code": record.reference_code, "title": record.title, "creator": record.creator,
        "date_text": record.date_text,
    }  # fmt: skip


def _head(facts: PaperFacts) -> dict[str, Any]:
    items = facts.frozen.everything
    return {
        "archive": facts.settings["archive_name"],
        "batch": {"id": facts.batch_id, "title": facts.batch.title},
        "counts": {
            "total": counted(items),
            "open": counted([item for item in items if item.access is Access.OPEN]),
            "delayed": counted(facts.frozen.delayed),
        },
    }


def _answer(found: delaying.Delayed | None) -> str | None:
    if found is None or found.reply is None:
        return None
    return t("papers.sentence.answer", answer=term(found.reply.answer), number=found.reply.document_number)


def issue_list(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """问题清单: what readers, units and likes did not agree on, and how it was settled."""
    if facts.batch.state is BatchState.DRAFT:
        return NOT_DECIDED
    found = [*_disputes(facts), *_questions(facts), *_objections(facts), *_contradictions(facts), *_held_back(facts)]
    if not found:
        return Absent("none", "no_issues")
    lines = [{**line, "number": number} for number, line in enumerate(found, start=1)]
    batch = {"id": facts.batch_id, "title": facts.batch.title}
    return [Filled({"archive": facts.settings["archive_name"], "on": day(facts.on), "batch": batch, "lines": lines})]


def _issue(kind: str, record: Record, what: str, settled: str) -> dict[str, Any]:
    return {
        "kind": t(f"papers.issue.{kind}"), "reference_code": record.reference_code, "title": record.title,
        "what": what, "settled": settled,
    }  # fmt: skip


def _disputes(facts: PaperFacts) -> Iterator[dict[str, Any]]:
    for entry in facts.disputed:
        first, second, third = (_said(facts, entry, stage) for stage in ReviewStage)
        settled = t("papers.issue.dispute_settled", third=third) if third else t("papers.issue.dispute_open")
        yield _issue("dispute", entry.record, t("papers.issue.dispute_what", first=first, second=second), settled)


def _said(facts: PaperFacts, entry: Item, stage: ReviewStage) -> str | None:
    """An opinion in one line: who, outcome, ground, reason."""
    opinion = facts.opinion_at(entry, stage)
    if opinion is None:
        return None
    parts = [facts.name(opinion.reviewer_id), outcome(opinion.access), ground_of(opinion), opinion.reason]
    return t("papers.issue.join").join(part for part in parts if part)


def _questions(facts: PaperFacts) -> Iterator[dict[str, Any]]:
    query = (
        select(Question, Record)
        .join(Record, col(Record.id) == col(Question.record_id))
        .where(Question.batch_id == facts.batch_id)
        .order_by(col(Question.id))
    )
    for asked, record in facts.session.exec(query):
        what = t("papers.issue.question_what", name=facts.name(asked.asked_by), text=asked.text)
        yield _issue("question", record, what, t(f"papers.issue.question_{'settled' if asked.settled_at else 'open'}"))


def _objections(facts: PaperFacts) -> Iterator[dict[str, Any]]:
    for entry in facts.roster:
        asked = facts.asked.get(entry.entry.record_id)
        if asked is None or asked.reply is None or asked.reply.reason is None:
            continue
        if asked.standing is ConsultationStanding.AGREED:
            continue
        talk = asked.talk
        settled = (
            t("papers.issue.objection_settled", outcome=term(talk.outcome), note=talk.note)
            if talk
            else t("papers.issue.objection_open")
        )
        what = t("papers.issue.objection_what", agency=asked.consultation.agency, reason=asked.reply.reason)
        yield _issue("objection", entry.record, what, settled)


def _contradictions(facts: PaperFacts) -> Iterator[dict[str, Any]]:
    notes = _notes(facts)
    records = {entry.entry.record_id: entry.record for entry in facts.roster}
    for row in facts.contradictions:
        others = row["others"][:_SHOWN]
        what = "\n".join(
            t("papers.issue.contradiction_what", access=outcome(Access(row["access"])),
              likeness=term_of_likeness(other["likeness"]), code=other["reference_code"],
              fonds=other["fonds"] or t("publication.no_fonds"), other=outcome(Access(other["access"])))
            for other in others
        )  # fmt: skip
        if len(row["others"]) > len(others):
            what += "\n" + t("papers.issue.contradiction_more", count=len(row["others"]))
        text = notes.get(row["record_id"])
        settled = t("papers.issue.contradiction_explained", text=text) if text else t("papers.issue.contradiction_open")
        yield _issue("contradiction", records[row["record_id"]], what, settled)


def term_of_likeness(likeness: str) -> str:
    """How two items are alike, in words (相同之处)."""
    return t(f"terms.likeness.{likeness}")


def _notes(facts: PaperFacts) -> Mapping[int, str]:
    """The newest explanation by record; a pair is explained from either side."""
    query = select(ConsistencyNote).where(ConsistencyNote.batch_id == facts.batch_id).order_by(col(ConsistencyNote.id))
    found: dict[int, str] = {}
    for note in facts.session.exec(query):
        found |= dict.fromkeys(note.others, note.text) | {note.record_id: note.text}
    return found


def _held_back(facts: PaperFacts) -> Iterator[dict[str, Any]]:
    numbers = [entry.record_id for entry in facts.held_back]
    records: dict[int, Record] = {}
    for start in range(0, len(numbers), _CHUNK):
        query = select(Record).where(col(Record.id).in_(numbers[start : start + _CHUNK]))
        records |= {int(record.id or 0): record for record in facts.session.exec(query)}
    for entry in facts.held_back:
        settled = t("papers.issue.held_back_settled", batch=entry.held_back_to)
        yield _issue("held_back", records[entry.record_id], t("papers.issue.held_back_what"), settled)
