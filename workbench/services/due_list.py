"""What has reached its opening date, and why (到期条目)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models import Record
from models.vocabulary import Access
from rules.clearance import is_live
from rules.due_dates import DueDate, due_date, early_due, limited_due
from workbench.queries import records
from workbench.services import use_limits


@dataclass(frozen=True, slots=True)
class _Latest:
    latest: date


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record with the day from which it may be opened and the law that says so (到期条目及依据)."""

    record: Record
    file: str
    due: DueDate


def due_records(session: Session, *, on: date, fonds: Sequence[str] = (), after: int = 0) -> Iterator[DueRecord]:
    """Everything due ``on`` this day by the law in force that day, in the order of import.

    A record under a live security mark, or under a limit on use, is never due; one already opened is done.
    """
    limits, early = use_limits.LastDays(session), records.early_openings(session, on=on)
    for record, file in records.reached(session, on=on, fonds=fonds, after=after):
        if is_live(record.security_class, record.declassification):
            continue
        due = due_date(
            _Latest(record.date_to) if record.date_to else None,
            on=on,
            whole_year=record.due_basis == "whole_year",
            review_again_on=record.review_again_on if record.access is Access.RESTRICTED else None,
        )
        if record.id in early:
            due = early_due(due, decided_on=early[record.id])
        if held := limits.of(record):
            due = limited_due(due, limits=held)
        if due.due_on is not None and due.due_on <= on:
            yield DueRecord(record, file, due)
