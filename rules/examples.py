"""Examples are tests (例即测试): the same check for the test suite, ``rules check`` and the rules page."""

from dataclasses import dataclass

from rules.schema import RuleSet


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that does not hold (不成立的例): ``kind`` is ``must_match`` or ``must_not_match``."""

    rule_id: str
    kind: str
    text: str


def check_examples(ruleset: RuleSet) -> list[ExampleFailure]:
    """Try every example of every active rule (检验全部例句); an empty list means that all hold."""
    failures = []
    for rule in ruleset.active:
        for kind, example in rule.examples():
            hits = ruleset.matcher.hits(example.description())
            matched = any(ruleset.active[hit.rule].id == rule.id for hit in hits)
            if matched != (kind == "must_match"):
                failures.append(ExampleFailure(rule.id, kind, str(example)))
    return failures
