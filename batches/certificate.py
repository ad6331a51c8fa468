"""The opening certificate (开放质量证明): how many to draw, which, and what the finding proves; exact throughout.

Of M items decided 开放, n are drawn at random and read twice, blind; k restricted ones are found. The bound is
D_U = max{D : HypergeomCDF(k; M, D, n) > α}: with confidence 1 − α no more than D_U of the M are wrongly opened.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.errors import ProcedureError
from models.vocabulary import Access

TRULY_GOOD = 0.2
"""The leak rate of a batch called good, as a share of its limit, where nobody names another: for the chance to pass."""
READERS = 2


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """How many to draw and what it promises (抽检方案).

    ``limit``, ``confidence`` and ``power`` are shares; ``power`` is the chance that a batch whose true leak
    rate is ``true_leak`` passes.
    """

    n: int
    allow: int
    limit: float
    confidence: float
    open: int
    true_leak: float
    power: float


def most(open_pile: int, limit: float) -> int:
    """Most wrongly opened items that the limit lets pass (限内件数): ⌊ε·M⌋."""
    return int(limit * open_pile + 1e-9)


def plan(
    open_pile: int, *, limit: float, confidence: float, allow: int = 0, true_leak: float | None = None
) -> SamplePlan:
    """The smallest sample that proves the limit when at most ``allow`` restricted items are found (抽检方案).

    Raises
    ------
    ProcedureError
        ``certificate.out_of_range`` for shares outside (0, 1) or a negative count; ``certificate.unprovable`` when
        not even reading all of the pile could prove it with that many found.
    """
    truth = TRULY_GOOD * limit if true_leak is None else true_leak
    if open_pile < 0 or allow < 0 or not (0 < limit < 1 and 0 < confidence < 1 and 0 <= truth <= 1):
        raise ProcedureError("certificate.out_of_range")
    if open_pile == 0:
        return SamplePlan(0, allow, limit, confidence, 0, truth, 1.0)
    over = most(open_pile, limit) + 1
    if over <= allow or over > open_pile:
        raise ProcedureError("certificate.unprovable", open=open_pile, allow=allow, limit=limit)
    low, high = allow + 1, open_pile
    while low < high:
        middle = (low + high) // 2
        if _chance_of_at_most(allow, open_pile, over, middle) <= 1 - confidence + 1e-12:
            high = middle
        else:
            low = middle + 1
    power = _chance_of_at_most(allow, open_pile, round(truth * open_pile), low)
    return SamplePlan(low, allow, limit, confidence, open_pile, truth, power)


def _chance_of_at_most(found: int, pile: int, restricted: int, drawn: int) -> float:
    """HypergeomCDF: at most so many of the restricted ones are among those drawn."""
    from scipy.stats import hypergeom  # half a second of loading, which commands that draw nothing need not wait for

    return float(hypergeom.cdf(found, pile, restricted, drawn))


def upper_bound(open_pile: int, n: int, k: int, *, confidence: float) -> int:
    """D_U, the most wrongly opened items that the finding leaves possible (上限件数)."""
    low, high = k, open_pile - (n - k)
    while low < high:
        middle = (low + high + 1) // 2
        if _chance_of_at_most(k, open_pile, middle, n) > 1 - confidence + 1e-12:
            low = middle
        else:
            high = middle - 1
    return low


def confidence_of(attempt: int, confidence: float) -> float:
    """Confidence asked of the r-th sample of a batch (第 r 次抽检的置信度): α/r, for trying again costs."""
    return 1 - (1 - confidence) / attempt


def key(secret: str, line: str) -> str:
    """An item's mark in the manifest (清单标记): keyed, for plain hashes of short titles are guessed in seconds."""
    return hmac.new(bytes.fromhex(secret), line.encode(), hashlib.sha256).hexdigest()


def manifest_digest(marks: Iterable[str]) -> str:
    """Digest of the frozen open pile (清单摘要), whatever the order of its marks."""
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()


def seed(manifest: str, public: str) -> str:
    """Seed of the draw (抽样种子): SHA-256(manifest ‖ public string); nobody can choose it, anyone can repeat it."""
    return hashlib.sha256(f"{manifest}\n{public}".encode()).hexdigest()


def draw(marks: Sequence[str], n: int, seed: str) -> list[int]:
    """Which of the pile are drawn (抽样): the ``n`` places whose SHA-256(seed ‖ mark) comes first."""
    ranked = sorted(range(len(marks)), key=lambda at: hashlib.sha256(f"{seed}\n{marks[at]}".encode()).digest())
    return ranked[:n]


def verdict(readings: Sequence[Access]) -> Access | None:
    """What the readers of one sampled item found (抽检结论): two that agree, else the third decides; ``None`` waits."""
    if len(readings) < READERS:
        return None
    first, second, *others = readings
    if first is second:
        return first
    return others[0] if others else None
