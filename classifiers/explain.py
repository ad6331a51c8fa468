"""Which words moved the score (解释): the passages whose removal changes it, in log-odds, with their places."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from classifiers.ngrams import Floats, texts_of

LEAST_SHARE = 0.12
"""A passage is shown when it carries at least this share of the row's strongest passage … and something at all."""
LEAST_WEIGHT = 0.05
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Term:
    """A passage of the folded title (词段) and its part of the log-odds; positive means towards restricted."""

    start: int
    end: int
    weight: float


def character_weights(pipeline: Any, columns: pd.DataFrame) -> list[Floats]:
    """Each character's part of the calibrated log-odds (逐字权重), one array a row of ``columns``.

    Rows whose pipeline has no linear learner over the title get zeros: no term evidence is better than invented one.
    """
    texts = texts_of(columns["text"])
    features = getattr(pipeline, "features_", None)
    coefficients = getattr(getattr(pipeline, "learner_", None), "coef_", None)
    if features is None or coefficients is None:
        return [np.zeros(len(text)) for text in texts]
    flat = np.ravel(coefficients) * pipeline.slope_
    total = [np.zeros(len(text)) for text in texts]
    for name in ("ngrams", "words", "concepts"):
        block = flat[features.output_indices_[name]] * (features.transformer_weights or {}).get(name, 1.0)
        for mine, part in zip(total, features.named_transformers_[name].contributions(texts, block), strict=True):
            mine += part
    return total


def terms(pipeline: Any, columns: pd.DataFrame, *, limit: int) -> list[tuple[Term, ...]]:
    """The strongest passages of each title (关键词段), at most ``limit``, strongest first."""
    return [_passages(weights, limit) for weights in character_weights(pipeline, columns)]


def _passages(weights: Floats, limit: int) -> tuple[Term, ...]:
    """Cut a title where the sign of its characters changes; long runs are cut to their strongest window."""
    if not len(weights):
        return ()
    sign = np.sign(weights)
    edges = np.flatnonzero(np.diff(sign)) + 1
    runs = zip([0, *edges.tolist()], [*edges.tolist(), len(weights)], strict=True)
    found = [_strongest(weights, start, end) for start, end in runs if sign[start]]
    found.sort(key=lambda term: -abs(term.weight))
    if not found:
        return ()
    least = max(LEAST_WEIGHT, LEAST_SHARE * abs(found[0].weight))
    return tuple(term for term in found[:limit] if abs(term.weight) >= least)


def _strongest(weights: Floats, start: int, end: int) -> Term:
    if end - start > LONGEST:
        sums = np.convolve(weights[start:end], np.ones(LONGEST), mode="valid")
        start += int(np.argmax(np.abs(sums)))
        end = start + LONGEST
    return Term(start, end, float(weights[start:end].sum()))
