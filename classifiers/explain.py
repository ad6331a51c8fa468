"""Which words moved the score (解释): the passages whose removal changes it, in log-odds, with their places."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from classifiers.arrays import Floats, Integers
from classifiers.ngrams import texts_of
from models.word_search import ranges

LEAST_SHARE = 0.12
"""A passage is shown when it carries at least this share of the row's strongest passage … and something at all."""
LEAST_WEIGHT = 0.05
LONGEST = 8


class Term(NamedTuple):
    """A passage of the folded title (词段) and its part of the log-odds; positive means towards restricted."""

    start: int
    end: int
    weight: float


def character_weights(pipeline: Any, columns: pd.DataFrame) -> list[Floats]:
    """Each character's part of the calibrated log-odds (逐字权重), one array a row of ``columns``.

    Rows whose pipeline has no linear learner over the title get zeros: no term evidence is better than invented one.
    """
    texts = texts_of(columns["text"])
    ends = np.cumsum([len(text) for text in texts])
    return np.split(_weights(pipeline, texts), ends[:-1]) if texts else []


def _weights(pipeline: Any, texts: list[str]) -> Floats:
    """The same, text after text."""
    total: Floats = np.zeros(sum(map(len, texts)))
    features = getattr(pipeline, "features_", None)
    coefficients = getattr(getattr(pipeline, "learner_", None), "coef_", None)
    if features is None or coefficients is None:
        return total
    flat = np.ravel(coefficients) * pipeline.slope_
    for name in ("ngrams", "words", "concepts"):
        block = flat[features.output_indices_[name]] * (features.transformer_weights or {}).get(name, 1.0)
        total += features.named_transformers_[name].contributions(texts, block)
    return total


def terms(pipeline: Any, columns: pd.DataFrame, *, limit: int) -> list[tuple[Term, ...]]:
    """The strongest passages of each title (关键词段), at most ``limit``, strongest first; known words stay whole."""
    texts = texts_of(columns["text"])
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    offset = np.concatenate([[0], np.cumsum(lengths)])
    unit = _units(pipeline, texts, int(offset[-1]))
    if not len(unit):
        return [()] * len(texts)
    weight = np.add.reduceat(_weights(pipeline, texts), unit)
    row = np.searchsorted(offset, unit, side="right") - 1
    first = _passages(unit, np.append(unit[1:], offset[-1]), row, weight)
    start, passage, row = unit[first], np.add.reduceat(weight, first), row[first]
    end = np.append(start[1:], offset[-1])
    order = np.lexsort((-np.abs(passage), row))
    begins = np.searchsorted(row, np.arange(len(texts)))
    strongest = np.abs(passage[order[np.minimum(begins, len(order) - 1)]])
    least = np.maximum(LEAST_WEIGHT, LEAST_SHARE * strongest)[row]
    rank = np.arange(len(order)) - begins[row]
    shown = order[(rank < limit) & (np.abs(passage[order]) >= least)]
    found: list[list[Term]] = [[] for _ in texts]
    away = offset[row[shown]]
    columns_of = (row[shown], start[shown] - away, end[shown] - away, passage[shown])
    for at, one, other, value in zip(*(column.tolist() for column in columns_of), strict=True):
        found[at].append(Term(one, other, value))
    return [tuple(mine) for mine in found]


def _units(pipeline: Any, texts: list[str], size: int) -> Integers:
    """Where units begin in all titles together: the known words, and single characters between them."""
    is_start = np.ones(size, dtype=np.bool_)
    features = getattr(pipeline, "features_", None)
    if features is not None:
        words = features.named_transformers_["words"].places(texts)
        is_start[ranges(words.start + 1, words.length - 1)[1]] = False
    return np.flatnonzero(is_start)


def _passages(start: Integers, end: Integers, row: Integers, weight: Floats) -> Integers:
    """First units of the passages: neighbours of a title that pull the same way, up to ``LONGEST`` characters."""
    count = len(start)
    sign = np.sign(weight)
    is_first = np.ones(count, dtype=np.bool_)
    is_first[1:] = (sign[1:] != sign[:-1]) | (sign[1:] == 0) | (row[1:] != row[:-1])
    runs = np.flatnonzero(is_first)
    # Where the passage that begins at a unit must end, at the latest where its run does.
    follows = np.maximum(np.searchsorted(end, start + LONGEST, side="right"), np.arange(count) + 1)
    run_end = np.append(runs[1:], count)[np.cumsum(is_first) - 1]
    at = runs
    while len(at):
        at, limit = follows[at], run_end[at]
        at = at[at < limit]
        is_first[at] = True
    return np.flatnonzero(is_first)
