"""A year's plan against what was done (年度计划): working days, burn-down, pace and where it leads."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from models.errors import ProcedureError

_DAY = timedelta(days=1)
# Full-width comma and enumeration comma; dash and full-width tilde between two days.
_COMMAS = str.maketrans({"\uff0c": ",", "\u3001": ",", "\u2014": "~", "\uff5e": "~"})
DEFAULT_READS = 300  # looks of one person in a day, until there is a pace of our own
MEASURED_FROM = 3  # person-days before a measured pace says anything


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days (工作日): Monday to Friday, less the days off, plus the working weekends of this archive.

    Which days off a year brings is announced anew each year, so they are settings and not known here.
    """

    off: frozenset[date] = field(default_factory=frozenset)
    extra: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        """Whether somebody works on that day."""
        return day in self.extra or (day.weekday() < 5 and day not in self.off)

    def days(self, first: date, last: date) -> list[date]:
        """Working days from ``first`` to ``last``, both counted."""
        span = (first + _DAY * step for step in range((last - first).days + 1))
        return [day for day in span if self.is_working(day)]

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (第 count 个工作日); ``day`` itself for none."""
        while count > 0:
            day += _DAY
            count -= self.is_working(day)
        return day


def read_days(text: str) -> frozenset[date]:
    """Days as a person lists them (日期清单): ``2026-10-01, 2026-10-05~2026-10-07``.

    Raises
    ------
    ValueError
        For what is no date, or a span that runs backwards or over more than a year.
    """
    found: set[date] = set()
    for part in text.translate(_COMMAS).split(","):
        if not part.strip():
            continue
        first, _, last = part.translate(_COMMAS).partition("~")
        start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        if not 0 <= (end - start).days <= 366:
            raise ValueError(part)
        found |= {start + _DAY * step for step in range((end - start).days + 1)}
    return frozenset(found)


class Scoped(Protocol):
    """What these rules need of a line of the plan."""

    id: int | None
    year: int
    fonds_key: str | None
    first_year: int | None
    last_year: int | None
    people: list[int]
    starts_on: date
    deadline: date


def check_line(line: Scoped, others: Iterable[Scoped], *, items: int) -> None:
    """Whether a line may enter the plan (核对计划项).

    Raises
    ------
    ProcedureError
        ``plan.ends_before_it_starts``, ``plan.years_reversed``, ``plan.nobody``, ``plan.nothing_to_do``, or
        ``plan.overlaps`` when another line of the year speaks of the same records: they would count twice.
    """
    if line.deadline < line.starts_on:
        raise ProcedureError("plan.ends_before_it_starts")
    if line.first_year is not None and line.last_year is not None and line.last_year < line.first_year:
        raise ProcedureError("plan.years_reversed")
    if not line.people:
        raise ProcedureError("plan.nobody")
    for other in others:
        if other.year == line.year and other.id != line.id and _overlap(line, other):
            raise ProcedureError("plan.overlaps", number=other.id)
    if not items:
        raise ProcedureError("plan.nothing_to_do")


def _overlap(one: Scoped, other: Scoped) -> bool:
    if one.fonds_key is not None and other.fonds_key is not None and one.fonds_key != other.fonds_key:
        return False
    if one.first_year is None or other.first_year is None or one.last_year is None or other.last_year is None:
        return True
    return one.first_year <= other.last_year and other.first_year <= one.last_year


@dataclass(frozen=True, slots=True)
class Point:
    """One working day of a burn-down (燃尽图一点): what the plan leaves, what is left unread and undecided.

    ``unread`` and ``undecided`` are ``None`` for days that have not come.
    """

    day: date
    planned: float
    unread: int | None
    undecided: int | None


def burn_down(
    total: int, *, read: Sequence[date], decided: Sequence[date], starts_on: date, deadline: date, on: date,
    calendar: Calendar,
) -> list[Point]:  # fmt: skip
    """Left at the end of each day against the straight line of the plan (燃尽).

    ``read`` are the days on which items got all opinions they need, ``decided`` those on which the director approved;
    what was done before ``starts_on`` or on a day off counts from the next working day shown. The first point is the
    beginning, with everything left; after the deadline the line stays at nothing, until ``on``.
    """
    working = calendar.days(starts_on, deadline)
    late = calendar.days(deadline + _DAY, on) if on > deadline else []
    share = total / len(working) if working else float(total)
    done, approved = sorted(read), sorted(decided)
    points = [Point(starts_on - _DAY, float(total), total, total)]
    for place, day in enumerate([*working, *late], start=1):
        planned = max(0.0, total - share * place)
        has_come = day <= on
        points.append(
            Point(
                day, planned,
                total - bisect_right(done, day) if has_come else None,
                total - bisect_right(approved, day) if has_come else None,
            )
        )  # fmt: skip
    return points


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people read (审看进度): ``looks`` over ``person_days``; a group decided as one is one look."""

    looks: int
    person_days: int

    @property
    def a_day(self) -> float | None:
        """Looks of one person in a day, or ``None`` before there is enough to say so."""
        return self.looks / self.person_days if self.person_days >= MEASURED_FROM else None


def pace(looks: Mapping[tuple[int, date], int], *, on: date) -> Pace:
    """Pace from the looks of each person on each day (人日进度); today is not over and does not count."""
    whole = {key: size for key, size in looks.items() if key[1] != on}
    return Pace(sum(whole.values()), len(whole))


def workdays(looks: int, a_day: float) -> int:
    """Working days that so many looks take (工作日数), rounded to the nearest, at least one for any look at all."""
    return max(1, int(looks / a_day + 0.5)) if looks else 0


def finish(looks: int, a_day: float, *, on: date, calendar: Calendar) -> date:
    """The working day by which so many looks are done (预计完成日), beginning on the day after ``on``."""
    return calendar.after(on, -int(-looks // a_day))
