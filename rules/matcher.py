"""From texts to evidence (匹配): one pass of literals over a folded text, then only the rules they call up.

Every rule is compiled to *triggers*: literals of which at least one stands in every possible match. One
Aho–Corasick automaton over all triggers (ahocorasick_rs) names the candidates; a text without triggers costs one
fold and one pass. Rules whose patterns have no literal are tried on every text that holds a digit run or, if they
are not about digits, on every text; the shipped library has none of the latter.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick_rs
import regex

from models.evidence import Evidence
from models.record import Description
from models.text import normalise, plain
from models.vocabulary import Effect
from rules.clearance import is_live
from rules.detectors import CHECKS, DETECTORS, TRIGGERS
from rules.rule import FieldName, Part, Rule, Where

Span = tuple[int, int]
Finder = Callable[[str], Sequence[Span]]

SECONDS_FOR_A_PATTERN = 0.05
"""A pattern that runs longer on one text is stopped; its rule then cautions, so that a person looks."""


@dataclass(frozen=True, slots=True)
class Citations:
    """How a rule's legal basis reads (法律依据的写法), and whether every text in it was verified."""

    texts: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found in a field (命中): offsets in the folded text; ``overran`` when a pattern was stopped."""

    rule: int
    field: FieldName
    start: int
    end: int
    overran: bool = False


class _Overran(Exception):
    pass


@lru_cache(maxsize=4096)
def _terms_finder(terms: tuple[str, ...]) -> Finder:
    if len(terms) == 1:
        return _one_term_finder(terms[0])
    find = ahocorasick_rs.AhoCorasick(terms).find_matches_as_indexes

    def spans(text: str) -> list[Span]:
        return [(start, end) for _, start, end in find(text, overlapping=True)]

    return spans


def _one_term_finder(term: str) -> Finder:
    def spans(text: str) -> list[Span]:
        found, at = [], text.find(term)
        while at >= 0:
            found.append((at, at + len(term)))
            at = text.find(term, at + 1)
        return found

    return spans


@lru_cache(maxsize=4096)
def _pattern_finder(pattern: str, check: str | None) -> Finder:
    compiled = regex.compile(pattern)
    passes = CHECKS[check] if check else None

    def spans(text: str) -> list[Span]:
        try:
            found = list(compiled.finditer(text, timeout=SECONDS_FOR_A_PATTERN))
        except TimeoutError:
            raise _Overran from None
        return [match.span() for match in found if passes is None or passes(match[0])]

    return spans


def _finder(part: Part, lexicons: dict[str, tuple[str, ...]]) -> Finder:
    if part.regex:
        return _pattern_finder(part.regex, part.check)
    if part.detector:
        return DETECTORS[part.detector]
    return _terms_finder(part.terms or lexicons[part.lexicon or ""])


class _Compiled:
    """One rule, ready to be tried on a folded field."""

    __slots__ = ("all_of", "any_of", "except_where", "none_of", "not_inside", "rule", "where", "within")

    def __init__(self, rule: Rule, lexicons: dict[str, tuple[str, ...]]) -> None:
        self.rule = rule
        self.any_of = [_finder(part, lexicons) for part in rule.any_of]
        self.all_of = [_finder(part, lexicons) for part in rule.all_of]
        self.none_of = [_finder(part, lexicons) for part in rule.none_of]
        self.not_inside = [_finder(part, lexicons) for part in rule.not_inside]
        self.where = [_condition(item, lexicons) for item in rule.where]
        self.except_where = [_condition(item, lexicons) for item in rule.except_where]
        self.within = rule.within

    def find(self, text: str) -> Span | None:
        """The passage that makes the rule match, or ``None``."""
        hidden = [span for finder in self.not_inside for span in finder(text)]
        groups = []
        if self.any_of:
            groups.append([span for finder in self.any_of for span in finder(text)])
            if not groups[0]:
                return None
        for finder in self.all_of:
            groups.append(list(finder(text)))
            if not groups[-1]:
                return None
        if hidden:
            groups = [[span for span in group if not _is_hidden(span, hidden)] for group in groups]
        found = _together(groups, self.within) if all(groups) else None
        if found is None or any(finder(text) for finder in self.none_of):
            return None
        return found

    def holds_where(self, description: Description) -> bool:
        """Whether the conditions on other fields are true."""
        if any(_holds(condition, finders, description) for condition, finders in self.except_where):
            return False
        return all(_holds(condition, finders, description) for condition, finders in self.where)

    def applies(self, description: Description) -> bool:
        """Whether the record is inside the rule's limits of time and level."""
        if self.rule.unless_declassified and not is_live(description.security_class, description.declassification):
            return False
        limits = self.rule.applies
        if limits.levels and description.level not in limits.levels:
            return False
        if limits.created_from and description.date_to and description.date_to < limits.created_from:
            return False
        return not (limits.created_to and description.date_from and description.date_from > limits.created_to)


def _is_hidden(span: Span, hidden: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in hidden)


def _together(groups: list[list[Span]], within: int | None) -> Span | None:
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


def _condition(condition: Where, lexicons: dict[str, tuple[str, ...]]) -> tuple[Where, list[Finder]]:
    return condition, [_finder(part, lexicons) for part in condition.any_of]


def _holds(condition: Where, finders: list[Finder], description: Description) -> bool:
    for field in condition.fields:
        value = getattr(description, field)
        if value and any(finder(_plain_cached(value)) for finder in finders):
            return True
    return False


_plain_cached = lru_cache(maxsize=65536)(plain)


class _FieldMatcher:
    """The rules that look at one field, behind one automaton."""

    def __init__(self, rules: list[tuple[int, _Compiled, tuple[str, ...]]]) -> None:
        self.rules = {number: compiled for number, compiled, _ in rules}
        self.always = tuple(number for number, _, triggers in rules if not triggers)
        owners: dict[str, list[int]] = {}
        for number, _, triggers in rules:
            for trigger in triggers:
                owners.setdefault(trigger, []).append(number)
        self.owners = [tuple(numbers) for numbers in owners.values()]
        self.find = ahocorasick_rs.AhoCorasick(list(owners)).find_matches_as_indexes if owners else None

    def candidates(self, folded: str) -> Iterable[int]:
        """Numbers of the rules that may match, in order."""
        matches = self.find(folded, overlapping=True) if self.find else ()
        if not matches:
            return self.always
        owners = self.owners
        numbers = {number for pattern, _, _ in matches for number in owners[pattern]}
        numbers.update(self.always)
        return sorted(numbers)


class Matcher:
    """All active rules of a rule set, compiled (匹配器); thread-safe, never changed after it is made."""

    def __init__(
        self, rules: Sequence[Rule], lexicons: dict[str, tuple[str, ...]], citations: Sequence[Citations]
    ) -> None:
        self.rules = tuple(rules)
        self.citations = tuple(citations)
        by_field: dict[FieldName, list[tuple[int, _Compiled, tuple[str, ...]]]] = {}
        for number, rule in enumerate(self.rules):
            compiled = _Compiled(rule, lexicons)
            for field in rule.fields:
                by_field.setdefault(field, []).append((number, compiled, triggers(rule, lexicons)))
        self.fields = [(field, _FieldMatcher(entries)) for field, entries in by_field.items()]

    def hits(self, description: Description) -> list[Hit]:
        """Every rule that matches, once a field, fields in the order of the library."""
        found = []
        for field, matcher in self.fields:
            value = getattr(description, field)
            if not value:
                continue
            folded = plain(value) if field in ("title", "text", "remarks") else _plain_cached(value)
            for number in matcher.candidates(folded):
                hit = self._try(number, matcher.rules[number], field, folded, description)
                if hit:
                    found.append(hit)
        return found

    def _try(
        self, number: int, compiled: _Compiled, field: FieldName, folded: str, description: Description
    ) -> Hit | None:
        try:
            span = compiled.find(folded)
            overran = False
        except _Overran:
            span, overran = (0, len(folded)), True
        if span is None or not compiled.applies(description) or not compiled.holds_where(description):
            return None
        return Hit(number, field, *span, overran)

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """The hits as evidence, with passages and offsets of the original text (依据)."""
        return tuple(self._evidence(hit, description) for hit in self.hits(description))

    def _evidence(self, hit: Hit, description: Description) -> Evidence:
        rule, cited = self.rules[hit.rule], self.citations[hit.rule]
        original = getattr(description, hit.field)
        start, end = normalise(original).original_span(hit.start, hit.end)
        return Evidence(
            source=_source(rule),
            rule_id=rule.id,
            effect=Effect.CAUTION if hit.overran else rule.effect,
            field=hit.field,
            start=start,
            end=end,
            text=original[start:end],
            explanation=rule.explanation,
            ground=rule.ground,
            legal_basis=cited.texts,
            verified=cited.verified,
        )


def _source(rule: Rule) -> str:
    if rule.id.startswith("clearance."):
        return "clearance"
    return "detector" if any(part.detector for part in (*rule.any_of, *rule.all_of)) else "rule"


def triggers(rule: Rule, lexicons: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Literals of which one stands in every match of a rule (触发词); empty when none can be named."""
    if rule.keywords:
        return rule.keywords
    choices = [_literals((part,), lexicons) for part in rule.all_of]
    if rule.any_of:
        choices.append(_literals(rule.any_of, lexicons))
    known = [choice for choice in choices if choice]
    return min(known, key=len) if known else ()


def _literals(parts: Sequence[Part], lexicons: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: list[str] = []
    for part in parts:
        literals = part.terms or lexicons.get(part.lexicon or "", ()) or TRIGGERS.get(part.detector or "", ())
        if not literals:
            return ()
        found.extend(literals)
    return tuple(dict.fromkeys(found))
