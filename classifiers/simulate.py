"""Replay of a reading (回放): in what order would the learner have shown the pile, and what would that have saved?

The loop: learn from what was read, with the unread presumed irrelevant at a tenth of the weight; show the
likeliest; read them; learn again when the pile read has grown by a tenth. Few re-trains cost hardly any order.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier

from classifiers.calibration import Labels
from classifiers.ngrams import Floats, HashedNgrams
from classifiers.words import dictionary_words
from models.errors import LearnerError
from models.text import plain

GROWTH = 0.1
PRESUMED = 0.1
ALPHA = 10.0

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
    """How the texts are seen (视角): by words and pairs of words; Chinese by dictionary words and by n-grams."""
    if sum(1 for text in texts if _HAN.search(text)) * 2 > len(texts):
        folded = [plain(text) for text in texts]
        words = TfidfVectorizer(analyzer=dictionary_words, sublinear_tf=True)
        return [words.fit_transform(folded), HashedNgrams(1, 3).fit(folded).transform(folded)]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english", max_df=0.9)
    return [words.fit_transform(texts)]


def replay(texts: list[str], is_relevant: Labels, priors: list[int], *, seed: int) -> Replay:
    """Replay a reading from given first rows (回放); the same seed gives the same order.

    ``seed`` only orders rows of equal score.

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
    ties = np.random.default_rng(seed).uniform(0, 1e-9, len(texts))
    order: list[int] = []
    retrains = 0
    while not read.all():
        scores = sum(_standardised(_scores(rows, is_relevant, read)) for rows in columns)
        scores = np.where(read, -np.inf, scores + ties)
        retrains += 1
        wanted = min(max(1, int(GROWTH * len(order))), int((~read).sum()))
        shown = np.argsort(-scores, kind="stable")[:wanted]
        order.extend(int(row) for row in shown)
        read[shown] = True
    return _figures(order, is_relevant[np.array(order, dtype=np.int64)], retrains)


def _scores(rows: sp.csr_matrix, is_relevant: Labels, read: Labels) -> Floats:
    truth = is_relevant & read
    weight = np.where(read, 1.0, PRESUMED)
    weight[truth] = weight[~truth].sum() / truth.sum()
    learner = RidgeClassifier(alpha=ALPHA, solver="sparse_cg", tol=1e-2)
    return np.asarray(learner.fit(rows, truth, sample_weight=weight / weight.mean()).decision_function(rows))


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
