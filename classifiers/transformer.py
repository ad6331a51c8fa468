"""A transformer beside the linear classifier (变换器分类器): it reads again what the linear one is unsure of.

The linear classifier scores every row; only rows between ``band`` go to the fine-tuned encoder, and a logistic
stack with weights that are never negative joins the two. All of it is fitted on rows that the part in question
did not learn from, so that held-out probabilities stay honest and thresholds may be certified on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from classifiers import encoder
from classifiers.arrays import Floats, Integers
from classifiers.calibration import Labels, held_out_folds
from classifiers.encoder import Rows, Tuning
from classifiers.evaluate import area
from classifiers.exported import ExportedEncoder, export, quantised
from classifiers.linear import CLASSES, CalibratedLinear, linear, numbered
from classifiers.ngrams import texts_of
from classifiers.stacking import joined, log_odds, weights
from models.vocabulary import Access

STOPPING_SHARE = 0.1
LOST_AUC, MOVED = 0.002, 0.05
"""Eight bits are kept when they cost at most this much AUC and move scores by at most this share of their spread."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One call of ``fit``, row by row (一次训练)."""

    texts: Sequence[str]
    is_restricted: Labels
    weight: Floats
    group: Integers
    real: Integers

    def rows(self, at: Integers, seed: int) -> Rows:
        """These rows as the encoder learns them, a tenth of the real ones (whole groups) kept to say when to stop."""
        real = np.flatnonzero(np.isin(at, self.real))
        stops = _stopping(self.is_restricted[at[real]], self.group[at[real]], seed)
        return Rows([self.texts[row] for row in at], self.is_restricted[at], self.weight[at], real[stops])


class TransformerClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Linear first, a fine-tuned local encoder on the uncertain band, stacked (变换器分类器).

    ``checkpoint`` is a folder with a Chinese encoder; ``band`` holds two probabilities of the linear classifier;
    ``work`` is a folder where an interrupted fit leaves its state and finds it again.
    """

    def __init__(
        self, first: CalibratedLinear, checkpoint: str | None = None, band: tuple[float, float] = (0.02, 0.9),
        folds: int = 3, longest: int = 64, epochs: int = 4, patience: int = 1, rows: int = 32, rate: float = 5e-5,
        random_state: int = 0, work: str | None = None,
    ) -> None:  # fmt: skip
        self.first = first
        self.checkpoint = checkpoint
        self.band = band
        self.folds = folds
        self.longest = longest
        self.epochs = epochs
        self.patience = patience
        self.rows = rows
        self.rate = rate
        self.random_state = random_state
        self.work = work

    def fit(
        self,
        X: pd.DataFrame,  # noqa: N803
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
        judged: npt.ArrayLike | None = None,
        grounds: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from labelled records (训练); arguments as ``CalibratedLinear.fit``.

        Raises
        ------
        LearnerError
            As ``CalibratedLinear.fit`` and ``network.open_checkpoint``.
        """
        folder = encoder.require(self.checkpoint)
        self.first_ = clone(self.first).fit(X, y, groups, sample_weight, judged, grounds)
        self.classes_ = CLASSES.copy()
        count = len(X)
        real = np.flatnonzero(np.ones(count, bool) if judged is None else np.asarray(judged, dtype=bool))
        lesson = _Lesson(
            texts_of(X["text"]),
            np.asarray(y, dtype=str) == Access.RESTRICTED.value,
            np.ones(count) if sample_weight is None else np.asarray(sample_weight, dtype=float),
            np.zeros(count, dtype=np.int64) if groups is None else numbered(groups),
            real,
        )
        digest = encoder.digest_of(folder)
        stacked = self._stack(lesson, digest)
        network, cutter, rows = self._tuned(lesson, np.arange(count), digest)
        self.encoder_, held = _smallest_that_holds(network, cutter, self.longest, rows)
        self.learned_ = {"checkpoint": folder.name, "checkpoint_digest": digest, **held, **stacked}
        self._clear()
        return self

    def _stack(self, lesson: _Lesson, digest: str) -> dict[str, Any]:
        """Held-out scores of both, and how much each counts (堆叠); gives what was measured.

        Every fold is judged by what it did not teach.
        """
        real, first = lesson.real, log_odds(self.first_.held_out_)
        always = np.setdiff1d(np.arange(len(lesson.texts)), real)
        second, fold = np.zeros(len(real)), np.zeros(len(real), dtype=np.int64)
        parts = held_out_folds(lesson.is_restricted[real], lesson.group[real], most=self.folds)
        for number, (learn, judge) in enumerate(parts):
            network, cutter, _ = self._tuned(lesson, np.concatenate([real[learn], always]), digest)
            second[judge], fold[judge] = _scored(network, cutter, [lesson.texts[row] for row in real[judge]],
                                                 self.longest), number  # fmt: skip
        unsure = self._is_unsure(self.first_.held_out_)
        truth = lesson.is_restricted[real]
        self.held_out_ = self.first_.held_out_.copy()
        for number in np.unique(fold):
            mine, others = unsure & (fold == number), unsure & (fold != number)
            self.held_out_[mine] = joined(first[mine], second[mine], weights(first, second, truth, others))
        self.stack_ = weights(first, second, truth, unsure)
        return {
            "stack": [round(float(part), 4) for part in self.stack_], "in_band": int(unsure.sum()),
            "auc_first": _area(truth, self.first_.held_out_), "auc_stacked": _area(truth, self.held_out_),
            "auc_band_first": _area(truth[unsure], first[unsure]),
            "auc_band_stacked": _area(truth[unsure], self.held_out_[unsure]),
        }  # fmt: skip

    def _tuned(self, lesson: _Lesson, at: Integers, digest: str) -> tuple[Any, Any, Rows]:
        from classifiers.network import Run, open_checkpoint, seeded

        rows = lesson.rows(at, self.random_state)
        tuning = Tuning(
            str(self.checkpoint), self.longest, self.epochs, self.patience, self.rows, self.rate, self.random_state
        )
        place = Path(self.work) / encoder.key_of(rows, tuning, digest) if self.work else None
        with seeded(self.random_state):
            cutter, network = open_checkpoint(tuning.checkpoint)
        return Run(network, cutter, rows, tuning, place).learn(), cutter, rows

    def _clear(self) -> None:
        """The fit is whole: what an interruption would have needed goes."""
        if self.work and Path(self.work).is_dir():
            for file in Path(self.work).glob("*/state.pt"):
                file.unlink()
                file.parent.rmdir()

    def _is_unsure(self, probability: Floats) -> Labels:
        return np.asarray((probability >= self.band[0]) & (probability <= self.band[1]))

    def predict_proba(self, X: pd.DataFrame) -> Floats:  # noqa: N803
        """Columns P(open), P(restricted) (校准概率); the encoder reads only the uncertain band."""
        found = np.asarray(self.first_.predict_proba(X))
        restricted = found[:, 1].copy() if len(found) else np.zeros(0)
        unsure = np.flatnonzero(self._is_unsure(restricted))
        if len(unsure):
            texts = texts_of(X["text"])
            second = self.encoder_.score([texts[row] for row in unsure])
            restricted[unsure] = joined(log_odds(restricted[unsure]), second, self.stack_)
        return np.column_stack([1 - restricted, restricted])

    def decision_function(self, X: pd.DataFrame) -> Floats:  # noqa: N803
        """Log-odds of restricted (对数几率)."""
        return log_odds(self.predict_proba(X)[:, 1])

    def predict(self, X: pd.DataFrame) -> npt.NDArray[np.str_]:  # noqa: N803
        """The likelier of the two (较可能者); no suggestion is made from this."""
        return np.asarray(self.classes_[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)])

    # The words that are shown come from the linear part, whose share of every score is known.
    @property
    def features_(self) -> Any:
        """The linear part's columns."""
        return self.first_.features_

    @property
    def learner_(self) -> Any:
        """The linear part's coefficients."""
        return self.first_.learner_

    @property
    def slope_(self) -> float:
        """The linear part's calibration."""
        return float(self.first_.slope_)

    def __getstate__(self) -> dict[str, Any]:
        """What is stored: no path of this machine."""
        state: dict[str, Any] = dict(super().__getstate__())
        return {**state, "work": None, "checkpoint": Path(self.checkpoint).name if self.checkpoint else None}


def _stopping(is_restricted: Labels, group: Integers, seed: int) -> Integers:
    """Rows that only say when to stop: whole groups until a tenth is reached, or a tenth of each outcome."""
    drawn = np.random.default_rng(seed)
    wanted = max(2, round(STOPPING_SHARE * len(group)))
    names, sizes = np.unique(group, return_counts=True)
    order = drawn.permutation(len(names))
    taken = names[order[np.cumsum(sizes[order]) <= 2 * wanted]]
    chosen = np.isin(group, taken)
    rest_is_whole = len(np.unique(is_restricted[~chosen])) == 2
    if len(names) > 2 and chosen.sum() >= wanted // 2 and len(np.unique(is_restricted[chosen])) == 2 and rest_is_whole:
        return np.flatnonzero(chosen)
    parts = [np.flatnonzero(is_restricted == outcome) for outcome in (False, True)]
    return np.sort(np.concatenate(
        [drawn.choice(part, max(1, round(STOPPING_SHARE * len(part))), replace=False) for part in parts if len(part)]
    ))  # fmt: skip


def _scored(network: Any, cutter: Any, texts: Sequence[str], longest: int) -> Floats:
    from classifiers.network import scores

    return scores(network, encoder.cut(cutter, texts, longest))


def _smallest_that_holds(network: Any, cutter: Any, longest: int, rows: Rows) -> tuple[ExportedEncoder, dict[str, Any]]:
    """Eight bits where they keep the order of the stopping rows, else full precision; what was measured."""
    whole = export(network, cutter, longest)
    small = quantised(whole)
    texts, truth = [rows.texts[row] for row in rows.stops], rows.is_restricted[rows.stops]
    full, coarse = whole.score(texts), small.score(texts)
    moved = float(np.abs(full - coarse).mean() / (full.std() or 1.0))
    before, after = _area(truth, full), _area(truth, coarse)
    holds = moved <= MOVED and (before is None or after is None or after >= before - LOST_AUC)
    found = {"int8": holds, "auc_full": before, "auc_int8": after, "int8_moved": round(moved, 5)}
    return (small if holds else whole), found


def _area(is_restricted: Labels, score: Floats) -> float | None:
    return round(area(is_restricted, score), 4) if len(np.unique(is_restricted)) == 2 else None


def transformer(checkpoint: str | None = None, **params: Any) -> TransformerClassifier:
    """The default linear classifier with a local encoder behind it (变换器分类器)."""
    return TransformerClassifier(linear(), checkpoint=checkpoint, **params)
