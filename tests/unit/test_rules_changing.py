"""Changing the law-book: previews, agreement, drafts."""

import pytest

from models.record import Description
from models.vocabulary import Access, Ground
from rules.drafting import draft_rule, dump_rule
from rules.examples import check_examples
from rules.loader import load_ruleset, parse_rule
from rules.preview import Touched, compare, touched, wilson
from rules.rule import Rule

LIBRARY = load_ruleset()
ROWS = [Description(title=title) for title in ("大石乡结婚登记存根", "春耕生产的意见", "磨坊旧账一事")]


def a_draft() -> Rule:
    return draft_rule(
        rule_id="local.old-mill",
        name="老磨坊旧账",
        passage="磨坊舊賬",
        title="磨坊旧账一事",
        counter_example="磨坊新账制度",
        ground=Ground.OTHER_LAW,
        kind="other-law.audit",
    )


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in LIBRARY.rules])
def test_a_rule_written_out_is_read_back_the_same(rule: Rule) -> None:
    assert parse_rule(dump_rule(rule), name="copy.yaml") == rule


def test_a_draft_is_silent_until_someone_makes_it_active() -> None:
    draft = a_draft()
    drafted = LIBRARY.overlaid(draft)
    active = LIBRARY.overlaid(draft.model_copy(update={"status": "active"}))
    assert drafted.digest == LIBRARY.digest
    assert "local.old-mill" not in {reason.rule_id for reason in drafted.evidence(ROWS[2])}
    assert "local.old-mill" in {reason.rule_id for reason in active.evidence(ROWS[2])}
    assert check_examples(active.alone("local.old-mill")) == []


def test_a_preview_names_the_records_that_change() -> None:
    marriage = LIBRARY.by_id["personal-information.marriage"]
    only = LIBRARY.alone(marriage.id)
    none = only.overlaid(marriage.model_copy(update={"status": "retired"}))
    assert compare(none, only, ROWS).newly_restricted == [0]
    assert compare(only, none, ROWS).no_longer_touched == [0]
    draft = a_draft().model_copy(update={"status": "active"})
    assert compare(only, only.overlaid(draft), ROWS).newly_cautioned == [2]


def test_hits_are_counted_with_what_people_decided() -> None:
    only = LIBRARY.alone("personal-information.marriage")
    decided = [(ROWS[0], Access.RESTRICTED), (ROWS[0], Access.OPEN), (ROWS[0], None), (ROWS[1], Access.OPEN)]
    count = touched(only, decided)["personal-information.marriage"]
    assert (count.hits, count.opened, count.restricted) == (3, 1, 1)


def test_the_interval_is_wilsons() -> None:
    share, low, high = wilson(8, 10) or (0, 0, 0)
    assert share == 0.8
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) is None


def test_a_rule_that_people_overrule_beyond_chance_is_questioned() -> None:
    assert Touched(hits=40, opened=38, restricted=2).is_questioned
    assert not Touched(hits=3, opened=2, restricted=1).is_questioned
    assert not Touched(hits=40, opened=2, restricted=38).is_questioned
    assert not Touched(hits=9).is_questioned
