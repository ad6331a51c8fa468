"""What a pattern cannot do without."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.literals import branches, is_tame


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("来信", [[{"来信"}]]),
        ("撤销|罢免", [[{"撤销"}], [{"罢免"}]]),
        ("(?:撤销|罢免)[^,]{2,20}(?:职务|主任)", [[{"撤销", "罢免"}, {"职务", "主任"}]]),
        ("情况的?报告", [[{"情况"}, {"报告"}]]),
        ("(?<!行)政审", [[{"政审"}]]),
        ("械(?:斗|殴)?$", [[{"械"}]]),
        ("[0-9]{4}", [[]]),
        ("登记[表簿]", [[{"登记"}, {"表", "簿"}]]),
        ("甲+乙", [[{"甲"}, {"乙"}]]),
        (r"\(秘密\)", [[{"(秘密)"}]]),
    ],
)
def test_needs_are_read_from_the_pattern(pattern: str, needs: list[list[set[str]]]) -> None:
    assert [[set(need) for need in branch] for branch in branches(pattern)] == needs


PATTERNS = (
    "(?:撤销|罢免)[^,]{2,6}(?:职务|主任)|开除(?:党|团)籍",
    "登记[表簿]?(?:名单|花名册)+",
    "(?:户口|户籍){1,2}的?(?:迁移|注销)",
    "[甲乙]某(?:某)?一案",
)


@given(st.sampled_from(PATTERNS).flatmap(lambda pattern: st.tuples(st.just(pattern), st.from_regex(pattern))))
def test_every_match_holds_what_one_branch_needs(drawn: tuple[str, str]) -> None:
    pattern, text = drawn
    found = re.search(pattern, text)
    assert found
    assert any(all(any(one in found[0] for one in need) for need in branch) for branch in branches(pattern))


@pytest.mark.parametrize("pattern", ["来信[^,]{0,20}答复", "(?:甲|乙)?丙+", "(?<!行)政审"])
def test_a_pattern_that_repeats_single_characters_is_tame(pattern: str) -> None:
    assert is_tame(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(?:甲|甲甲)+乙", "(甲{0,9}){0,9}乙", "(?:丙(?:甲+)*乙)", "甲*甲*甲*甲*乙", "(?:甲{0,90}甲{0,90})甲{9,}乙"],
)
def test_a_pattern_that_can_be_tried_in_very_many_ways_may_run_away(pattern: str) -> None:
    assert not is_tame(pattern)
