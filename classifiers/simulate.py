"""Replay of a reading (回放): in what order would the learner have shown the pile, and what would that have saved?

The loop: learn from what was read, with some unread rows presumed irrelevant; show the likeliest; read them;
learn again when the pile read has grown by a tenth. Few re-trains cost hardly any order (``docs/benchmarks.md``).
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from classifiers.calibration import Labels
from classifiers.ngrams import Floats, HashedNgrams, Integers
from classifiers.words import dictionary_words
from models.errors import LearnerError
from models.text import plain

GROWTH = 0.1
PRESUMED = 100
COST = 0.3

_HAN = re.compile(r"[一-龥]")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay showed (回放结果): ``order`` holds row numbers without the priors, the others are shares."""

    order: list[int]
    loss: float
    recall_at_10: float
    wss95: float
    n95: float
    n100: float
    retrains: int

    def to_dict(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)


def views(texts: list[str]) -> list[sp.csr_matrix]:
    """Two ways to see the texts (两种视角): words, and characters; for Chinese by dictionary and by n-grams."""
    if sum(1 for text in texts if _HAN.search(text)) * 2 > len(texts):
        folded = [plain(text) for text in texts]
        words = TfidfVectorizer(analyzer=dictionary_words, sublinear_tf=True)
        return [words.fit_transform(folded), HashedNgrams(1, 3).fit(folded).transform(folded)]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english", max_df=0.9)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return [words.fit_transform(texts), characters.fit_transform(texts)]


def replay(texts: list[str], is_relevant: Labels, priors: list[int], *, seed: int) -> Replay:
    """Replay a reading from given first rows (回放); the same seed gives the same order.

    Raises
    ------
    LearnerError
        ``classifier.bad_priors`` unless the priors hold at least one relevant and one irrelevant row of the file.
    """
    if not all(0 <= row < len(texts) for row in priors) or len({bool(is_relevant[row]) for row in priors}) < 2:
        raise LearnerError("classifier.bad_priors", rows=len(texts))
    columns = views(texts)
    read = np.zeros(len(texts), dtype=bool)
    read[priors] = True
    generator = np.random.default_rng(seed)
    order: list[int] = []
    retrains = 0
    while not read.all():
        scores = sum(_standardised(_scores(rows, is_relevant, read, generator)) for rows in columns)
        scores = np.where(read, -np.inf, scores)
        retrains += 1
        wanted = min(max(1, int(GROWTH * len(order))), int((~read).sum()))
        shown = np.argsort(-scores, kind="stable")[:wanted]
        order.extend(int(row) for row in shown)
        read[shown] = True
    return _figures(order, is_relevant[np.array(order, dtype=np.int64)], retrains)


def _scores(rows: sp.csr_matrix, is_relevant: Labels, read: Labels, generator: np.random.Generator) -> Floats:
    unread = np.flatnonzero(~read)
    presumed = generator.choice(unread, min(PRESUMED, len(unread)), replace=False)
    known = np.flatnonzero(read)
    learned: Integers = np.concatenate([known, presumed])
    truth: npt.NDArray[np.bool_] = np.concatenate([is_relevant[known], np.zeros(len(presumed), dtype=bool)])
    weight = np.where(truth, (~truth).sum() / truth.sum(), 1.0)
    return np.asarray(LinearSVC(C=COST).fit(rows[learned], truth, sample_weight=weight).decision_function(rows))


def _standardised(scores: Floats) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() or 1.0))


def _figures(order: list[int], relevant: Labels, retrains: int) -> Replay:
    """Figures of an order. ``loss`` is the area lost against a perfect order, 0 best, 1 worst."""
    total, pile = int(relevant.sum()), len(relevant)
    if total in (0, pile):
        return Replay(order, 0.0, 1.0, 0.0, 0.0, 0.0, retrains)
    found = np.cumsum(relevant)
    best = total * pile - total * (total - 1) / 2
    n95 = (int(np.searchsorted(found, np.ceil(0.95 * total - 1e-9))) + 1) / pile
    return Replay(
        order=order,
        loss=float((best - found.sum()) / (total * (pile - total))),
        recall_at_10=float(found[max(1, round(0.1 * pile)) - 1] / total),
        wss95=0.95 - n95,
        n95=n95,
        n100=(int(np.searchsorted(found, total)) + 1) / pile,
        retrains=retrains,
    )
