"""Replay of a reading (回放): in what order would the learner have shown the pile, and what would that have saved?

The loop: learn from what was read, show the likeliest rows, read them, learn again when the pile read has grown by a
tenth, and at most once for ten rows of the pile. Few re-trains cost hardly any order.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from classifiers.calibration import Labels
from classifiers.likeness import Likeness, likenesses
from classifiers.reading import Reader
from models.errors import LearnerError

GROWTH = 0.1
ROWS_A_RETRAIN, FEWEST_RETRAINS = 10, 5


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


def replay(
    texts: list[str], is_relevant: Labels, priors: list[int], *, seed: int, ways: Sequence[Likeness] | None = None
) -> Replay:
    """Replay a reading from given first rows (回放); the same seed gives the same order.

    ``seed`` only orders rows of equal score. ``ways`` of seeing the texts may be given, so that several replays of
    one pile compare its texts once.

    Raises
    ------
    LearnerError
        ``classifier.bad_priors`` unless the priors hold at least one relevant and one irrelevant row of the file.
    """
    if not all(0 <= row < len(texts) for row in priors) or len({bool(is_relevant[row]) for row in priors}) < 2:
        raise LearnerError("classifier.bad_priors", rows=len(texts))
    read = np.zeros(len(texts), dtype=bool)
    read[priors] = True
    ties = np.random.default_rng(seed).uniform(0, 1e-9, len(texts))
    order: list[int] = []
    portions, reader = portions_of(int((~read).sum())), Reader(likenesses(texts) if ways is None else ways, len(texts))
    for portion in portions:
        scores = np.where(read, -np.inf, reader.scores(is_relevant & read, read) + ties)
        shown = np.argsort(-scores, kind="stable")[:portion]
        order.extend(int(row) for row in shown)
        read[shown] = True
    return figures(order, is_relevant[np.array(order, dtype=np.int64)], len(portions))


def portions_of(pile: int) -> list[int]:
    """How many rows are read between two re-trains (每次再训练之间读几条): one, then a growing part of what was read.

    At most one portion for ``ROWS_A_RETRAIN`` rows, so a small pile is read in portions that grow faster; a few are
    allowed to any pile.
    """
    most = max(FEWEST_RETRAINS, pile // ROWS_A_RETRAIN)
    growth = GROWTH
    while len(portions := _growing(pile, growth)) > most:
        growth *= 1.1
    return portions


def _growing(pile: int, growth: float) -> list[int]:
    portions: list[int] = []
    done = 0
    while done < pile:
        portions.append(min(max(1, int(growth * done)), pile - done))
        done += portions[-1]
    return portions


def figures(order: list[int], relevant: Labels, retrains: int) -> Replay:
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
