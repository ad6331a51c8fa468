"""Probabilities that mean something (校准): scores of held-out groups → P(restricted), and held-out splits."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold, StratifiedKFold

from classifiers.arrays import Floats, Integers
from models.errors import LearnerError

MOST_FOLDS = 10
DOUBT = 1e-5
"""Nothing is as good as certain: fewer rows than this would show were ever judged."""
Labels = npt.NDArray[np.bool_]


def held_out_folds(
    is_restricted: Labels, groups: Integers, most: int = MOST_FOLDS
) -> Iterator[tuple[Integers, Integers]]:
    """Rows to learn from and rows to judge (留出分组): whole groups at a time, never rows of one group in both.

    ``groups`` are catalogues, or fonds or years inside one; neighbours in one file are near-duplicates, so
    a random split would flatter. With a single group there is nothing better than rows in five parts; ``most``
    is the largest number of parts.

    Raises
    ------
    LearnerError
        ``classifier.too_few`` when a class has fewer than five rows.
    """
    fewest = int(min(is_restricted.sum(), (~is_restricted).sum()))
    if fewest < 5:
        raise LearnerError("classifier.too_few", fewest=fewest, needed=5)
    rows = np.zeros(len(is_restricted))
    count = len(np.unique(groups))
    if count == 1:
        yield from StratifiedKFold(min(5, most), shuffle=True, random_state=0).split(rows, is_restricted)
        return
    for learn, judge in GroupKFold(min(most, count)).split(rows, is_restricted, groups):
        if len(np.unique(is_restricted[learn])) < 2:
            raise LearnerError("classifier.one_class_only")
        yield learn, judge


def fit_sigmoid(scores: Floats, is_restricted: Labels, weight: Floats | None = None) -> tuple[float, float]:
    """Slope and offset of Platt's sigmoid (校准曲线): P(restricted) = 1 / (1 + exp(−(slope·score + offset))).

    Platt's smoothed targets keep the probabilities of few rows away from 0 and 1. ``slope`` is never
    negative: a calibration must not turn the order round.
    """
    positive, negative = float(is_restricted.sum()), float((~is_restricted).sum())
    target = np.where(is_restricted, (positive + 1) / (positive + 2), 1 / (negative + 2))
    share = np.full(len(scores), 1 / len(scores)) if weight is None else weight / weight.sum()
    spread = float(np.std(scores)) or 1.0

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margin = np.exp(parameters[0]) * scores / spread + parameters[1]
        probability = 1 / (1 + np.exp(-margin))
        value = float(share @ (np.logaddexp(0, margin) - target * margin))
        error = share * (probability - target)
        return value, np.array([error @ (np.exp(parameters[0]) * scores / spread), error.sum()])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(-8, 8), (-20, 20)])
    return float(np.exp(found.x[0]) / spread), float(found.x[1])


def sigmoid(scores: Floats, slope: float, offset: float) -> Floats:
    """Scores → probabilities by a fitted sigmoid, none nearer to 0 or 1 than ``DOUBT``; the order stays."""
    chance = 1 / (1 + np.exp(-np.clip(slope * scores + offset, -40, 40)))
    return np.asarray(DOUBT + (1 - 2 * DOUBT) * chance, dtype=float)
