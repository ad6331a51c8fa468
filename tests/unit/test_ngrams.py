"""Character n-grams: the vectorised hash against the plain way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.ngrams import HashedNgrams, grams

TEXTS = st.lists(st.text(alphabet="关于给予王某处分的决定ab1 ", max_size=12), min_size=1, max_size=6)


def plain_grams(texts: list[str], low: int, high: int) -> list[tuple[int, int, int]]:
    return sorted(
        (row, start, n)
        for row, text in enumerate(texts)
        for n in range(low, high + 1)
        for start in range(len(text) - n + 1)
    )


@given(TEXTS)
def test_every_ngram_is_found_once_and_none_crosses_two_texts(texts: list[str]) -> None:
    found = grams(texts, 1, 3, 16)
    assert sorted(zip(found.row, found.start, found.length, strict=True)) == plain_grams(texts, 1, 3)


@given(TEXTS)
def test_the_same_characters_fall_into_the_same_bucket_and_others_hardly_ever(texts: list[str]) -> None:
    found = grams(texts, 1, 3, 30)
    buckets: dict[str, set[int]] = {}
    for row, bucket, start, length in zip(found.row, found.bucket, found.start, found.length, strict=True):
        buckets.setdefault(texts[row][start : start + length], set()).add(int(bucket))
    assert all(len(numbers) == 1 for numbers in buckets.values())
    assert len({next(iter(numbers)) for numbers in buckets.values()}) == len(buckets)


def test_a_text_is_a_row_of_unit_length_and_an_empty_text_is_a_row_of_nothing() -> None:
    learner = HashedNgrams(1, 2, 20).fit(["关于处分的决定", "关于会议的通知"])
    rows = learner.transform(["关于处分", "", "龘"])
    assert np.allclose(np.sqrt(rows.multiply(rows).sum(axis=1)).ravel(), [1.0, 0.0, 0.0])


@given(TEXTS)
def test_contributions_of_characters_add_up_to_the_score(texts: list[str]) -> None:
    learner = HashedNgrams(1, 3, 12).fit([*texts, "关于给予王某处分的决定"])
    weights = np.random.default_rng(0).normal(size=1 << 12)
    scores = learner.transform(texts) @ weights
    found = learner.contributions(texts, weights)
    assert len(found) == sum(map(len, texts))
    parts = np.split(found, np.cumsum([len(text) for text in texts])) if texts else []
    assert np.allclose([part.sum() for part in parts[: len(texts)]], scores)


@pytest.mark.parametrize("text", ["\x00关于", "\ud800关于", "𠮷关于"])
def test_strange_characters_do_no_harm(text: str) -> None:
    learner = HashedNgrams().fit(["关于"])
    assert learner.transform([text]).shape == (1, 1 << 18)
