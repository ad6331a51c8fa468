"""Titles that belong together (归组)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers import groups
from classifiers.groups import ALONE, near_duplicates, numbered_keys, semantic_groups, template_key


def test_numbers_places_and_marked_names_do_not_tell_templates_apart() -> None:
    assert template_key("关于云溪县一九八五年农业税减免的批复") == template_key("关于青石县1987年农业税减免的批复")
    assert template_key("关于给予王××处分的决定") == template_key("关于给予李某某处分的决定。")


def test_names_found_elsewhere_become_slots_too() -> None:
    one, other = "关于柳长河申请困难补助的批复", "关于孟庆芬申请困难补助的批复"
    assert template_key(one) != template_key(other)
    assert template_key(one, [(2, 5)]) == template_key(other, [(2, 5)])


def test_another_subject_is_another_template() -> None:
    assert template_key("关于召开春耕会议的通知") != template_key("关于召开秋收会议的通知")


def test_near_titles_are_one_group_and_unlike_ones_none() -> None:
    titles = [
        "关于全县小学危房改造补助经费使用情况的检查报告",
        "关于我县小学危房改造补助经费使用情况的检查报告",
        "关于全县小学危房改造补助经费使用情况检查报告",
        "县供销社职工医疗费报销登记簿",
    ]
    group = near_duplicates([template_key(title) for title in titles])
    assert group.tolist() == [0, 0, 0, ALONE]


def test_no_chain_of_small_steps_ties_two_unlike_titles() -> None:
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"
    chain = [
        letters[start : start + 16] for start in range(0, 16, 2)
    ]  # neighbours are near, the two ends share nothing
    group = near_duplicates(chain, like=0.7)
    for number in set(group.tolist()) - {ALONE}:
        members = np.flatnonzero(group == number)
        assert len(members) <= 3, "a centre and its two neighbours"


def test_what_minhash_proposes_is_what_comparing_all_pairs_finds() -> None:
    drawn = np.random.default_rng(1)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
    keys = []
    for _ in range(60):
        first = [str(sign) for sign in drawn.choice(signs, 24)]
        for at in range(4):
            keys.append("".join([*first[: 20 + at], *drawn.choice(signs, 2)]))
    rows = groups._pairs_of(keys)
    every = np.triu_indices(len(keys), 1)
    true = {
        (int(one), int(other))
        for one, other, share in zip(*every, groups._jaccard(rows, *every), strict=True)
        if share >= groups.LIKE
    }
    one, other = groups._candidates(rows)
    found = set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(true) > 100
    assert len(true & found) >= 0.97 * len(true)


def test_the_same_number_ties_items_of_any_fonds() -> None:
    assert numbered_keys(["a", None, "b", "a", None, "c", "b"]).tolist() == [0, ALONE, 1, 0, ALONE, ALONE, 1]


def test_subjects_are_grouped_only_inside_their_block() -> None:
    water = [f"关于{place}水库大坝加固工程验收的报告" for place in ("东岭", "西冲", "南湾")]
    wages = [f"{unit}职工工资调整花名册" for unit in ("粮食局", "商业局", "水利局")]
    titles = [*water, *wages]
    group = semantic_groups(titles, ["云溪县 1985"] * 6)
    assert len(set(group[:3])) == len(set(group[3:])) == 1
    assert group[0] != group[3]
    assert ALONE not in group
    apart = semantic_groups(titles, ["一", "二", "三"] * 2)
    assert set(apart.tolist()) == {ALONE}


def test_great_blocks_are_halved_and_still_grouped(monkeypatch) -> None:
    monkeypatch.setattr(groups, "_LARGEST", 40)
    titles = [f"关于{chr(0x4E00 + at)}乡小学修缮经费的批复" for at in range(60)] + ["离婚案卷宗"] * 60
    group = semantic_groups(titles, ["一"] * 120)
    assert not set(group[:60].tolist()) & set(group[60:].tolist())


@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_text_can_be_grouped(titles: list[str]) -> None:
    group = near_duplicates([template_key(title) for title in titles])
    assert len(group) == len(titles)
    for number in set(group.tolist()) - {ALONE}:
        assert (group == number).sum() > 1
    assert len(semantic_groups(titles, ["一"] * len(titles))) == len(titles)
