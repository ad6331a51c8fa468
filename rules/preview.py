"""What a changed rule set would do, before it is in force (规则变更预览), and how people judge each rule.

Pure counting over records that the caller brings; nothing is stored here.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from models.evidence import Evidence
from models.record import Description
from models.vocabulary import Access, Effect
from rules.schema import RuleSet

_Z = 1.959963984540054  # two-sided 95 %
_QUESTIONED_BELOW = 0.5
_TOGETHER = 5000  # records that the rules read at once


@dataclass(slots=True)
class Touched:
    """How often a rule hits, and what people decided there (规则命中与人的决定)."""

    hits: int = 0
    opened: int = 0
    restricted: int = 0

    @property
    def agreement(self) -> tuple[float, float, float] | None:
        """Share of decided hits that people restricted, with its 95 % Wilson interval (同意率及区间)."""
        return wilson(self.restricted, self.opened + self.restricted)

    @property
    def is_questioned(self) -> bool:
        """Whether people, beyond chance, mostly decide against the rule (规则存疑，宜复核)."""
        agreement = self.agreement
        return agreement is not None and agreement[2] < _QUESTIONED_BELOW


@dataclass(slots=True)
class Change:
    """What differs between two rule sets over the same records (变更影响)."""

    records: int = 0
    newly_restricted: list[int] = field(default_factory=list)
    newly_cautioned: list[int] = field(default_factory=list)
    no_longer_touched: list[int] = field(default_factory=list)


def wilson(agreed: int, decided: int) -> tuple[float, float, float] | None:
    """A share and its 95 % Wilson interval: (share, low, high); ``None`` when nothing was decided (威尔逊区间)."""
    if not decided:
        return None
    share = agreed / decided
    widened = 1 + _Z**2 / decided
    middle = (share + _Z**2 / (2 * decided)) / widened
    half = _Z / widened * math.sqrt(share * (1 - share) / decided + _Z**2 / (4 * decided**2))
    return share, max(0.0, middle - half), min(1.0, middle + half)


def touched(ruleset: RuleSet, records: Iterable[tuple[Description, Access | None]]) -> dict[str, Touched]:
    """Count for every active rule its hits and what people decided there (逐条规则计数)."""
    counts = {rule.id: Touched() for rule in ruleset.active}
    waiting = iter(records)
    while portion := list(islice(waiting, _TOGETHER)):
        found = ruleset.evidence_many([description for description, _ in portion])
        for (_, access), reasons in zip(portion, found, strict=True):
            for rule_id in {reason.rule_id for reason in reasons}:
                count = counts[rule_id]
                count.hits += 1
                count.opened += access is Access.OPEN
                count.restricted += access is Access.RESTRICTED
    return counts


def compare(old: RuleSet, new: RuleSet, descriptions: Iterable[Description]) -> Change:
    """Say which records a new rule set treats otherwise (比较两个规则集); numbers count from 0 in the given order."""
    change = Change()
    every = list(descriptions)
    for number, both in enumerate(zip(old.evidence_many(every), new.evidence_many(every), strict=True)):
        before, after = map(_strongest, both)
        change.records += 1
        if after is Effect.RESTRICT and before is not Effect.RESTRICT:
            change.newly_restricted.append(number)
        elif after is Effect.CAUTION and before is None:
            change.newly_cautioned.append(number)
        elif after is None and before is not None:
            change.no_longer_touched.append(number)
    return change


def _strongest(evidence: Iterable[Evidence]) -> Effect | None:
    effects = {reason.effect for reason in evidence}
    return next((effect for effect in (Effect.RESTRICT, Effect.CAUTION) if effect in effects), None)
