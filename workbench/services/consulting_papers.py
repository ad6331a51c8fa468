"""Letters and lists to the agencies (征求意见的函件和清单), reminders and escalations: a folder for each unit."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from batches.consultation import ConsultationStanding, NextStep
from models import Batch, Consultation, ConsultationReminder, User
from models.consultation import AgencyAnswer, AskedAs, ReminderKind
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState
from workbench.i18n import day, speaking, t, term
from workbench.permissions import require
from workbench.services import agencies, consulting, publication_facts, replying, setting_up
from workbench.services.consulting import Asked
from workbench.services.ledger_keeping import seal
from workbench.services.roster import Item, items, load_batch, plan_of
from workbench.writers import list_sheet, papers
from workbench.writers.list_sheet import ListSheet
from workbench.writers.templates import Fonts

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
PAPERS_LANGUAGE = "zh_CN"  # papers go to Chinese units, whoever presses the button
SUMMARY = (
    "agency", "asked_as", "basis", "letter_number", "asked_on", "due_on", "items", "waiting", "agreed", "objected",
    "settled", "days", "next", "contact", "telephone", "address",
)  # fmt: skip


def _batch(session: Session, batch_id: int) -> Batch:
    batch = load_batch(session, batch_id)
    if batch.state is not BatchState.IN_CONSULTATION:
        raise ProcedureError("consultation.not_in_consultation", state=batch.state)
    if not setting_up.get(session, "archive_name"):
        raise ProcedureError("consultation.no_archive_name")
    return batch


def _folder(out: Path, unit: Consultation) -> Path:
    folder = out / f"{unit.id:03d}-{_UNSAFE.sub('_', unit.agency or '').strip(' ._')[:60]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def export(
    *, session: Session, batch_id: int, out: Path, home: Path, by: User, at: datetime, on: date,
    letter_number: str | None = None, due_on: date | None = None,
) -> list[Consultation]:  # fmt: skip
    """Write letter and list of each unit and record that they went out (发函); give the units.

    A unit that was written to before keeps its date and number: its papers are only written again.

    Raises
    ------
    ProcedureError
        ``consultation.not_in_consultation``, ``consultation.no_archive_name`` or ``consultation.due_passed``.
    """
    require(by, "consultation.record")
    batch = _batch(session, batch_id)
    due_on = due_on or on + timedelta(days=setting_up.get(session, "consultation_days"))
    if due_on <= on:
        raise ProcedureError("consultation.due_passed", day=due_on.isoformat())
    known = by_unit(session, batch_id)
    new = [unit for unit, _ in known if unit.asked_on is None]
    for unit in new:
        unit.asked_on, unit.due_on, unit.letter_number = on, due_on, (letter_number or "").strip() or None
        session.add(unit)
    session.flush()
    fonts = publication_facts.fonts(session)
    with speaking(PAPERS_LANGUAGE):
        for unit, group in known:
            folder = _folder(out, unit)
            values = letter(session, batch, unit, group)
            _write_paper(folder / t("consultation.files.letter"), "consultation_letter", values, fonts, home, at=at)
            _write_list(folder / t("consultation.files.list"), session, batch, unit, group)
        where = agencies.whereabouts(session)
        ages = [{**age, **where.get(age["agency"] or "", {})} for age in consulting.ages(session, batch_id, on=on)]
        _write_summary(out / t("consultation.files.summary"), ages)
    if new:
        payload = {
            "consultations": [unit.id for unit in new],
            "items": sum(len(group) for unit, group in known if unit in new),
            "due_on": due_on.isoformat(),
        }
        seal(session, actor=by.name, action="consultation.letter", subject=f"batch/{batch_id}", payload=payload, at=at)
    return [unit for unit, _ in known]


def by_unit(session: Session, batch_id: int) -> list[tuple[Consultation, list[tuple[Item, Asked]]]]:
    """Units that are asked, with their items still on the roster (各征求单位)."""
    states = consulting.states(session, batch_id)
    units: dict[int, Consultation] = {}
    found: dict[int, list[tuple[Item, Asked]]] = defaultdict(list)
    for entry in items(session, batch_id):
        asked = states.get(entry.entry.record_id)
        if asked is not None and asked.consultation.agency is not None:
            number = int(asked.consultation.id or 0)
            units[number] = asked.consultation
            found[number].append((entry, asked))
    return [(units[number], found[number]) for number in sorted(units)]


def letter(session: Session, batch: Batch, unit: Consultation, group: Sequence[tuple[Item, Asked]]) -> dict[str, Any]:
    """What the letter to a unit is filled with (征求意见函填写项)."""
    plan = plan_of(batch)
    outcomes = [decisive.access for entry, _ in group if (decisive := entry.decisive(plan))]
    register = agencies.by_fonds(session, {entry.record.fonds_key for entry, _ in group})
    former = dict.fromkeys(line.agency for line in register.values() if line.successor == unit.agency)
    return {
        "archive": setting_up.get(session, "archive_name"),
        "contact": setting_up.get(session, "archive_contact"),
        "letter_number": unit.letter_number,
        "agency": unit.agency,
        "successor": unit.asked_as is AskedAs.SUCCESSOR,
        "issuer": unit.asked_as is AskedAs.ISSUER,
        "former": "、".join(former),
        "basis": unit.basis,
        "batch": {"id": batch.id, "title": batch.title},
        "counts": {
            "total": len(group),
            "open": outcomes.count(Access.OPEN),
            "restricted": outcomes.count(Access.RESTRICTED),
        },
        "due": day(unit.due_on),
        "on": day(unit.asked_on),
    }


def _write_paper(target: Path, name: str, values: dict[str, Any], fonts: Fonts, home: Path, *, at: datetime) -> None:
    template = papers.template(name, fonts, home / "templates")
    target.write_bytes(papers.fill(template, values, name=name, at=at))


def _write_list(
    target: Path, session: Session, batch: Batch, unit: Consultation, group: Sequence[tuple[Item, Asked]]
) -> None:
    plan = plan_of(batch)
    rows = []
    for number, (entry, asked) in enumerate(group, start=1):
        decisive, reply = entry.decisive(plan), asked.reply
        rows.append(
            {
                "batch": batch.id, "consultation": unit.id, "record_id": entry.record.id, "number": number,
                "reference_code": entry.record.reference_code, "title": entry.record.title,
                "creator": entry.record.creator, "document_number": entry.record.document_number,
                "date_text": entry.record.date_text,
                "proposal": t(f"consultation.proposal.{decisive.access.value}") if decisive else None,
                "ground": term(decisive.ground) if decisive and decisive.ground else None,
                "proposal_reason": decisive.reason if decisive else None,
                "review_again_on": decisive.review_again_on if decisive else None,
                "answer": term(reply.answer) if reply else None, "reply_reason": reply.reason if reply else None,
                "reply_number": reply.document_number if reply else None,
                "replied_on": reply.replied_on if reply else None,
            }
        )  # fmt: skip
    archive = setting_up.get(session, "archive_name")
    shape = ListSheet(
        name=t("consultation.sheet"), headers=replying.COLUMNS.titles(), fill=replying.TO_FILL, hidden=replying.HIDDEN,
        title=t("consultation.list_title", archive=archive, batch=batch.id), note=t("consultation.list_note"),
        choices={"answer": [term(answer) for answer in AgencyAnswer]},
    )  # fmt: skip
    list_sheet.write(target, shape, rows)


def _write_summary(target: Path, units: Sequence[dict[str, Any]]) -> None:
    rows = [
        {**unit, "asked_as": t(f"terms.askedas.{unit['asked_as']}"), "next": t(f"terms.nextstep.{unit['next']}")}
        for unit in units
    ]
    headers = {name: t(f"consultation.summary.{name}") for name in SUMMARY}
    list_sheet.write(target, ListSheet(name=t("consultation.summary_sheet"), headers=headers, locked=False), rows)


def remind(
    *, session: Session, batch_id: int, out: Path, home: Path, by: User, at: datetime, on: date
) -> list[tuple[Consultation, ReminderKind, Path]]:
    """Write the reminders and escalations that are due today, and record them (催办、提请协调).

    Raises
    ------
    ProcedureError
        ``consultation.not_in_consultation``, ``.no_archive_name``; ``delay.authority_missing`` for an escalation
        while nobody is named to whom it goes.
    """
    require(by, "consultation.record")
    batch = _batch(session, batch_id)
    units = {int(unit.id or 0): unit for unit, _ in by_unit(session, batch_id)}
    kinds = {NextStep.REMIND.value: ReminderKind.REMINDER, NextStep.ESCALATE.value: ReminderKind.ESCALATION}
    fonts = publication_facts.fonts(session)
    sent = []
    for age in consulting.ages(session, batch_id, on=on):
        kind = kinds.get(age["next"])
        if kind is None:
            continue
        unit = units[age["consultation"]]
        with speaking(PAPERS_LANGUAGE):
            target = _folder(out, unit) / t(f"consultation.files.{kind.value}")
            values = _reminder(session, batch, unit, age, kind=kind, on=on)
            _write_paper(target, "consultation_reminder", values, fonts, home, at=at)
        session.add(
            ConsultationReminder(consultation_id=age["consultation"], kind=kind, sent_on=on, sent_by=by.name, at=at)
        )
        sent.append((unit, kind, target))
    if sent:
        session.flush()
        payload = {kind.value: [unit.id for unit, each, _ in sent if each is kind] for kind in ReminderKind}
        seal(session, actor=by.name, action="consultation.remind", subject=f"batch/{batch_id}", payload=payload, at=at)
    return sent


def _reminder(
    session: Session, batch: Batch, unit: Consultation, age: dict[str, Any], *, kind: ReminderKind, on: date
) -> dict[str, Any]:
    authority = setting_up.get(session, "archives_authority")
    if kind is ReminderKind.ESCALATION and not authority:
        raise ProcedureError("delay.authority_missing")
    return {
        "archive": setting_up.get(session, "archive_name"),
        "contact": setting_up.get(session, "archive_contact"),
        "authority": authority,
        "agency": unit.agency,
        "escalation": kind is ReminderKind.ESCALATION,
        "letter_number": unit.letter_number,
        "batch": {"id": batch.id, "title": batch.title},
        "asked": day(unit.asked_on),
        "due": day(unit.due_on),
        "days": age["days"],
        "waiting": age[ConsultationStanding.WAITING.value],
        "reminded": "、".join(day(each["sent_on"]) for each in age["reminders"]),
        "on": day(on),
    }
