"""The law-book as one value (规则集): its rules, its digest, and what it says about a record."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property

from models.evidence import Evidence
from models.record import Description
from rules.matcher import Citations, Matcher
from rules.rule import Instrument, Kind, Rule

__all__ = ["Instrument", "Kind", "Rule", "RuleSet"]


class RuleSet:
    """Rules, word lists and instruments that belong together (规则集); never changed after it is made.

    ``rules`` holds drafts and retired rules too, for old suggestions cite them; only active ones match
    and count in ``digest``.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        *,
        lexicons: Mapping[str, tuple[str, ...]],
        instruments: Mapping[str, Instrument],
        kinds: Mapping[str, Kind],
    ) -> None:
        self.rules = tuple(rules)
        self.lexicons = dict(lexicons)
        self.instruments = dict(instruments)
        self.kinds = dict(kinds)

    @cached_property
    def active(self) -> tuple[Rule, ...]:
        """The rules that match (有效规则)."""
        return tuple(rule for rule in self.rules if rule.status == "active")

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Every rule by its id, whatever its status (按编号查规则)."""
        return {rule.id: rule for rule in self.rules}

    def __getstate__(self) -> dict[str, object]:
        """What goes to another process: the rules, not what they were compiled to."""
        return {name: value for name, value in self.__dict__.items() if name != "matcher"}

    def overlaid(self, rule: Rule) -> "RuleSet":
        """This rule set with one rule added or replaced (试改一条规则); this one stays as it is."""
        others = [other for other in self.rules if other.id != rule.id]
        return RuleSet([*others, rule], lexicons=self.lexicons, instruments=self.instruments, kinds=self.kinds)

    def alone(self, rule_id: str) -> "RuleSet":
        """One of the rules by itself (单条规则): to count what it touches."""
        return RuleSet([self.by_id[rule_id]], lexicons=self.lexicons, instruments=self.instruments, kinds=self.kinds)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the active rules and the word lists they use, in canonical JSON (规则集摘要)."""
        used = {part.lexicon for rule in self.active for part in rule.parts() if part.lexicon}
        content = {
            "rules": [rule.model_dump(mode="json") for rule in sorted(self.active, key=lambda rule: rule.id)],
            "lexicons": {name: self.lexicons[name] for name in sorted(used)},
        }
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def matcher(self) -> Matcher:
        """The active rules, compiled (匹配器)."""
        return Matcher(self.active, self.lexicons, [self._cited(rule) for rule in self.active])

    def _cited(self, rule: Rule) -> Citations:
        cited = [(self.instruments[basis.instrument], basis.article) for basis in rule.legal_basis]
        return Citations(
            texts=tuple(instrument.cite(article) for instrument, article in cited),
            verified=bool(cited) and all(instrument.verified for instrument, _ in cited),
        )

    def citations(self, rule: Rule) -> tuple[str, ...]:
        """A rule's legal basis as people write it (法律依据)."""
        return self._cited(rule).texts

    def is_verified(self, rule: Rule) -> bool:
        """Whether every text that a rule cites was verified (法律依据是否核对)."""
        return self._cited(rule).verified

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """What the active rules say about one record (依据)."""
        return self.matcher.evidence(description)

    def evidence_many(self, descriptions: Iterable[Description]) -> list[tuple[Evidence, ...]]:
        """The same for many records, in their order (批量取依据)."""
        return self.matcher.evidence_many(list(descriptions))
