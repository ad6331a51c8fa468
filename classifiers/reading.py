"""What of a pile resembles what was found in it (与已找到者相近): the order of a reading, learned while reading.

The learner sees the whole pile at once. Rows that nobody has read are presumed irrelevant at a fiftieth of the weight
of a read one: with two or ten rows read they say what the pile is like, and where a quarter of the pile is looked for
they do little harm. It looks in two ways, by words and by characters, and a row may rank high for either, since what
is still to be found seldom resembles in both. ``tests/benchmarks/bench_screening.py`` prints what that is worth.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np

from classifiers.arrays import Floats
from classifiers.calibration import Labels
from classifiers.likeness import Likeness, Singles, likenesses

PRESUMED = 0.02
STRENGTH = 0.3
"""Weight of all rows together against the ridge, for each row read: the more was read, the closer the fit."""
FOUND_SHARE = 0.75
"""Share of that weight which the found rows carry among them, however few they are."""
HEADED = 3
"""How often the first of several fields counts: a title of ten words says as much as an abstract of two hundred."""
STOP, MOST_STEPS = 1e-2, 60


def joined(fields: Sequence[str]) -> str:
    """One text of a row's fields (各栏合为一文), the first counted ``HEADED`` times where there are several."""
    return " ".join([*fields[:1]] * (HEADED - 1 if len(fields) > 1 else 0) + [*fields])


class Reader:
    """Learns from what was read of a pile (边读边学): a ridge for each way of seeing, the higher standing of the two.

    Each new fit starts where the last one ended, so that learning again after a few more rows costs a few products
    of the matrix with a vector.
    """

    def __init__(self, ways: Sequence[Likeness], rows: int) -> None:
        self._ways = [_Way(likeness, rows) for likeness in ways]

    @classmethod
    def of(cls, texts: list[str]) -> Self:
        """A reader of these texts, seen by words and by characters."""
        return cls(likenesses(texts), len(texts))

    def scores(self, found: Labels, read: Labels) -> Floats:
        """How far each row resembles the found ones (相近分值), in standard deviations of the pile.

        ``found`` are the relevant ones among the ``read`` rows; at least one row must be found and one read in vain.
        """
        weight = np.where(read, 1.0, PRESUMED) * ~found
        weight *= (1 - FOUND_SHARE) / weight.sum()
        weight[found] = FOUND_SHARE / found.sum()
        weight *= STRENGTH * read.sum()
        target = np.where(found, 1.0, -1.0).astype(np.float32)
        ranked = [_standardised(way.fit(target, weight.astype(np.float32))) for way in self._ways]
        return np.asarray(np.max(ranked, axis=0))


class _Way:
    """Weighted ridge in the dual, with an intercept: (I + √W (K + 1) √W) u = √W y by conjugate gradients."""

    def __init__(self, likeness: Likeness, rows: int) -> None:
        self.likeness = likeness
        self.last = np.zeros(rows, dtype=np.float32)

    def fit(self, target: Singles, weight: Singles) -> Singles:
        """Scores of all rows; ``target`` is ±1, ``weight`` counts against a ridge of one."""
        root = np.sqrt(weight)
        wanted, solution = root * target, self.last
        rest = wanted - self._applied(root, solution)
        toward, left, enough = rest, float(rest @ rest), STOP**2 * float(wanted @ wanted)
        for _ in range(MOST_STEPS):
            if left < enough:
                break
            product = self._applied(root, toward)
            step = left / float(toward @ product)
            solution = solution + step * toward
            rest = rest - step * product
            before, left = left, float(rest @ rest)
            toward = rest + (left / before) * toward
        self.last = solution
        dual = root * solution
        return np.asarray(self.likeness.times(dual) + dual.sum())

    def _applied(self, root: Singles, vector: Singles) -> Singles:
        inner = root * vector
        return np.asarray(vector + root * (self.likeness.times(inner) + inner.sum()))


def _standardised(scores: Singles) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() or 1.0), dtype=float)
