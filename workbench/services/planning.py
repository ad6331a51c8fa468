"""The yearly plan (年度计划): drawn up, changed and given up by people, measured against what was done."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from batches import plans as rules
from batches import review as rules_of_review
from batches.plans import Calendar, Pace, Point
from batches.review import Plan, Standing
from models import PlanLine, User
from models.errors import ProcedureError
from workbench.clock import LEGAL_ZONE
from workbench.i18n import t
from workbench.permissions import require
from workbench.queries import planning as reading
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.statistics import live_marks

PACE_OVER = timedelta(days=30)


def calendar(session: Session) -> Calendar:
    """The working days of this archive (工作日历): settings ``days_off`` and ``extra_workdays``."""
    off, extra = (setting_up.get(session, key) for key in ("days_off", "extra_workdays"))
    return Calendar(off=rules.read_days(off or ""), extra=rules.read_days(extra or ""))


def measured_pace(session: Session, *, on: date, people: Sequence[int] = ()) -> Pace:
    """How many looks a person does in a day (人日进度), from the opinions of the last thirty days.

    Each opinion is sealed in the ledger; those given together as a group are one look. ``people`` limits it to some.
    """
    found: dict[tuple[int, date], set[str]] = defaultdict(set)
    for reader, at, look in reading.looks(session, since=_midnight(on - PACE_OVER)):
        if not people or reader in people:
            found[reader, at.astimezone(LEGAL_ZONE).date()].add(look)
    return rules.pace({key: len(looks) for key, looks in found.items()}, on=on)


def reads_a_day(session: Session, *, on: date) -> tuple[float, bool]:
    """Looks of one person in a day (每人每天审看次数), and whether that is measured.

    The setting ``reads_per_day`` decides; 0 asks for the measured pace, or ``DEFAULT_READS`` before there is one.
    """
    chosen: int = setting_up.get(session, "reads_per_day")
    if chosen:
        return float(chosen), False
    measured = measured_pace(session, on=on).a_day
    return (float(rules.DEFAULT_READS), False) if measured is None else (measured, True)


def add(
    *, session: Session, year: int, people: Sequence[str], deadline: date, by: User, at: datetime, on: date,
    fonds: str | None = None, years: tuple[int, int] | None = None, starts_on: date | None = None,
    note: str | None = None,
) -> PlanLine:  # fmt: skip
    """Draw up one line (立项): a fonds or all, years of creation or any, by whom, until when.

    Raises
    ------
    ProcedureError
        What ``check_line`` says; ``plan.unknown_fonds``, ``plan.unknown_person``.
    """
    require(by, "plan.change")
    line = PlanLine(
        year=year, fonds_key=_fonds_key(session, fonds) if fonds else None, first_year=years[0] if years else None,
        last_year=years[1] if years else None, people=_ids(session, people), starts_on=starts_on or on,
        deadline=deadline, items=0, note=(note or "").strip() or None, created_by=by.name, created_at=at,
    )  # fmt: skip
    line.items = _size(session, line)
    rules.check_line(line, reading.lines(session, year), items=line.items)
    session.add(line)
    session.flush()
    _seal(session, line, "plan.add", by=by, at=at)
    return line


def change(
    *, session: Session, line_id: int, by: User, at: datetime, deadline: date | None = None,
    people: Sequence[str] = (), note: str | None = None,
) -> PlanLine:  # fmt: skip
    """Give a line another deadline, other people or a note (调整计划项), sealed; its first size stays."""
    require(by, "plan.change")
    line = _line(session, line_id)
    line.deadline = deadline or line.deadline
    line.people = _ids(session, people) if people else line.people
    line.note = (note or "").strip() or line.note
    rules.check_line(line, reading.lines(session, line.year), items=line.items)
    session.add(line)
    session.flush()
    _seal(session, line, "plan.change", by=by, at=at)
    return line


def give_up(*, session: Session, line_id: int, by: User, at: datetime) -> PlanLine:
    """Give a line up (撤销计划项); its row stays, and its records may enter another line."""
    require(by, "plan.change")
    line = _line(session, line_id)
    line.given_up_at = at
    session.add(line)
    session.flush()
    _seal(session, line, "plan.give-up", by=by, at=at)
    return line


def _line(session: Session, line_id: int) -> PlanLine:
    line = session.get(PlanLine, line_id)
    if line is None or line.given_up_at is not None:
        raise ProcedureError("plan.unknown", number=line_id)
    return line


def _size(session: Session, line: PlanLine) -> int:
    return reading.scope_size(session, line, since=_midnight(line.starts_on), live_marks=live_marks(session))


def _fonds_key(session: Session, name: str) -> str:
    found = reading.fonds_key(session, name)
    if found is None:
        raise ProcedureError("plan.unknown_fonds", fonds=name)
    return found


def _ids(session: Session, names: Sequence[str]) -> list[int]:
    found = session.exec(select(User).where(col(User.is_active), col(User.name).in_(names)))
    known = {user.name: int(user.id or 0) for user in found}
    missing = [name for name in names if name not in known]
    if missing:
        raise ProcedureError("plan.unknown_person", user=", ".join(missing))
    return sorted({known[name] for name in names})


def _seal(session: Session, line: PlanLine, action: str, *, by: User, at: datetime) -> None:
    payload = line.model_dump(mode="json", include={
        "year", "fonds_key", "first_year", "last_year", "people", "starts_on", "deadline", "items",
    })  # fmt: skip
    seal(session, actor=by.name, action=action, subject=f"plan/{line.id}", payload=payload, at=at)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a line stands (计划进度): counts of today, the burn-down, the pace of its people and where it leads.

    ``looks_left`` are opinions still to be given; ``finish`` is ``None`` while no pace is known and none is set.
    """

    line: PlanLine
    items: int
    read: int
    decided: int
    looks_left: int
    pace: Pace
    a_day: float
    finish: date | None
    points: list[Point]

    @property
    def is_late(self) -> bool:
        """Whether the pace leads past the deadline (预计逾期)."""
        return self.finish is not None and self.finish > self.line.deadline


def progress(session: Session, line: PlanLine, *, on: date) -> Progress:
    """Measure one line (计划进度)."""
    known: dict[str, Any] = {"since": _midnight(line.starts_on), "live_marks": live_marks(session)}
    approved = reading.decided(session, line, **known)
    settled, given = _read(session, line, known)
    decided = [_local(at) for at in approved.values() if at is not None]
    open_ = [number for number, at in approved.items() if at is None]
    read = [day for number, day in settled.items() if number in approved]
    wanted: int = setting_up.get(session, "opinions_per_item")
    looks_left = sum(max(0, wanted - given.get(number, 0)) for number in open_ if number not in settled)
    working = calendar(session)
    measured = measured_pace(session, on=on, people=line.people)
    a_day = measured.a_day or reads_a_day(session, on=on)[0]
    finish = rules.finish(looks_left, a_day * len(line.people), on=on, calendar=working) if looks_left else None
    points = rules.burn_down(
        len(approved), read=read, decided=decided, starts_on=line.starts_on, deadline=line.deadline, on=on,
        calendar=working,
    )  # fmt: skip
    return Progress(line, len(approved), len(read), len(decided), looks_left, measured, a_day, finish, points)


def _read(session: Session, line: PlanLine, known: dict[str, Any]) -> tuple[dict[int, date], dict[int, int]]:
    """Day on which each record got all opinions it needs, and how many it has so far."""
    plans = {number: Plan(**plan) for number, plan in reading.review_plans(session).items()}
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in reading.opinions(session, line, **known):
        by_record[row.record_id].append(row)
    settled = {
        number: _local(rows[-1].at)
        for number, rows in by_record.items()
        if rules_of_review.standing(rows, plans[rows[0].batch_id]) is Standing.SETTLED
    }
    return settled, {number: len(rows) for number, rows in by_record.items()}


def overview(session: Session, *, on: date, year: int | None = None) -> list[Progress]:
    """All lines of a year's plan with how they stand (年度计划一览)."""
    return [progress(session, line, on=on) for line in reading.lines(session, year)]


def plain(session: Session, found: Progress) -> dict[str, Any]:
    """A line with its figures as plain values; the burn-down by day."""
    line, names = found.line, reading.people(session)
    return {
        "line": line.id, "year": line.year, "fonds_key": line.fonds_key, "first_year": line.first_year,
        "last_year": line.last_year, "people": [names.get(number, str(number)) for number in line.people],
        "starts_on": line.starts_on, "deadline": line.deadline, "note": line.note, "planned_items": line.items,
        "items": found.items, "read": found.read, "decided": found.decided, "left": found.items - found.decided,
        "looks_left": found.looks_left, "looks_per_person_day": found.pace.a_day,
        "person_days": found.pace.person_days, "finish": found.finish, "is_late": found.is_late,
        "burn_down": [
            {"day": point.day, "planned": round(point.planned, 1), "unread": point.unread,
             "undecided": point.undecided}
            for point in found.points
        ],
    }  # fmt: skip


def years_text(row: Mapping[str, Any]) -> str:
    """The years of creation of a line as people read them (形成年度)."""
    if row["first_year"] is None:
        return t("plan.all_years")
    return t("plan.years", first=row["first_year"], last=row["last_year"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LEGAL_ZONE).astimezone(UTC)


def _local(at: datetime) -> date:
    return at.astimezone(LEGAL_ZONE).date()
