"""Count what the home holds (统计): cells that SQL counted, summed into tables; nothing is counted twice.

Every record is in exactly one cell, and every cell has exactly one ``Progress``. So, for any line of any table::

    total    = undated + not_due + early + due
    due      = reviewed + again + unreviewed + marked
    reviewed = open + delayed            open       = opened + to_publish
    unreviewed = waiting + in_review + unanswered
    delayed + again = the sum over grounds
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from models.tally import OVERTURNED, Era, Outcome, Progress, UnitKind, YearKind
from models.vocabulary import Access, Ground

P = Progress
# Sums of a line, each with the cells that it adds up: the same list says which rows stand behind the number.
SUMS: Mapping[str, tuple[Progress, ...]] = {
    "due": (P.OPENED, P.TO_PUBLISH, P.DELAYED, P.AGAIN, P.WAITING, P.IN_REVIEW, P.UNANSWERED, P.MARKED),
    "reviewed": (P.OPENED, P.TO_PUBLISH, P.DELAYED),
    "open": (P.OPENED, P.TO_PUBLISH),
    "unreviewed": (P.WAITING, P.IN_REVIEW, P.UNANSWERED),
    "restricted": (P.DELAYED, P.AGAIN),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Records alike in all that statistics tell apart, and their number (统计格)."""

    kind: UnitKind
    era: Era
    fonds: str
    due_year: int | None
    formed_year: int | None
    progress: Progress
    ground: Ground | None
    size: int

    def year(self, by: YearKind) -> int | None:
        """Its year, by one of the two ways of telling."""
        return self.due_year if by is YearKind.DUE else self.formed_year


@dataclass(frozen=True)
class Line:
    """One line of a table (统计行): counts by progress, and the sums and rates that follow from them."""

    counts: Counter[Progress] = field(default_factory=Counter)
    grounds: Counter[Ground | None] = field(default_factory=Counter)

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Line":
        """Add cells up."""
        counts: Counter[Progress] = Counter()
        grounds: Counter[Ground | None] = Counter()
        for cell in cells:
            counts[cell.progress] += cell.size
            if cell.progress in SUMS["restricted"]:
                grounds[cell.ground] += cell.size
        return cls(counts, grounds)

    @cached_property
    def total(self) -> int:
        """All records of the line."""
        return sum(self.counts.values())

    def sum(self, name: str) -> int:
        """One of ``SUMS``, ``total``, or the count of one progress."""
        if name == "total":
            return self.total
        return sum(self.counts[each] for each in SUMS.get(name) or (Progress(name),))

    @property
    def opening_rate(self) -> float | None:
        """Share opened of what is decided and due (开放率), in [0, 1]; ``None`` before anything is decided."""
        return _share(self.sum("open"), self.sum("open") + self.sum("restricted"))

    @property
    def reviewed_rate(self) -> float | None:
        """Share of what is due that is reviewed (应审尽审率); what is due for review again counts as not reviewed."""
        return _share(self.sum("reviewed"), self.sum("due"))

    @property
    def opened_rate(self) -> float | None:
        """Share of what was found open that is published (应开尽开率)."""
        return _share(self.sum("opened"), self.sum("open"))

    def to_dict(self) -> dict[str, Any]:
        """All counts, sums and rates as plain values; a delayed record without a ground stands under ``none``."""
        names = ["total", *(each.value for each in Progress), *SUMS]
        return {
            **{name: self.sum(name) for name in dict.fromkeys(names)},
            "grounds": {
                **{ground.value: self.grounds[ground] for ground in Ground},
                **({"none": self.grounds[None]} if self.grounds[None] else {}),
            },
            "opening_rate": self.opening_rate,
            "reviewed_rate": self.reviewed_rate,
            "opened_rate": self.opened_rate,
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def table(cells: Iterable[Cell], key: Callable[[Cell], Any]) -> dict[Any, Line]:
    """One line for each value of a dimension (分组统计), in order; what has no value (no year) comes last."""
    groups: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    ordered = sorted(groups, key=lambda value: (value is None, str(value)))
    return {value: Line.of(groups[value]) for value in ordered}


@dataclass(frozen=True, slots=True)
class Decided:
    """Items decided alike in one year (审结格): ``year`` is that of the approval, in China."""

    year: int
    kind: UnitKind
    era: Era
    fonds: str
    access: Access
    ground: Ground | None
    outcome: Outcome
    size: int


@dataclass(frozen=True)
class DecidedLine:
    """Decisions of a year (审结行): ``total = open + restricted`` and ``total =`` the sum over outcomes."""

    access: Counter[Access]
    outcomes: Counter[Outcome]
    grounds: Counter[Ground | None]

    @property
    def total(self) -> int:
        """All decided."""
        return sum(self.access.values())

    @property
    def overturned(self) -> int:
        """Items whose final outcome is not the first reader's (改判); another ground alone is no overturning."""
        return sum(self.outcomes[each] for each in OVERTURNED)

    @property
    def overturned_rate(self) -> float | None:
        """Share overturned (改判率), in [0, 1]."""
        return _share(self.overturned, self.total)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "total": self.total,
            **{access.value: self.access[access] for access in Access},
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "overturned": self.overturned,
            "overturned_rate": self.overturned_rate,
            "grounds": {ground.value: self.grounds[ground] for ground in Ground},
        }


def decided_line(cells: Iterable[Decided]) -> DecidedLine:
    """Add decisions up (审结合计)."""
    access: Counter[Access] = Counter()
    outcomes: Counter[Outcome] = Counter()
    grounds: Counter[Ground | None] = Counter()
    for cell in cells:
        access[cell.access] += cell.size
        outcomes[cell.outcome] += cell.size
        if cell.access is Access.RESTRICTED:
            grounds[cell.ground] += cell.size
    return DecidedLine(access, outcomes, grounds)


def decided_by_year(cells: Iterable[Decided]) -> dict[int, DecidedLine]:
    """One line a year (分年审结)."""
    years: dict[int, list[Decided]] = defaultdict(list)
    for cell in cells:
        years[cell.year].append(cell)
    return {year: decided_line(years[year]) for year in sorted(years)}
