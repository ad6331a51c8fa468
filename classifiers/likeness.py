"""How alike the texts of one pile are (题目相近程度): the matrix on which a reading order is learned.

A pile is seen in two ways, by words and by characters. What most of its texts share says little about which of
them are looked for: the directions in which the texts differ most are shrunk, λ → λ / (λ + τ), and each text is
brought back to length one. All texts of the pile, read or not, teach these directions; no label does.
"""

import re
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import lapack
from sklearn.feature_extraction.text import TfidfVectorizer

from classifiers.ngrams import grams
from classifiers.words import dictionary_words
from models.text import plain

Singles = npt.NDArray[np.float32]

SHRUNK = 16.0
"""τ: in units of a text's squared length; a direction that carries as much as sixteen texts counts half."""
MOST_SHRUNK = 6_000
"""Largest pile whose texts are compared in pairs; a larger one is learned from as it is."""
BITS = 20
TEXTS_AT_ONCE = 256
COMMON = 0.125
"""Share of the texts above which a word or run is counted densely: a sparse product costs the square of that share."""

_HAN = re.compile(r"[一-龥]")


class Likeness(Protocol):
    """A symmetric matrix of likenesses, texts × texts, ones on its diagonal (相近矩阵)."""

    def times(self, vector: Singles) -> Singles:
        """The matrix times a vector."""
        ...


class Pairs:
    """Likeness of every pair, shrunk where the pile agrees (收缩后的两两相近)."""

    def __init__(self, rows: sp.csr_matrix, shrunk: float = SHRUNK) -> None:
        self.matrix = _shrunk(_products(rows), shrunk)

    def times(self, vector: Singles) -> Singles:
        """The matrix times a vector."""
        return np.asarray(self.matrix @ vector)


class Plain:
    """Likeness by the rows alone, never held as a matrix (不作收缩): for piles too large for pairs."""

    def __init__(self, rows: sp.csr_matrix) -> None:
        self.rows = rows
        self.turned = rows.T.tocsr()

    def times(self, vector: Singles) -> Singles:
        """The matrix times a vector."""
        return np.asarray(self.rows @ (self.turned @ vector), dtype=np.float32)


def likenesses(texts: list[str]) -> list[Likeness]:
    """How alike the texts are, by words and by characters (两种视角下的相近程度)."""
    return [Pairs(rows) if len(texts) <= MOST_SHRUNK else Plain(rows) for rows in views(texts)]


def views(texts: list[str]) -> Iterator[sp.csr_matrix]:
    """The texts as rows of unit length (两种视角): by words and pairs of words, then by runs of characters.

    Chinese texts are cut by jieba's dictionary and seen in runs of one to three characters, others in runs of
    three to five. Words that hardly tell texts apart stay in: they also tell one kind of text from another.
    """
    folded = [plain(text) for text in texts]
    is_chinese = sum(1 for text in folded if _HAN.search(text)) * 2 > len(folded)
    words = TfidfVectorizer(
        analyzer=dictionary_words if is_chinese else "word", ngram_range=(1, 1 if is_chinese else 2),
        sublinear_tf=True, max_df=0.9 if len(texts) > 10 else 1.0, dtype=np.float32,
    )  # fmt: skip
    try:
        yield words.fit_transform(folded)
    except ValueError:  # no word at all in the pile: its characters must do
        yield sp.csr_matrix((len(folded), 1), dtype=np.float32)
    yield _runs(folded, *((1, 3) if is_chinese else (3, 5)))


def _runs(texts: list[str], low: int, high: int) -> sp.csr_matrix:
    """Idf-weighted hashed runs of ``low`` to ``high`` characters, damped by the logarithm of how often they occur."""
    parts = []
    for begin in range(0, len(texts), TEXTS_AT_ONCE):
        mine = texts[begin : begin + TEXTS_AT_ONCE]
        found = grams(mine, low, high, BITS)
        cells, counts = np.unique((found.row << BITS) | found.bucket, return_counts=True)
        row, bucket = cells >> BITS, (cells & ((1 << BITS) - 1)).astype(np.int32)
        ends = np.searchsorted(row, np.arange(len(mine) + 1))
        value = (1 + np.log(counts)).astype(np.float32)
        parts.append(sp.csr_matrix((value, bucket, ends), shape=(len(mine), 1 << BITS)))
    rows = sp.vstack(parts, format="csr") if parts else sp.csr_matrix((0, 1 << BITS), dtype=np.float32)
    holding = np.bincount(rows.indices, minlength=1 << BITS)
    idf = (np.log((1 + len(texts)) / (1 + holding)) + 1).astype(np.float32)
    rows.data *= idf[rows.indices]
    norm = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.maximum(norm, 1e-12), np.diff(rows.indptr)).astype(np.float32)
    return rows


def _products(rows: sp.csr_matrix) -> Singles:
    """Products of all pairs of rows, by one dense product for what many texts hold and a sparse one for the rest.

    What a single text holds is left out: it meets nothing but itself.
    """
    holding = np.bincount(rows.indices, minlength=rows.shape[1])
    is_common = holding > max(1.0, COMMON * rows.shape[0])
    dense = rows[:, np.flatnonzero(is_common)].toarray()
    found: Singles = dense @ dense.T
    held = rows[:, np.flatnonzero((holding > 1) & ~is_common)]
    turned = held.T.tocsr()
    for begin in range(0, rows.shape[0], TEXTS_AT_ONCE):
        found[begin : begin + TEXTS_AT_ONCE] += (held[begin : begin + TEXTS_AT_ONCE] @ turned).toarray()
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _shrunk(matrix: Singles, shrunk: float) -> Singles:
    """K (K + τ I)⁻¹ = I − τ (K + τ I)⁻¹, brought back to ones on its diagonal; the matrix given is used up."""
    np.fill_diagonal(matrix, matrix.diagonal() + shrunk)
    # Turned, a symmetric matrix is its own Fortran order: neither step copies it.
    factor, _ = lapack.spotrf(matrix.T, lower=1, overwrite_a=1)
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    length = np.sqrt(np.maximum(1 - shrunk * inverse.diagonal(), 1e-6)).astype(np.float32)
    found = np.tril(inverse, -1)
    found += found.T
    found *= -shrunk / length[:, None]
    found /= length[None, :]
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
