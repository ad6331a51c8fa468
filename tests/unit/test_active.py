"""What to read next (阅读次序)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers.active import DRAWN, RANKED, SEED, arrange, information, risk


def test_the_likeliest_restricted_comes_first_and_what_a_rule_stops_before_it() -> None:
    value = risk(np.array([0.2, 0.9, 0.1, np.nan]), np.array([False, False, True, False]))
    assert arrange(value, np.arange(4)).rows.tolist() == [2, 1, 3, 0]


def test_the_least_certain_teaches_most_and_its_likes_teach_less() -> None:
    value = information(np.array([0.5, 0.49, 0.3, 0.01]), np.array([7, 7, -1, -1]))
    assert arrange(value, np.arange(4)).rows.tolist() == [0, 2, 1, 3]


def test_a_family_is_read_together_where_its_strongest_item_would_stand() -> None:
    order = arrange(np.array([0.1, 0.6, 0.9, 0.2, 0.7]), np.array([0, 1, 0, 2, 3]))
    assert order.rows.tolist() == [0, 2, 4, 1, 3]


def test_seeds_come_first_in_the_order_given_with_their_families() -> None:
    order = arrange(np.array([0.1, 0.6, 0.9, 0.2]), np.array([0, 1, 2, 0]), seeds=[3, 1])
    assert order.rows.tolist() == [0, 3, 1, 2]
    assert order.why.tolist() == [SEED, SEED, SEED, RANKED]


def test_the_drawn_share_is_a_fair_sample_of_the_pile() -> None:
    value = np.arange(2000) / 2000
    drawn = []
    for seed in range(20):
        order = arrange(value, np.arange(2000), random_share=0.1, seed=seed)
        first = order.rows[:500][order.why[:500] == DRAWN]
        assert len(first) == 50
        drawn.extend(value[first])
    assert abs(np.mean(drawn) - 0.5) < 0.06
    assert np.mean(value[order.rows[:500][order.why[:500] == RANKED]]) > 0.8


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5)), max_size=30), st.floats(0, 1), st.integers(0, 9))
def test_every_item_stands_in_the_order_once_and_families_are_whole(
    items: list[tuple[float, int]], share: float, seed: int
) -> None:
    value, family = np.array([v for v, _ in items]), np.array([f for _, f in items], dtype=np.int64)
    order = arrange(value, family, seeds=range(min(2, len(items))), random_share=share, seed=seed)
    assert sorted(order.rows.tolist()) == list(range(len(items)))
    met = family[order.rows]
    assert len(set(met.tolist())) == int((np.diff(met) != 0).sum()) + bool(len(met))
    again = arrange(value, family, seeds=range(min(2, len(items))), random_share=share, seed=seed)
    assert order.rows.tolist() == again.rows.tolist()
