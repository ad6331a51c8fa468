"""What holds of every rule that is shipped."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_matching import plainly_found

from models.record import Description
from models.vocabulary import Effect, Ground
from rules.compiled import clauses
from rules.detectors import DETECTORS
from rules.examples import check_examples
from rules.loader import LIBRARY, PACKS, load_instruments, load_kinds, load_ruleset
from rules.rule import Rule

RULESET = load_ruleset()
RULES = [pytest.param(rule, id=rule.id) for rule in RULESET.rules]


def test_every_example_holds() -> None:
    assert check_examples(RULESET) == []


def test_a_wrong_example_is_noticed() -> None:
    rule = RULESET.rules[0]
    spoiled = rule.model_copy(update={"must_match": rule.must_not_match, "must_not_match": rule.must_match})
    broken = type(RULESET)([spoiled], lexicons=RULESET.lexicons, instruments=RULESET.instruments, kinds=RULESET.kinds)
    assert {failure.kind for failure in check_examples(broken)} == {"must_match", "must_not_match"}


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_is_tried_on_every_text(rule: Rule) -> None:
    assert all(clause.needs for clause in clauses(rule, RULESET.lexicons))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_restricts_says_why_and_by_what_law(rule: Rule) -> None:
    if rule.effect in (Effect.RESTRICT, Effect.CAUTION):
        assert rule.ground and rule.kind and RULESET.citations(rule)
        assert RULESET.is_verified(rule)


@pytest.mark.parametrize("rule", RULES)
def test_an_opening_rule_names_no_ground_for_delay(rule: Rule) -> None:
    if rule.effect is Effect.OPEN:
        assert rule.ground is None


def test_the_library_covers_every_ground() -> None:
    grounds = Counter(rule.ground for rule in RULESET.active if rule.effect in (Effect.RESTRICT, Effect.CAUTION))
    assert all(grounds[ground] >= 3 for ground in Ground)


def test_every_sub_ground_has_a_rule() -> None:
    assert {rule.kind for rule in RULESET.active} >= set(load_kinds())


def test_every_detector_is_used_or_at_hand_by_name() -> None:
    used = {part.detector for rule in RULESET.active for part in rule.parts() if part.detector}
    assert used <= set(DETECTORS)
    assert {"person_name", "identity_number", "live_mark"} <= used


def test_only_texts_that_were_read_are_cited() -> None:
    cited = {basis.instrument for rule in RULESET.active for basis in rule.legal_basis}
    assert all(load_instruments()[instrument].read != "none" for instrument in cited)


def test_the_pack_for_historical_case_files_can_be_switched_off() -> None:
    without = load_ruleset(packs=())
    pack = {path.stem for path in (PACKS / "historical-case-files").glob("*.yaml")}
    assert pack
    assert not any(rule.id.partition(".")[2] in pack and rule.id.startswith("historical") for rule in without.rules)
    assert without.digest != RULESET.digest


def test_the_local_pack_is_shipped_empty() -> None:
    assert list((PACKS / "local").rglob("*.yaml")) == []


def test_each_rule_lies_in_the_folder_of_its_ground() -> None:
    for path in LIBRARY.rglob("*.yaml"):
        assert f"{path.parent.name}.{path.stem}" in RULESET.by_id


def test_the_digest_changes_with_the_law() -> None:
    retired = [
        rule.model_copy(update={"status": "retired"}) if at == 0 else rule for at, rule in enumerate(RULESET.rules)
    ]
    changed = type(RULESET)(retired, lexicons=RULESET.lexicons, instruments=RULESET.instruments, kinds=RULESET.kinds)
    assert changed.digest != RULESET.digest
    assert load_ruleset().digest == RULESET.digest


def quickly_found(description: Description) -> set[tuple[str, str, int, int]]:
    return {(reason.rule_id, reason.field, reason.start, reason.end) for reason in RULESET.evidence(description)}


def test_the_quick_way_finds_in_every_example_what_the_plain_way_finds() -> None:
    examples = [example.description() for rule in RULESET.active for _, example in rule.examples()]
    together = RULESET.evidence_many(examples)
    for example, reasons in zip(examples, together, strict=True):
        found = {(reason.rule_id, reason.field, reason.start, reason.end) for reason in reasons}
        assert found == plainly_found(RULESET, example), example
        assert len(found) == len(reasons)


PIECES = st.sampled_from(
    [
        "關於",
        "给予",
        "王某某",
        "柳长河",
        "开除",
        "處份",
        "的决定",
        "（第３册）",
        "花名册",
        "來信",
        "〇",
        "×",
        "□",
        "離婚",
        "登記",
        "《条例》",
        "标底",
        "1998年",
        "㈠",
        "\u3000",
        "\n",
        "县界",
        "机密",
    ]
)


WORDS_OF_RULES = st.sampled_from(
    sorted(
        {word for rule in RULESET.active for part in rule.parts() for word in part.terms}
        | {example.title[at : at + 6] for rule in RULESET.active for _, example in rule.examples() for at in (0, 5)}
    )
)


@given(st.lists(PIECES | WORDS_OF_RULES, max_size=8).map("".join), st.lists(PIECES, max_size=3).map("".join))
def test_the_quick_way_finds_in_any_title_what_the_plain_way_finds(title: str, creator: str) -> None:
    description = Description(title=title, creator=creator, remarks=title, security_class=creator)
    assert quickly_found(description) == plainly_found(RULESET, description)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_title_gives_passages_that_stand_in_it(title: str) -> None:
    for reason in RULESET.evidence(Description(title=title, remarks=title)):
        assert 0 <= reason.start < reason.end <= len(title)
        assert reason.text == title[reason.start : reason.end]
