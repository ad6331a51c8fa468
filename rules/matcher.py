"""From texts to evidence (匹配): literals of all texts at once, then only the rules they call up.

::

    titles ─ fold together ─▶ literals of all of them ─▶ pairs of a title and a rule whose needs are all met
                                                               └▶ the rule's patterns in that title ─▶ evidence

A text without any literal of the library costs its share of a few array operations and nothing more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from models.collecting import uncollected
from models.evidence import Evidence
from models.record import Description
from models.text import normalise
from models.vocabulary import Effect
from rules.calling import Calling
from rules.compiled import CompiledRule
from rules.finders import Lexicons, Overran
from rules.literal_search import Literals, LiteralSearch
from rules.rule import FieldName, Rule

_Sighted = tuple[int, int, int, int, bool]
"""Row, rule, start and end in the original text, whether a pattern was stopped."""
_TOGETHER = 8192  # records that are read at once: the arrays of more would not stay near the processor


@dataclass(frozen=True, slots=True)
class Citations:
    """How a rule's legal basis reads (法律依据的写法), and whether every text in it was verified."""

    texts: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule found in a field (命中): offsets in the original text; ``overran`` when a pattern was stopped."""

    rule: int
    field: FieldName
    start: int
    end: int
    overran: bool = False


class Matcher:
    """All active rules of a rule set, compiled (匹配器); thread-safe, never changed after it is made."""

    def __init__(self, rules: Sequence[Rule], lexicons: Lexicons, citations: Sequence[Citations]) -> None:
        self.literals = Literals()
        self.compiled = tuple(CompiledRule(rule, lexicons, self.literals) for rule in rules)
        by_field: dict[FieldName, list[tuple[int, CompiledRule]]] = {}
        for number, compiled in enumerate(self.compiled):
            for field in compiled.rule.fields:
                by_field.setdefault(field, []).append((number, compiled))
        self.fields = [(field, Calling(entries, self.literals)) for field, entries in by_field.items()]
        self.search = LiteralSearch(self.literals)
        names = [field for field, _ in self.fields]
        self._values: Callable[[Description], tuple[str | None, ...]] = (
            attrgetter(*names) if len(names) > 1 else lambda one: tuple(getattr(one, name) for name in names)
        )
        self._said = [
            (_source(rule), rule.id, rule.effect, rule.explanation, rule.ground, cited.texts, cited.verified)
            for rule, cited in zip(rules, citations, strict=True)
        ]

    def hits(self, description: Description) -> list[Hit]:
        """Every rule that matches, once a field, fields in the order of the library (命中)."""
        hits = []
        for (field, calling), value in zip(self.fields, self._values(description), strict=True):
            for _, number, start, end, overran in self._sighted(calling, [value]) if value else ():
                if self.compiled[number].fits(description):
                    hits.append(Hit(number, field, start, end, overran))
        return hits

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """The hits as evidence, with passages and offsets of the original text (依据)."""
        return self.evidence_many([description])[0]

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        """The same for many records, in their order (批量取依据), at a small part of the cost."""
        found: list[tuple[Evidence, ...]] = []
        for first in range(0, len(descriptions), _TOGETHER):
            with uncollected():
                found += self._portion(descriptions[first : first + _TOGETHER])
        return found

    def _portion(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        reasons: list[list[Evidence] | None] = [None] * len(descriptions)
        columns = zip(*map(self._values, descriptions), strict=True)
        for (field, calling), values in zip(self.fields, columns, strict=False):
            places, again = _distinct(values)
            texts, first = list(places), list(places.values())
            for row, number, start, end, overran in self._sighted(calling, texts):
                reason = self._reason(number, field, texts[row], start, end, overran)
                limited = self.compiled[number] if self.compiled[number].is_limited else None
                for at in (first[row], *again.get(first[row], ())):
                    if limited is None or limited.fits(descriptions[at]):
                        if (mine := reasons[at]) is None:
                            reasons[at] = [reason]
                        else:
                            mine.append(reason)
        return [tuple(mine) if mine else () for mine in reasons]

    def _sighted(self, calling: Calling, texts: Sequence[str]) -> Iterator[_Sighted]:
        """Every rule that matches one of the texts, as far as the texts say, text by text."""
        if not texts:
            return
        block = self.search.read_many(texts)
        compiled, is_plain = self.compiled, block.folded.is_plain.tolist()
        reading = block.reading(0)
        for row, number, parts in calling.called(block):
            if reading.row != row:
                reading = block.reading(row)
            overran = False
            try:
                span = compiled[number].find(reading, parts)
            except Overran:
                span, overran = (0, len(reading.text)), True
            if span is not None:
                start, end = span if is_plain[row] else normalise(texts[row]).original_span(*span)
                yield row, number, start, end, overran

    def _reason(self, number: int, field: FieldName, value: str, start: int, end: int, overran: bool) -> Evidence:
        source, rule_id, effect, explanation, ground, basis, verified = self._said[number]
        if overran:
            effect = Effect.CAUTION
        passage = value[start:end]
        return Evidence(source, rule_id, effect, field, start, end, passage, explanation, ground, basis, verified)


def _distinct(values: Sequence[str | None]) -> tuple[dict[str, int], dict[int, list[int]]]:
    """The values that say something with the place where each stands first, and the places where it stands again."""
    first: dict[str, int] = {}
    again: dict[int, list[int]] = {}
    for at, value in enumerate(values):
        if value and (known := first.setdefault(value, at)) != at:
            again.setdefault(known, []).append(at)
    return first, again


def _source(rule: Rule) -> str:
    if rule.id.startswith("clearance."):
        return "clearance"
    return "detector" if any(part.detector for part in (*rule.any_of, *rule.all_of)) else "rule"
