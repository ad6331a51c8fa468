"""Folding of text and the way back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import normalise, plain

ALPHABET = st.text(alphabet=st.sampled_from("關於处份入员名 单（1）㈠〇○×□　\n\u200bABc-—“”『』甲乙丙㎏"), max_size=40)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("關於開除鄒××黨籍的決定", "关于开除邹××党籍的决定"),
        ("名　单", "名单"),
        ("关干民警入员调配", "关于民警人员调配"),
        ("（８２）第３号", "(82)第3号"),
        ("云政〔1984〕39号", "云政[1984]39号"),
        ("黨紀處份", "党纪处分"),
        ("张○○、李□华", "张〇〇、李□华"),
        ("John  Smith 来访", "John Smith来访"),
    ],
)
def test_variants_of_one_writing_become_one(written: str, folded: str) -> None:
    assert plain(written) == folded


def test_a_passage_found_in_folded_text_is_shown_as_written() -> None:
    text = normalise("㈠ 給予 王某 開除黨籍 處份")
    start = text.text.index("开除党籍处分")
    first, last = text.original_span(start, start + 6)
    assert text.original[first:last] == "開除黨籍 處份"


@given(ALPHABET)
def test_folding_twice_changes_nothing_more(written: str) -> None:
    assert plain(plain(written)) == plain(written)


@given(ALPHABET)
def test_every_folded_character_has_a_place_in_the_original(written: str) -> None:
    text = normalise(written)
    for at in range(len(text.text)):
        start, end = text.original_span(at, at + 1)
        assert 0 <= start < end <= len(written)
    spans = [text.original_span(at, at + 1)[0] for at in range(len(text.text))]
    assert spans == sorted(spans)


@given(ALPHABET, ALPHABET)
def test_a_text_without_blanks_at_the_seam_folds_like_its_parts_where_no_slip_spans_it(left: str, right: str) -> None:
    whole = plain(left + "。" + right)
    assert whole == plain(left + "。") + plain("。" + right)[1:]
