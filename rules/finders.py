"""What finds a part of a rule (匹配项的查找): words, patterns and detectors, each behind the literals it needs.

A ``Reading`` is a folded text of which every literal of the rule set that stands in it is known. Words are then
looked up and not searched for, and a pattern or a detector runs only where its literals stand.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick_rs
import regex

from rules.detectors import CHECKS, DETECTORS, TRIGGERS
from rules.literal_search import Literals, Reading, Span
from rules.literals import Needs, branches, is_tame
from rules.rule import Part

TextFinder = Callable[[str], Sequence[Span]]
Finder = Callable[[Reading], Sequence[Span]]
Lexicons = Mapping[str, tuple[str, ...]]
Groups = tuple[int, ...]
"""All of these groups of literals, by number, each meaning: at least one of its literals."""

SECONDS_FOR_A_PATTERN = 0.05
"""A pattern that runs longer on one text is stopped; its rule then cautions, so that a person looks."""


class Overran(Exception):
    """A pattern was stopped (模式超时): not an error, the run goes on."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A part ready to be found (待查项): how, and at what cost."""

    find: Finder
    cost: int  # 0 words, 1 pattern, 2 detector


def sought(part: Part, lexicons: Lexicons, literals: Literals) -> Sought:
    """Make a part findable in readings (准备查找); what it needs is added to ``literals``."""
    needs = tuple(tuple(map(literals.group, way)) for way in ways(part, lexicons))
    if not part.regex and not part.detector:
        return Sought(_spotted(literals.group(terms_of(part, lexicons))), 0)
    return Sought(_guarded(needs, text_finder(part, lexicons)), 2 if part.detector else 1)


def called(part: Part, lexicons: Lexicons, literals: Literals) -> Finder:
    """A part that is looked for only where its literals are known to stand (已触发的查找)."""
    if not part.regex and not part.detector:
        return _spotted(literals.group(terms_of(part, lexicons)))
    finder = _patterns(part.regex, part.check) if part.regex else text_finder(part, lexicons)
    return lambda reading: finder(reading.text)


def ways(part: Part, lexicons: Lexicons) -> tuple[Needs, ...]:
    """Every way a part can match, with the literals each needs (触发条件); an empty tuple needs nothing."""
    if part.regex:
        return tuple(branches(part.regex))
    literals = TRIGGERS.get(part.detector, ()) if part.detector else terms_of(part, lexicons)
    return ((frozenset(literals),) if literals else (),)


def _spotted(group: int) -> Finder:
    return lambda reading: reading.spans(group)


def _guarded(needs: Sequence[Groups], finder: TextFinder) -> Finder:
    if not all(needs):
        return lambda reading: finder(reading.text)

    def spans(reading: Reading) -> Sequence[Span]:
        present = reading.groups
        for way in needs:
            for need in way:
                if not present[need]:
                    break
            else:
                return finder(reading.text)
        return ()

    return spans


def text_finder(part: Part, lexicons: Lexicons) -> TextFinder:
    """A finder for texts that nothing is known of (直接查找), such as the other fields of a record."""
    if part.regex:
        return _pattern_finder(part.regex, part.check)
    if part.detector:
        return REMEMBERED[part.detector]
    return _terms_finder(terms_of(part, lexicons))


def terms_of(part: Part, lexicons: Lexicons) -> tuple[str, ...]:
    """The words of a part that is made of words (词)."""
    return part.terms or (lexicons[part.lexicon] if part.lexicon else ())


@lru_cache(maxsize=8192)
def _terms_finder(terms: tuple[str, ...]) -> TextFinder:
    find = ahocorasick_rs.AhoCorasick(terms).find_matches_as_indexes

    def spans(text: str) -> list[Span]:
        return [(start, end) for _, start, end in find(text, overlapping=True)]

    return _remembering(spans)


@lru_cache(maxsize=8192)
def _pattern_finder(pattern: str, check: str | None) -> TextFinder:
    return _remembering(_patterns(pattern, check))


def _patterns(pattern: str, check: str | None) -> TextFinder:
    scan = _scanner(pattern)
    if check is None:
        return lambda text: [match.span() for match in scan(text)]
    passes = CHECKS[check]
    return lambda text: [match.span() for match in scan(text) if passes(match[0])]


def _scanner(pattern: str) -> Callable[[str], Iterable[Any]]:
    """All matches of a pattern: by ``re`` where it cannot run away, else by ``regex`` against the clock."""
    if is_tame(pattern):
        try:
            return re.compile(pattern).finditer
        except re.error:
            pass  # what only ``regex`` knows, such as a look-behind of varying width
    compiled = regex.compile(pattern)

    def scan(text: str) -> list[Any]:
        try:
            return list(compiled.finditer(text, timeout=SECONDS_FOR_A_PATTERN))
        except TimeoutError:
            raise Overran from None

    return scan


def _remembering(finder: TextFinder) -> TextFinder:
    """Remember the last text: many rules ask the same of one title, and one title comes at a time."""
    last: tuple[str, Sequence[Span]] = ("", ())

    def spans(text: str) -> Sequence[Span]:
        nonlocal last
        seen = last  # read once: another thread may replace it, never change it
        if seen[0] is not text:
            last = seen = (text, finder(text))
        return seen[1]

    return spans


REMEMBERED = {name: _remembering(finder) for name, finder in DETECTORS.items()}
"""The detectors, each with its last answer."""
