"""What statistics count by (统计口径): kinds of unit, eras, how far a record has come, and a choice of records."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TypeVar

from models.vocabulary import Access, Ground

Term = TypeVar("Term", bound=StrEnum)

FOUNDING = date(1949, 10, 1)


class UnitKind(StrEnum):
    """What is counted: volumes and items are never added up (卷、件)."""

    VOLUME = "volume"
    ITEM = "item"


class Era(StrEnum):
    """Before or since 1949-10-01, by the last possible day (建国前、建国后)."""

    BEFORE = "before"
    SINCE = "since"
    UNDATED = "undated"


class Progress(StrEnum):
    """How far a record has come today (进展): every record is exactly one of these.

    ``EARLY`` was decided before its day; ``AGAIN`` is delayed and its review-again date has come; ``MARKED`` is
    due but stands under a live security mark, and has no place in a batch.
    """

    UNDATED = "undated"
    NOT_DUE = "not_due"
    EARLY = "early"
    MARKED = "marked"
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    UNANSWERED = "unanswered"
    OPENED = "opened"
    TO_PUBLISH = "to_publish"
    DELAYED = "delayed"
    AGAIN = "again"


class YearKind(StrEnum):
    """By which year records are told apart (年度口径): when they came due, or when they were made."""

    DUE = "due"
    FORMED = "formed"


class Outcome(StrEnum):
    """What became of the first opinion (初审意见的结果)."""

    KEPT = "kept"
    NOW_OPEN = "now_open"
    NOW_RESTRICTED = "now_restricted"
    OTHER_GROUND = "other_ground"


# Another ground alone is no overturning (改判).
OVERTURNED = (Outcome.NOW_OPEN, Outcome.NOW_RESTRICTED)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records a number counts (统计选择); ``None`` is "any". The same value counts and lists them.

    ``year`` is of ``by``, ``no_year`` asks for what has none; ``no_ground`` asks for delayed records that bear
    none. ``outcome``, ``overturned``, ``access`` and ``decided_in`` (a year) ask for records decided in batches of
    ours, ``published_in`` (a year) for lines of notices, ``past_in`` (a year) and ``past_undated`` for decisions of
    earlier batches that came in as history.
    """

    kind: UnitKind | None = None
    era: Era | None = None
    fonds: str | None = None
    year: int | None = None
    no_year: bool = False
    by: YearKind = YearKind.DUE
    progress: tuple[Progress, ...] = ()
    ground: Ground | None = None
    no_ground: bool = False
    outcome: Outcome | None = None
    overturned: bool = False
    access: Access | None = None
    decided_in: int | None = None
    published_in: int | None = None
    past_in: int | None = None
    past_undated: bool = False

    @property
    def is_of_decisions(self) -> bool:
        """Whether it counts decisions and not records as they stand (是否按审结统计)."""
        return self.overturned or any(each is not None for each in (self.outcome, self.access, self.decided_in))

    @property
    def is_of_history(self) -> bool:
        """Whether it counts decisions of earlier batches (是否按以往结论统计)."""
        return self.past_in is not None or self.past_undated

    def to_query(self) -> dict[str, str]:
        """The selection as the parameters of an address (地址参数), absent ones left out."""
        written: dict[str, str] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value == each.default:
                continue
            written[each.name] = ",".join(value) if isinstance(value, tuple) else str(value)
        return written

    @classmethod
    def from_query(cls, given: Mapping[str, str]) -> "Selection":
        """Read back what ``to_query`` wrote (读地址参数); what cannot be read is as if it were not there."""
        return cls(
            kind=_term(UnitKind, given.get("kind")),
            era=_term(Era, given.get("era")),
            fonds=given.get("fonds"),
            year=_year(given.get("year")),
            no_year=given.get("no_year") == "True",
            by=_term(YearKind, given.get("by")) or YearKind.DUE,
            progress=tuple(
                found for part in given.get("progress", "").split(",") if (found := _term(Progress, part)) is not None
            ),
            ground=_term(Ground, given.get("ground")),
            no_ground=given.get("no_ground") == "True",
            outcome=_term(Outcome, given.get("outcome")),
            overturned=given.get("overturned") == "True",
            access=_term(Access, given.get("access")),
            decided_in=_year(given.get("decided_in")),
            published_in=_year(given.get("published_in")),
            past_in=_year(given.get("past_in")),
            past_undated=given.get("past_undated") == "True",
        )


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) == 4 else None


def _term(kind: type[Term], text: str | None) -> Term | None:
    return next((value for value in kind if value.value == text), None)
