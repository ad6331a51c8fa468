"""Two scores made one (堆叠): how much each counts is fitted on rows that neither learned from, and never negative."""

import numpy as np
from scipy.optimize import minimize

from classifiers.arrays import Floats
from classifiers.calibration import Labels

FEWEST = 20
"""With fewer rows the second score counts nothing."""


def weights(first: Floats, second: Floats, is_restricted: Labels, at: Labels) -> Floats:
    """Weights of both and an offset, by logistic loss (堆叠权重); the linear one alone where rows are too few."""
    truth = is_restricted[at]
    if at.sum() < FEWEST or len(np.unique(truth)) < 2:
        return np.array([1.0, 0.0, 0.0])
    columns = np.column_stack([first[at], second[at], np.ones(int(at.sum()))])

    def loss(tried: Floats) -> tuple[float, Floats]:
        margin = columns @ tried
        error = 1 / (1 + np.exp(-margin)) - truth
        drawn_back = 0.5 * float((tried - [1, 0, 0]) @ (tried - [1, 0, 0])) / len(truth)
        value = float(np.mean(np.logaddexp(0, margin) - truth * margin)) + drawn_back
        return value, columns.T @ error / len(truth) + (tried - [1, 0, 0]) / len(truth)

    found = minimize(loss, [1.0, 0.0, 0.0], jac=True, method="L-BFGS-B", bounds=[(0, 8), (0, 8), (-10, 10)])
    return np.asarray(found.x, dtype=float)


def joined(first: Floats, second: Floats, counted: Floats) -> Floats:
    """P(restricted) of both scores together (合并概率), ``counted`` as ``weights`` gives them."""
    margin = counted[0] * first + counted[1] * second + counted[2]
    return np.asarray(1 / (1 + np.exp(-np.clip(margin, -40, 40))), dtype=float)


def log_odds(probability: Floats) -> Floats:
    """Probabilities → log-odds (对数几率), finite even for 0 and 1."""
    kept = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(kept) - np.log1p(-kept), dtype=float)
