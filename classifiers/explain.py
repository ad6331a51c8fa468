"""Which words moved the score (解释): the passages whose removal changes it, in log-odds, with their places."""

from collections.abc import Iterator
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
    """The strongest passages of each title (关键词段), at most ``limit``, strongest first; known words stay whole."""
    weights = character_weights(pipeline, columns)
    words = _words_of(pipeline, texts_of(columns["text"]))
    return [_passages(mine, spans, limit) for mine, spans in zip(weights, words, strict=True)]


def _words_of(pipeline: Any, texts: list[str]) -> list[list[tuple[int, int]]]:
    features = getattr(pipeline, "features_", None)
    if features is None:
        return [[] for _ in texts]
    found: list[list[tuple[int, int]]] = features.named_transformers_["words"].spans(texts)
    return found


def _passages(weights: Floats, words: list[tuple[int, int]], limit: int) -> tuple[Term, ...]:
    """Join neighbouring words and characters that pull the same way, up to ``LONGEST`` characters."""
    found: list[Term] = []
    for start, end in _units(len(weights), words):
        weight = float(weights[start:end].sum())
        last = found[-1] if found else None
        if last and last.weight * weight > 0 and end - last.start <= LONGEST:
            found[-1] = Term(last.start, end, last.weight + weight)
        else:
            found.append(Term(start, end, weight))
    found.sort(key=lambda term: -abs(term.weight))
    if not found:
        return ()
    least = max(LEAST_WEIGHT, LEAST_SHARE * abs(found[0].weight))
    return tuple(term for term in found[:limit] if abs(term.weight) >= least)


def _units(length: int, words: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The whole title in order: its known words, and single characters between them."""
    at = 0
    for start, end in words:
        yield from ((here, here + 1) for here in range(at, start))
        yield start, end
        at = end
    yield from ((here, here + 1) for here in range(at, length))
