"""What to read next (阅读次序): pure ranking of unread items; who reads, and what becomes of it, is not its matter.

A family (the items of one volume) is read together and stands where its strongest item would. Into the ranking a
random share is woven at fixed intervals: what is drawn there is a fair sample of the pile, whatever the learner thinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.arrays import Floats, Integers

UNKNOWN = 0.5
"""Chance of a restriction for an item that no classifier has scored: it is not put off as if it were harmless."""
FADING = 0.5
"""What one more item of the same likeness still teaches, beside the one before it."""

SEED, DRAWN, RANKED = "seed", "drawn", "ranked"


@dataclass(frozen=True, slots=True)
class Order:
    """Row numbers in reading order, and of each place why it is there: ``seed``, ``drawn`` or ``ranked`` (次序)."""

    rows: Integers
    why: npt.NDArray[np.str_]


def risk(probability: Floats, leans: npt.NDArray[np.bool_]) -> Floats:
    """How likely each item is restricted (延期可能): what leans to restriction, by a rule too, goes before the rest."""
    return np.asarray(np.where(np.isnan(probability), UNKNOWN, probability) + leans)


def information(probability: Floats, likeness: Integers) -> Floats:
    """How much each item would teach (信息量): the entropy of its chance, fading with each like item before it.

    ``likeness`` numbers groups of near-duplicates, −1 for an item without a like. Entropy in bits, 0 to 1.
    """
    chance = np.clip(np.where(np.isnan(probability), UNKNOWN, probability), 1e-9, 1 - 1e-9)
    entropy = -(chance * np.log2(chance) + (1 - chance) * np.log2(1 - chance))
    return np.asarray(entropy * FADING ** _earlier(entropy, likeness))


def _earlier(value: Floats, likeness: Integers) -> Integers:
    """For each item, how many of its group have a higher value (ties: an earlier row)."""
    order = np.lexsort((np.arange(len(value)), -value, likeness))
    grouped = likeness[order]
    starts = np.flatnonzero(np.append(True, grouped[1:] != grouped[:-1])) if len(order) else np.zeros(0, dtype=np.int64)
    within = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    earlier = np.zeros(len(value), dtype=np.int64)
    earlier[order] = np.where(grouped < 0, 0, within)
    return earlier


def arrange(
    value: Floats, families: Integers, *, seeds: Sequence[int] = (), random_share: float = 0.0, seed: int = 0
) -> Order:
    """Items by falling value, families together, a random share woven in (排定次序).

    ``families`` numbers the family of each row; rows of one family keep their own order. ``seeds`` are rows to be
    read first, with their families, in the order given. Every ``1 / random_share``-th turn is a family's that
    ``seed`` drew from the pile. The same arguments give the same order.
    """
    number = np.unique(families, return_inverse=True)[1]
    members = np.split(np.argsort(number, kind="stable"), np.cumsum(np.bincount(number))[:-1]) if len(number) else []
    strongest = np.full(len(members), -np.inf)
    np.maximum.at(strongest, number, value)
    # Families of equal value keep the order in which their first items stand on the roster.
    ranked = np.lexsort(([family[0] for family in members], -strongest))
    drawn = np.random.default_rng(seed).permutation(len(members))
    placed = np.zeros(len(members), dtype=bool)
    parts: list[Integers] = []
    why: list[str] = []

    def put(family: int, reason: str) -> None:
        placed[family] = True
        parts.append(members[family])
        why.extend([reason] * len(members[family]))

    for row in seeds:
        if not placed[number[row]]:
            put(int(number[row]), SEED)
    # The lot is cast beforehand: what it names waits for its turn, so that it is a sample of the whole pile.
    free = drawn[~placed[drawn]]
    turns = np.diff(np.floor(np.arange(len(free) + 1) * random_share + 1e-9)) > 0
    lot = free[: int(turns.sum())]
    is_cast = np.isin(ranked, lot)
    best, cast = iter(ranked[~placed[ranked] & ~is_cast].tolist()), iter(lot.tolist())
    for is_drawn in turns:
        put(next(cast if is_drawn else best), DRAWN if is_drawn else RANKED)
    rows = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    return Order(rows, np.array(why, dtype=str))
