"""What stands beside the words (其他特征): fired rules and detectors, era, marks, the shape of the title."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
import yaml
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.arrays import Floats
from classifiers.ngrams import texts_of
from models.vocabulary import Effect

SHAPES = Path(__file__).with_name("shapes.yaml")
RESTRICTS, CAUTIONS = f"effect:{Effect.RESTRICT.value}", f"effect:{Effect.CAUTION.value}"
RESTRICTED, CAUTIONED = 0.6, 0.4
"""Parts of a rule's voice; rules of both kinds on one title make the whole."""


class TokenFlags(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A column of blank-separated codes → one flag a code that training has met (代码特征), for rule ids."""

    def __init__(self, least: int = 2) -> None:
        self.least = least

    def fit(self, X: Iterable[object], y: object = None) -> Self:  # noqa: N803, ARG002
        """Learn the codes that at least ``least`` rows carry."""
        counts: dict[str, int] = {}
        for text in texts_of(X):
            for code in set(text.split()):
                counts[code] = counts.get(code, 0) + 1
        self.codes_ = sorted(code for code, count in counts.items() if count >= self.least)
        return self

    def transform(self, X: Iterable[object]) -> sp.csr_matrix:  # noqa: N803
        """One sparse row of zeros and ones a text."""
        number = {code: at for at, code in enumerate(self.codes_)}
        columns: list[int] = []
        ends = [0]
        for text in texts_of(X):
            columns.extend(sorted({number[code] for code in text.split() if code in number}))
            ends.append(len(columns))
        # One empty column when training met no code: a block without columns cannot be joined to the others.
        shape = (len(ends) - 1, max(1, len(self.codes_)))
        return sp.csr_matrix((np.ones(len(columns)), np.array(columns, dtype=np.int64), np.array(ends)), shape=shape)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """The codes."""
        return np.array(self.codes_ or ["no_code"], dtype=object)


def rule_voice(codes: Iterable[object]) -> Floats:
    """What fired rules say for restriction, in [0, 1], one number a record (规则之声).

    The measure is fixed and not learned. Learned from catalogues that the rules' authors had in sight, it would come
    out so large that the silence of every rule seemed to prove openness; of titles written apart from the rules they
    stop nine in ten restricted ones, and one open one in ten.
    """
    texts = texts_of(codes)
    said = (RESTRICTED * (RESTRICTS in text) + CAUTIONED * (CAUTIONS in text) for text in texts)
    return np.fromiter(said, dtype=float, count=len(texts))


class TitleFacts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Era, marks, document number and the shape of the title → a few numbers between −2 and 2 (题名形态与年代).

    Reads the columns ``text, year, is_marked, is_numbered``; an unknown year counts as the middle of training.
    """

    def __init__(self) -> None:
        pass

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:  # noqa: N803, ARG002
        """Learn the middle and spread of the years, and take the shapes as they are now."""
        shapes = yaml.safe_load(SHAPES.read_text(encoding="utf-8"))
        self.shapes_, self.patterns_ = list(shapes), list(shapes.values())
        years = X["year"].to_numpy(dtype=float)
        known = years[~np.isnan(years)]
        self.middle_ = float(np.median(known)) if len(known) else 1980.0
        self.spread_ = max(float(np.std(known)), 5.0) if len(known) else 15.0
        return self

    def transform(self, X: pd.DataFrame) -> sp.csr_matrix:  # noqa: N803
        """One row of numbers a record."""
        texts = texts_of(X["text"])
        years = np.nan_to_num(X["year"].to_numpy(dtype=float), nan=self.middle_)
        length = np.fromiter(map(len, texts), dtype=float, count=len(texts))
        facts: list[Floats] = [
            np.clip((years - self.middle_) / self.spread_, -2, 2),
            (years < 1966).astype(float),
            ((years >= 1966) & (years < 1979)).astype(float),
            X["is_marked"].to_numpy(dtype=float),
            X["is_numbered"].to_numpy(dtype=float),
            np.minimum(length / 30, 2),
            (length < 10).astype(float),
        ]
        for pattern in self.patterns_:
            search = re.compile(pattern).search
            facts.append(np.fromiter((search(text) is not None for text in texts), dtype=float, count=len(texts)))
        return sp.csr_matrix(np.column_stack(facts))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Readable names of the numbers."""
        own = ["year", "before_1966", "from_1966_to_1978", "is_marked", "is_numbered", "length", "is_short"]
        return np.array([*own, *self.shapes_], dtype=object)
