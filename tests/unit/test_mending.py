"""What machines did to a text is undone where that is certain, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.page_cells import Pages, is_reversed, read_pages
from workbench.readers.mending import is_scrambled, may_hold_pinyin, unscrambled, without_pinyin

COMMON = st.text(
    st.sampled_from("关于整修渠道的通知报告批复云溪县水利局人民政府一九八七年第号农业生产会议纪要安排"),
    min_size=2,
    max_size=30,
)


@given(COMMON)
def test_utf8_read_as_latin_is_undone(text: str) -> None:
    assert unscrambled(text.encode().decode("latin-1")) == text


@given(COMMON)
def test_gbk_read_as_latin_is_undone(text: str) -> None:
    assert unscrambled(text.encode("gbk").decode("latin-1")) == text


@given(COMMON)
def test_utf8_read_as_gbk_is_undone_where_no_byte_was_lost(text: str) -> None:
    try:
        damaged = text.encode().decode("gb18030")
    except UnicodeDecodeError:
        return
    assert unscrambled(damaged) in (text, None)
    if len(text) % 2 == 0 and len(text) >= 4 and damaged.encode("gb18030") == text.encode():
        assert unscrambled(damaged) == text


@given(st.text(max_size=40))
def test_any_text_is_taken_and_ordinary_text_is_left_alone(text: str) -> None:
    unscrambled(text), is_scrambled(text), without_pinyin(text), may_hold_pinyin(text)
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return
    assert unscrambled(text) is None and not is_scrambled(text)


@pytest.mark.parametrize(
    "text", ["关于王喆任职的通知", "朱镕基", "Müller公司来函", "Ｘ—43号", "彝族、侗族", "關於整修渠道", "café", "±5℃"]
)
def test_rare_signs_and_foreign_letters_are_no_damage(text: str) -> None:
    assert unscrambled(text) is None and not is_scrambled(text)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("关于王喆（zhé）任职的通知", "关于王喆任职的通知"),
        ("重庆(chóng qìng)市", "重庆市"),
        ("硐【dòng】室", None),
        ("张（Zhāng）三", "张三"),
        ("电脑（PC）", None),
        ("化肥（NPK）", None),
        ("咖啡（café）厂", None),
        ("（zhé）", None),
    ],
)
def test_only_toned_readings_of_the_signs_before_them_are_left_out(text: str, bare: str | None) -> None:
    assert without_pinyin(text) == bare


def test_a_reading_without_tones_is_asked_about() -> None:
    assert may_hold_pinyin("王喆(zhe)任职") and not may_hold_pinyin("甲烷（ch）") and not may_hold_pinyin("电脑（PC）")


@pytest.mark.parametrize(
    ("cell", "pages"),
    [
        ("12", Pages(12)),
        ("12-15", Pages(4, 12, 15)),
        ("P12—P15", Pages(4, 12, 15)),
        ("第12-15页", Pages(4, 12, 15)),
        ("0012~0015", Pages(4, 12, 15)),
        ("1-3、7", Pages(4, 1, 7)),
        ("12页", Pages(12)),
        ("15-12", None),
        ("见附件", None),
    ],
)
def test_page_cells_are_counts_or_spans(cell: str, pages: Pages | None) -> None:
    assert read_pages(cell) == pages
    assert is_reversed(cell) == (cell == "15-12")
