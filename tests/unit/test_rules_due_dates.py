"""The opening clock."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import LawError
from rules.due_dates import due_date, is_later_than_volume

TODAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Created:
    latest: date


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2100, 12, 31)))
def test_no_day_opens_before_twenty_five_full_years(formed: date) -> None:
    due = due_date(Created(formed), on=TODAY).due_on
    assert due is not None
    last_closed = due - timedelta(days=1)
    assert last_closed.year == formed.year + 25
    assert (last_closed.month, last_closed.day) in {(formed.month, formed.day), (2, 28)}


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2100, 12, 31)))
def test_the_whole_year_rule_is_never_earlier_and_less_than_a_year_later(formed: date) -> None:
    exact, whole = (
        due_date(Created(formed), on=TODAY).due_on,
        due_date(Created(formed), on=TODAY, whole_year=True).due_on,
    )
    assert exact is not None and whole is not None
    assert timedelta(0) <= whole - exact < timedelta(days=366)


def test_a_later_document_never_opens_earlier() -> None:
    days = [date(1996, 2, 27) + timedelta(days=step) for step in range(5)]
    due = [due_date(Created(day), on=TODAY).due_on for day in days]
    assert due == sorted(due, key=lambda day: day or date.max)


def test_before_any_law_was_in_force_there_is_no_answer() -> None:
    with pytest.raises(LawError) as refused:
        due_date(Created(date(1950, 1, 1)), on=date(1987, 12, 31))
    assert refused.value.code == "parameter.not_in_force"


def test_an_item_younger_than_its_volume_is_noticed() -> None:
    volume = Created(date(1995, 12, 31))
    assert is_later_than_volume(Created(date(1996, 1, 1)), volume)
    assert not is_later_than_volume(Created(date(1995, 12, 31)), volume)
