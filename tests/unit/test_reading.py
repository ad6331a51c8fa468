"""Learning while reading (边读边学): how alike texts are, and what resembles the found ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.likeness import SHRUNK, Pairs, Plain, likenesses, views
from classifiers.reading import HEADED, Reader, joined
from classifiers.simulate import FEWEST_RETRAINS, ROWS_A_RETRAIN, portions_of

TITLES = [f"关于{place}小学修缮校舍的批复" for place in "甲乙丙丁戊己庚辛壬癸"] + [
    f"{name}同志因病申请退职的报告" for name in ("张某", "李某", "王某", "赵某", "钱某", "孙某")
]


def test_a_text_is_one_with_itself_and_the_matrix_is_symmetric() -> None:
    for rows in views(TITLES):
        matrix = Pairs(rows).matrix
        assert np.allclose(np.diag(matrix), 1.0)
        assert np.allclose(matrix, matrix.T)


def test_what_the_whole_pile_shares_makes_two_texts_less_alike() -> None:
    rows = list(views(TITLES))[1]
    plain, shrunk = (rows @ rows.T).toarray(), Pairs(rows).matrix
    of_schools = np.ix_(range(10), range(10))
    assert shrunk[of_schools].sum() < plain[of_schools].sum()
    stronger = Pairs(rows, SHRUNK / 16).matrix
    assert stronger[of_schools].sum() < shrunk[of_schools].sum()


def test_the_matrix_is_the_shrunk_product_of_the_rows() -> None:
    rows = next(iter(views(TITLES)))
    product = np.asarray((rows @ rows.T).toarray(), dtype=float)
    np.fill_diagonal(product, 1.0)
    direct = product @ np.linalg.inv(product + 2.0 * np.eye(len(product)))
    length = np.sqrt(np.diag(direct))
    assert np.allclose(Pairs(rows, 2.0).matrix, direct / length[:, None] / length[None, :], atol=1e-4)


def test_a_pile_too_large_for_pairs_is_seen_by_the_same_products() -> None:
    rows = list(views(TITLES))[1]
    vector = np.linspace(-1, 1, len(TITLES), dtype=np.float32)
    assert np.allclose(Plain(rows).times(vector), (rows @ rows.T).toarray() @ vector, atol=1e-5)


def test_what_resembles_the_found_ranks_before_the_rest() -> None:
    found, read = np.zeros(16, dtype=bool), np.zeros(16, dtype=bool)
    found[10], read[[0, 10]] = True, True
    scores = Reader.of(TITLES).scores(found, read)
    assert scores[11:].min() > scores[1:10].max()


def test_a_fit_that_starts_from_the_last_one_ends_where_a_fresh_one_does() -> None:
    ways = likenesses(TITLES)
    found, read = np.zeros(16, dtype=bool), np.zeros(16, dtype=bool)
    found[10], read[[0, 10]] = True, True
    going = Reader(ways, 16)
    going.scores(found, read)
    found[11], read[[1, 2, 11]] = True, True
    assert np.allclose(going.scores(found, read), Reader(ways, 16).scores(found, read), atol=0.15)


def test_texts_without_a_word_are_ordered_by_their_characters() -> None:
    texts = ["1 2", "1 3", "1 2", "9 8", "9 7", "9 8"]
    found = np.array([True, False, False, False, False, False])
    read = np.array([True, False, False, True, False, False])
    scores = Reader.of(texts).scores(found, read)
    assert scores[2] > scores[5]


def test_the_first_field_counts_more_only_beside_others() -> None:
    assert joined(["题名"]) == "题名"
    assert joined(["题名", "摘要"]).split() == ["题名"] * HEADED + ["摘要"]


@given(st.integers(0, 20_000))
def test_a_pile_is_read_whole_with_few_retrains(pile: int) -> None:
    portions = portions_of(pile)
    assert sum(portions) == pile
    assert all(portion > 0 for portion in portions)
    assert len(portions) <= max(FEWEST_RETRAINS, pile // ROWS_A_RETRAIN)


@pytest.mark.parametrize("pile", [258, 1_000, 10_000])
def test_the_first_rows_are_read_one_by_one(pile: int) -> None:
    assert portions_of(pile)[:3] == [1, 1, 1]
