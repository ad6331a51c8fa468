"""From texts to evidence (匹配): one pass of literals over a folded text, then only the rules they call up.

::

    title ─ fold ─▶ one Aho–Corasick pass ─▶ literals present ─▶ clauses whose needs are all met
                                                                    └▶ their rules' patterns ─▶ evidence

A text without any literal of the library costs one fold and one pass.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from models.evidence import Evidence
from models.record import Description
from models.text import is_aligned, normalise, plain
from models.vocabulary import Effect
from rules.compiled import CompiledRule, Lexicons, Overran
from rules.rule import FieldName, Rule

_Found = tuple[str, list[tuple[int, int, int, bool]]]
"""A folded text, and what was found in it: rule, start, end, whether a pattern was stopped."""
_REMEMBER = 50_000
_MANY_VALUED = frozenset({"title", "text", "remarks"})  # the other fields repeat, and are remembered


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


class _FieldMatcher:
    """The rules that look at one field, behind one automaton."""

    def __init__(self, rules: Iterable[tuple[int, CompiledRule]]) -> None:
        numbers: dict[str, int] = {}
        always: dict[int, list[int]] = {}
        entries: list[tuple[str, int, int, tuple[frozenset[int], ...]]] = []
        for rule, compiled in rules:
            for clause in compiled.clauses:
                if not clause.needs:
                    always.setdefault(rule, []).append(clause.part)
                    continue
                needs = [frozenset(numbers.setdefault(one, len(numbers)) for one in need) for need in clause.needs]
                entries += [(one, rule, clause.part, tuple(needs[1:])) for one in clause.needs[0]]
        self.always = {rule: tuple(parts) for rule, parts in always.items()}
        self.called: list[list[tuple[int, int, tuple[frozenset[int], ...]]]] = [[] for _ in numbers]
        for literal, rule, part, others in entries:
            self.called[numbers[literal]].append((rule, part, others))
        self.remembered: dict[str, _Found] = {}
        self.find = ahocorasick_rs.AhoCorasick(list(numbers)).find_matches_as_indexes if numbers else None

    def candidates(self, folded: str) -> list[tuple[int, Iterable[int]]]:
        """Rules that may match, in order, each with the parts of its ``any_of`` to try."""
        matches = self.find(folded, overlapping=True) if self.find else ()
        if not matches:
            return list(self.always.items())
        called = self.called
        present = {pattern for pattern, _, _ in matches}
        chosen: dict[int, set[int]] = {rule: set(parts) for rule, parts in self.always.items()}
        for literal in present:
            for rule, part, others in called[literal]:
                for need in others:
                    if need.isdisjoint(present):
                        break
                else:
                    if rule in chosen:
                        chosen[rule].add(part)
                    else:
                        chosen[rule] = {part}
        return sorted(chosen.items())


class Matcher:
    """All active rules of a rule set, compiled (匹配器); thread-safe, never changed after it is made."""

    def __init__(self, rules: Sequence[Rule], lexicons: Lexicons, citations: Sequence[Citations]) -> None:
        self.compiled = tuple(CompiledRule(rule, lexicons) for rule in rules)
        by_field: dict[FieldName, list[tuple[int, CompiledRule]]] = {}
        for number, compiled in enumerate(self.compiled):
            for field in compiled.rule.fields:
                by_field.setdefault(field, []).append((number, compiled))
        self.fields = [(field, _FieldMatcher(entries)) for field, entries in by_field.items()]
        self.sentences = [
            (_source(rule), rule.id, rule.effect, rule.explanation, rule.ground, cited.texts, cited.verified)
            for rule, cited in zip(rules, citations, strict=True)
        ]

    def hits(self, description: Description) -> list[Hit]:
        """Every rule that matches, once a field, fields in the order of the library (命中)."""
        found = []
        for field, matcher in self.fields:
            value = getattr(description, field)
            if value:
                for number, start, end, overran in self._found(field, matcher, value)[1]:
                    if self.compiled[number].fits(description):
                        found.append(Hit(number, field, start, end, overran))
        return found

    def _found(self, field: FieldName, matcher: _FieldMatcher, value: str) -> _Found:
        if field in _MANY_VALUED:
            return self._search(matcher, value)
        remembered = matcher.remembered.get(value)
        if remembered is None:
            if len(matcher.remembered) > _REMEMBER:
                matcher.remembered.clear()
            remembered = matcher.remembered[value] = self._search(matcher, value)
        return remembered

    def _search(self, matcher: _FieldMatcher, value: str) -> _Found:
        folded = plain(value)
        found = []
        for number, parts in matcher.candidates(folded):
            try:
                span = self.compiled[number].find(folded, parts)
            except Overran:
                found.append((number, 0, len(folded), True))
                continue
            if span is not None:
                found.append((number, *span, False))
        return folded, found

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """The hits as evidence, with passages and offsets of the original text (依据)."""
        found: list[Evidence] = []
        for field, matcher in self.fields:
            value = getattr(description, field)
            if not value:
                continue
            folded, hits = self._found(field, matcher, value)
            for number, start, end, overran in hits:
                if not self.compiled[number].fits(description):
                    continue
                if not is_aligned(value, folded):
                    start, end = normalise(value).original_span(start, end)
                found.append(self._evidence(number, field, value, start, end, overran))
        return tuple(found)

    def _evidence(self, number: int, field: FieldName, value: str, start: int, end: int, overran: bool) -> Evidence:
        source, rule_id, effect, explanation, ground, basis, verified = self.sentences[number]
        effect = Effect.CAUTION if overran else effect
        passage = value[start:end]
        return Evidence(source, rule_id, effect, field, start, end, passage, explanation, ground, basis, verified)


def _source(rule: Rule) -> str:
    if rule.id.startswith("clearance."):
        return "clearance"
    return "detector" if any(part.detector for part in (*rule.any_of, *rule.all_of)) else "rule"
