"""Whom to ask, what an answer means, when to remind (征求形成单位意见的规则): pure, over plain facts.

档案法 art. 30 and 条例 art. 30: the archive reviews together with the unit that made or transferred the file; a unit
abolished or merged is stood for by the one that carries on its functions; without any the archive decides alone.
No text makes silence consent, so no answer is ever counted as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from models.agency import AgencyStanding
from models.consultation import AgencyAnswer, AskedAs, ReminderKind, TalkOutcome
from models.errors import ProcedureError
from rules.issuing import is_from_above

REMINDERS_BEFORE_ESCALATION = 2


class ReceivedRule(StrEnum):
    """What this archive does with documents from above (上级来文处理方式); a local setting."""

    OWN = "own"
    ISSUER = "issuer"
    HOLD = "hold"


class ConsultationStanding(StrEnum):
    """Where an item stands with the unit asked (征求意见状态)."""

    WAITING = "waiting"
    AGREED = "agreed"
    OBJECTED = "objected"
    SETTLED = "settled"
    READ_AGAIN = "read-again"
    ALONE = "alone"
    ON_HOLD = "on-hold"


class NextStep(StrEnum):
    """What is to be done with a unit now (下一步)."""

    WRITE = "write"
    WAIT = "wait"
    REMIND = "remind"
    ESCALATE = "escalate"
    NOTHING = "nothing"


class Registered(Protocol):
    """What these rules need of a line of the fonds register."""

    agency: str
    standing: AgencyStanding
    successor: str | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is asked, in what quality, on what basis (征求对象); ``agency`` is ``None`` when nobody is."""

    agency: str | None
    asked_as: AskedAs
    basis: str | None = None


def check_registered(line: Registered) -> None:
    """Whether a line of the register can be relied on (核对全宗形成单位).

    Raises
    ------
    ProcedureError
        ``agency.missing``, ``agency.successor_missing``, ``agency.successor_unwanted`` or ``agency.basis_missing``.
    """
    if not line.agency:
        raise ProcedureError("agency.missing")
    if line.standing is AgencyStanding.SUCCEEDED and not line.successor:
        raise ProcedureError("agency.successor_missing", agency=line.agency)
    if line.standing is not AgencyStanding.SUCCEEDED and line.successor:
        raise ProcedureError("agency.successor_unwanted", agency=line.agency, successor=line.successor)
    if line.standing is not AgencyStanding.EXISTING and not line.basis:
        raise ProcedureError("agency.basis_missing", agency=line.agency)


def addressee(
    registered: Registered | None, *, creator: str | None, fonds: str | None, received: ReceivedRule
) -> Addressee | None:
    """Whom to ask about an item (征求对象); ``None`` when the register does not say who answers for the fonds."""
    names = [fonds, *((registered.agency, registered.successor) if registered else ())]
    if received is not ReceivedRule.OWN and is_from_above(creator, names):
        if received is ReceivedRule.HOLD:
            return Addressee(None, AskedAs.ON_HOLD)
        return Addressee((creator or "").strip(), AskedAs.ISSUER)
    if registered is None:
        return None
    match registered.standing:
        case AgencyStanding.EXISTING:
            return Addressee(registered.agency, AskedAs.ORIGINATING, registered.basis)
        case AgencyStanding.SUCCEEDED:
            return Addressee(registered.successor, AskedAs.SUCCESSOR, registered.basis)
        case AgencyStanding.ABOLISHED:
            return Addressee(None, AskedAs.NOBODY, registered.basis)


def standing(asked_as: AskedAs, answer: AgencyAnswer | None, outcome: TalkOutcome | None) -> ConsultationStanding:
    """Where an item stands (征求意见状态): by the newest answer, and the newest talks on that very answer."""
    if asked_as is AskedAs.NOBODY:
        return ConsultationStanding.ALONE
    if asked_as is AskedAs.ON_HOLD:
        return ConsultationStanding.ON_HOLD
    if answer is None:
        return ConsultationStanding.WAITING
    if answer is AgencyAnswer.AGREE:
        return ConsultationStanding.AGREED
    if outcome is None:
        return ConsultationStanding.OBJECTED
    return ConsultationStanding.SETTLED if outcome is TalkOutcome.AS_PROPOSED else ConsultationStanding.READ_AGAIN


def check_reply(
    *, answer: AgencyAnswer | None, reason: str | None, replied_on: date, asked_on: date | None, on: date
) -> None:
    """Whether an answer may be recorded (核对单位回复).

    Raises
    ------
    ProcedureError
        ``consultation.not_asked``, ``consultation.no_answer``, ``consultation.reason_missing``,
        ``consultation.in_future`` or ``consultation.before_letter``.
    """
    if asked_on is None:
        raise ProcedureError("consultation.not_asked")
    if answer is None:
        raise ProcedureError("consultation.no_answer")
    if answer is AgencyAnswer.OBJECT and not (reason or "").strip():
        raise ProcedureError("consultation.reason_missing")
    if replied_on > on:
        raise ProcedureError("consultation.in_future", day=replied_on.isoformat())
    if replied_on < asked_on:
        raise ProcedureError("consultation.before_letter", day=replied_on.isoformat(), asked=asked_on.isoformat())


def check_talk(
    found: ConsultationStanding, *, archive_side: str, agency_side: str, note: str, held_on: date, on: date
) -> None:
    """Whether talks may be recorded (核对协商记录): only of an objection, with both sides named.

    Raises
    ------
    ProcedureError
        ``consultation.nothing_to_settle``, ``consultation.sides_missing``, ``consultation.note_missing`` or
        ``consultation.in_future``.
    """
    if found not in (
        ConsultationStanding.OBJECTED, ConsultationStanding.SETTLED, ConsultationStanding.READ_AGAIN,
    ):  # fmt: skip
        raise ProcedureError("consultation.nothing_to_settle")
    if not archive_side.strip() or not agency_side.strip():
        raise ProcedureError("consultation.sides_missing")
    if not note.strip():
        raise ProcedureError("consultation.note_missing")
    if held_on > on:
        raise ProcedureError("consultation.in_future", day=held_on.isoformat())


def next_step(
    *,
    waiting: int,
    asked_on: date | None,
    due_on: date | None,
    sent: Sequence[tuple[ReminderKind, date]],
    on: date,
    interval: int,
) -> NextStep:
    """What to do with a unit that still owes ``waiting`` answers (催办): two reminders, then escalation.

    ``interval`` is in days, counted from the due date or the last reminder; an escalation repeats.
    """
    if waiting == 0:
        return NextStep.NOTHING
    if asked_on is None or due_on is None:
        return NextStep.WRITE
    last = max((day for _, day in sent), default=None)
    if on <= (due_on if last is None else last + timedelta(days=interval)):
        return NextStep.WAIT
    reminders = sum(1 for kind, _ in sent if kind is ReminderKind.REMINDER)
    return NextStep.REMIND if reminders < REMINDERS_BEFORE_ESCALATION else NextStep.ESCALATE
