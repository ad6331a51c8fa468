"""Working days, burn-down and pace (工作日、燃尽、进度): counted as a desk calendar would."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.plans import Calendar, Pace, burn_down, check_line, finish, pace, read_days, workdays
from models import PlanLine
from models.errors import ProcedureError

FRIDAY = date(2026, 11, 27)
HOLIDAYS = Calendar(off=read_days("2026-10-01~2026-10-07"), extra=read_days("2026-10-10"))


def test_a_weekend_is_no_working_day_and_a_swapped_one_is() -> None:
    assert Calendar().after(FRIDAY, 1) == date(2026, 11, 30)
    assert HOLIDAYS.days(date(2026, 9, 30), date(2026, 10, 12)) == [
        date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2026-02-30", "昨天", "2026-10-07~2026-10-01", "2026-01-01~2030-01-01"])
def test_a_list_of_days_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_days(text)


def test_days_are_read_with_either_comma_and_dash() -> None:
    assert read_days("2026-10-01，2026-10-03—2026-10-04、") == {date(2026, 10, 1), date(2026, 10, 3), date(2026, 10, 4)}


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 400))
def test_the_nth_working_day_is_the_last_of_n(day: date, count: int) -> None:
    last = HOLIDAYS.after(day, count)
    assert HOLIDAYS.is_working(last)
    assert len(HOLIDAYS.days(day + timedelta(days=1), last)) == count


def test_looks_become_working_days() -> None:
    assert [workdays(looks, 300) for looks in (0, 1, 449, 1900, 2000)] == [0, 1, 1, 6, 7]
    assert finish(1900, 300, on=FRIDAY, calendar=Calendar()) == date(2026, 12, 8)
    assert finish(0, 300, on=FRIDAY, calendar=Calendar()) == FRIDAY


def test_a_pace_needs_three_person_days_and_leaves_today_out() -> None:
    looks = {(1, date(2026, 11, 23)): 300, (2, date(2026, 11, 23)): 100, (1, FRIDAY): 5}
    assert pace(looks, on=FRIDAY) == Pace(400, 2)
    assert pace(looks, on=FRIDAY).a_day is None
    assert pace({**looks, (2, date(2026, 11, 24)): 200}, on=FRIDAY).a_day == 200


def test_a_burn_down_follows_what_was_done() -> None:
    monday = date(2026, 11, 23)
    points = burn_down(
        10, read=[monday, monday, date(2026, 11, 24)], decided=[date(2026, 11, 24)], starts_on=monday,
        deadline=FRIDAY, on=date(2026, 11, 25), calendar=Calendar(),
    )  # fmt: skip
    assert [(point.planned, point.unread, point.undecided) for point in points] == [
        (10, 10, 10), (8, 8, 10), (6, 7, 9), (4, 7, 9), (2, None, None), (0, None, None),
    ]  # fmt: skip


def test_a_late_line_stays_at_nothing_while_what_is_left_goes_on() -> None:
    points = burn_down(
        4, read=[], decided=[], starts_on=FRIDAY, deadline=FRIDAY, on=date(2026, 12, 1), calendar=Calendar()
    )
    assert [(point.day.day, point.planned, point.undecided) for point in points] == [
        (26, 4, 4), (27, 0, 4), (30, 0, 4), (1, 0, 4),
    ]  # fmt: skip


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40), st.integers(0, 30))
def test_nothing_is_done_twice_in_a_burn_down(done: list[date], open_: int) -> None:
    points = burn_down(
        len(done) + open_, read=done, decided=done, starts_on=date(2026, 1, 1), deadline=date(2026, 6, 30),
        on=date(2026, 12, 31), calendar=Calendar(),
    )  # fmt: skip
    left = [point.undecided for point in points]
    assert left == sorted(left, reverse=True)
    assert left[-1] == open_
    assert points[-1].planned == 0


def a_line(**known: object) -> PlanLine:
    given = {
        "year": 2026, "people": [1], "starts_on": date(2026, 1, 1), "deadline": date(2026, 12, 31), "items": 1, **known,
    }  # fmt: skip
    return PlanLine(**given)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"people": []}, "nobody"),
        ({"deadline": date(2025, 1, 1)}, "ends_before"),
        ({"first_year": 1999, "last_year": 1990}, "years_reversed"),
        ({"fonds_key": "0001"}, "overlaps"),
        ({"fonds_key": "0001", "first_year": 1998, "last_year": 2000}, "overlaps"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused(known: dict[str, object], code: str) -> None:
    other = a_line(id=7, fonds_key="0001", first_year=1990, last_year=1998)
    with pytest.raises(ProcedureError, match=code):
        check_line(a_line(**known), [other], items=5)


def test_other_fonds_and_other_years_do_not_overlap() -> None:
    other = a_line(id=7, fonds_key="0001", first_year=1990, last_year=1998)
    check_line(a_line(fonds_key="0002"), [other], items=5)
    check_line(a_line(fonds_key="0001", first_year=1999, last_year=2000), [other], items=5)
    with pytest.raises(ProcedureError, match="nothing_to_do"):
        check_line(a_line(fonds_key="0002"), [other], items=0)
