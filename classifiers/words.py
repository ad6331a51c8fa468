"""Words of a title (词特征): learned with jieba's dictionary, found again by one pass of an automaton.

jieba cuts the training titles once, without its guessing model, so that only dictionary words are kept and no
name of a person is. Scoring needs no jieba: the longest known words from left to right are found many times
faster than jieba would cut, for the same quality.
"""

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

import ahocorasick_rs
import jieba
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.ngrams import Floats, texts_of


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    # One of our own: jieba's global one may be given other dictionaries by anyone.
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def dictionary_words(text: str) -> list[str]:
    """Cut a folded text into jieba's dictionary words (分词), HMM off; digits and marks are left out."""
    tokenizer = _tokenizer()
    return [word for word in tokenizer.cut(text, HMM=False) if word in tokenizer.FREQ and not word.isdigit()]


def cut(text: str) -> list[tuple[int, int]]:
    """Places of all words of a folded text, in order, none left out (分词位置); unknown signs stand alone."""
    return [(start, end) for _, start, end in _tokenizer().tokenize(text, HMM=False)]


class DictionaryWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts → idf-weighted words of unit length (词向量), over words that ``least`` training titles hold."""

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def fit(self, X: Iterable[object], y: object = None) -> Self:  # noqa: N803, ARG002
        """Learn the words and how common each is."""
        counts: dict[str, int] = {}
        texts = texts_of(X)
        for text in texts:
            for word in set(dictionary_words(text)):
                counts[word] = counts.get(word, 0) + 1
        self.words_ = sorted(word for word, count in counts.items() if count >= self.least)
        held = np.array([counts[word] for word in self.words_], dtype=float)
        self.idf_ = np.log((1 + len(texts)) / (1 + held)) + 1
        return self

    def transform(self, X: Iterable[object]) -> sp.csr_matrix:  # noqa: N803
        """One sparse row a text."""
        texts = texts_of(X)
        columns: list[int] = []
        ends = [0]
        for found in self._found(texts):
            columns.extend(sorted({word for word, _, _ in found}))
            ends.append(len(columns))
        index, end = np.array(columns, dtype=np.int64), np.array(ends, dtype=np.int64)
        value = self.idf_[index] if len(index) else np.zeros(0)
        row = np.repeat(np.arange(len(texts)), np.diff(end))
        norm = np.sqrt(np.bincount(row, weights=value * value, minlength=len(texts)))
        return sp.csr_matrix(
            (value / np.maximum(norm, 1e-12)[row], index, end), shape=(len(texts), max(1, len(self.words_)))
        )

    def _found(self, texts: list[str]) -> Iterable[list[tuple[int, int, int]]]:
        if not self.words_:
            return ([] for _ in texts)
        find = _automaton(tuple(self.words_)).find_matches_as_indexes
        return (find(text) if text else [] for text in texts)

    def spans(self, texts: list[str]) -> list[list[tuple[int, int]]]:
        """Places of the known words of each text, in order, without overlap (词位)."""
        return [[(start, end) for _, start, end in found] for found in self._found(texts)]

    def contributions(self, texts: list[str], coefficients: Floats) -> list[Floats]:
        """Each character's part of the linear score (逐字贡献); they add up to the text's score."""
        parts = []
        for text, found in zip(texts, self._found(texts), strict=True):
            part = np.zeros(len(text))
            known = {word: [(start, end) for mine, start, end in found if mine == word] for word, _, _ in found}
            norm = float(np.sqrt(sum(self.idf_[word] ** 2 for word in known))) or 1.0
            for word, spans in known.items():
                covered = sum(end - start for start, end in spans)
                for start, end in spans:
                    part[start:end] += self.idf_[word] * coefficients[word] / norm / covered
            parts.append(part)
        return parts

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """The words."""
        return np.array(self.words_ or ["no_word"], dtype=object)


@lru_cache(maxsize=8)
def _automaton(words: tuple[str, ...]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
