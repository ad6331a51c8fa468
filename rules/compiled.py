"""One rule, ready to be tried (编译后的规则): what finds its parts, and which literals call it up.

Cheap parts are tried before dear ones: literals before patterns, patterns before detectors.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick_rs
import regex

from models.record import Description
from models.text import plain
from rules.clearance import is_live
from rules.detectors import CHECKS, DETECTORS, TRIGGERS
from rules.literals import Needs, branches, is_tame, weight
from rules.rule import Part, Rule, Where

Span = tuple[int, int]
Finder = Callable[[str], Sequence[Span]]
Lexicons = Mapping[str, tuple[str, ...]]

SECONDS_FOR_A_PATTERN = 0.05
"""A pattern that runs longer on one text is stopped; its rule then cautions, so that a person looks."""

plain_cached = lru_cache(maxsize=65536)(plain)


class Overran(Exception):
    """A pattern was stopped (模式超时): not an error, the run goes on."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One way a rule can match (触发条件): the parts of ``any_of`` to try, and what must stand in the text."""

    part: int
    needs: Needs


@lru_cache(maxsize=8192)
def _terms_finder(terms: tuple[str, ...]) -> Finder:
    find = ahocorasick_rs.AhoCorasick(terms).find_matches_as_indexes

    def spans(text: str) -> list[Span]:
        return [(start, end) for _, start, end in find(text, overlapping=True)]

    return _remembering(spans)


@lru_cache(maxsize=8192)
def _pattern_finder(pattern: str, check: str | None) -> Finder:
    scan = _scanner(pattern)
    passes = CHECKS[check] if check else None
    certain = _certain_literal(pattern)

    def spans(text: str) -> Sequence[Span]:
        if certain and certain not in text:
            return ()
        return [match.span() for match in scan(text) if passes is None or passes(match[0])]

    return _remembering(spans)


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


def _remembering(finder: Finder) -> Finder:
    """Remember the last text: many rules ask the same of one title, and one title comes at a time."""
    last: tuple[str, Sequence[Span]] = ("", ())

    def spans(text: str) -> Sequence[Span]:
        nonlocal last
        seen = last  # read once: another thread may replace it, never change it
        if seen[0] is not text:
            last = seen = (text, finder(text))
        return seen[1]

    return spans


_remembered_detectors = {name: _remembering(finder) for name, finder in DETECTORS.items()}


_is_regulation = _remembered_detectors["regulation_title"]


def _certain_literal(pattern: str) -> str | None:
    """A literal that stands in every match, whichever branch it is, or ``None``."""
    ways = branches(pattern)
    if len(ways) != 1:
        return None
    return max((next(iter(need)) for need in ways[0] if len(need) == 1), key=len, default=None)


def _terms(part: Part, lexicons: Lexicons) -> tuple[str, ...]:
    return part.terms or (lexicons[part.lexicon] if part.lexicon else ())


def _finder(part: Part, lexicons: Lexicons) -> Finder:
    if part.regex:
        return _pattern_finder(part.regex, part.check)
    if part.detector:
        return _remembered_detectors[part.detector]
    return _terms_finder(_terms(part, lexicons))


def _by_cost(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: 2 if part.detector else 1 if part.regex else 0)


class CompiledRule:
    """A rule with its finders (编译后的规则)."""

    __slots__ = (
        "_all_of",
        "_any_of",
        "_cheap",
        "_except_where",
        "_is_guarded",
        "_none_of",
        "_not_inside",
        "_where",
        "_within",
        "clauses",
        "rule",
    )

    def __init__(self, rule: Rule, lexicons: Lexicons) -> None:
        self.rule = rule
        self.clauses = clauses(rule, lexicons)
        self._any_of = [_finder(part, lexicons) for part in rule.any_of]
        self._all_of = [_finder(part, lexicons) for part in _by_cost(rule.all_of)]
        # Asked by most rules of every title, and answered once: it comes before everything else.
        self._is_guarded = any(part.detector == "regulation_title" for part in rule.none_of)
        self._cheap = sum(not part.detector for part in rule.all_of)
        self._none_of = [
            _finder(part, lexicons) for part in _by_cost(rule.none_of) if part.detector != "regulation_title"
        ]
        self._not_inside = [_finder(part, lexicons) for part in rule.not_inside]
        self._where = [_condition(item, lexicons) for item in rule.where]
        self._except_where = [_condition(item, lexicons) for item in rule.except_where]
        self._within = rule.within

    def find(self, text: str, parts: Iterable[int]) -> Span | None:
        """The passage that makes the rule match, or ``None``; only these parts of ``any_of`` are tried."""
        if self._is_guarded and _is_regulation(text):
            return None
        groups: list[Sequence[Span]] = []
        if self._any_of:
            groups.append([span for part in parts for span in self._any_of[part](text)])
            if not groups[0]:
                return None
        for finder in self._all_of[: self._cheap]:
            groups.append(finder(text))
            if not groups[-1]:
                return None
        # What silences a rule is cheaper to find than a person's name.
        if self._cheap < len(self._all_of) and self._is_silenced(text):
            return None
        for finder in self._all_of[self._cheap :]:
            groups.append(finder(text))
            if not groups[-1]:
                return None
        hidden = [span for finder in self._not_inside for span in finder(text)]
        if hidden:
            groups = [[span for span in group if not _is_hidden(span, hidden)] for group in groups]
        found = _together(groups, self._within) if all(groups) else None
        return None if found is None or self._is_silenced(text) else found

    def _is_silenced(self, text: str) -> bool:
        return any(finder(text) for finder in self._none_of)

    def fits(self, description: Description) -> bool:
        """Whether the record is inside the rule's limits, and the conditions on its other fields hold."""
        return (
            self._applies(description)
            and all(_holds(condition, finders, description) for condition, finders in self._where)
            and not any(_holds(condition, finders, description) for condition, finders in self._except_where)
        )

    def _applies(self, description: Description) -> bool:
        if self.rule.unless_declassified and not is_live(description.security_class, description.declassification):
            return False
        limits = self.rule.applies
        if limits.levels and description.level not in limits.levels:
            return False
        if limits.created_from and description.date_to and description.date_to < limits.created_from:
            return False
        return not (limits.created_to and description.date_from and description.date_from > limits.created_to)


def _is_hidden(span: Span, hidden: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in hidden)


def _together(groups: Sequence[Sequence[Span]], within: int | None) -> Span | None:
    if len(groups) == 1:
        return min(groups[0])
    if within is None:
        first = [min(group) for group in groups]
        return min(start for start, _ in first), max(end for _, end in first)
    for anchor in sorted(groups[0]):
        chosen = [anchor]
        for group in groups[1:]:
            near = [span for span in group if span != anchor and _gap(anchor, span) <= within]
            if not near:
                break
            chosen.append(min(near, key=lambda span: _gap(anchor, span)))
        else:
            return min(start for start, _ in chosen), max(end for _, end in chosen)
    return None


def _gap(one: Span, other: Span) -> int:
    return max(0, max(one[0], other[0]) - min(one[1], other[1]))


def _condition(condition: Where, lexicons: Lexicons) -> tuple[Where, list[Finder]]:
    return condition, [_finder(part, lexicons) for part in _by_cost(condition.any_of)]


def _holds(condition: Where, finders: Sequence[Finder], description: Description) -> bool:
    for field in condition.fields:
        value = getattr(description, field)
        if value and any(finder(plain_cached(value)) for finder in finders):
            return True
    return False


def clauses(rule: Rule, lexicons: Lexicons) -> tuple[Clause, ...]:
    """Every way a rule can match, with the literals it needs (触发条件); no needs: tried on every text."""
    common = [need for part in rule.all_of if (need := _one_of(part, lexicons))]
    if rule.keywords:
        common.append(frozenset(rule.keywords))
    if not rule.any_of:
        return (Clause(-1, _lightest_first(common)),)
    found = []
    for number, part in enumerate(rule.any_of):
        found += [Clause(number, _lightest_first([*common, *needs])) for needs in _ways(part, lexicons)]
    return tuple(found)


def _lightest_first(needs: Iterable[frozenset[str]]) -> Needs:
    return tuple(sorted(dict.fromkeys(needs), key=lambda need: (weight(need), sorted(need))))


def _ways(part: Part, lexicons: Lexicons) -> list[Needs]:
    if part.regex:
        return branches(part.regex)
    literals = TRIGGERS.get(part.detector, ()) if part.detector else _terms(part, lexicons)
    return [(frozenset(literals),) if literals else ()]


def _one_of(part: Part, lexicons: Lexicons) -> frozenset[str] | None:
    literals: set[str] = set()
    for needs in _ways(part, lexicons):
        if not needs:
            return None
        literals |= min(needs, key=weight)
    return frozenset(literals)
