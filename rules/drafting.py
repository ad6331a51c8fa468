"""Writing rules (起草规则): a draft from a passage that people marked, and any rule as YAML again."""

from typing import Any

import yaml

from models.text import plain
from models.vocabulary import Effect, Ground
from rules.rule import Example, Rule

_ARTICLES = {
    Ground.STATE_SECRET: "8(1)",
    Ground.NATIONAL_INTEREST: "8(2)",
    Ground.PERSONAL_INFORMATION: "8(3)",
    Ground.INTELLECTUAL_PROPERTY: "8(3)",
    Ground.OTHER_LAW: "8(4)",
}


def articles_of(ground: Ground | None) -> list[dict[str, str]]:
    """The article of the opening measures that a ground rests on (延期理由的条款依据); none without a ground."""
    return [{"instrument": "opening-measures", "article": _ARTICLES[ground]}] if ground else []


def draft_rule(
    *, rule_id: str, name: str, passage: str, title: str, counter_example: str, ground: Ground, kind: str
) -> Rule:
    """Make a cautioning draft from a passage that the program missed (由漏检之处起草).

    ``title`` is the row where it was missed, ``counter_example`` a title that the rule must leave alone: a
    person gives both. The draft has status ``draft`` and matches nothing until someone sets it active.
    """
    return Rule.model_validate(
        {
            "id": rule_id,
            "name": name,
            "version": 1,
            "status": "draft",
            "effect": Effect.CAUTION,
            "ground": ground,
            "kind": kind,
            "legal_basis": articles_of(ground),
            "any_of": [{"terms": [plain(passage)]}],
            "explanation": name,
            "must_match": [title],
            "must_not_match": [counter_example],
        }
    )


def dump_rule(rule: Rule) -> str:
    """A rule as YAML that the loader reads back to the same rule (写出规则)."""
    written = rule.model_dump(mode="json", exclude_defaults=True)
    for kind in ("must_match", "must_not_match"):
        written[kind] = [_example(example) for example in getattr(rule, kind)]
    return yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=118)


def _example(example: Example) -> Any:
    fields = {name: value for name, value in example.model_dump().items() if value}
    return example.title if set(fields) == {"title"} else fields
