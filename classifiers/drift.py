"""Do the probabilities still hold? (漂移监测): a test martingale over decisions as they come, and a weekly table.

If P(restricted) is right, then u, drawn evenly from [0, 1 − p] for an open item and from [1 − p, 1] for a restricted
one, is uniform, whatever is read first. Against that somebody bets, by the Simple Jumper (Vovk et al., "Retrain or not
retrain: conformal test martingales for change-point detection", 2021). His money stays about 1 as long as it holds;
by Ville's inequality it ever reaches 100 with probability 1 % at most.
"""

import numpy as np

from classifiers.arrays import Floats
from classifiers.calibration import Labels

ALARM, WARNING = 100.0, 20.0
_JUMP = 0.01
_BETS = np.array([-1.0, 0.0, 1.0])


def surprise(probability: Floats, is_restricted: Labels, *, seed: int = 0) -> Floats:
    """The u of each decision (概率积分变换): near 1 for an unexpected restriction, near 0 for an unexpected opening."""
    drawn = np.random.default_rng(seed).uniform(size=len(probability))
    return np.asarray(np.where(is_restricted, 1 - probability * drawn, (1 - probability) * drawn))


def wealth(surprises: Floats) -> Floats:
    """What the gambler owns after each decision, from 1 (检验鞅); large: the probabilities hold no more."""
    share = np.full(len(_BETS), 1 / len(_BETS))
    total, path = 1.0, []
    for each in surprises:
        share = (1 - _JUMP) * share + _JUMP * share.sum() / len(_BETS)
        share = share * (1 + _BETS * (each - 0.5))
        # Kept near one, so that years of decisions neither overflow nor vanish.
        grown = float(share.sum())
        total, share = min(total * grown, 1e12), share / grown
        path.append(total)
    return np.array(path)
