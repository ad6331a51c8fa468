"""The package for the 档案主管部门 (延期报批材料) and the register of delayed items (延期登记簿)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from batches import delay as rules
from batches.ledger import canonical
from models import Batch, Consultation, ConsultationItem, DelayItem, DelayRequest, Review, Suggestion, User
from models.consultation import AgencyAnswer
from models.delay import AuthorityAnswer
from models.errors import ProcedureError
from models.vocabulary import Effect, Ground
from workbench.i18n import day, speaking, t, term
from workbench.permissions import require
from workbench.services import consulting, delaying, publication_facts, setting_up
from workbench.services.consulting_papers import PAPERS_LANGUAGE
from workbench.services.delaying import Delayed
from workbench.services.ledger_keeping import seal
from workbench.services.roster import items, load_batch, newest_suggestion, plan_of
from workbench.writers import list_sheet, papers
from workbench.writers.list_sheet import ListSheet

PAPERS = (("request", "delay_request"), ("appraisal", "delay_appraisal"))


def export(
    *, session: Session, batch_id: int, out: Path, home: Path, by: User, at: datetime, on: date,
    authority: str | None = None, number: str | None = None,
) -> list[Delayed]:  # fmt: skip
    """Report the delayed items of an approved batch and write the package (延期报批); give what it holds.

    What was reported before and is not answered yet is written again with the rest; nothing is reported twice.

    Raises
    ------
    ProcedureError
        ``delay.not_approved``, ``delay.authority_missing``, ``delay.nothing_to_report`` or
        ``consultation.no_archive_name``.
    """
    require(by, "delay.record")
    batch = load_batch(session, batch_id)
    if batch.state not in delaying.APPROVED:
        raise ProcedureError("delay.not_approved", state=batch.state)
    if not setting_up.get(session, "archive_name"):
        raise ProcedureError("consultation.no_archive_name")
    authority = (authority or setting_up.get(session, "archives_authority") or "").strip()
    if not authority:
        raise ProcedureError("delay.authority_missing")
    _report(session, batch, authority=authority, number=number, by=by, at=at, on=on)
    waiting = [found for found in delaying.reported(session, batch_id).values() if found.reply is None]
    if not waiting:
        raise ProcedureError("delay.nothing_to_report", batch=batch_id)
    out.mkdir(parents=True, exist_ok=True)
    fonts = publication_facts.fonts(session)
    with speaking(PAPERS_LANGUAGE):
        values = package_values(session, batch, waiting, on=on)
        for file, name in PAPERS:
            template = papers.template(name, fonts, home / "templates")
            (out / t(f"delay.files.{file}")).write_bytes(papers.fill(template, values, name=name, at=at))
        _write_list(out / t("delay.files.list"), session, batch, waiting)
    return waiting


def _report(
    session: Session, batch: Batch, *, authority: str, number: str | None, by: User, at: datetime, on: date
) -> None:
    new = delaying.unreported(session, batch)
    if not new:
        return
    batch_id = int(batch.id or 0)
    request = DelayRequest(
        batch_id=batch_id, number=(number or "").strip() or None, authority=authority, requested_on=on,
        list_digest=_digest([opinion for _, opinion in new]), requested_by=by.name, at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    for entry, opinion in new:
        assert opinion.ground is not None and opinion.reason is not None and opinion.review_again_on is not None
        read_with = _read_with(session, opinion)
        session.add(
            DelayItem(
                request_id=int(request.id or 0), batch_id=batch_id, record_id=entry.entry.record_id,
                ground=opinion.ground, reason=opinion.reason, review_again_on=opinion.review_again_on,
                rule_ids=_rule_ids(read_with), ruleset_digest=read_with.ruleset_digest if read_with else None,
            )
        )  # fmt: skip
    session.flush()
    payload = {"request": request.id, "items": len(new), "list": request.list_digest}
    seal(session, actor=by.name, action="delay.request", subject=f"batch/{batch_id}", payload=payload, at=at)


def _read_with(session: Session, opinion: Review) -> Suggestion | None:
    """The suggestion beside which the opinion was given, else the newest: it names rules and their version."""
    if opinion.suggestion_id is not None:
        return session.get(Suggestion, opinion.suggestion_id)
    return newest_suggestion(session, opinion.record_id)


def _rule_ids(suggestion: Suggestion | None) -> list[str]:
    reasons = suggestion.reasons() if suggestion else ()
    spoke = (e.rule_id for e in reasons if e.source != "classifier" and e.effect in (Effect.RESTRICT, Effect.CAUTION))
    return list(dict.fromkeys(spoke))


def _digest(opinions: Sequence[Review]) -> str:
    lines = [
        {"record": each.record_id, "review": each.id, "ground": each.ground.value if each.ground else None,
         "reason": each.reason, "again": each.review_again_on.isoformat() if each.review_again_on else None}
        for each in opinions
    ]  # fmt: skip
    return hashlib.sha256(canonical({"lines": lines}).encode()).hexdigest()


def package_values(session: Session, batch: Batch, waiting: Sequence[Delayed], *, on: date) -> dict[str, Any]:
    """What request and appraisal are filled with (报批材料填写项): items of one batch that were reported."""
    lines = [found.item for found in waiting if found.item]
    request = waiting[-1].request
    assert request is not None
    roster, plan = items(session, int(batch.id or 0)), plan_of(batch)
    again: dict[Ground, set[date]] = {}
    for line in lines:
        again.setdefault(line.ground, set()).add(line.review_again_on)
    return {
        "archive": setting_up.get(session, "archive_name"),
        "approving_body": setting_up.get(session, "approving_body"),
        "authority": request.authority,
        "number": request.number,
        "minutes": batch.minutes_number,
        "batch": {"id": batch.id, "title": batch.title},
        "counts": {
            "total": len(lines),
            "roster": len(roster),
            "fonds": len({entry.record.fonds_key for entry in roster}),
        },
        "opinions": plan.opinions,
        "blind": plan.opinions > 1 and plan.blind_second,
        "rulesets": sorted({line.ruleset_digest for line in lines if line.ruleset_digest}),
        "consultation": _consultation(session, batch),
        "grounds": [
            {"ground": term(ground), "count": size, "again": _span(again[ground])}
            for ground, size in Counter(line.ground for line in lines).most_common()
        ],
        "on": day(on),
    }


def _span(days: set[date]) -> str:
    first, last = min(days), max(days)
    return day(first) if first == last else f"{day(first)}—{day(last)}"


def _consultation(session: Session, batch: Batch) -> str:
    """How the agencies were asked, in one sentence; honest where the step was skipped."""
    units = session.exec(
        select(Consultation)
        .join(ConsultationItem, col(ConsultationItem.consultation_id) == col(Consultation.id))
        .where(Consultation.batch_id == batch.id)
        .distinct()
    ).all()
    if not units:
        return t("delay.consultation.skipped")
    states = consulting.states(session, int(batch.id or 0)).values()
    answers = [asked.reply.answer for asked in states if asked.reply]
    return t(
        "delay.consultation.asked", units=sum(1 for unit in units if unit.agency is not None), replies=len(answers),
        objections=answers.count(AgencyAnswer.OBJECT), alone=sum(1 for unit in units if unit.agency is None),
    )  # fmt: skip


def _write_list(target: Path, session: Session, batch: Batch, waiting: Sequence[Delayed]) -> None:
    rows = []
    for number, found in enumerate(waiting, start=1):
        assert found.item is not None
        rows.append(
            {
                "batch": batch.id, "record_id": found.record.id, "number": number,
                "reference_code": found.record.reference_code, "title": found.record.title,
                "creator": found.record.creator, "document_number": found.record.document_number,
                "date_text": found.record.date_text, "fonds": found.record.fonds, "ground": term(found.item.ground),
                "reason": found.item.reason, "rules": "；".join(found.item.rule_ids) or None,
                "review_again_on": found.item.review_again_on,
            }
        )  # fmt: skip
    archive = setting_up.get(session, "archive_name")
    shape = ListSheet(
        name=t("delay.sheet"), headers=delaying.COLUMNS.titles(), fill=delaying.TO_FILL, hidden=delaying.HIDDEN,
        title=t("delay.list_title", archive=archive, batch=batch.id), note=t("delay.list_note"),
        choices={"answer": [term(answer) for answer in AuthorityAnswer]},
    )  # fmt: skip
    list_sheet.write(target, shape, rows)


def register(session: Session, batch_id: int, *, on: date) -> list[dict[str, Any]]:
    """The delayed items of a batch with ground, rules, reason, re-review date and answer (延期登记簿)."""
    batch = load_batch(session, batch_id)
    rows = [_registered(batch, found, on=on) for found in delaying.reported(session, batch_id).values()]
    for entry, opinion in delaying.unreported(session, batch):
        read_with = _read_with(session, opinion)
        rows.append(
            {
                "record_id": entry.record.id, "batch": batch_id, "reference_code": entry.record.reference_code,
                "title": entry.record.title, "standing": rules.standing(is_reported=False, answer=None).value,
                "ground": opinion.ground.value if opinion.ground else None, "reason": opinion.reason,
                "review_again_on": opinion.review_again_on, "rules": _rule_ids(read_with),
                "ruleset_digest": read_with.ruleset_digest if read_with else None, "requested_on": None,
                "document_number": None, "answered_on": None, "days": None,
            }
        )  # fmt: skip
    return rows


def _registered(batch: Batch, found: Delayed, *, on: date) -> dict[str, Any]:
    item, request, reply = found.item, found.request, found.reply
    assert item is not None and request is not None
    return {
        "record_id": item.record_id, "batch": batch.id, "reference_code": found.record.reference_code,
        "title": found.record.title, "standing": found.standing.value, "ground": item.ground.value,
        "reason": item.reason, "review_again_on": item.review_again_on, "rules": item.rule_ids,
        "ruleset_digest": item.ruleset_digest, "requested_on": request.requested_on,
        "document_number": reply.document_number if reply else None,
        "answered_on": reply.answered_on if reply else None,
        "days": None if reply else (on - request.requested_on).days,
    }  # fmt: skip
