"""Certified thresholds beside MAPIE's controller, an independent implementation of Learn-then-Test (与 MAPIE 比对)."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from classifiers.arrays import Floats
from classifiers.calibration import Labels
from classifiers.selective import START, STEP, certify, fewest_rows

risk_control = pytest.importorskip("mapie.risk_control", reason="comparison with MAPIE needs: pip install mapie")

LIMIT, DELTA = 0.05, 0.05


def judged_rows(seed: int, count: int = 1200) -> tuple[Floats, Labels]:
    drawn = np.random.default_rng(seed)
    probability = drawn.beta(0.5, 1.5, count)
    return probability, drawn.uniform(size=count) < probability**1.6


def grid(probability: Floats) -> Floats:
    """The thresholds that ours tries: at fixed shares of the rows."""
    ranked = np.sort(probability)
    first, step = max(fewest_rows(LIMIT, DELTA), int(START * len(ranked))), max(1, int(STEP * len(ranked)))
    return np.array([ranked[at] for at in range(first, len(ranked), step)])


def mapies(probability: Floats, is_restricted: Labels, confidence: float) -> Any:
    """MAPIE's controller on the same grid: of those predicted open (0), the share that is restricted."""
    missed = risk_control.BinaryRisk(
        risk_occurrence=lambda truth, said: truth != said, risk_condition=lambda _truth, said: said == 0,
        higher_is_better=False,
    )  # fmt: skip
    controller = risk_control.BinaryClassificationController(
        predict_function=lambda rows: np.column_stack([1 - np.ravel(rows), np.ravel(rows)]), risk=missed,
        target_level=LIMIT, confidence_level=confidence, list_predict_params=grid(probability),
        fwer_method="fixed_sequence", best_predict_param_choice=risk_control.predicted_positive_fraction,
    )  # fmt: skip
    return controller.calibrate(probability.reshape(-1, 1), is_restricted.astype(int))


def highest(controller: Any) -> float | None:
    valid = np.ravel(controller.valid_predict_params)
    return float(valid.max()) if len(valid) else None


@pytest.mark.filterwarnings("ignore")  # MAPIE warns when nothing can be certified: that is an answer here
@pytest.mark.parametrize("seed", range(12))
def test_mapie_certifies_no_higher_threshold_and_the_same_one_when_its_slack_is_given_back(seed: int) -> None:
    """MAPIE bounds by Hoeffding–Bentkus, e times the binomial tail at most; ours is the exact tail of 0/1 losses."""
    probability, is_restricted = judged_rows(seed)
    ours = certify(probability, is_restricted, limit=LIMIT, delta=DELTA).threshold
    theirs = highest(mapies(probability, is_restricted, 1 - DELTA))
    assert theirs is None or (ours is not None and theirs <= ours)
    given_back = highest(mapies(probability, is_restricted, 1 - np.e * DELTA))
    assert given_back is None if ours is None else given_back is not None and given_back >= ours


@pytest.mark.filterwarnings("ignore")
def test_the_chances_of_error_are_the_same_up_to_the_known_factor() -> None:
    probability, is_restricted = judged_rows(3)
    theirs = np.ravel(mapies(probability, is_restricted, 1 - DELTA).p_values)
    for threshold, found in zip(grid(probability), theirs, strict=True):
        opened = probability < threshold
        exact = binom.cdf(int((opened & is_restricted).sum()), int(opened.sum()), LIMIT)
        assert found <= min(1, np.e * exact) + 1e-9
        assert found >= exact - 1e-9
