"""Words of a title (词特征): learned with jieba's dictionary, found again by one walk through a trie.

jieba cuts the training titles once, without its guessing model, so that only dictionary words are kept and no
name of a person is. Scoring needs no jieba: the longest known words from left to right are found many times
faster than jieba would cut, for the same quality.
"""

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Self

import jieba
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.arrays import Floats, Integers
from classifiers.ngrams import spread, texts_of
from models.word_search import Found, WordSearch, codes_of, joined, starts_of


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
        width = max(1, len(self.words_))
        found = self.places(texts)
        key = np.unique(found.row * width + found.word)
        row, word = key // width, key % width
        value, _ = self._values(row, word, len(texts))
        ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(texts)))])
        return sp.csr_matrix((value, word, ends), shape=(len(texts), width))

    def _values(self, row: Integers, word: Integers, count: int) -> tuple[Floats, Floats]:
        """Weight of each word of each text, each word once, and the length of each text's vector."""
        value = self.idf_[word] if len(word) else np.zeros(0)
        norm = np.maximum(np.sqrt(np.bincount(row, weights=value * value, minlength=count)), 1e-12)
        return value / norm[row], norm

    def places(self, texts: list[str]) -> "Places":
        """The known words of all texts, in order, without overlap: the longest from left to right (词位)."""
        if not self.words_:
            none = np.zeros(0, dtype=np.int64)
            return Places(none, none, none, none)
        starts = starts_of(texts)
        found = _search(tuple(self.words_)).find(codes_of(joined(texts)))
        start, word = _leftmost_longest(found, starts)
        row = np.searchsorted(starts, start, side="right") - 1
        return Places(row, word, start - row, _search(tuple(self.words_)).length[word])

    def contributions(self, texts: list[str], coefficients: Floats) -> Floats:
        """Each character's part of the linear score (逐字贡献), text after text."""
        width = max(1, len(self.words_))
        found = self.places(texts)
        key, which = np.unique(found.row * width + found.word, return_inverse=True)
        value, _ = self._values(key // width, key % width, len(texts))
        covered = np.bincount(which, weights=found.length)
        part = (value * coefficients[key % width] / covered)[which] if len(key) else np.zeros(0)
        return spread(found.start, found.length, part, sum(map(len, texts)))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """The words."""
        return np.array(self.words_ or ["no_word"], dtype=object)


class Places(NamedTuple):
    """Words in texts (词位); ``start`` counts the characters of all texts, none between them."""

    row: Integers
    word: Integers
    start: Integers
    length: Integers


def _leftmost_longest(found: Found, starts: Integers) -> tuple[Integers, Integers]:
    """Of overlapping words those that a reader from left to right takes, the longest at each place: start, word."""
    size = int(starts[-1])
    longest = np.full(size + 1, -1, dtype=np.int64)
    longest[found.start] = found.word  # shorter words come first, and longer ones over them
    end = np.zeros(size + 1, dtype=np.int64)
    end[found.start] = found.end
    # For each place the next one where a word begins, to leap to.
    places = np.where(longest >= 0, np.arange(size + 1), size)
    upcoming = np.minimum.accumulate(places[::-1])[::-1]
    is_taken = np.zeros(size + 1, dtype=np.bool_)
    at = np.unique(upcoming[starts[:-1]])  # of two texts the first may hold no word
    while len(at := at[at < size]):
        at = at[~is_taken[at]]
        is_taken[at] = True
        at = upcoming[end[at]]
    taken = np.flatnonzero(is_taken)
    return taken, longest[taken]


@lru_cache(maxsize=8)
def _search(words: tuple[str, ...]) -> WordSearch:
    return WordSearch(words)
