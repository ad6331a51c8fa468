"""How well suggestions do on labelled rows (评测): both faults in law, coverage, order and calibration."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from classifiers.arrays import Floats
from classifiers.calibration import Labels

LEAKS = (0.02, 0.01, 0.005)
CONFIDENCE = 0.95
DRAWS = 400


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its interval (比率): ``value`` = k / n, ``None`` when n is 0; Clopper–Pearson, 95 %."""

    value: float | None
    low: float | None
    high: float | None
    k: int
    n: int


def rate(k: int, n: int) -> Rate:
    """A share of counts with its exact binomial interval (含区间的比率)."""
    if n == 0:
        return Rate(None, None, None, k, n)
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0
    return Rate(k / n, low, high, k, n)


def evaluate(
    is_restricted: Labels, *, says_open: Labels, says_restricted: Labels, probability: Floats | None
) -> dict[str, Any]:
    """All figures of one labelled file (评测结果), keys as in the command's contract.

    ``says_open`` and ``says_restricted`` are the suggestions of rules and learner together; ``probability`` is
    the learner's P(restricted), which orders the rows. Without a learner what needs one is ``None``.
    """
    opened, restricted = int(says_open.sum()), int(is_restricted.sum())
    missed = int((says_open & is_restricted).sum())
    figures: dict[str, Any] = {
        "leak": asdict(rate(missed, opened)),
        "missed_share": asdict(rate(missed, restricted)),
        "over_restriction": asdict(
            rate(int((says_restricted & ~is_restricted).sum()), len(is_restricted) - restricted)
        ),
        "coverage": asdict(rate(opened, len(is_restricted))),
        "coverage_at_leak": None,
        "auc": None,
        "ece15": None,
        "n95": None,
        "n100": None,
    }
    if probability is None or not len(is_restricted):
        return figures
    figures["coverage_at_leak"] = {f"{leak:g}": asdict(coverage_at(is_restricted, probability, leak)) for leak in LEAKS}
    figures["auc"] = auc(is_restricted, probability)
    figures["ece15"] = calibration_error(is_restricted, probability)
    figures["n95"], figures["n100"] = (
        reads_until(is_restricted, probability, 0.95),
        reads_until(is_restricted, probability, 1.0),
    )
    return figures


def coverage_at(is_restricted: Labels, risk: Floats, leak: float) -> Rate:
    """Largest share of rows, lowest risk first, in which at most ``leak`` are restricted (给定误开率下的覆盖率).

    An oracle's figure: it looks at the labels to place the cut. Rows of equal risk stand or fall together.
    """
    order = np.argsort(risk, kind="stable")
    ranked = risk[order]
    missed = np.cumsum(is_restricted[order])
    last_of_ties = np.append(ranked[1:] != ranked[:-1], True)
    good = np.flatnonzero(last_of_ties & (missed <= leak * np.arange(1, len(ranked) + 1)))
    return rate(int(good[-1]) + 1 if len(good) else 0, len(ranked))


def area(is_restricted: Labels, probability: Floats) -> float:
    """Area under the ROC curve (AUC) alone; .5 when all rows are of one kind."""
    if is_restricted.all() or not is_restricted.any():
        return 0.5
    return float(roc_auc_score(is_restricted, probability))


def auc(is_restricted: Labels, risk: Floats) -> dict[str, float | int | None]:
    """Area under the ROC curve with a bootstrap interval (AUC), ``DRAWS`` draws of rows, seed 0."""
    if is_restricted.all() or not is_restricted.any():
        return {"value": None, "low": None, "high": None, "n": len(risk)}
    draws = []
    generator = np.random.default_rng(0)
    for _ in range(DRAWS):
        at = generator.integers(0, len(risk), len(risk))
        if 0 < is_restricted[at].sum() < len(risk):
            draws.append(roc_auc_score(is_restricted[at], risk[at]))
    low, high = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    value = float(roc_auc_score(is_restricted, risk))
    return {"value": value, "low": float(low), "high": float(high), "n": len(risk)}


def _ece(is_restricted: Labels, probability: Floats, bins: int) -> float:
    number = np.minimum((probability * bins).astype(int), bins - 1)
    count = np.bincount(number, minlength=bins)
    gap = np.abs(
        np.bincount(number, weights=probability, minlength=bins)
        - np.bincount(number, weights=is_restricted.astype(float), minlength=bins)
    )
    return float(gap.sum() / max(1, count.sum()))


def calibration_error(is_restricted: Labels, probability: Floats) -> dict[str, float | int | None]:
    """Expected calibration error over 15 equal bins (校准误差), with a bootstrap interval, and below p = .1 alone."""
    generator = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        at = generator.integers(0, len(probability), len(probability))
        draws.append(_ece(is_restricted[at], probability[at], 15))
    low, high = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    below = probability < 0.1
    return {
        "value": _ece(is_restricted, probability, 15),
        "low": float(low),
        "high": float(high),
        "below_0.1": _ece(is_restricted[below], probability[below], 150) if below.any() else None,
        "n": len(probability),
    }


def reads_until(is_restricted: Labels, risk: Floats, share: float) -> dict[str, float | int | None]:
    """Rows read, highest risk first, until ``share`` of the restricted are met (n95、n100), as a share of the pile.

    The interval is of bootstrap draws of rows; for the last restricted row it can only reach downwards.
    """
    total = int(is_restricted.sum())
    if total == 0:
        return {"value": None, "low": None, "high": None, "reads": None, "n": len(risk)}
    generator = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        at = generator.integers(0, len(risk), len(risk))
        if is_restricted[at].any():
            draws.append(_reads(is_restricted[at], risk[at], share) / len(risk))
    low, high = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    reads = _reads(is_restricted, risk, share)
    return {"value": reads / len(risk), "low": float(low), "high": float(high), "reads": reads, "n": len(risk)}


def _reads(is_restricted: Labels, risk: Floats, share: float) -> int:
    order = np.argsort(-risk, kind="stable")
    met = np.cumsum(is_restricted[order])
    wanted = int(np.ceil(share * met[-1] - 1e-9))
    return int(np.searchsorted(met, wanted)) + 1
