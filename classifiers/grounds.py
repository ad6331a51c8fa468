"""One scorer for restriction and one for each ground (分理由打分): a title needs only one reason to be delayed.

A single plane must put 战备 and 病历 on the same side for different reasons. Beside it stands one plane a ground;
their votes are joined as "any of them" (noisy or), which ranked the unseen catalogues a little better than either.
"""

from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge, RidgeClassifier

from classifiers.arrays import Floats

STOP = 1e-2
SHARPNESS, OFFSET = 4.0, 1.0
"""How a ground's score in about [−1, 1] becomes a chance before the chances are joined."""


class GroundedRidge(BaseEstimator):  # type: ignore[misc]
    """Ridge on restriction, and ridge on each ground that at least ``least`` rows name (分理由线性打分).

    ``share`` weighs the joined grounds against the plain score, both in units of their spread in training.
    """

    def __init__(self, alpha: float = 0.7, share: float = 0.7, least: int = 20) -> None:
        self.alpha = alpha
        self.share = share
        self.least = least

    def fit(
        self,
        X: sp.csr_matrix,  # noqa: N803
        y: npt.NDArray[np.bool_],
        sample_weight: Floats,
        grounds: npt.NDArray[np.str_] | None = None,
    ) -> Self:
        """Learn; ``grounds`` names each restricted row's ground, "" where it is open or not known."""
        # Half the digits and a looser stop than the library's rank unseen catalogues as well, in a tenth of the time.
        X = X.astype(np.float32)  # noqa: N806
        plain = RidgeClassifier(alpha=self.alpha, class_weight="balanced", solver="sparse_cg", tol=STOP)
        self.plain_ = plain.fit(X, y, sample_weight=sample_weight)
        known = np.zeros(len(y), dtype=bool) if grounds is None else ~y | (grounds != "")
        names, counts = np.unique(grounds[known & y] if grounds is not None else [], return_counts=True)
        self.grounds_ = [str(name) for name, count in zip(names, counts, strict=True) if count >= self.least]
        if self.grounds_ and grounds is not None:
            targets = np.where(grounds[known][:, None] == np.array(self.grounds_)[None, :], 1.0, -1.0)
            joined = Ridge(alpha=self.alpha, solver="sparse_cg", tol=STOP)
            joined.fit(X[known], targets, sample_weight=sample_weight[known])
            self.weights_ = np.atleast_2d(joined.coef_).astype(float)
            self.offsets_ = np.atleast_1d(joined.intercept_)
        self.plain_spread_ = _spread(self.plain_.decision_function(X))
        self.joined_spread_ = _spread(self._joined(X)) if self.grounds_ else 1.0
        return self

    @property
    def coef_(self) -> Floats:
        """Weights of the plain plane in units of the whole score; explanations rest on them."""
        return np.asarray(np.ravel(self.plain_.coef_) / self.plain_spread_)

    def _joined(self, X: sp.csr_matrix) -> Floats:  # noqa: N803
        scores = np.asarray(X @ self.weights_.T + self.offsets_)
        chance = 1 / (1 + np.exp(-np.clip(SHARPNESS * scores + OFFSET, -30, 30)))
        return np.asarray(-np.log1p(-np.minimum(chance, 1 - 1e-9)).sum(axis=1))

    def decision_function(self, X: sp.csr_matrix) -> Floats:  # noqa: N803
        """Scores, higher towards restricted (分值)."""
        plain = np.asarray(self.plain_.decision_function(X)) / self.plain_spread_
        return plain + self.share * self._joined(X) / self.joined_spread_ if self.grounds_ else plain


def _spread(scores: Floats) -> float:
    return float(np.std(scores)) or 1.0
