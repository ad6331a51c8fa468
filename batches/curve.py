"""The learning curve of an archive's own decisions (学习曲线): what more of them would bring, with intervals."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from batches.features import frame
from batches.lessons import Lesson, restricted
from batches.suggest import Rules
from classifiers import registry
from classifiers.arrays import Floats, Integers
from classifiers.calibration import Labels, held_out_folds
from classifiers.evaluate import auc, coverage_at, rate
from classifiers.linear import numbered
from models.errors import LearnerError

SHARES = (0.125, 0.25, 0.5, 1.0)
FEWEST, MOST = 40, 6000
"""Rows of a point, at least and at most: below nothing is learned, above the curve is flat and costs minutes."""


def learning_curve(lessons: Sequence[Lesson], *, ruleset: Rules, name: str, leak: float) -> list[dict[str, Any]]:
    """Learn from growing parts of the own rows and judge each on a fifth that none of them saw (学习曲线).

    Each point: ``rows``; ``auc``; ``coverage``, the share of judged rows below the threshold at which the learned
    rows, held out, let through ``leak``; and ``leak``, the share of restricted ones among these. Parts and the
    judged fifth are whole groups where there are several. Empty when there are too few rows for any point.
    """
    own = [lesson for lesson in lessons if not lesson.is_past]
    if len(own) < FEWEST:
        return []
    truth, group = restricted(own), numbered([lesson.group for lesson in own])
    try:
        learned, judged = next(iter(held_out_folds(truth, group, most=5)))
    except LearnerError:
        return []
    descriptions = [lesson.description for lesson in own]
    columns = frame(descriptions, ruleset.evidence_many(descriptions))
    points: list[dict[str, Any]] = []
    for share in SHARES:
        part = _part(learned, group, min(int(share * len(learned)), MOST))
        if len(part) < FEWEST or (points and len(part) <= points[-1]["rows"]):
            continue
        pipeline = registry.quick(registry.make(name))
        try:
            pipeline.fit(
                columns.iloc[part], [own[at].access.value for at in part], groups=group[part],
                grounds=[ground.value if (ground := own[at].ground) else "" for at in part],
            )  # fmt: skip
        except LearnerError:
            continue  # one kind of outcome too few in this part; a larger one may do
        probability = pipeline.predict_proba(columns.iloc[judged])[:, 1]
        points.append({"rows": len(part), **_judged(pipeline.held_out_, truth[part], probability, truth[judged], leak)})
    return points


def _part(learned: Integers, group: Integers, wanted: int) -> Integers:
    """About so many rows, group by group in an order drawn once: a smaller part lies inside a larger one."""
    drawn = np.random.default_rng(0)
    rank = drawn.permutation(int(group.max()) + 1)
    within = drawn.permutation(len(group))
    return np.asarray(learned[np.lexsort((within[learned], rank[group[learned]]))][:wanted])


def _judged(
    held_out: Floats, known: Labels, probability: Floats, truth: Labels, leak: float
) -> dict[str, dict[str, Any]]:
    covered = coverage_at(known, held_out, leak)
    threshold = np.sort(held_out)[covered.k] if covered.k < len(held_out) else np.inf
    opened = probability < threshold if covered.k else np.zeros(len(truth), dtype=bool)
    count = int(opened.sum())
    return {
        "auc": auc(truth, probability),
        "coverage": asdict(rate(count, len(truth))),
        "leak": asdict(rate(int((opened & truth).sum()), count)),
    }
