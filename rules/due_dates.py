"""When a record may be opened (到期日): the closure period in force, counted without the first day.

::

    formed 1999-06-30 ─ 25 years ─▶ complete at the end of 2024-06-30 ─▶ openable from 2024-07-01
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from rules.dated import parameter_on
from rules.loader import load_instruments


class Dated(Protocol):
    """What is known of a creation date (形成日期): only its last possible day matters here."""

    @property
    def latest(self) -> date:
        """Last possible day, inclusive."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The first openable day, and why (到期日及其依据).

    ``basis`` is one of ``closure_period``, ``whole_year``, ``review_again``, ``early_opening``, ``use_limit`` or
    ``undated``.
    """

    due_on: date | None
    basis: str
    reference: str
    verified: bool


def due_date(
    created: Dated | None, *, on: date, whole_year: bool = False, review_again_on: date | None = None
) -> DueDate:
    """Say from which day a record may be opened, by the law in force ``on`` that day (计算到期日).

    An undated record is never due. With ``whole_year`` the year is counted to its end: openable on
    1 January of year + period + 1. A delayed record is due again on its review-again date, never open.
    Raises ``LawError`` ``parameter.not_in_force`` when no closure period was in force.
    """
    closure = parameter_on("closure_period", on)
    if review_again_on is not None:
        return DueDate(review_again_on, "review_again", closure.reference, closure.verified)
    if created is None:
        return DueDate(None, "undated", closure.reference, closure.verified)
    if whole_year:
        first_day = date(created.latest.year + closure.value + 1, 1, 1)
        return DueDate(first_day, "whole_year", closure.reference, closure.verified)
    last_closed = _years_later(created.latest, closure.value)
    return DueDate(last_closed + timedelta(days=1), "closure_period", closure.reference, closure.verified)


def early_due(due: DueDate, *, decided_on: date) -> DueDate:
    """The due date of what is opened early (提前开放，档案法第二十七条): the day of that decision, if it is earlier.

    Economy, education, science, technology, culture: which records are of that kind, people decide and state.
    """
    if due.due_on is not None and due.due_on <= decided_on:
        return due
    return DueDate(decided_on, "early_opening", *_law("27"))


def limited_due(due: DueDate, *, limits: Sequence[date | None]) -> DueDate:
    """The due date under limits on use (限制利用意见，档案法第三十一条): each a last day in force, or none at all.

    A limit without a last day stands until it is lifted: such a record is not due whatever its age.
    """
    if not limits or due.due_on is None:
        return due
    last_days = [last for last in limits if last is not None]
    if len(last_days) < len(limits):
        return DueDate(None, "use_limit", *_law("31"))
    first_day = max(last_days) + timedelta(days=1)
    return due if first_day <= due.due_on else DueDate(first_day, "use_limit", *_law("31"))


def _law(article: str) -> tuple[str, bool]:
    law = load_instruments()["archives-law"]
    return law.cite(article), law.verified


def is_later_than_volume(item: Dated, volume: Dated) -> bool:
    """Whether an item claims to be younger than the volume it lies in (件晚于所在卷): a catalogue fault to report."""
    return item.latest > volume.latest


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a common year: the period ends with February
        return date(day.year + years, 2, 28)
