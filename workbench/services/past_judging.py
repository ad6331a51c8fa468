"""What becomes of a past decision (以往结论的取舍): taken, known already, or against another that nobody can order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.vocabulary import Access
from workbench.services.decided_rows import DecidedRow
from workbench.services.past_matching import Matched


@dataclass(frozen=True, slots=True)
class Known:
    """A past decision on a record (已知的以往结论); ``line`` is its row when it stands in the same list."""

    access: Access
    decided_on: date | None
    key: str
    batch_name: str | None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that did not simply come in (须看的行).

    ``outcome`` is ``duplicate``, ``conflict``, or ``noted`` for one that was taken and wants a look; ``reason`` is
    a text key, ``params`` fill it.
    """

    outcome: str
    reason: str
    row: DecidedRow
    params: Mapping[str, object] = field(default_factory=dict)


Taken = tuple[DecidedRow, Matched]


@dataclass(slots=True)
class Judged:
    """A whole list judged (取舍结果): ``undecided`` rows brought a new record and no decision."""

    findings: list[Finding] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    undecided: int = 0


def judge(row: DecidedRow, access: Access, target: Matched, history: Sequence[Known]) -> Finding | None:
    """What is to be said of one decision (取舍一条); ``None`` when it simply comes in.

    Opposite decisions of different days are a change of mind, the later one counts; of the same day, or of a day
    that nobody wrote down, they contradict each other.
    """
    if any(known.key == row.key for known in history):
        return Finding("duplicate", "known", row, {"record": target.record_id})
    if target.is_live and access is Access.OPEN:
        return Finding("conflict", "live_mark", row)
    opposite = [known for known in history if known.access is not access]
    for known in opposite:
        if known.decided_on is None or row.decided_on is None or known.decided_on == row.decided_on:
            where = {"batch": known.batch_name or "—", "row": known.line or "—"}
            return Finding("conflict", "opposite_file" if known.line else "opposite_home", row, where)
    if target.decided_in is not None:
        if target.access is not access:
            return Finding("noted", "opposite_here", row, {"batch": target.decided_in})
    elif target.batch_id is not None:
        return Finding("noted", "on_roster", row, {"batch": target.batch_id})
    if opposite:
        return Finding("noted", "overturned", row, {"batch": opposite[-1].batch_name or "—"})
    return None
