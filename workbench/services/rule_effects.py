"""What rules do here (规则成效): a changed rule before it is saved, and how people judged each rule."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlmodel import Session

from models.record import Description
from models.vocabulary import Access, Effect
from rules import preview
from rules.preview import Touched
from rules.rule import Rule
from rules.schema import RuleSet
from workbench.queries import judged
from workbench.services import local_rules, rule_book

SHOWN = 5
_PORTION = 5000


def preview_rule(session: Session, text: str, *, on: date) -> dict[str, Any]:
    """What a rule would do here if it were saved (试算规则); nothing is stored.

    ``hits`` of the due items, of which people ``opened`` and ``restricted`` so many; ``failures`` are the examples
    that do not hold; the rest compares the new rule set with the one in force over the items that were suggested.

    Raises
    ------
    LawError
        ``rule.*`` when the rule is not well formed.
    """
    rules = rule_book.ruleset(session)
    rule, failures = local_rules.read(rules, text)
    present = rules.by_id.get(rule.id)
    trial = rule if rule.status == "retired" else local_rules.awake(rule)
    count, moved = _walk(session, rules, rule, present, on)
    change = preview.compare(rules, rules.overlaid(trial), [description for _, description in moved])
    return {
        "rule": rule.id,
        "replaces": None if present is None else present.version,
        "failures": [{"kind": failure.kind, "text": failure.text} for failure in failures],
        "hits": count.hits,
        "opened": count.opened,
        "restricted": count.restricted,
        **{
            name: {"count": len(numbers), "shown": [_plain(moved[number]) for number in numbers[:SHOWN]]}
            for name, numbers in (
                ("newly_restricted", change.newly_restricted),
                ("newly_cautioned", change.newly_cautioned),
                ("no_longer_touched", change.no_longer_touched),
            )
        },
    }


def _walk(
    session: Session, rules: RuleSet, rule: Rule, present: Rule | None, on: date
) -> tuple[Touched, list[tuple[str, Description]]]:
    """Count the rule's hits among the due, and collect the suggested items that the old or new rule touches.

    Only those can be treated otherwise by the new rule set: the other rules say the same of every item.
    """
    new = rules.overlaid(local_rules.awake(rule)).alone(rule.id)
    old = rules.alone(rule.id) if present else None
    opinions = judged.newest_opinions(session)
    count, moved = Touched(), []
    rows = judged.due_rows(session, on)
    while portion := list(islice(rows, _PORTION)):
        descriptions = [rule_book.description(row) for row in portion]
        after = new.evidence_many(descriptions)
        before: Sequence[object] = old.evidence_many(descriptions) if old else [()] * len(descriptions)
        for row, description, hit, was_hit in zip(portion, descriptions, after, before, strict=True):
            if hit:
                access = row.access or opinions.get(row.id)
                count.hits += 1
                count.opened += access is Access.OPEN
                count.restricted += access is Access.RESTRICTED
            if row.is_suggested and (hit or was_hit):
                moved.append((row.reference_code, description))
    return count, moved


def _plain(moved: tuple[str, Description]) -> dict[str, str]:
    return {"reference_code": moved[0], "title": moved[1].title}


def agreement(session: Session) -> dict[str, dict[str, Any]]:
    """How often people agreed with each rule that fired on an item they judged (规则与人的一致率).

    A rule that speaks for opening is agreed with when the item opens, any other when it is restricted. ``share``,
    ``low`` and ``high`` are the share and its 95 % Wilson interval. ``is_questioned`` proposes a review: people,
    beyond chance, mostly decide against a restricting or opening rule, or never once with a cautioning one.
    """
    rules = rule_book.ruleset(session)
    counts = preview.touched(rules, _judged(session))
    return {rule.id: _judgement(rule.effect, counts[rule.id]) for rule in rules.active if counts[rule.id].hits}


def _judged(session: Session) -> Iterator[tuple[Description, Access | None]]:
    opinions = judged.newest_opinions(session)
    for row in judged.judged_rows(session):
        yield rule_book.description(row), row.access or opinions.get(row.id)


def _judgement(effect: Effect, count: Touched) -> dict[str, Any]:
    towards_open = effect is Effect.OPEN
    said = Touched(count.hits, count.restricted, count.opened) if towards_open else count
    share, low, high = said.agreement or (None, None, None)
    sometimes = effect in (Effect.RESTRICT, Effect.OPEN) or not said.restricted
    return {
        "agreed": said.restricted,
        "judged": said.opened + said.restricted,
        "share": share,
        "low": low,
        "high": high,
        "is_questioned": effect is not Effect.MARK and sometimes and said.is_questioned,
    }


# What stands beside a rule on which nobody decided anything yet.
NOBODY: Mapping[str, Any] = {
    "agreed": 0, "judged": 0, "share": None, "low": None, "high": None, "is_questioned": False,
}  # fmt: skip
