"""Certified thresholds (认证阈值): how far down the list "open" may be suggested, by fixed-sequence Learn-then-Test.

Going up a grid of thresholds λ1 < λ2 < …, each is tested with p_j = BinCDF(k_j; n_j, ε), where n_j of the rows
that no rule stopped lie below λ_j and k_j of them are restricted; one goes on while p_j ≤ δ. With probability
1 − δ the last one passed lets through at most a share ε of missed restrictions (Angelopoulos et al., "Learn then
Test"). The grid comes from the order of the probabilities alone, never from the labels.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import binom

from classifiers.arrays import Floats, Integers
from classifiers.calibration import Labels

# The grid, fixed beforehand: shares of the judged rows. It starts high enough to carry the few misses that a good
# classifier makes; more starting points would each need a part of δ, and certified less on catalogues left out.
START, STEP = 0.25, 0.02
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A threshold and what it rests on (阈值证书); ``threshold`` is ``None`` when nothing could be certified.

    ``n`` rows lay below it and ``k`` of them were restricted; ``limit`` is ε, ``delta`` the chance of error.
    """

    threshold: float | None
    limit: float
    delta: float
    n: int
    k: int
    judged: int

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for the card."""
        return asdict(self)


def fewest_rows(limit: float, delta: float) -> int:
    """Fewest clean rows that certify ``limit`` (最少件数): n ≥ ln δ / ln(1 − ε)."""
    return int(np.ceil(np.log(delta) / np.log1p(-limit)))


def rows_needed(probability: Floats, is_restricted: Labels, *, limit: float, delta: float) -> int | None:
    """How many judged rows would probably certify, if more were like these (预计所需件数), to the next tenth.

    The first step of the grid decides: the share of restricted rows in the lowest quarter is taken as it is, half a
    row more for caution. ``None`` when it is at the limit or above: then not more rows are wanted but better ones.
    """
    first = np.argsort(probability, kind="stable")[: max(1, int(START * len(probability)))]
    share = (float(is_restricted[first].sum()) + 0.5) / (len(first) + 1)
    if share >= limit:
        return None
    wanted = float(fewest_rows(limit, delta))
    while wanted < MOST_ROWS:
        n = max(fewest_rows(limit, delta), int(START * wanted))
        if binom.cdf(int(np.ceil(share * n)), n, limit) <= delta:
            return int(np.ceil(wanted))
        wanted *= 1.1
    return None


def certify(probability: Floats, is_restricted: Labels, *, limit: float, delta: float = 0.05) -> Certificate:
    """Find the highest certified threshold for "open" (认证开放阈值).

    ``probability`` and ``is_restricted`` are of rows that were not learned from and that no rule stopped;
    ``limit`` and ``delta`` are shares in (0, 1). A row is let through when its probability is *below* the threshold.
    """
    order = np.argsort(probability, kind="stable")
    ranked, missed = probability[order], np.cumsum(is_restricted[order], dtype=np.int64)
    threshold, n, k = _climb(ranked, missed, limit, delta) or (None, 0, 0)
    return Certificate(threshold, limit, delta, n, k, len(ranked))


def _climb(ranked: Floats, missed: Integers, limit: float, delta: float) -> tuple[float, int, int] | None:
    passed = None
    smallest = max(fewest_rows(limit, delta), int(START * len(ranked)))
    step = max(1, int(STEP * len(ranked)))
    for wanted in range(smallest, len(ranked), step):
        # Rows of equal probability stand or fall together: the threshold lies between two different values.
        threshold = float(ranked[wanted])
        n = int(np.searchsorted(ranked, threshold, side="left"))
        if n == 0:
            continue
        k = int(missed[n - 1])
        if binom.cdf(k, n, limit) > delta:
            break
        passed = (threshold, n, k)
    return passed


def restrict_threshold(probability: Floats, is_restricted: Labels, *, precision: float = 0.9) -> float | None:
    """Lowest threshold above which at least ``precision`` of the rows are restricted (建议延期阈值), held-out rows.

    ``None`` when no threshold with at least twenty rows above it is so pure.
    """
    order = np.argsort(-probability, kind="stable")
    ranked, right = probability[order], np.cumsum(is_restricted[order])
    pure = right / np.arange(1, len(ranked) + 1) >= precision
    good = np.flatnonzero(pure[19:]) + 19
    return float(ranked[good[-1]]) if len(good) else None
