"""The opening certificate's arithmetic (开放质量证明), against the published table and by exact recount."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.certificate import confidence_of, draw, key, manifest_digest, plan, seed, upper_bound, verdict
from models.errors import ProcedureError
from models.vocabulary import Access

# Sample size for zero found, 95 % / 99 %, by size of the open pile and limit.
TABLE = {
    500: {0.02: (119, 170), 0.01: (196, 267), 0.005: (316, 392), 0.001: (475, 495)},
    1000: {0.02: (132, 195), 0.01: (238, 341), 0.005: (393, 535), 0.001: (777, 900)},
    2000: {0.02: (140, 211), 0.01: (265, 392), 0.005: (476, 683), 0.001: (1263, 1569)},
    5000: {0.02: (145, 221), 0.01: (284, 430), 0.005: (543, 810), 0.001: (1965, 2678)},
    20000: {0.02: (148, 227), 0.01: (295, 451), 0.005: (584, 890), 0.001: (2658, 3937)},
}
CASES = [(pile, limit, sizes) for pile, row in TABLE.items() for limit, sizes in row.items()]


@pytest.mark.parametrize(("pile", "limit", "sizes"), CASES)
def test_sample_sizes_are_those_of_the_table(pile: int, limit: float, sizes: tuple[int, int]) -> None:
    assert tuple(plan(pile, limit=limit, confidence=sure).n for sure in (0.95, 0.99)) == sizes


@pytest.mark.parametrize(
    ("allow", "n", "power"), [(0, 584, 0.553), (1, 921, 0.766), (2, 1219, 0.881), (3, 1498, 0.942), (4, 1765, 0.973)]
)
def test_the_chance_that_a_good_batch_passes_is_told(allow: int, n: int, power: float) -> None:
    made = plan(20000, limit=0.005, confidence=0.95, allow=allow, true_leak=0.001)
    assert (made.n, round(made.power, 3)) == (n, power)


def exact_cdf(k: int, pile: int, bad: int, n: int) -> float:
    ways = sum(math.comb(bad, found) * math.comb(pile - bad, n - found) for found in range(k + 1) if found <= bad)
    return ways / math.comb(pile, n)


@given(st.data())
def test_the_bound_is_the_largest_number_that_the_finding_leaves_possible(data: st.DataObject) -> None:
    pile = data.draw(st.integers(1, 200))
    n = data.draw(st.integers(1, pile))
    k = data.draw(st.integers(0, min(n, 4)))
    bound = upper_bound(pile, n, k, confidence=0.95)
    possible = [bad for bad in range(k, pile - (n - k) + 1) if exact_cdf(k, pile, bad, n) > 0.05 + 1e-12]
    assert bound == (max(possible) if possible else k)


@given(st.integers(1, 3000), st.sampled_from([0.001, 0.005, 0.01, 0.02, 0.1]), st.sampled_from([0.9, 0.95, 0.99]))
def test_a_clean_sample_of_the_planned_size_proves_the_limit_and_a_smaller_one_does_not(
    pile: int, limit: float, sure: float
) -> None:
    n = plan(pile, limit=limit, confidence=sure).n
    assert upper_bound(pile, n, 0, confidence=sure) <= limit * pile + 1e-9
    if n > 1:
        assert upper_bound(pile, n - 1, 0, confidence=sure) > limit * pile


def test_what_cannot_be_proved_is_refused() -> None:
    with pytest.raises(ProcedureError, match=r"certificate\.unprovable"):
        plan(100, limit=0.005, confidence=0.95, allow=1)
    with pytest.raises(ProcedureError, match=r"certificate\.out_of_range"):
        plan(100, limit=0, confidence=0.95)


def test_trying_again_costs_confidence() -> None:
    assert [round(confidence_of(attempt, 0.95), 4) for attempt in (1, 2, 5)] == [0.95, 0.975, 0.99]


def test_the_draw_is_the_same_for_everybody_and_does_not_hang_on_the_order_of_the_list() -> None:
    marks = [key("ab" * 32, str(at)) for at in range(1000)]
    chosen = {marks[at] for at in draw(marks, 50, seed(manifest_digest(marks), "2026-11-24"))}
    turned = marks[::-1]
    assert manifest_digest(turned) == manifest_digest(marks)
    assert {turned[at] for at in draw(turned, 50, seed(manifest_digest(turned), "2026-11-24"))} == chosen
    assert {marks[at] for at in draw(marks, 50, seed(manifest_digest(marks), "2026-11-25"))} != chosen


def test_every_item_has_the_same_chance_to_be_drawn() -> None:
    marks = [key("cd" * 32, str(at)) for at in range(40)]
    counts = [0] * 40
    for turn in range(2000):
        for at in draw(marks, 10, seed("manifest", str(turn))):
            counts[at] += 1
    assert sum((count - 500) ** 2 / 375 for count in counts) < 73, "chi-squared of 39 degrees, one in a thousand"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", None),
        ("o", None),
        ("oo", "open"),
        ("rr", "restricted"),
        ("or", None),
        ("orr", "restricted"),
        ("roo", "open"),
    ],
)
def test_two_that_agree_decide_else_the_third(said: str, found: str | None) -> None:
    readings = [Access.OPEN if letter == "o" else Access.RESTRICTED for letter in said]
    assert verdict(readings) == (Access(found) if found else None)
