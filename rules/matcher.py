"""From texts to evidence (匹配): one pass of literals over a folded text, then only the rules they call up.

::

    title ─ fold ─▶ one Aho–Corasick pass ─▶ literals present ─▶ clauses whose needs are all met
                                                                    └▶ their rules' patterns ─▶ evidence

A text without any literal of the library costs its share of one fold and one pass over many.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from models.evidence import Evidence
from models.record import Description
from models.text import is_aligned, normalise
from models.vocabulary import Effect
from rules.compiled import CompiledRule
from rules.finders import Lexicons, Numbers, Overran
from rules.literal_search import Literals, LiteralSearch, Reading
from rules.rule import FieldName, Rule

_Hit = tuple[int, int, int, bool]
"""Rule, start and end in the folded text, whether a pattern was stopped."""
_Found = tuple[str, Sequence[_Hit]]
"""A folded text, and what was found in it."""
_TOGETHER = 256  # titles that are read in one pass
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
    """The rules that look at one field, called up by the literals in it."""

    def __init__(self, rules: Iterable[tuple[int, CompiledRule]]) -> None:
        always: dict[int, set[int]] = {}
        self.called: dict[int, list[tuple[int, int, Numbers]]] = {}
        for rule, compiled in rules:
            for call in compiled.calls:
                if not call.needs:
                    always.setdefault(rule, set()).add(call.part)
                    continue
                for one in call.needs[0]:
                    self.called.setdefault(one, []).append((rule, call.part, call.needs[1:]))
        self.always = always
        self.calling = frozenset(self.called)
        self.remembered: dict[str, _Found] = {}

    def candidates(self, reading: Reading) -> list[tuple[int, Iterable[int]]]:
        """Rules that may match, in order, each with the parts of its ``any_of`` to try."""
        called, present = self.called, reading.present
        chosen: dict[int, set[int]] = {rule: set(parts) for rule, parts in self.always.items()}
        for literal in self.calling & present:
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
        self.literals = Literals()
        self.compiled = tuple(CompiledRule(rule, lexicons, self.literals) for rule in rules)
        self.search = LiteralSearch(self.literals)
        by_field: dict[FieldName, list[tuple[int, CompiledRule]]] = {}
        for number, compiled in enumerate(self.compiled):
            for field in compiled.rule.fields:
                by_field.setdefault(field, []).append((number, compiled))
        self.fields = [(field, _FieldMatcher(entries)) for field, entries in by_field.items()]
        names = [field for field, _ in self.fields]
        self.values: Callable[[Description], tuple[str | None, ...]] = (
            attrgetter(*names) if len(names) > 1 else lambda one: tuple(getattr(one, name) for name in names)
        )
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
            return self._try(matcher, self.search.read(value))
        remembered = matcher.remembered.get(value)
        if remembered is None:
            if len(matcher.remembered) > _REMEMBER:
                matcher.remembered.clear()
            remembered = matcher.remembered[value] = self._try(matcher, self.search.read(value))
        return remembered

    def _try(self, matcher: _FieldMatcher, reading: Reading) -> _Found:
        if not reading.present and not matcher.always:
            return reading.text, ()
        found = []
        for number, parts in matcher.candidates(reading):
            try:
                span = self.compiled[number].find(reading, parts)
            except Overran:
                found.append((number, 0, len(reading.text), True))
                continue
            if span is not None:
                found.append((number, *span, False))
        return reading.text, found

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """The hits as evidence, with passages and offsets of the original text (依据)."""
        return self.evidence_many([description])[0]

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        """The same for many records, in their order (批量取依据): their titles are read together."""
        found: list[tuple[Evidence, ...]] = []
        for first in range(0, len(descriptions), _TOGETHER):
            found += self._portion(descriptions[first : first + _TOGETHER])
        return found

    def _portion(self, descriptions: Sequence[Description]) -> Iterator[tuple[Evidence, ...]]:
        rows = [self.values(description) for description in descriptions]
        together = {
            at: self.search.read_many([row[at] or "" for row in rows])
            for at, (field, _) in enumerate(self.fields)
            if field == "title"
        }
        for number, (description, row) in enumerate(zip(descriptions, rows, strict=True)):
            found: list[Evidence] = []
            for at, value in enumerate(row):
                if value:
                    field, matcher = self.fields[at]
                    if at in together:
                        folded, hits = self._try(matcher, together[at][number])
                    else:
                        folded, hits = self._found(field, matcher, value)
                    if hits:
                        found += self._shown(description, field, value, folded, hits)
            yield tuple(found)

    def _shown(
        self, description: Description, field: FieldName, value: str, folded: str, hits: Sequence[_Hit]
    ) -> Iterator[Evidence]:
        aligned = is_aligned(value, folded)
        for number, start, end, overran in hits:
            if self.compiled[number].fits(description):
                if not aligned:
                    start, end = normalise(value).original_span(start, end)
                yield self._evidence(number, field, value, start, end, overran)

    def _evidence(self, number: int, field: FieldName, value: str, start: int, end: int, overran: bool) -> Evidence:
        source, rule_id, effect, explanation, ground, basis, verified = self.sentences[number]
        effect = Effect.CAUTION if overran else effect
        passage = value[start:end]
        return Evidence(source, rule_id, effect, field, start, end, passage, explanation, ground, basis, verified)


def _source(rule: Rule) -> str:
    if rule.id.startswith("clearance."):
        return "clearance"
    return "detector" if any(part.detector for part in (*rule.any_of, *rule.all_of)) else "rule"
