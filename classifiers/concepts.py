"""Concepts in a title (概念特征): which of our word groups a text touches, where, and whether at its end.

Few labelled rows meet few words; a word group lets the learner carry over what 处分 taught it to 记过. The
groups are knowledge about *kinds of documents and of harm*, not about who is right; their weights are learned.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import yaml
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.arrays import Floats, Integers
from classifiers.ngrams import spread, texts_of
from models.text import plain
from models.word_search import WordSearch, codes_of, expanded, joined, starts_of

LEXICON = Path(__file__).with_name("concepts.yaml")


@lru_cache(maxsize=1)
def shipped_concepts() -> dict[str, tuple[str, ...]]:
    """The word groups that come with the program (随附词组), folded as titles are."""
    groups = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return {name: tuple(dict.fromkeys(plain(term) for term in terms)) for name, terms in groups.items()}


class ConceptFlags(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts → one flag a group, one a group in the last ``tail`` characters, one a single term (概念向量).

    ``groups`` and ``terms`` weigh the blocks against each other; a weight of 0 leaves the block out.
    The lexicon is kept with the fitted object, so a stored classifier means the same after an update of ours.
    """

    def __init__(self, tail: int = 5, groups: float = 1.0, tails: float = 1.0, terms: float = 0.5) -> None:
        self.tail = tail
        self.groups = groups
        self.tails = tails
        self.terms = terms

    def fit(self, X: Iterable[object], y: object = None) -> Self:  # noqa: N803, ARG002
        """Take the shipped lexicon as it is now."""
        concepts = shipped_concepts()
        self.names_ = sorted(concepts)
        owners: dict[str, list[int]] = {}
        for number, name in enumerate(self.names_):
            for term in concepts[name]:
                owners.setdefault(term, []).append(number)
        self.terms_ = sorted(owners)
        self.owners_ = [owners[term] for term in self.terms_]
        return self

    def transform(self, X: Iterable[object]) -> sp.csr_matrix:  # noqa: N803
        """One sparse row a text: groups, groups at the end, terms."""
        texts = texts_of(X)
        weight = self._weights()
        found = self._raised(texts)
        key = np.unique(found.row * len(weight) + found.flag)
        row, flag = key // len(weight), key % len(weight)
        ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(texts)))])
        return sp.csr_matrix((weight[flag], flag, ends), shape=(len(texts), len(weight)))

    def _weights(self) -> Floats:
        size = len(self.names_)
        return np.concatenate(
            [np.full(size, self.groups), np.full(size, self.tails), np.full(len(self.terms_), self.terms)]
        ).astype(float)

    def _raised(self, texts: list[str]) -> "_Raised":
        """Every flag that weighs anything, with every occurrence of a term that raised it."""
        find, first, owner = _lexicon(tuple(self.terms_), tuple(map(tuple, self.owners_)))
        found, starts = find.find(codes_of(joined(texts))), starts_of(texts)
        row = np.searchsorted(starts, found.start, side="right") - 1
        at, mine = expanded(found.word, first)
        late = found.end[at] > starts[row[at] + 1] - 1 - self.tail
        size = len(self.names_)
        flags = [owner[mine], size + owner[mine[late]], 2 * size + found.word]
        places = [at, at[late], np.arange(len(found.word))]
        flag, place = np.concatenate(flags), np.concatenate(places)
        kept = self._weights()[flag] != 0
        flag, place = flag[kept], place[kept]
        return _Raised(row[place], flag, found.start[place] - row[place], found.end[place] - found.start[place])

    def contributions(self, texts: list[str], coefficients: Floats) -> Floats:
        """Each character's part of the linear score (逐字贡献), text after text.

        A flag's weight goes to the terms that raised it.
        """
        weighted = coefficients * self._weights()
        found = self._raised(texts)
        _, which = np.unique(found.row * len(weighted) + found.flag, return_inverse=True)
        covered = np.bincount(which, weights=found.length)
        return spread(found.start, found.length, weighted[found.flag] / covered[which], sum(map(len, texts)))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Readable names of the flags."""
        tails = [f"{name}@end" for name in self.names_]
        return np.array([*self.names_, *tails, *self.terms_], dtype=object)


class _Raised(NamedTuple):
    """Flags and the occurrences that raised them; ``start`` counts the characters of all texts, none between them."""

    row: Integers
    flag: Integers
    start: Integers
    length: Integers


@lru_cache(maxsize=8)
def _lexicon(terms: tuple[str, ...], owners: tuple[tuple[int, ...], ...]) -> tuple[WordSearch, Integers, Integers]:
    """What finds the terms, and the groups that own them: those of term ``t`` from ``first[t]`` to ``first[t + 1]``."""
    first = np.concatenate([[0], np.cumsum([len(one) for one in owners])]).astype(np.int64)
    return WordSearch(terms), first, np.array([owner for one in owners for owner in one], dtype=np.int64)
