"""What a rule set finds, worked out rule by rule and word by word (逐条直查): slow, and plain enough to be trusted.

The program's own matcher asks all texts at once and tries only what literals call up. This one tries every part of
every rule on every text, so that tests can hold the two against each other.
"""

from collections.abc import Sequence

import regex

from models.record import Description
from models.text import normalise, plain
from rules.clearance import is_live
from rules.detectors import CHECKS, DETECTORS
from rules.rule import Part, Rule, Where
from rules.schema import RuleSet

Span = tuple[int, int]


def plainly_found(ruleset: RuleSet, description: Description) -> set[tuple[str, str, int, int]]:
    """Rule, field, start and end in the original text of everything that matches."""
    found = set()
    for rule in ruleset.active:
        for field in rule.fields:
            value = getattr(description, field)
            span = _passage(rule, plain(value), ruleset) if value else None
            if span and _fits(rule, description, ruleset):
                found.add((rule.id, field, *normalise(value).original_span(*span)))
    return found


def _passage(rule: Rule, text: str, ruleset: RuleSet) -> Span | None:
    if any(_spans(part, text, ruleset) for part in rule.none_of):
        return None
    if rule.keywords and not any(word in text for word in rule.keywords):
        return None
    groups = [[span for part in rule.any_of for span in _spans(part, text, ruleset)]] if rule.any_of else []
    # Words before patterns before detectors: nearness is measured from the first.
    asked = sorted(rule.all_of, key=lambda part: 2 if part.detector else 1 if part.regex else 0)
    groups += [list(_spans(part, text, ruleset)) for part in asked]
    hidden = [span for part in rule.not_inside for span in _spans(part, text, ruleset)]
    groups = [[one for one in group if not any(a <= one[0] and one[1] <= b for a, b in hidden)] for group in groups]
    if not all(groups):
        return None
    if len(groups) == 1 or rule.within is None:
        first = [min(group) for group in groups]
        return min(start for start, _ in first), max(end for _, end in first)
    for anchor in sorted(groups[0]):
        chosen = [anchor]
        for group in groups[1:]:
            near = [(_gap(anchor, span), span) for span in group if span != anchor]
            near = [one for one in near if one[0] <= rule.within]
            if near:
                chosen.append(min(near)[1])
        if len(chosen) == len(groups):
            return min(start for start, _ in chosen), max(end for _, end in chosen)
    return None


def _gap(one: Span, other: Span) -> int:
    return max(0, max(one[0], other[0]) - min(one[1], other[1]))


def _spans(part: Part, text: str, ruleset: RuleSet) -> Sequence[Span]:
    if part.regex:
        check = CHECKS[part.check] if part.check else None
        return [match.span() for match in regex.finditer(part.regex, text) if check is None or check(match[0])]
    if part.detector:
        return DETECTORS[part.detector](text)
    words = part.terms or ruleset.lexicons[part.lexicon or ""]
    return [(at, at + len(word)) for word in words for at in range(len(text)) if text.startswith(word, at)]


def _fits(rule: Rule, description: Description, ruleset: RuleSet) -> bool:
    limits = rule.applies
    return (
        not (rule.unless_declassified and not is_live(description.security_class, description.declassification))
        and (not limits.levels or description.level in limits.levels)
        and not (limits.created_from and description.date_to and description.date_to < limits.created_from)
        and not (limits.created_to and description.date_from and description.date_from > limits.created_to)
        and all(_holds(where, description, ruleset) for where in rule.where)
        and not any(_holds(where, description, ruleset) for where in rule.except_where)
    )


def _holds(where: Where, description: Description, ruleset: RuleSet) -> bool:
    values = [getattr(description, field) for field in where.fields]
    return any(_spans(part, plain(value), ruleset) for value in values if value for part in where.any_of)
