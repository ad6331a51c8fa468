"""One rule, ready to be tried (编译后的规则): what finds its parts, and which literals call it up.

Cheap parts are tried before dear ones: literals before patterns, patterns before detectors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.record import Description
from models.text import plain
from rules.clearance import is_live
from rules.finders import Finder, Groups, Lexicons, Sought, TextFinder, called, sought, terms_of, text_finder, ways
from rules.literal_search import Literals, Reading, Span
from rules.literals import Needs, weight
from rules.rule import Part, Rule, Where

plain_cached = lru_cache(maxsize=65536)(plain)

GUARD = "regulation_title"
"""The detector that silences most rules: asked of a title once and not once a rule."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One way a rule can match (触发条件): the parts of ``any_of`` to try, and what must stand in the text."""

    part: int
    needs: Needs


@dataclass(frozen=True, slots=True)
class Call:
    """A clause with its literals by the numbers of their groups (触发条件，编号后)."""

    part: int
    needs: Groups


def _found_by(parts: Iterable[Sought]) -> list[Finder]:
    """Finders, the cheap ones first."""
    return [part.find for part in sorted(parts, key=lambda part: part.cost)]


class CompiledRule:
    """A rule with its finders (编译后的规则).

    What can be asked of many texts at once is left to the matcher: ``calls`` say when the rule is tried at all,
    ``is_guarded`` that it is silent in a title that is itself a regulation, and ``silencer`` is the group of
    literals that silence it, or ``None``.
    """

    __slots__ = (
        "_all_of",
        "_any_of",
        "_detected",
        "_except_where",
        "_none_of",
        "_not_inside",
        "_where",
        "_within",
        "calls",
        "is_guarded",
        "is_limited",
        "rule",
        "silencer",
    )

    def __init__(self, rule: Rule, lexicons: Lexicons, literals: Literals) -> None:
        self.rule = rule
        self.calls = [Call(one.part, tuple(map(literals.group, one.needs))) for one in clauses(rule, lexicons)]
        self.is_guarded = any(part.detector == GUARD for part in rule.none_of)
        words = [terms_of(part, lexicons) for part in rule.none_of if not part.regex and not part.detector]
        self.silencer = literals.group(word for some in words for word in some) if words else None
        none_of = [part for part in rule.none_of if part.regex or (part.detector and part.detector != GUARD)]
        all_of = [sought(part, lexicons, literals) for part in rule.all_of]
        self._any_of = [called(part, lexicons, literals) for part in rule.any_of]
        self._all_of = _found_by(part for part in all_of if part.cost < 2)
        self._detected = _found_by(part for part in all_of if part.cost == 2)
        self._none_of = _found_by(sought(part, lexicons, literals) for part in none_of)
        self._not_inside = _found_by(sought(part, lexicons, literals) for part in rule.not_inside)
        self._where = [_condition(item, lexicons) for item in rule.where]
        self._except_where = [_condition(item, lexicons) for item in rule.except_where]
        self._within = rule.within
        limits = rule.applies
        self.is_limited = bool(
            rule.where or rule.except_where or rule.unless_declassified
            or limits.levels or limits.created_from or limits.created_to
        )  # fmt: skip

    def find(self, reading: Reading, parts: Sequence[int]) -> Span | None:
        """The passage that makes the rule match, or ``None``; only these parts of ``any_of`` are tried."""
        groups: list[Sequence[Span]] = []
        hidden: Sequence[Span] = ()
        if self._any_of:
            found = self._any_of[parts[0]](reading)
            for part in parts[1:]:
                found = [*found, *self._any_of[part](reading)]
            if not found:
                return None
            groups.append(found)
        if self._not_inside and (hidden := self._hidden(reading)):
            groups = [_outside(group, hidden) for group in groups]
            if not all(groups):
                return None
        if self._all_of and not _all_found(self._all_of, reading, hidden, groups):
            return None
        # What silences a rule is cheaper to find than a person's name.
        if self._none_of and self._is_silenced(reading):
            return None
        if self._detected and not _all_found(self._detected, reading, hidden, groups):
            return None
        return min(groups[0]) if len(groups) == 1 else _together(groups, self._within)

    def _hidden(self, reading: Reading) -> Sequence[Span]:
        hidden: Sequence[Span] = ()
        for finder in self._not_inside:
            if found := finder(reading):
                hidden = [*hidden, *found]
        return hidden

    def _is_silenced(self, reading: Reading) -> bool:
        # A loop: a generator would cost more than all that it asks.
        for finder in self._none_of:  # noqa: SIM110
            if finder(reading):
                return True
        return False

    def fits(self, description: Description) -> bool:
        """Whether the record is inside the rule's limits, and the conditions on its other fields hold."""
        return not self.is_limited or (
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


def _all_found(
    finders: Iterable[Finder], reading: Reading, hidden: Sequence[Span], groups: list[Sequence[Span]]
) -> bool:
    """Add what each finder finds outside of ``hidden`` to ``groups``; stop at the first that finds nothing."""
    for finder in finders:
        found = finder(reading)
        if hidden:
            found = _outside(found, hidden)
        if not found:
            return False
        groups.append(found)
    return True


def _outside(spans: Sequence[Span], hidden: Sequence[Span]) -> list[Span]:
    return [one for one in spans if not any(start <= one[0] and one[1] <= end for start, end in hidden)]


def _together(groups: Sequence[Sequence[Span]], within: int | None) -> Span | None:
    if within is None:
        first = [min(group) for group in groups]
        return min(start for start, _ in first), max(end for _, end in first)
    for anchor in sorted(groups[0]):
        chosen = [anchor]
        for group in groups[1:]:
            near = [span for span in group if span != anchor and _gap(anchor, span) <= within]
            if not near:
                break
            chosen.append(min(near, key=lambda span: (_gap(anchor, span), span)))
        else:
            return min(start for start, _ in chosen), max(end for _, end in chosen)
    return None


def _gap(one: Span, other: Span) -> int:
    return max(0, max(one[0], other[0]) - min(one[1], other[1]))


def _condition(condition: Where, lexicons: Lexicons) -> tuple[Where, list[TextFinder]]:
    return condition, [text_finder(part, lexicons) for part in condition.any_of]


def _holds(condition: Where, finders: Sequence[TextFinder], description: Description) -> bool:
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
        found += [Clause(number, _lightest_first([*common, *needs])) for needs in ways(part, lexicons)]
    return tuple(found)


def _lightest_first(needs: Iterable[frozenset[str]]) -> Needs:
    return tuple(sorted(dict.fromkeys(needs), key=lambda need: (weight(need), sorted(need))))


def _one_of(part: Part, lexicons: Lexicons) -> frozenset[str] | None:
    literals: set[str] = set()
    for needs in ways(part, lexicons):
        if not needs:
            return None
        literals |= min(needs, key=weight)
    return frozenset(literals)
