"""The default classifier (线性分类器): n-grams, concepts, rules and facts; ridge; calibrated on held-out groups."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import ColumnTransformer

from classifiers.arrays import Floats, Integers
from classifiers.calibration import Labels, fit_sigmoid, held_out_folds, sigmoid
from classifiers.concepts import ConceptFlags
from classifiers.facts import TitleFacts, TokenFlags, rule_voice
from classifiers.grounds import GroundedRidge
from classifiers.ngrams import HashedNgrams
from classifiers.words import DictionaryWords
from models.errors import LearnerError
from models.vocabulary import Access

CLASSES = np.array([Access.OPEN.value, Access.RESTRICTED.value])
AGENCY_BITS = 14
VOICE = 0.7
"""What rules add to a score whose spread in training is about 1.5; why it is fixed, ``facts.rule_voice`` says."""


def record_features(
    high: int = 3,
    bits: int = 18,
    words: float = 0.6,
    concepts: float = 0.12,
    agency: float = 0.5,
    rules: float = 0.01,
    facts: float = 0.15,
) -> ColumnTransformer:
    """The columns of ``batches.features.frame`` → one sparse row a record (条目特征).

    The weights set how far words, word groups, the agency's own n-grams, fired rules and facts count beside
    the unit-length n-grams of the title. What is *learned* of rules counts little: they were written with some
    of the catalogues in sight, and a learner that leaned on them would trust their silence in a catalogue that
    nobody has seen. ``CalibratedLinear`` adds what they say by a fixed measure instead.
    """
    return ColumnTransformer(
        [
            ("ngrams", HashedNgrams(1, high, bits), "text"),
            ("words", DictionaryWords(), "text"),
            ("concepts", ConceptFlags(), "text"),
            ("agency", ConceptFlags(tails=0.0), "agency"),
            ("agency_ngrams", HashedNgrams(2, 4, AGENCY_BITS), "agency"),
            ("rules", TokenFlags(), "rule_hits"),
            ("facts", TitleFacts(), ["text", "year", "is_marked", "is_numbered"]),
        ],
        transformer_weights={
            "words": words,
            "concepts": concepts,
            "agency": concepts,
            "agency_ngrams": agency,
            "rules": rules,
            "facts": facts,
        },
        sparse_threshold=1.0,
    )


@dataclass(frozen=True)
class _Taught:
    """Rows ready to be learned from."""

    rows: sp.csr_matrix
    is_restricted: Labels
    weight: Floats
    grounds: npt.NDArray[np.str_] | None

    def teach(self, learner: GroundedRidge, at: Integers | slice = slice(None)) -> GroundedRidge:
        grounds = None if self.grounds is None else self.grounds[at]
        return learner.fit(self.rows[at], self.is_restricted[at], self.weight[at], grounds)


class CalibratedLinear(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A linear scorer whose probabilities come from groups it did not learn from (按组留出校准).

    ``fit`` learns once a fold to get honest scores, calibrates on them, then learns from everything.
    ``held_out_`` keeps, for each judged row, its probability from a fold that knew neither the row's
    group nor that group's calibration: thresholds are certified on it. ``voice`` is what rules add to the score.
    """

    def __init__(self, features: ColumnTransformer, learner: GroundedRidge, voice: float = VOICE) -> None:
        self.features = features
        self.learner = learner
        self.voice = voice

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
        judged: npt.ArrayLike | None = None,
        grounds: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from labelled records (训练).

        ``judged`` is true for rows that stand for real ones; the others are only ever learned from, and
        neither calibrate nor certify. ``groups`` are held out whole. ``grounds`` names each restricted row's
        ground, "" where it is open or not known.

        Raises
        ------
        LearnerError
            ``classifier.one_class_only``, ``classifier.too_few``, ``classifier.bad_label``.
        """
        labels = np.asarray(y, dtype=str)
        if not np.isin(labels, CLASSES).all():
            raise LearnerError("classifier.bad_label", labels=", ".join(sorted(set(labels) - set(CLASSES)))[:80])
        is_restricted = labels == Access.RESTRICTED.value
        if len(np.unique(is_restricted)) < 2:
            raise LearnerError("classifier.one_class_only")
        group = np.zeros(len(labels), dtype=np.int64) if groups is None else numbered(groups)
        weight = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        self.classes_ = CLASSES.copy()
        self.features_ = clone(self.features).fit(X)
        rows = sp.csr_matrix(self.features_.transform(X))
        is_judged = np.ones(len(labels), dtype=bool) if judged is None else np.asarray(judged, dtype=bool)
        taught = _Taught(rows, is_restricted, weight, None if grounds is None else np.asarray(grounds, dtype=str))
        scores, fold = self._held_out_scores(taught, group, is_judged)
        scores = scores + self._spoken(X)[is_judged]
        truth, counts = is_restricted[is_judged], weight[is_judged]
        self.slope_, self.offset_ = fit_sigmoid(scores, truth, counts)
        self.held_out_ = _held_out_probabilities(scores, fold, truth, counts)
        self.learner_ = taught.teach(clone(self.learner))
        return self

    def _held_out_scores(self, taught: "_Taught", group: Integers, is_judged: Labels) -> tuple[Floats, Integers]:
        """Scores and fold numbers of the judged rows, in order."""
        scores, fold = np.zeros(len(group)), np.zeros(len(group), dtype=np.int64)
        real, always = np.flatnonzero(is_judged), np.flatnonzero(~is_judged)
        for number, (learn, judge) in enumerate(held_out_folds(taught.is_restricted[real], group[real])):
            learner = taught.teach(clone(self.learner), np.concatenate([real[learn], always]))
            judged = real[judge]
            scores[judged], fold[judged] = learner.decision_function(taught.rows[judged]), number
        return scores[real], fold[real]

    def decision_function(self, X: pd.DataFrame) -> Floats:  # noqa: N803
        """Uncalibrated scores, higher towards restricted (分值)."""
        if len(X) == 0:
            return np.zeros(0)
        learned = self.learner_.decision_function(self.features_.transform(X))
        return np.asarray(learned + self._spoken(X), dtype=float)

    def _spoken(self, X: pd.DataFrame) -> Floats:  # noqa: N803
        # A classifier stored before rules had a voice was calibrated without it.
        return float(getattr(self, "voice", 0.0)) * rule_voice(X["rule_hits"])

    def predict_proba(self, X: pd.DataFrame) -> Floats:  # noqa: N803
        """Columns P(open), P(restricted) (校准概率)."""
        restricted = sigmoid(self.decision_function(X), self.slope_, self.offset_)
        return np.column_stack([1 - restricted, restricted])

    def predict(self, X: pd.DataFrame) -> npt.NDArray[np.str_]:  # noqa: N803
        """The likelier of the two (较可能者); no suggestion is made from this."""
        return np.asarray(self.classes_[(self.decision_function(X) * self.slope_ + self.offset_ >= 0).astype(int)])


def numbered(groups: npt.ArrayLike) -> Integers:
    """Groups as numbers from 0 (分组编号)."""
    return np.unique(np.asarray(groups), return_inverse=True)[1].astype(np.int64)


def _held_out_probabilities(scores: Floats, fold: Integers, is_restricted: Labels, weight: Floats) -> Floats:
    found = np.zeros(len(scores))
    for number in np.unique(fold):
        mine, others = fold == number, fold != number
        source = others if len(np.unique(is_restricted[others])) == 2 else mine
        found[mine] = sigmoid(scores[mine], *fit_sigmoid(scores[source], is_restricted[source], weight[source]))
    return found


def linear(alpha: float = 0.7) -> CalibratedLinear:
    """The default (默认分类器): squared loss on ±1, which ranks few rows of short texts best of what was tried."""
    return CalibratedLinear(record_features(), GroundedRidge(alpha=alpha))
