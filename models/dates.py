"""Creation dates as archives write them (形成日期): any spelling → first and last possible day, with precision.

The text is cleaned, never improved: what can be read two ways becomes the interval that holds both readings or
nothing at all, for the 25-year clock runs from the *latest* possible day and must never fire early.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from models.vocabulary import Precision

FIRST_YEAR, LAST_YEAR = 1600, 2100
LAST_MINGUO_YEAR = 38
_MINGUO_OFFSET = 1911
# First year of the reigns that catalogues of historical fonds use (年号); the year ran to the next February.
_REIGNS = {"康熙": 1662, "雍正": 1723, "乾隆": 1736, "嘉庆": 1796, "道光": 1821, "咸丰": 1851, "同治": 1862,
           "光绪": 1875, "宣统": 1909}  # fmt: skip
_EXCEL_DAY_ZERO = date(1899, 12, 30)


class DateProblem(StrEnum):
    """Why a written date could not be read (日期无法识读的原因)."""

    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    REVERSED = "reversed"
    AMBIGUOUS = "ambiguous"
    OPEN_ENDED = "open_ended"
    MINGUO_AFTER_38 = "minguo_after_38"
    OUT_OF_RANGE = "out_of_range"


class DateNote(StrEnum):
    """What a reader of the date should know (日期附注)."""

    UNCERTAIN = "uncertain"
    TWO_DIGIT_YEAR = "two_digit_year"
    EXCEL_SERIAL = "excel_serial"
    MINGUO = "minguo"
    LUNAR = "lunar"
    AMBIGUOUS = "ambiguous"
    VAGUE = "vague"
    JANUARY_FIRST = "january_first"


@dataclass(frozen=True, slots=True)
class ArchivalDate:
    """A date known to an interval (形成日期): ``earliest`` ≤ ``latest``, ``text`` as it was written."""

    earliest: date
    latest: date
    precision: Precision
    text: str
    notes: tuple[str, ...] = ()

    @property
    def compact(self) -> str:
        """The form archives exchange: 19980503, 19980500, 19980000, or two days joined by ``-``."""
        match self.precision:
            case Precision.DAY:
                return f"{self.earliest:%Y%m%d}"
            case Precision.MONTH:
                return f"{self.earliest:%Y%m}00"
            case Precision.YEAR:
                return f"{self.earliest:%Y}0000"
        return f"{self.earliest:%Y%m%d}-{self.latest:%Y%m%d}"


class _Unreadable(Exception):
    def __init__(self, problem: DateProblem) -> None:
        self.problem = problem


def read_date(text: object) -> ArchivalDate | None:
    """Read a creation date (识读形成日期), or ``None`` when it is blank or cannot be read."""
    found = examine_date(text)
    return found if isinstance(found, ArchivalDate) else None


def examine_date(value: object) -> ArchivalDate | DateProblem | None:
    """Read a creation date or say why not (识读并说明原因); ``None`` is a blank.

    ``value`` is text, a number as a spreadsheet keeps it, or a date. A number 1993.1 was typed as 1993.1 or as
    1993.10, so it becomes the interval from January to October.
    """
    if isinstance(value, datetime):
        return _examine_text(value.date().isoformat())
    if isinstance(value, date):
        return _examine_text(value.isoformat())
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return DateProblem.UNREADABLE
        if value.is_integer() or 10_000 <= value < 100_000:
            return _examine_text(str(int(value)))
        found = _examine_text(repr(value))
        if isinstance(found, ArchivalDate) and re.fullmatch(r"\d{4}\.1", found.text):
            october = found.latest.replace(month=10)
            notes = (*found.notes, DateNote.AMBIGUOUS)
            return replace(found, latest=october, precision=Precision.RANGE, notes=notes)
        return found
    return None if value is None else _examine_text(str(value))


@lru_cache(maxsize=65_536)
def _examine_text(text: str) -> ArchivalDate | DateProblem | None:
    if len(text) > 80:
        return DateProblem.UNREADABLE
    plain, notes = _plain(text)
    if not plain or _SAYS_NOTHING.fullmatch(plain):
        return None
    found = _single_or_range(plain)
    if isinstance(found, DateProblem):
        return DateProblem.OPEN_ENDED if _OPEN_END.search(plain) else found
    if found.latest.year > LAST_YEAR:
        return DateProblem.OUT_OF_RANGE
    if found.precision is Precision.DAY and (found.earliest.month, found.earliest.day) == (1, 1):
        notes = (*notes, DateNote.JANUARY_FIRST)
    return replace(found, text=text.strip(), notes=tuple(dict.fromkeys((*found.notes, *notes))))


def _single_or_range(plain: str) -> ArchivalDate | DateProblem:
    """1966-72 fails as a month and holds as two years; the last refusal is the one to report."""
    problem = DateProblem.UNREADABLE
    for read in (_single, _range):
        try:
            if found := read(plain):
                return found
        except _Unreadable as refusal:
            problem = refusal.problem
    return problem


# --- from what was written to plain digits and marks -----------------------------------------------------------

_DIGITS = {numeral: digit for digit, numeral in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "○": 0, "◯": 0, "Ｏ": 0, "O": 0, "o": 0, "两": 2, "元": 1}
_NUMERALS = re.compile("[〇一二三四五六七八九零○◯十廿卅百元][〇一二三四五六七八九零○◯十廿卅百Oo]*")
_CLOCK = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_UNSURE = re.compile(r"[\[\]〔〕【】()?]|推定|推断|估计|大约|约|前后|左右|疑为|疑似|不确定")
_DASHES = re.compile("[—–―−‐‑─]+")
_UNKNOWN_PART = re.compile(r"(?<=[年月./\-])[×xXΧ_*?○〇\-]{1,2}(?=[月日./\-]|$)")
_OPEN_END = re.compile("至今|迄今|以来|[起至—]$|以后$|之后$|以前$|之前$")
_SAYS_NOTHING = re.compile("无|无日期|无年月|不详|日期不详|不明|未知|缺|空|[-—/.]|0+|null|none|nan", re.IGNORECASE)
_TRADITIONAL = str.maketrans("國號緒統慶豐約後確定詳無", "国号绪统庆丰约后确定详无")


def _plain(text: str) -> tuple[str, tuple[str, ...]]:
    """Half-width digits and marks without doubt signs, and the notes that the doubt signs leave."""
    line = _CLOCK.sub("", unicodedata.normalize("NFKC", text).translate(_TRADITIONAL).strip())
    line = re.sub(r"(?<=\d)\s+(?=\d)", "-", line) if re.fullmatch(r"\d{4}(\s+\d{1,2}){1,2}", line) else line
    line = _UNKNOWN_PART.sub("", re.sub(r"\s+", "", line))
    certain = _UNSURE.sub("", line)
    digits = _NUMERALS.sub(lambda found: _number(found.group()), certain.removeprefix("公元"))
    return _DASHES.sub("—", digits), (DateNote.UNCERTAIN,) if certain != line else ()


def _number(numeral: str) -> str:
    """二十一 → 21, 一九五一 → 1951."""
    if not set(numeral) & set("十廿卅百"):
        return "".join(str(_DIGITS[sign]) for sign in numeral)
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    total, pending = 0, -1
    for sign in numeral:
        if sign in "十百":
            total += (1 if pending < 0 else pending) * (10 if sign == "十" else 100)
            pending = 0
        else:
            pending = _DIGITS[sign]
    return str(total + max(pending, 0))


# --- one date --------------------------------------------------------------------------------------------------


def _single(plain: str) -> ArchivalDate | None:
    for pattern, read in _SINGLE:
        if found := pattern.fullmatch(plain):
            return read(found)
    return None


def _day(year: int, month: int, day: int, *notes: str) -> ArchivalDate:
    """A date from its three numbers, 0 where a number is not known."""
    if month > 12 or day > 31:
        raise _Unreadable(DateProblem.NO_SUCH_DAY)
    if not FIRST_YEAR <= year <= 9998:
        raise _Unreadable(DateProblem.OUT_OF_RANGE)
    if not month:
        return ArchivalDate(date(year, 1, 1), date(year, 12, 31), Precision.YEAR, "", notes)
    last = monthrange(year, month)[1]
    if day > last:
        raise _Unreadable(DateProblem.NO_SUCH_DAY)
    if not day:
        return ArchivalDate(date(year, month, 1), date(year, month, last), Precision.MONTH, "", notes)
    return ArchivalDate(date(year, month, day), date(year, month, day), Precision.DAY, "", notes)


def _full_year(digits: str) -> tuple[int, tuple[str, ...]]:
    """A two-digit year is read as the later century that is possible now: late is safe, early is not."""
    if len(digits) == 4:
        return int(digits), ()
    short = int(digits)
    return (2000 if short <= 30 else 1900) + short, (DateNote.TWO_DIGIT_YEAR,)


def _from_parts(found: re.Match[str]) -> ArchivalDate:
    year, notes = _full_year(found["year"])
    return _day(year, int(found["month"] or 0), int(found["day"] or 0), *notes)


def _from_six(found: re.Match[str]) -> ArchivalDate:
    """199305 is a month; 930512 is a day with a short year."""
    digits = found.group()
    if FIRST_YEAR <= int(digits[:4]) <= LAST_YEAR and int(digits[4:]) <= 12:
        return _day(int(digits[:4]), int(digits[4:]), 0)
    year, notes = _full_year(digits[:2])
    return _day(year, int(digits[2:4]), int(digits[4:]), *notes)


def _from_serial(found: re.Match[str]) -> ArchivalDate:
    """34100 is Excel's 1993-05-11; 19935 may as well be May 1993, and nobody can tell."""
    digits = found.group()
    if digits[:2] in ("19", "20") and digits[4] != "0":
        raise _Unreadable(DateProblem.AMBIGUOUS)
    known = _EXCEL_DAY_ZERO + timedelta(days=int(digits))
    return _day(known.year, known.month, known.day, DateNote.EXCEL_SERIAL)


def _from_minguo(found: re.Match[str]) -> ArchivalDate:
    year = int(found["year"])
    if year > LAST_MINGUO_YEAR:
        raise _Unreadable(DateProblem.MINGUO_AFTER_38)
    return _day(_MINGUO_OFFSET + year, int(found["month"] or 0), int(found["day"] or 0), DateNote.MINGUO)


def _from_reign(found: re.Match[str]) -> ArchivalDate:
    """Lunar months are not converted: the whole lunar year, which ended at the latest on 20 February."""
    year = _REIGNS[found["reign"]] + int(found["year"]) - 1
    return ArchivalDate(date(year, 1, 21), date(year + 1, 2, 20), Precision.RANGE, "", (DateNote.LUNAR,))


def _from_day_first(found: re.Match[str]) -> ArchivalDate:
    """12/5/1993 is read both ways, and both days are kept when they differ."""
    year, readings = int(found["year"]), []
    for month, day in ((found["one"], found["two"]), (found["two"], found["one"])):
        try:
            readings.append(_day(year, int(month), int(day)))
        except _Unreadable:
            continue
    if not readings:
        raise _Unreadable(DateProblem.NO_SUCH_DAY)
    if len(readings) == 1 or readings[0] == readings[1]:
        return readings[0]
    first, last = sorted(reading.latest for reading in readings)
    return ArchivalDate(first, last, Precision.RANGE, "", (DateNote.AMBIGUOUS,))


def _months(year: int, first: int, last: int, *notes: str) -> ArchivalDate:
    return ArchivalDate(date(year, first, 1), date(year, last, monthrange(year, last)[1]), Precision.RANGE, "", notes)


def _from_part_of_year(found: re.Match[str]) -> ArchivalDate:
    """A season is not a calendar term, so 1978年春 is only the year; halves and quarters are exact."""
    year, part = int(found["year"]), found["part"]
    if part in ("上半年", "下半年"):
        return _months(year, *((1, 6) if part == "上半年" else (7, 12)))
    if quarter := re.search("[1-4]", part):
        return _months(year, 3 * int(quarter.group()) - 2, 3 * int(quarter.group()))
    return _day(year, 0, 0, DateNote.VAGUE)


def _from_third_of_month(found: re.Match[str]) -> ArchivalDate:
    year, month = int(found["year"]), int(found["month"])
    whole = _day(year, month, 0)
    if found["third"] not in ("上旬", "中旬", "下旬"):
        return replace(whole, notes=(DateNote.VAGUE,))
    first, last = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, whole.latest.day)}[found["third"]]
    return replace(whole, earliest=date(year, month, first), latest=date(year, month, last), precision=Precision.RANGE)


def _from_decade(found: re.Match[str]) -> ArchivalDate:
    """50年代 without its century is of the twentieth; 00年代 and 10年代 may be of two centuries."""
    century = found["century"] or ("" if found["decade"] in "01" else "20")
    if not century:
        raise _Unreadable(DateProblem.AMBIGUOUS)
    year = (int(found["head"] or 0) or int(century) - 1) * 100 + 10 * int(found["decade"])
    return ArchivalDate(date(year, 1, 1), date(year + 9, 12, 31), Precision.RANGE, "", (DateNote.VAGUE,))


_SHORT_MONTH_DAY = r"(?:[年./\-](?P<month>\d{1,2})?(?:[月./\-](?P<day>\d{1,2})?)?)?[日号]?"
_SIGNED_MONTH_DAY = r"年[度份]?(?:(?P<month>\d{1,2})?(?:月份?(?:(?P<day>\d{1,2})?[日号]?)?)?)?日?"
_SEP = r"(?P<sep>[-./\\,、·—])"
_CENTURY = r"(?:(?P<century>(?P<head>1[6-9]|20)(?=\d0年代)|\d{1,2}(?=世纪)))?(?:世纪)?"
_PART_OF_YEAR = "[春夏秋冬]季?|冬至|上半年|下半年|第?[1-4]季度?|年?[初中末底]"
_SINGLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], ArchivalDate]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", _from_parts),
        (rf"(?P<year>\d{{4}})(?:{_SEP}(?P<month>\d{{1,2}})(?:(?P=sep)(?P<day>\d{{1,2}})?)?)?", _from_parts),
        (r"(?P<year>\d{4})(?P<sep>[-./])(?P=sep)?(?P<month>(?!))?(?P<day>(?!))?", _from_parts),
        (rf"(?P<year>\d{{4}}|\d{{2}}){_SIGNED_MONTH_DAY}", _from_parts),
        (r"(?P<year>\d{2})(?P<sep>[-./])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})", _from_parts),
        (r"(?P<year>3[2-9]|[4-9]\d)[-./](?P<month>\d{1,2})(?P<day>(?!))?", _from_parts),
        (r"\d{6}", _from_six),
        (r"[1-6]\d{4}", _from_serial),
        (r"(?P<one>\d{1,2})(?P<sep>[-./])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4})", _from_day_first),
        (r"(?:中华)?民国(?P<year>\d{1,3})" + _SHORT_MONTH_DAY, _from_minguo),
        (rf"清?(?P<reign>{'|'.join(_REIGNS)})(?P<year>\d{{1,2}})年?.*", _from_reign),
        (rf"(?P<year>\d{{4}})年?(?P<part>{_PART_OF_YEAR})", _from_part_of_year),
        (r"(?P<year>\d{4})[年.\-/](?P<month>\d{1,2})月?(?P<third>[上中下]旬|[初末底])", _from_third_of_month),
        (rf"{_CENTURY}(?P<decade>\d)0年代[初中末]?期?", _from_decade),
    )
)  # fmt: skip


# --- from … to -------------------------------------------------------------------------------------------------

_BETWEEN = re.compile("[至到~—;、]|--")


def _range(plain: str) -> ArchivalDate | None:
    """Two dates; the second may leave out what it shares with the first (1987.3—12, 1993.5.12-15)."""
    splits = [(cut.start(), cut.end()) for cut in _BETWEEN.finditer(plain)]
    splits += [(cut.start(), cut.end()) for cut in re.finditer("-", plain)]
    problem: DateProblem | None = None
    for read_end in (lambda _start, end: _single(end), _end_like_start):
        for left, right in splits:
            start_text, end_text = plain[:left].rstrip("起"), plain[right:].rstrip("止")
            try:
                start = _single(start_text)
                end = read_end(start_text, end_text) if start else None
                if start and end:
                    return _joined(start, end)
            except _Unreadable as refusal:
                problem = refusal.problem
    if problem:
        raise _Unreadable(problem)
    return None


def _joined(start: ArchivalDate, end: ArchivalDate) -> ArchivalDate:
    if end.latest < start.earliest:
        raise _Unreadable(DateProblem.REVERSED)
    notes = tuple(dict.fromkeys((*start.notes, *end.notes)))
    return ArchivalDate(start.earliest, end.latest, Precision.RANGE, "", notes)


def _end_like_start(start_text: str, end_text: str) -> ArchivalDate | None:
    """Complete a shortened end with the year and month of the start."""
    start = _single(start_text)
    numbers = re.fullmatch(r"(\d{1,2})(?:[月.\-/](\d{1,2}))?[年月日号]?|(\d{2})(\d{2})", end_text)
    if start is None or numbers is None or start.precision is Precision.RANGE:
        return None
    one, two = (int(part) if part else None for part in (numbers[1] or numbers[3], numbers[2] or numbers[4]))
    year, month = start.earliest.year, start.earliest.month
    assert one is not None
    if two is not None:
        return _day(year, one, two) if start.precision is Precision.DAY else None
    if start.precision is Precision.DAY:
        return _day(year, one, 0) if end_text.endswith("月") else _day(year, month, one)
    if start.precision is Precision.MONTH:
        return _day(year, one, 0)
    return _day(year // 100 * 100 + one, 0, 0) if len(end_text.rstrip("年")) == 2 else None
