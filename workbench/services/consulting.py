"""Ask the originating agencies (征求形成单位意见): who is asked what, how each item stands, how long it waits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from batches import consultation as rules
from batches.consultation import Addressee, ConsultationStanding, ReceivedRule
from models import (
    AgencyReply,
    Batch,
    Consultation,
    ConsultationItem,
    ConsultationReminder,
    ConsultationTalk,
    RosterEntry,
)
from models.consultation import AskedAs
from models.errors import ProcedureError
from workbench.queries.rosters import on_roster
from workbench.services import agencies, setting_up
from workbench.services.roster import Item, items

C = ConsultationStanding
STILL_OPEN = (C.WAITING, C.ON_HOLD, C.READ_AGAIN)


@dataclass(frozen=True, slots=True)
class Asked:
    """One item as it was put to a unit, with the newest answer and the talks on it (征求意见条目)."""

    consultation: Consultation
    item: ConsultationItem
    reply: AgencyReply | None
    talk: ConsultationTalk | None

    @property
    def standing(self) -> ConsultationStanding:
        """Where it stands."""
        return rules.standing(
            self.consultation.asked_as,
            self.reply.answer if self.reply else None,
            self.talk.outcome if self.talk else None,
        )


def addressees(session: Session, roster: Sequence[Item]) -> dict[int, Addressee | None]:
    """Whom to ask about each item (征求对象), by record; ``None`` where the register has no answer."""
    received = ReceivedRule(setting_up.get(session, "received_documents"))
    register = agencies.by_fonds(session, {entry.record.fonds_key for entry in roster})
    return {
        entry.entry.record_id: rules.addressee(
            register.get(entry.record.fonds_key), creator=entry.record.creator, fonds=entry.record.fonds,
            received=received,
        )
        for entry in roster
    }  # fmt: skip


def ask(session: Session, batch: Batch, *, on: date) -> dict[str, Any]:
    """Put each item to the unit that answers for it (开始征求意见), and give the counts for the ledger.

    An item that was put in this very round keeps its question and its answer; a later round is asked again.
    """
    batch_id = int(batch.id or 0)
    roster = items(session, batch_id)
    known = states(session, batch_id)
    new = [entry for entry in roster if entry.entry.record_id not in known]
    by_addressee: dict[Addressee, list[Item]] = defaultdict(list)
    found = addressees(session, new)
    for entry in new:
        who = found[entry.entry.record_id]
        if who is None:  # the guard says it first; nothing is ever put to nobody for want of a register
            raise ProcedureError("agency.unknown", fonds=entry.record.fonds or entry.record.fonds_key)
        by_addressee[who].append(entry)
    for who, group in by_addressee.items():
        asked = Consultation(batch_id=batch_id, agency=who.agency, asked_as=who.asked_as, basis=who.basis, opened_on=on)
        session.add(asked)
        session.flush()
        session.add_all(
            ConsultationItem(
                consultation_id=int(asked.id or 0), batch_id=batch_id, record_id=entry.entry.record_id,
                round=entry.entry.round,
            )
            for entry in group
        )  # fmt: skip
    session.flush()
    return {
        "consultations": len(by_addressee),
        "asked": sum(len(group) for who, group in by_addressee.items() if who.agency is not None),
        "alone": sum(len(group) for who, group in by_addressee.items() if who.asked_as is AskedAs.NOBODY),
        "on_hold": sum(len(group) for who, group in by_addressee.items() if who.asked_as is AskedAs.ON_HOLD),
    }


def states(session: Session, batch_id: int) -> dict[int, Asked]:
    """How each item on the roster stands in its present round (征求意见状态), by record."""
    query = (
        select(Consultation, ConsultationItem)
        .join(ConsultationItem, col(ConsultationItem.consultation_id) == col(Consultation.id))
        .join(
            RosterEntry,
            (col(RosterEntry.batch_id) == col(ConsultationItem.batch_id))
            & (col(RosterEntry.record_id) == col(ConsultationItem.record_id)),
        )
        .where(ConsultationItem.batch_id == batch_id, on_roster())
        .where(col(ConsultationItem.round) == col(RosterEntry.round))
        .order_by(col(RosterEntry.position))
    )
    replies = _newest_replies(session, batch_id)
    talks = _newest_talks(session, batch_id)
    found = {}
    for consultation, item in session.exec(query):
        reply = replies.get(int(item.id or 0))
        talk = talks.get(int(reply.id or 0)) if reply else None
        found[item.record_id] = Asked(consultation, item, reply, talk)
    return found


def _newest_replies(session: Session, batch_id: int) -> dict[int, AgencyReply]:
    query = (
        select(AgencyReply)
        .join(ConsultationItem, col(ConsultationItem.id) == col(AgencyReply.item_id))
        .where(ConsultationItem.batch_id == batch_id)
        .order_by(col(AgencyReply.id))
    )
    return {reply.item_id: reply for reply in session.exec(query)}


def _newest_talks(session: Session, batch_id: int) -> dict[int, ConsultationTalk]:
    query = (
        select(ConsultationTalk)
        .join(AgencyReply, col(AgencyReply.id) == col(ConsultationTalk.reply_id))
        .join(ConsultationItem, col(ConsultationItem.id) == col(AgencyReply.item_id))
        .where(ConsultationItem.batch_id == batch_id)
        .order_by(col(ConsultationTalk.id))
    )
    return {talk.reply_id: talk for talk in session.exec(query)}


def codes_by_standing(session: Session, batch_id: int, roster: Sequence[Item]) -> dict[C, tuple[str, ...]]:
    """档号 of the items by where they stand (各状态档号), for the guards."""
    known = states(session, batch_id)
    found: dict[C, list[str]] = defaultdict(list)
    for entry in roster:
        asked = known.get(entry.entry.record_id)
        found[asked.standing if asked else C.WAITING].append(entry.record.reference_code)
    return {standing: tuple(codes) for standing, codes in found.items()}


def fonds_without_agency(session: Session, batch_id: int, roster: Sequence[Item]) -> tuple[str, ...]:
    """Fonds of items for which nobody is known who answers (缺形成单位的全宗)."""
    known = states(session, batch_id)
    new = [entry for entry in roster if entry.entry.record_id not in known]
    found = addressees(session, new)
    lacking = (
        entry.record.fonds or entry.record.fonds_key or "-" for entry in new if found[entry.entry.record_id] is None
    )
    return tuple(dict.fromkeys(lacking))


def still_open(session: Session, batch_id: int) -> list[int]:
    """Records that cannot go on with their batch (待转下批): unanswered, on hold, or to be read again after talks."""
    return [record_id for record_id, asked in states(session, batch_id).items() if asked.standing in STILL_OPEN]


def reminders(session: Session, batch_id: int) -> dict[int, list[ConsultationReminder]]:
    """What was sent to each unit of a batch (催办记录), by consultation, in order."""
    query = (
        select(ConsultationReminder)
        .join(Consultation, col(Consultation.id) == col(ConsultationReminder.consultation_id))
        .where(Consultation.batch_id == batch_id)
        .order_by(col(ConsultationReminder.id))
    )
    found: dict[int, list[ConsultationReminder]] = defaultdict(list)
    for sent in session.exec(query):
        found[sent.consultation_id].append(sent)
    return found


def ages(session: Session, batch_id: int, *, on: date) -> list[dict[str, Any]]:
    """Each unit with what it owes and for how long (征求意见进度): days since the letter, and the next step."""
    by_unit: dict[int, list[Asked]] = defaultdict(list)
    for asked in states(session, batch_id).values():
        by_unit[int(asked.consultation.id or 0)].append(asked)
    sent = reminders(session, batch_id)
    interval = setting_up.get(session, "reminder_days")
    rows = []
    for consultation_id, group in by_unit.items():
        unit = group[0].consultation
        counts = {standing: sum(1 for asked in group if asked.standing is standing) for standing in C}
        letters = [(each.kind, each.sent_on) for each in sent.get(consultation_id, ())]
        step = rules.next_step(
            waiting=counts[C.WAITING], asked_on=unit.asked_on, due_on=unit.due_on, sent=letters, on=on,
            interval=interval,
        )  # fmt: skip
        rows.append(
            {
                "consultation": consultation_id, "batch": batch_id, "agency": unit.agency,
                "asked_as": unit.asked_as.value, "basis": unit.basis, "letter_number": unit.letter_number,
                "asked_on": unit.asked_on, "due_on": unit.due_on, "items": len(group),
                **{standing.value.replace("-", "_"): size for standing, size in counts.items()},
                "days": (on - unit.asked_on).days if unit.asked_on and counts[C.WAITING] else None,
                "reminders": [{"kind": kind.value, "sent_on": day} for kind, day in letters],
                "next": step.value,
            }
        )  # fmt: skip
    return rows


def item_rows(session: Session, batch_id: int) -> list[dict[str, Any]]:
    """Each item with who was asked and what was answered (逐条征求意见情况)."""
    known = states(session, batch_id)
    rows = []
    for entry in items(session, batch_id):
        asked = known.get(entry.entry.record_id)
        if asked is None:
            continue
        rows.append(
            {
                "record_id": entry.record.id, "reference_code": entry.record.reference_code,
                "title": entry.record.title, "agency": asked.consultation.agency,
                "asked_as": asked.consultation.asked_as.value, "standing": asked.standing.value,
                "reason": asked.reply.reason if asked.reply else None,
                "document_number": asked.reply.document_number if asked.reply else None,
                "replied_on": asked.reply.replied_on if asked.reply else None,
                "talk": asked.talk.outcome.value if asked.talk else None,
            }
        )  # fmt: skip
    return rows
