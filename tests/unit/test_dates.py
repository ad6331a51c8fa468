"""Creation dates: every spelling an archive uses becomes its first and last possible day, or nothing."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dates import FIRST_YEAR, LAST_YEAR, ArchivalDate, DateProblem, examine_date, read_date
from models.vocabulary import Precision

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


def interval(text: object) -> tuple[str, str, str]:
    found = read_date(text)
    assert found is not None, f"{text!r}: {examine_date(text)}"
    return found.earliest.isoformat(), found.latest.isoformat(), found.precision.value


@pytest.mark.parametrize(
    "text",
    ["19930512", "1993-05-12", "1993.5.12", "1993/5/12", "1993年5月12日", "1993年05月12", "１９９３．５．１２",
     "93.5.12", "930512", "一九九三年五月十二日", "1993 05 12", "1993、5、12", "1993-05-12 08:30:00",
     "1993-05-12T00:00:00Z",
     "34101", 34101.0, 34101.25, 19930512, 19930512.0, date(1993, 5, 12), datetime(1993, 5, 12, 9, 30), "[1993.5.12]",
     "公元1993年5月12日", "1993—05—12", "九三年五月十二日"],
)  # fmt: skip
def test_every_spelling_of_one_day_is_that_day(text: object) -> None:
    assert interval(text) == ("1993-05-12", "1993-05-12", "day")


@pytest.mark.parametrize(
    "text",
    ["199305", "1993-05", "1993.5", "1993年5月", "19930500", "1993-5-", "1993.05.", "1993年5月×日", "1993年5月 日",
     "1993-05-00", "1993.5.x", 1993.5, "93.5", "1993年5月底", "九三年五月"],
)  # fmt: skip
def test_an_unknown_day_is_the_whole_month(text: object) -> None:
    assert interval(text) == ("1993-05-01", "1993-05-31", "month")


@pytest.mark.parametrize(
    "text",
    ["1993", "1993年", "19930000", "1993-", "1993年度", "[1993]", "1993?", "1993？", "约1993年", "1993年春",
     "1993年 月 日",     "1993-00-00", 1993, 1993.0, "93年", "1993年底"],
)  # fmt: skip
def test_an_unknown_month_is_the_whole_year(text: object) -> None:
    assert interval(text) == ("1993-01-01", "1993-12-31", "year")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("19930101-19931231", "1993-01-01", "1993-12-31"),
        ("1992-1993", "1992-01-01", "1993-12-31"),
        ("1966—72", "1966-01-01", "1972-12-31"),
        ("1987.3—12", "1987-03-01", "1987-12-31"),
        ("1987.4-9", "1987-04-01", "1987-09-30"),
        ("1971.4—1971.9", "1971-04-01", "1971-09-30"),
        ("199305-06", "1993-05-01", "1993-06-30"),
        ("195903-195912", "1959-03-01", "1959-12-31"),
        ("1993年5-8月", "1993-05-01", "1993-08-31"),
        ("1993.5.12-15", "1993-05-12", "1993-05-15"),
        ("1993.5.12-6.3", "1993-05-12", "1993-06-03"),
        ("19930501-0530", "1993-05-01", "1993-05-30"),
        ("1993-5-12-1994-6-3", "1993-05-12", "1994-06-03"),
        ("1993年5月12日至15日", "1993-05-12", "1993-05-15"),
        ("1949年冬至1950年春", "1949-01-01", "1950-12-31"),
        ("1958年5月上旬", "1958-05-01", "1958-05-10"),
        ("1958年2月下旬", "1958-02-21", "1958-02-28"),
        ("1958年下半年", "1958-07-01", "1958-12-31"),
        ("1985年第三季度", "1985-07-01", "1985-09-30"),
        ("五十年代", "1950-01-01", "1959-12-31"),
        ("20世纪80年代末", "1980-01-01", "1989-12-31"),
        ("光绪三十四年三月", "1908-01-21", "1909-02-20"),
    ],
)
def test_a_span_keeps_its_first_and_its_last_day(text: str, earliest: str, latest: str) -> None:
    assert interval(text) == (earliest, latest, "range")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("民国39年", DateProblem.MINGUO_AFTER_38),
        ("民国四十五年三月一日", DateProblem.MINGUO_AFTER_38),
        ("19930231", DateProblem.NO_SUCH_DAY),
        ("1993.13.1", DateProblem.NO_SUCH_DAY),
        ("1995-1993", DateProblem.REVERSED),
        ("1993至今", DateProblem.OPEN_ENDED),
        ("1966.5—", DateProblem.OPEN_ENDED),
        ("19935", DateProblem.AMBIGUOUS),
        ("00年代", DateProblem.AMBIGUOUS),
        ("2993年", DateProblem.OUT_OF_RANGE),
        ("乙卯年", DateProblem.UNREADABLE),
        ("关于日期的说明", DateProblem.UNREADABLE),
        ("9" * 5000, DateProblem.UNREADABLE),
        (float("nan"), DateProblem.UNREADABLE),
    ],
)
def test_what_cannot_be_read_safely_is_refused_with_its_reason(text: object, problem: DateProblem) -> None:
    assert examine_date(text) is problem
    assert read_date(text) is None


@pytest.mark.parametrize("text", [None, "", "  ", "　", "无", "日期不详", "——", "00000000", "0"])
def test_a_blank_date_is_no_problem_and_no_date(text: object) -> None:
    assert examine_date(text) is None


def test_the_years_of_the_republic_count_from_1912_and_stop_at_38() -> None:
    assert interval("民国元年") == ("1912-01-01", "1912-12-31", "year")
    assert interval("民国25年3月1日") == ("1936-03-01", "1936-03-01", "day")
    assert interval("民國三十八年") == ("1949-01-01", "1949-12-31", "year")


def test_a_day_first_date_keeps_both_readings() -> None:
    assert interval("12/5/1993") == ("1993-05-12", "1993-12-05", "range")
    assert interval("31/12/1993") == ("1993-12-31", "1993-12-31", "day")


def test_a_number_with_one_decimal_may_have_been_october() -> None:
    assert interval(1993.1) == ("1993-01-01", "1993-10-31", "range")
    assert interval("1993.1") == ("1993-01-01", "1993-01-31", "month")


@pytest.mark.parametrize(
    ("text", "note"),
    [("[1993]", "uncertain"), ("1993?", "uncertain"), ("93.5.12", "two_digit_year"), ("34101", "excel_serial"),
     ("民国25年", "minguo"), ("宣统元年", "lunar"), ("12/5/1993", "ambiguous"), ("1993年春", "vague"),
     ("19930101", "january_first")],
)  # fmt: skip
def test_doubts_about_a_date_stand_in_its_notes(text: str, note: str) -> None:
    found = read_date(text)
    assert found is not None and note in found.notes


@given(DAYS)
def test_a_day_written_compactly_is_read_back(day: date) -> None:
    written = ArchivalDate(day, day, Precision.DAY, "")
    found = read_date(written.compact)
    assert found is not None
    assert (found.earliest, found.latest, found.precision) == (day, day, Precision.DAY)


@given(DAYS, DAYS, st.sampled_from(list(Precision)))
def test_any_interval_written_compactly_is_read_back(one: date, other: date, precision: Precision) -> None:
    earliest, latest = sorted((one, other))
    if precision is not Precision.RANGE:
        written = {"day": f"{one:%Y%m%d}", "month": f"{one:%Y%m}00", "year": f"{one:%Y}0000"}[precision.value]
        found = read_date(written)
        assert found is not None and found.compact == written and found.precision is precision
        return
    found = read_date(ArchivalDate(earliest, latest, precision, "").compact)
    assert found is not None and (found.earliest, found.latest) == (earliest, latest)


@given(st.text(alphabet="0123456789.-/年月日至—~[]?民国〇一二十廿元 春上旬世纪代", max_size=24))
def test_no_text_breaks_the_reader_and_no_interval_is_reversed(text: str) -> None:
    found = examine_date(text)
    if isinstance(found, ArchivalDate):
        assert found.earliest <= found.latest
        assert found.text == text.strip()


@given(st.one_of(st.floats(), st.integers(), st.text(max_size=100)))
def test_no_cell_of_any_kind_breaks_the_reader(cell: object) -> None:
    examine_date(cell)
