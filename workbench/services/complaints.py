"""Register of complaints (投诉登记): what reached the archive, what was answered, and what waits too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from batches.ledger import canonical
from batches.publication import keyed
from models import Complaint, ComplaintAnswer, Record, User
from models.complaint import ComplaintChannel, ComplaintOutcome
from models.errors import HomeError, ProcedureError
from workbench.i18n import speaking, t, term
from workbench.permissions import require
from workbench.queries.rosters import of_fonds
from workbench.services import publication_facts, setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch
from workbench.writers.tables import Row, Sheet, write_xlsx

COLUMNS = (
    "number", "received_on", "channel", "complainant", "contact", "about", "title", "text", "due_on", "standing",
    "answered_on", "outcome", "answer", "recorded_by",
)  # fmt: skip
_WIDTHS = (7, 13, 12, 16, 20, 24, 48, 60, 13, 12, 13, 18, 60, 12)


@dataclass(frozen=True, slots=True)
class Registered:
    """A complaint with its newest answer (投诉及答复); ``record`` is what it is about, if it is about an item."""

    complaint: Complaint
    record: Record | None
    answer: ComplaintAnswer | None
    is_overdue: bool

    @property
    def standing(self) -> str:
        """``answered``, ``overdue`` or ``waiting`` (状态)."""
        return "answered" if self.answer else "overdue" if self.is_overdue else "waiting"

    @property
    def about(self) -> str | None:
        """What it is about, in few words (涉及): the item's 档号, else the batch, else nothing but its text."""
        if self.record is not None:
            return self.record.reference_code
        batch = self.complaint.batch_id
        return None if batch is None else t("complaint.whole_batch", batch=batch)


def record(
    *, session: Session, text: str | None, channel: ComplaintChannel, received_on: date, by: User, at: datetime,
    on: date, complainant: str | None = None, contact: str | None = None, code: str | None = None,
    fonds: str | None = None, batch_id: int | None = None, due_on: date | None = None,
) -> Complaint:  # fmt: skip
    """Record a complaint (登记投诉); the term for the answer is the archive's own (``complaint_days``).

    Raises
    ------
    ProcedureError
        ``complaint.text_missing``, ``.received_in_future``, ``.due_before_received``, ``.unknown_code``,
        ``.ambiguous_code``, ``batch.unknown``.
    """
    require(by, "complaint.record")
    said = (text or "").strip()
    if not said:
        raise ProcedureError("complaint.text_missing")
    if received_on > on:
        raise ProcedureError("complaint.received_in_future", day=received_on.isoformat())
    due = due_on or received_on + timedelta(days=setting_up.get(session, "complaint_days"))
    if due < received_on:
        raise ProcedureError("complaint.due_before_received", due=due.isoformat(), day=received_on.isoformat())
    kept = Complaint(
        received_on=received_on, channel=channel, complainant=(complainant or "").strip() or None,
        contact=(contact or "").strip() or None, record_id=_record_id(session, code, fonds),
        batch_id=None if batch_id is None else load_batch(session, batch_id).id, text=said, due_on=due,
        recorded_by=by.name, at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    payload = {
        "record": kept.record_id,
        "batch": kept.batch_id,
        "channel": channel.value,
        "due": due.isoformat(),
        "content": _digest(session, {"text": said, "complainant": kept.complainant, "contact": kept.contact}),
    }
    seal(session, actor=by.name, action="complaint.record", subject=f"complaint/{kept.id}", payload=payload, at=at)
    return kept


def _record_id(session: Session, code: str | None, fonds: str | None) -> int | None:
    code = (code or "").strip()
    if not code:
        return None
    query = select(Record.id).where(Record.reference_code == code).order_by(col(Record.id))
    if fonds is not None:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ProcedureError("complaint.unknown_code", code=code)
    if len(found) > 1:
        raise ProcedureError("complaint.ambiguous_code", code=code, count=len(found))
    return found[0]


def answer(
    *, session: Session, complaint_id: int, outcome: ComplaintOutcome, text: str | None, answered_on: date, by: User,
    at: datetime, on: date,
) -> ComplaintAnswer:  # fmt: skip
    """Record what was answered (登记答复): appended, the newest counts.

    Raises
    ------
    ProcedureError
        ``complaint.unknown``, ``.answer_missing``, ``.answered_before_received``, ``.answered_in_future``.
    """
    require(by, "complaint.answer")
    complaint = load(session, complaint_id)
    said = (text or "").strip()
    if not said:
        raise ProcedureError("complaint.answer_missing")
    if answered_on < complaint.received_on:
        raise ProcedureError(
            "complaint.answered_before_received", day=answered_on.isoformat(),
            received=complaint.received_on.isoformat(),
        )  # fmt: skip
    if answered_on > on:
        raise ProcedureError("complaint.answered_in_future", day=answered_on.isoformat())
    kept = ComplaintAnswer(
        complaint_id=complaint_id, outcome=outcome, answer=said, answered_on=answered_on, recorded_by=by.name, at=at
    )
    session.add(kept)
    session.flush()
    payload = {
        "answer": kept.id,
        "outcome": outcome.value,
        "on": answered_on.isoformat(),
        "content": _digest(session, {"text": said}),
    }
    seal(session, actor=by.name, action="complaint.answer", subject=f"complaint/{complaint_id}", payload=payload, at=at)
    return kept


def _digest(session: Session, content: dict[str, str | None]) -> str:
    """Keyed, for the ledger leaves the house and names are easily tried."""
    return keyed(publication_facts.make_secret(session), canonical(content))


def load(session: Session, complaint_id: int) -> Complaint:
    """A complaint by number (取投诉).

    Raises
    ------
    ProcedureError
        ``complaint.unknown``.
    """
    found = session.get(Complaint, complaint_id)
    if found is None:
        raise ProcedureError("complaint.unknown", number=complaint_id)
    return found


def register(session: Session, *, on: date, waiting_only: bool = False) -> list[Registered]:
    """The register (登记簿): what waits first, by the day its answer is due; then what was answered, newest first."""
    answers = {
        each.complaint_id: each for each in session.exec(select(ComplaintAnswer).order_by(col(ComplaintAnswer.id)))
    }
    rows = session.exec(
        select(Complaint, Record)
        .outerjoin(Record, col(Record.id) == col(Complaint.record_id))
        .order_by(col(Complaint.due_on), col(Complaint.id))
    ).all()
    found = [
        Registered(complaint, about, answer, answer is None and complaint.due_on < on)
        for complaint, about in rows
        for answer in (answers.get(int(complaint.id or 0)),)
    ]
    waiting = [each for each in found if each.answer is None]
    if waiting_only:
        return waiting
    settled = [each for each in found if each.answer is not None]
    return waiting + sorted(settled, key=lambda each: int(each.complaint.id or 0), reverse=True)


def export(*, session: Session, out: Path, by: User, at: datetime, on: date) -> int:
    """Write the register as xlsx (导出登记簿), sealed; give the number of rows. Every cell is text: nothing runs.

    Raises
    ------
    HomeError
        ``home.cannot_write``.
    """
    require(by, "complaint.record")
    with speaking("zh_CN"):  # a register of the house is Chinese, whatever the screen speaks
        rows = [_row(each) for each in sorted(register(session, on=on), key=lambda each: int(each.complaint.id or 0))]
        headers = [t(f"complaint.columns.{name}") for name in COLUMNS]
        name = t("complaint.sheet")
    try:
        write_xlsx(out, [Sheet(name, headers, rows, _WIDTHS)], at=at)
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(out)) from error
    seal(session, actor=by.name, action="complaint.export", subject="complaint", payload={"rows": len(rows)}, at=at)
    return len(rows)


def _row(each: Registered) -> Row:
    complaint, answer = each.complaint, each.answer
    return (
        complaint.id, complaint.received_on, term(complaint.channel), complaint.complainant, complaint.contact,
        each.about, each.record.title if each.record else None, complaint.text, complaint.due_on,
        t(f"complaint.standing.{each.standing}"), answer.answered_on if answer else None,
        term(answer.outcome) if answer else None, answer.answer if answer else None, complaint.recorded_by,
    )  # fmt: skip


def overdue_and_waiting(session: Session, *, on: date) -> tuple[Sequence[Registered], Sequence[Registered]]:
    """Complaints whose answer is overdue, and those that may still wait (逾期与待答复), for the home page."""
    waiting = register(session, on=on, waiting_only=True)
    return [each for each in waiting if each.is_overdue], [each for each in waiting if not each.is_overdue]
