"""Do the probabilities still hold? (漂移监测)."""

import numpy as np

from classifiers.drift import ALARM, surprise, wealth


def decisions(seed: int, count: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities in falling order, as when the risky are read first, and outcomes that follow them, or shifted."""
    drawn = np.random.default_rng(seed)
    probability = np.sort(drawn.beta(0.6, 1.2, count))[::-1]
    return probability, drawn.uniform(size=count) < np.clip(probability + shift, 0, 1)


def test_what_holds_rarely_raises_an_alarm_whatever_is_read_first() -> None:
    alarms = sum(wealth(surprise(*decisions(seed, 800), seed=seed)).max() >= ALARM for seed in range(200))
    assert alarms <= 6, "at most one in a hundred is expected"


def test_a_shift_is_noticed() -> None:
    noticed = sum(wealth(surprise(*decisions(seed, 800, 0.15), seed=seed)).max() >= ALARM for seed in range(40))
    assert noticed >= 36


def test_a_change_in_the_middle_is_noticed_after_it_and_not_before() -> None:
    before, after = decisions(1, 400), decisions(2, 600, -0.2)
    path = wealth(surprise(np.append(before[0], after[0]), np.append(before[1], after[1])))
    assert path[:400].max() < ALARM <= path.max()


def test_surprise_is_even_when_the_probabilities_are_right() -> None:
    found = surprise(*decisions(3, 20_000))
    assert abs(found.mean() - 0.5) < 0.01
    assert np.abs(np.histogram(found, bins=10, range=(0, 1))[0] / 20_000 - 0.1).max() < 0.01
