"""Full names in running text: words, places and titles beside them. Invented people."""

from itertools import pairwise

import pytest

from models.text import plain
from rules.lexical import lexical
from rules.name_context import MOST, context
from rules.name_lattice import best_reading
from rules.names import person_name


def names(text: str) -> list[str]:
    folded = plain(text)
    return [folded[start:end] for start, end in person_name(folded)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("会计钱兆和受贿问题定性材料", ["钱兆和"]),
        ("渔民方六斤多次上访反映占地补偿问题", ["方六斤"]),
        ("记者樊富珉报道", ["樊富珉"]),
        ("王主任、黄女士与港商黄先生的谈话", []),
        ("殷总、周董到厂座谈", []),
        ("在全县推广黄花梨种植，黄金周期间安排值班", []),
        ("约翰·卡梅隆来访接待方案", ["约翰·卡梅隆"]),
        ("司马长青、诸葛志明二人分工", ["司马长青", "诸葛志明"]),
    ],
)
def test_names_are_told_from_titles_and_words(text: str, people: list[str]) -> None:
    assert names(text) == people


@pytest.mark.parametrize("place", ["马家坪乡", "沙螺乡", "白岩洞电站", "虎礁"])
@pytest.mark.parametrize("around", ["关于{}贷款问题的报告", "反映{}财政所私设小金库", "{}灾后恢复生产"])
def test_a_place_is_no_name_whatever_stands_before_it(place: str, around: str) -> None:
    assert names(around.format(place)) == []


def test_neighbours_never_say_more_for_a_name_than_the_bound_that_candidates_are_cut_by() -> None:
    data = lexical()
    for before in [*sorted(data.before | data.about), ""]:
        for after in [*sorted(data.after), "", "说", "、"]:
            text = f"{before}柳长河{after}"
            assert context(text, len(before), len(before) + 3, data) <= MOST


def test_a_person_named_beside_what_they_are_weighs_more_than_beside_what_a_matter_is_about() -> None:
    data = lexical()
    assert context("会计柳长河", 2, 5, data) > context("关于柳长河", 2, 5, data) > context("山边柳长河", 2, 5, data)


def test_readings_are_in_order_and_never_overlap() -> None:
    text = plain("张秀英诉李国强、欧阳建国离婚一案，证人柳长河、钱兆和")
    spans = best_reading(text, lexical())
    assert [text[start:end] for start, end in spans] == ["张秀英", "李国强", "欧阳建国", "柳长河", "钱兆和"]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_words_of_the_web_and_foreign_places_are_weighed_against_names() -> None:
    data = lexical()
    assert min(data.word_costs) > 0
    assert (0, len("主胜")) in {(start, end) for _, start, end in data.words_in("主胜")}
    assert (0, 3) in {(start, end) for _, start, end in data.words_in("奥尔堡")}
