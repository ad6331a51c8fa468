"""Concepts in a title (概念特征): which of our word groups a text touches, where, and whether at its end.

Few labelled rows meet few words; a word group lets the learner carry over what 处分 taught it to 记过. The
groups are knowledge about *kinds of documents and of harm*, not about who is right; their weights are learned.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Self

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import yaml
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.ngrams import Floats, texts_of
from models.text import plain

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
        size = len(self.names_)
        columns: list[int] = []
        ends = [0]
        for text, found in zip(texts, self._found(texts), strict=True):
            late = len(text) - self.tail
            flags: set[int] = set()
            for term, _, end in found:
                flags.update(self.owners_[term])
                if end > late:
                    flags.update(size + owner for owner in self.owners_[term])
                flags.add(2 * size + term)
            columns.extend(flags)
            ends.append(len(columns))
        weight = self._weights()
        index = np.array(columns, dtype=np.int64)
        rows = sp.csr_matrix((weight[index], index, np.array(ends)), shape=(len(texts), len(weight)))
        rows.sort_indices()
        rows.eliminate_zeros()
        return rows

    def _weights(self) -> Floats:
        size = len(self.names_)
        return np.concatenate(
            [np.full(size, self.groups), np.full(size, self.tails), np.full(len(self.terms_), self.terms)]
        ).astype(float)

    def _found(self, texts: list[str]) -> Iterable[list[tuple[int, int, int]]]:
        find = _automaton(tuple(self.terms_)).find_matches_as_indexes
        return (find(text, overlapping=True) if text else [] for text in texts)

    def contributions(self, texts: list[str], coefficients: Floats) -> list[Floats]:
        """Each character's part of the linear score (逐字贡献): a flag's weight goes to the terms that raised it."""
        size = len(self.names_)
        weighted = coefficients * self._weights()
        parts = []
        for text, found in zip(texts, self._found(texts), strict=True):
            part = np.zeros(len(text))
            raised: dict[int, list[tuple[int, int]]] = {}
            late = len(text) - self.tail
            for term, start, end in found:
                flags = [2 * size + term, *self.owners_[term]]
                if end > late:
                    flags.extend(size + owner for owner in self.owners_[term])
                for flag in flags:
                    raised.setdefault(flag, []).append((start, end))
            for flag, spans in raised.items():
                covered = sum(end - start for start, end in spans)
                for start, end in spans:
                    part[start:end] += weighted[flag] / covered
            parts.append(part)
        return parts

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Readable names of the flags."""
        tails = [f"{name}@end" for name in self.names_]
        return np.array([*self.names_, *tails, *self.terms_], dtype=object)


@lru_cache(maxsize=8)
def _automaton(terms: tuple[str, ...]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(list(terms))
