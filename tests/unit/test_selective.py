"""Certified thresholds: the formula, its promise, and when it says no."""

import numpy as np
import pytest
from scipy.stats import binom

from classifiers.selective import certify, fewest_rows, restrict_threshold, rows_needed


@pytest.mark.parametrize(("limit", "rows"), [(0.01, 299), (0.005, 598), (0.002, 1497), (0.001, 2995)])
def test_the_smallest_clean_sets_are_those_of_the_textbook(limit: float, rows: int) -> None:
    assert fewest_rows(limit, 0.05) == rows


def a_world(seed: int, rows: int, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose true P(restricted) is p**sharpness at score p: lower is cleaner."""
    draw = np.random.default_rng(seed)
    probability = draw.uniform(size=rows)
    return probability, draw.uniform(size=rows) < probability**sharpness


def test_what_is_certified_passes_the_binomial_test_at_delta() -> None:
    probability, truth = a_world(1, 4000, 3)
    found = certify(probability, truth, limit=0.02)
    assert found.threshold is not None
    below = probability < found.threshold
    assert (found.n, found.k) == (int(below.sum()), int(truth[below].sum()))
    assert binom.cdf(found.k, found.n, 0.02) <= 0.05


def test_the_promise_is_broken_in_no_more_than_a_share_delta_of_worlds() -> None:
    broken = 0
    for seed in range(300):
        found = certify(*a_world(seed, 1500, 3), limit=0.02)
        # The true share of restricted rows below λ is the mean of p³ over (0, λ), which is λ³ / 4.
        broken += found.threshold is not None and found.threshold**3 / 4 > 0.02
    assert broken / 300 <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / 300)


def test_with_too_few_rows_nothing_is_certified() -> None:
    clean = np.zeros(148, dtype=bool)
    found = certify(np.linspace(0, 1, 148), clean, limit=0.02)
    assert found.threshold is None
    assert found.n == 0


def test_labels_that_the_scores_do_not_order_certify_nothing() -> None:
    draw = np.random.default_rng(3)
    found = certify(draw.uniform(size=3000), draw.uniform(size=3000) < 0.3, limit=0.02)
    assert found.threshold is None


def test_rows_of_equal_probability_stand_or_fall_together() -> None:
    probability = np.repeat([0.1, 0.9], [800, 200])
    truth = np.repeat([False, True], [800, 200])
    found = certify(probability, truth, limit=0.02)
    assert found.threshold == 0.9
    assert found.n == 800


def test_above_the_upper_threshold_nine_of_ten_rows_are_restricted() -> None:
    probability, truth = a_world(4, 5000, 1)
    found = restrict_threshold(probability, truth, precision=0.9)
    assert found is not None
    assert truth[probability >= found].mean() >= 0.9


def test_without_pure_rows_there_is_no_upper_threshold() -> None:
    assert restrict_threshold(np.linspace(0, 1, 500), np.zeros(500, dtype=bool)) is None


def test_so_many_more_rows_of_the_same_kind_mostly_certify() -> None:
    few, truth = a_world(3, 300, 4)
    assert certify(few, truth, limit=0.02).threshold is None
    wanted = rows_needed(few, truth, limit=0.02, delta=0.05)
    assert wanted is not None and 300 < wanted < 5000
    worlds = [a_world(seed, 2 * wanted, 4) for seed in range(20)]
    assert sum(certify(*world, limit=0.02).threshold is not None for world in worlds) >= 15


def test_where_the_lowest_quarter_is_unclean_more_rows_do_not_help() -> None:
    assert rows_needed(*a_world(6, 2000, 1), limit=0.02, delta=0.05) is None
