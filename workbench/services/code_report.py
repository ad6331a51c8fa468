"""What the codes of each fonds look like (档号检查): patterns, odd ones, gaps in runs, codes that mean the same.

Everything here is shown and nothing is changed: a gap may be a lost row or an item that was never there.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import Session

from workbench.queries import codes
from workbench.queries.codes import CodeRow

_BLOT = str.maketrans("0123456789", "##########")
_RUN = re.compile("#+")
_DIGITS = re.compile("[0-9]+")
_LAST = re.compile(r"([0-9]+)[^0-9]*$")
_JOINTS = re.compile(r"[\s·・•.．—–\-－_/]+")
_SHOWN = 20
_ODD_SHARE, _MAIN_SHARE = 0.02, 0.8
_SHORTEST_RUN = 3


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which codes of a fonds are built (档号模式): ``#`` is a digit; widths as most codes have them."""

    shape: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that a run lacks (断号): ``missing`` as spans 3, 7–9 of the run that begins with ``prefix``."""

    prefix: str
    first: str
    last: str
    missing: list[str]
    count: int


@dataclass(slots=True)
class FondsCodes:
    """The codes of one fonds (全宗档号情况)."""

    fonds_key: str
    fonds: str | None
    records: int
    generated: int
    patterns: list[Pattern] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    odd_count: int = 0
    gaps: list[Gap] = field(default_factory=list)
    missing: int = 0
    alike: list[list[str]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def report(session: Session, fonds: Sequence[str] = ()) -> list[FondsCodes]:
    """Look at the codes of every fonds, or of the named ones (档号检查)."""
    found = [examine(key, rows) for key, rows in codes.by_fonds(session, fonds)]
    seen: dict[str, str] = {}
    twice: defaultdict[str, list[str]] = defaultdict(list)
    for key, rows in codes.by_fonds(session):
        for row in rows:
            if not row.is_generated and seen.setdefault(row.code, key) != key:
                twice[key].append(row.code)
                twice[seen[row.code]].append(row.code)
    for each in found:
        each.elsewhere = sorted(set(twice.get(each.fonds_key, ())))[:_SHOWN]
    return found


def examine(key: str, rows: Sequence[CodeRow]) -> FondsCodes:
    """Look at the codes of one fonds (检查一个全宗的档号)."""
    written = [row.code for row in rows if not row.is_generated]
    fonds = next((row.fonds for row in rows if row.fonds), None)
    made = FondsCodes(key, fonds, len(rows), len(rows) - len(written))
    made.patterns, odd = _patterns(written)
    made.odd, made.odd_count = odd[:_SHOWN], len(odd)
    gaps = list(_gaps(written))
    made.gaps, made.missing = sorted(gaps, key=lambda gap: -gap.count)[:_SHOWN], sum(gap.count for gap in gaps)
    made.alike = _alike(written)
    return made


def _patterns(written: Sequence[str]) -> tuple[list[Pattern], list[str]]:
    """Families of shapes, the commonest first; codes of rare families beside a main one are odd."""
    shapes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for code in written:
        shape = code.translate(_BLOT)
        family = _RUN.sub("#", shape)
        shapes[family][shape] += 1
        members[family].append(code)
    ranked = sorted(shapes, key=lambda family: -len(members[family]))
    main = len(members[ranked[0]]) / len(written) if written else 0.0
    rare = [
        family for family in ranked[1:]
        if main >= _MAIN_SHARE and len(members[family]) <= max(1, _ODD_SHARE * len(written))
    ]  # fmt: skip
    patterns = [
        Pattern(shapes[family].most_common(1)[0][0], len(members[family]), members[family][0])
        for family in ranked
        if family not in rare
    ]
    return patterns[:_SHOWN], [code for family in rare for code in members[family]]


def _gaps(written: Sequence[str]) -> Iterator[Gap]:
    """Runs that lack numbers; where more lack than are there, the last number is no running one (页号, say)."""
    runs: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for code in written:
        if last := _LAST.search(code):
            runs[code[: last.start()], code[last.end(1) :]][int(last[1])] = last[1]
    for (prefix, suffix), numbers in runs.items():
        if len(numbers) < _SHORTEST_RUN or suffix:
            continue
        low, high = min(numbers), max(numbers)
        begin = 1 if low <= len(numbers) else low
        if high - begin + 1 - len(numbers) > len(numbers):
            continue
        missing = [number for number in range(begin, high + 1) if number not in numbers]
        if missing:
            yield Gap(prefix, numbers[low], numbers[high], _spans(missing)[:_SHOWN], len(missing))


def _spans(numbers: Sequence[int]) -> list[str]:
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [str(first) if first == last else f"{first}–{last}" for first, last in spans]


def _alike(written: Sequence[str]) -> list[list[str]]:
    """Codes that differ only in zeros, width or the marks between their parts: perhaps one item twice."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for code in written:
        plain = _JOINTS.sub("-", unicodedata.normalize("NFKC", code)).casefold()
        groups[_DIGITS.sub(lambda run: run[0].lstrip("0") or "0", plain)].append(code)
    return [group for group in groups.values() if len(group) > 1][:_SHOWN]
