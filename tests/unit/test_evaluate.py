"""Figures of an evaluation, each against a count by hand."""

import numpy as np
import pytest
from scipy.stats import binomtest

from classifiers.evaluate import coverage_at, evaluate, rate, reads_until

KEYS = {"leak", "missed_share", "over_restriction", "coverage", "coverage_at_leak", "auc", "ece15", "n95", "n100"}


@pytest.mark.parametrize(("k", "n"), [(0, 40), (3, 40), (40, 40)])
def test_the_interval_is_that_of_clopper_and_pearson(k: int, n: int) -> None:
    found, textbook = rate(k, n), binomtest(k, n).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((textbook.low, textbook.high))


def test_a_share_of_nothing_is_not_zero() -> None:
    assert rate(0, 0).value is None


def test_rates_are_counted_as_the_contract_says() -> None:
    truth = np.array([False, False, False, True, True])
    says_open = np.array([True, True, False, True, False])
    says_restricted = np.array([False, False, True, False, True])
    found = evaluate(
        truth, says_open=says_open, says_restricted=says_restricted, probability=np.array([0.1, 0.2, 0.6, 0.3, 0.9])
    )
    assert set(found) == KEYS
    assert (found["leak"]["k"], found["leak"]["n"]) == (1, 3)
    assert (found["missed_share"]["k"], found["missed_share"]["n"]) == (1, 2)
    assert (found["over_restriction"]["k"], found["over_restriction"]["n"]) == (1, 3)
    assert (found["coverage"]["k"], found["coverage"]["n"]) == (3, 5)
    assert found["auc"]["value"] == pytest.approx(5 / 6)
    assert set(found["coverage_at_leak"]) == {"0.02", "0.01", "0.005"}


def test_without_a_classifier_the_rules_are_still_measured() -> None:
    found = evaluate(
        np.array([True, False]), says_open=np.zeros(2, dtype=bool), says_restricted=np.array([True, False]),
        probability=None,
    )  # fmt: skip
    assert found["auc"] is None
    assert found["coverage"]["value"] == 0.0


def test_coverage_at_a_leak_takes_the_longest_clean_enough_list() -> None:
    truth = np.array([False] * 50 + [True] + [False] * 49)
    assert coverage_at(truth, np.arange(100.0), 0.02).k == 100
    assert coverage_at(truth, np.arange(100.0), 0.005).k == 50


def test_a_constant_score_covers_all_or_nothing() -> None:
    assert coverage_at(np.array([True] + [False] * 9), np.zeros(10), 0.02).k == 0
    assert coverage_at(np.zeros(10, dtype=bool), np.zeros(10), 0.02).k == 10


def test_reading_ends_at_the_last_restricted_row() -> None:
    truth = np.array([True, False, True, False])
    found = reads_until(truth, np.array([0.9, 0.8, 0.7, 0.1]), 1.0)
    assert (found["reads"], found["value"]) == (3, 0.75)
