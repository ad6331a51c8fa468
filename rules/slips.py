"""Suspected slips of a catalogue (疑似著录差错): pointed out to a person with a proposal, never applied.

What is looked for is data, ``slips.yaml``. A finding names the field that is to be looked at; ``proposed`` is the
whole field as it might read, or ``None`` where the program cannot know which of two facts is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import regex
import yaml
from opencc import OpenCC

from models.correction import CorrectedField
from models.text import slips as folded_slips
from rules.due_dates import is_later_than_volume


class SlipKind(StrEnum):
    """What looks wrong (疑点)."""

    MIXED_SCRIPT = "mixed-script"
    LOOK_ALIKE = "look-alike"
    DOUBLED = "doubled"
    UNPAIRED = "unpaired"
    TITLE_YEAR = "title-year"
    NUMBER_YEAR = "number-year"
    OUTSIDE_VOLUME = "outside-volume"


@dataclass(frozen=True, slots=True)
class Span:
    """First and last possible day (起止日期)."""

    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Described:
    """What of a record these rules read (著录项): as written, with what was read from the date."""

    title: str
    document_number: str | None = None
    date_text: str | None = None
    created: Span | None = None
    volume: Span | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """One suspicion (疑点): ``found`` is the passage or fact, ``against`` what it contradicts, if anything."""

    kind: SlipKind
    field: CorrectedField
    found: str
    proposed: str | None
    against: str | None = None


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "slips.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _look_alikes() -> tuple[dict[str, str], "regex.Pattern[str]"]:
    variants = set(_data()["variants"])
    pairs = {wrong: right for wrong, right in folded_slips().items() if wrong not in variants}
    pairs |= _data()["look_alike"]
    before = _data()["not_after"]
    parts = [
        (f"(?<![{before[wrong]}])" if wrong in before else "") + regex.escape(wrong)
        for wrong in sorted(pairs, key=len, reverse=True)
    ]
    return pairs, regex.compile("|".join(parts))


@lru_cache(maxsize=1)
def _converters() -> tuple[OpenCC, OpenCC]:
    return OpenCC("t2s"), OpenCC("s2t")


@lru_cache(maxsize=32_768)
def _script(character: str) -> str:
    """``t``: traditional only, ``s``: simplified only, ``""``: both, or no Chinese."""
    if character in _data()["valid_in_both"] or not "\u3400" <= character <= "\u9fff":
        return ""
    to_simple, to_traditional = _converters()
    if to_simple.convert(character) != character:
        return "t"
    return "s" if to_traditional.convert(character) != character else ""


# Opening and closing signs; typists mix the widths, and 〔2013﹞ is closed all the same.
_PAIRS = {"《": "》", "（(": "）)", "〔﹝[": "〕﹞]", "“": "”", "【": "】"}
_CUT_OFF = ("...", "…")  # a title that was cut off may well end inside its brackets
_YEAR = regex.compile(r"(?<![\d.])((?:19|20)\d\d)(?=年(?!代))")
_NUMBER_YEAR = regex.compile(r"[\[〔【（(]\s*((?:19|20)\d\d)\s*年?\s*[\]〕】）)]")
# A title may look one year ahead (次年计划), and a number may bear the year before its document went out.
_LEEWAY = 1


def slips(of: Described) -> list[Slip]:
    """Everything that looks wrong in a record (疑点清单), in the order of the fields."""
    return [*_in_title(of.title), *_in_dates(of)]


def _in_title(title: str) -> Iterator[Slip]:
    scripts = [_script(character) for character in title]
    if "t" in scripts and "s" in scripts:
        simple = _converters()[0].convert(title)
        if len(simple) == len(title):  # a phrase that grows has no place for a character-wise proposal
            # A simplified form that no font of an office has (噁 → 𫫇) is nobody's slip.
            mended = "".join(
                new if script == "t" and new <= "\u9fff" else old
                for old, new, script in zip(title, simple, scripts, strict=True)
            )
            found = "".join(dict.fromkeys(old for old, new in zip(title, mended, strict=True) if old != new))
            if found:
                yield Slip(SlipKind.MIXED_SCRIPT, CorrectedField.TITLE, found, mended)
    pairs, wrong = _look_alikes()
    if hits := [hit[0] for hit in wrong.finditer(title)]:
        mended = wrong.sub(lambda hit: pairs[hit[0]], title)
        yield Slip(SlipKind.LOOK_ALIKE, CorrectedField.TITLE, "、".join(dict.fromkeys(hits)), mended)
    if hit := _doubled().search(title):
        yield Slip(SlipKind.DOUBLED, CorrectedField.TITLE, hit[0], _doubled().sub(r"\1", title))
    for opening, closing in () if title.endswith(_CUT_OFF) else _PAIRS.items():
        if sum(map(title.count, opening)) != sum(map(title.count, closing)):
            yield Slip(SlipKind.UNPAIRED, CorrectedField.TITLE, opening[0] + closing[0], None)


@lru_cache(maxsize=1)
def _doubled() -> "regex.Pattern[str]":
    words = "|".join(regex.escape(word) for word in _data()["doubled"])
    # 的的确确 and 目的的 are right; so is 会议会议室 never, but 工作工作者 is rare enough to be looked at.
    return regex.compile(rf"(?<!目)({words})\1(?!确)")


def _in_dates(of: Described) -> Iterator[Slip]:
    if of.created is None:
        return
    yield from _year_against_title(of, of.created)
    yield from _year_against_number(of, of.created)
    if of.volume is not None:
        is_later = is_later_than_volume(of.created, of.volume)
        if is_later or of.created.earliest < of.volume.earliest:
            against = f"{of.volume.earliest.isoformat()}—{of.volume.latest.isoformat()}"
            yield Slip(SlipKind.OUTSIDE_VOLUME, CorrectedField.DATE, of.date_text or "", None, against)


def _year_against_title(of: Described, created: Span) -> Iterator[Slip]:
    """A title that speaks of years after the document was made, or of its year with two digits exchanged."""
    years = [int(year) for year in _YEAR.findall(of.title)]
    if not years or any(created.earliest.year <= year <= created.latest.year for year in years):
        return
    exchanged = next((year for year in years if _is_exchanged(year, created.latest.year)), None)
    looks_ahead = any(word in of.title for word in _data()["looks_ahead"])
    if exchanged is not None or (min(years) > created.latest.year + _LEEWAY and not looks_ahead):
        year = exchanged or min(years)
        yield Slip(SlipKind.TITLE_YEAR, CorrectedField.DATE, of.date_text or "", _with_year(of, year), str(year))


def _year_against_number(of: Described, created: Span) -> Iterator[Slip]:
    """A document number of another year than the document's."""
    hit = _NUMBER_YEAR.search(of.document_number or "")
    if hit is None:
        return
    year = int(hit[1])
    if created.earliest.year - _LEEWAY <= year <= created.latest.year + _LEEWAY:
        return
    against = of.document_number
    yield Slip(SlipKind.NUMBER_YEAR, CorrectedField.DATE, of.date_text or "", _with_year(of, year), against)


def _is_exchanged(one: int, other: int) -> bool:
    return one != other and one // 100 == other // 100 and one % 10 == other // 10 % 10 and one // 10 % 10 == other % 10


def _with_year(of: Described, year: int) -> str | None:
    """The date as written with the other year, when only two digits changed places; else nobody can know."""
    if of.created is None or not of.date_text or not _is_exchanged(year, of.created.latest.year):
        return None
    return of.date_text.replace(str(of.created.latest.year), str(year), 1)
