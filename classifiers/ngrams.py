"""Character n-grams by vectorised hashing (字符 n 元特征): code points → rolling hash → sparse rows, all in NumPy.

No vocabulary is kept, so nothing of a title can be read out of a stored classifier. Speed and quality of this
way against others are printed by ``tests/benchmarks/bench_learner.py``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.arrays import Floats, Integers
from models.word_search import ranges

_SEPARATOR = "\x00"
# Odd 64-bit multipliers (splitmix64's); any fixed odd numbers with well mixed bits would do.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Grams:
    """Every n-gram occurrence of some texts (n 元出现): text number, bucket, first character, length."""

    row: Integers
    bucket: Integers
    start: Integers
    length: Integers


def texts_of(column: Iterable[object]) -> list[str]:
    """Plain list of str from a frame's column (取文本列); absent values become empty texts."""
    values = column.tolist() if hasattr(column, "tolist") else column
    return [value if isinstance(value, str) else "" for value in values]


def grams(texts: list[str], low: int, high: int, bits: int) -> Grams:
    """Hash all n-grams with ``low`` ≤ n ≤ ``high`` into 2**bits buckets (n 元散列); none crosses two texts."""
    joined = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts) + _SEPARATOR
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    is_end = codes == 0
    row = np.cumsum(is_end) - is_end
    first = np.zeros(len(texts), dtype=np.int64)
    first[1:] = np.flatnonzero(is_end)[:-1] + 1
    rows, buckets, starts, lengths = [], [], [], []
    hashed = np.zeros_like(codes)
    for n in range(1, high + 1):
        reach = len(codes) - n + 1
        if reach <= 0:
            break
        # The hash of n characters grows out of the hash of the n - 1 before.
        hashed = (hashed[:reach] ^ codes[n - 1 :]) * _STEP
        if n < low:
            continue
        at = np.flatnonzero((row[:reach] == row[n - 1 :]) & ~is_end[n - 1 :])
        mixed = hashed[at]
        mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX
        rows.append(row[at])
        buckets.append((mixed >> np.uint64(64 - bits)).astype(np.int64))
        starts.append(at - first[row[at]])
        lengths.append(np.full(len(at), n, dtype=np.int64))
    if not rows:
        none = np.zeros(0, dtype=np.int64)
        return Grams(none, none, none, none)
    return Grams(np.concatenate(rows), np.concatenate(buckets), np.concatenate(starts), np.concatenate(lengths))


def spread(start: Integers, length: Integers, value: Floats, size: int) -> Floats:
    """Give each passage's value to each of its characters (分摊到字); ``size`` characters in all."""
    return np.asarray(
        np.bincount(ranges(start, length)[1], weights=np.repeat(value, length), minlength=size), dtype=float
    )


class HashedNgrams(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts → rows of idf-weighted n-grams of unit length (n 元向量).

    Buckets never met in training weigh nothing, so strange words do not thin out the known ones.
    """

    def __init__(self, low: int = 1, high: int = 3, bits: int = 18) -> None:
        self.low = low
        self.high = high
        self.bits = bits

    def fit(self, X: Iterable[object], y: object = None) -> Self:  # noqa: N803, ARG002
        """Learn the weight of each bucket from how many texts hold it."""
        texts = texts_of(X)
        found = grams(texts, self.low, self.high, self.bits)
        shape = (len(texts), 1 << self.bits)
        held = sp.coo_matrix(
            (np.ones(len(found.row), dtype=np.float32), (found.row, found.bucket)), shape=shape
        ).tocsr()
        holding = np.bincount(held.indices, minlength=1 << self.bits)
        self.idf_ = np.where(holding > 0, np.log((1 + len(texts)) / (1 + holding)) + 1, 0.0)
        return self

    def transform(self, X: Iterable[object]) -> sp.csr_matrix:  # noqa: N803
        """One sparse row a text."""
        texts = texts_of(X)
        found = grams(texts, self.low, self.high, self.bits)
        value = self._values(found, len(texts))
        shape = (len(texts), 1 << self.bits)
        rows = sp.coo_matrix((value, (found.row, found.bucket)), shape=shape).tocsr()
        rows.eliminate_zeros()
        return rows

    def _values(self, found: Grams, count: int) -> Floats:
        """Weight of each occurrence; a row's squares over its occurrences add up to one."""
        value: Floats = self.idf_[found.bucket]
        norm = np.sqrt(np.bincount(found.row, weights=value * value, minlength=count))
        return value / np.maximum(norm, 1e-12)[found.row]

    def contributions(self, texts: list[str], coefficients: Floats) -> Floats:
        """Each character's part of the linear score (逐字贡献), text after text; a text's add up to its score."""
        found = grams(texts, self.low, self.high, self.bits)
        part = self._values(found, len(texts)) * coefficients[found.bucket] / found.length
        offset = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
        return spread(offset[found.row] + found.start, found.length, part, int(offset[-1]))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Bucket numbers; the n-grams themselves are not kept."""
        return np.array([f"bucket{number}" for number in range(1 << self.bits)], dtype=object)
