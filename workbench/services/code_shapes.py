"""How the codes of a file are built (档号规律), and which of them lost their leading zeros.

A shape is the code with its digits blotted out: ``X043-1-0012-0007`` → ``X###-#-####-####``; a family of shapes
differs only in the widths. Where nearly all codes of a family keep a number at one width, and pad it with zeros to
that width, a shorter one was eaten by a spreadsheet.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

_BLOT = str.maketrans("0123456789", "##########")
_RUN = re.compile("#+")
_DIGITS = re.compile("[0-9]+")
_FEWEST, _SHARE = 10, 0.9
_LOOKED_AT = 200  # codes of one shape in which padding is looked for


class CodeShapes:
    """The shapes of a file's codes (档号规律): made of all of them, then asked about each."""

    def __init__(self, codes: Iterable[str]) -> None:
        shapes: Counter[str] = Counter()
        padded: dict[tuple[str, int], set[int]] = defaultdict(set)
        for code in codes:
            shape = code.translate(_BLOT)
            shapes[shape] += 1
            if shapes[shape] <= _LOOKED_AT:
                for place, run in enumerate(_RUN.finditer(shape)):
                    if code[run.start()] == "0":
                        padded[_RUN.sub("#", shape), place].add(len(run[0]))
        self._usual = _usual_widths(shapes, padded)
        self._short = _short_shapes(shapes, self._usual)

    def lost_zeros(self, code: str) -> bool:
        """Whether a number in this code is shorter than its place is wide."""
        return bool(self._short) and code.translate(_BLOT) in self._short

    def restored(self, code: str) -> str:
        """The code with each number filled up to the width of its place (补零后的档号)."""
        family = _RUN.sub("#", code.translate(_BLOT))
        places = iter(range(len(code)))
        return _DIGITS.sub(lambda run: run[0].zfill(self._usual.get((family, next(places)), 0)), code)


def _usual_widths(shapes: Counter[str], padded: dict[tuple[str, int], set[int]]) -> dict[tuple[str, int], int]:
    """The width at which nearly all codes of a family keep a number, where it is kept by zeros."""
    widths: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
    for shape, count in shapes.items():
        for place, run in enumerate(_RUN.findall(shape)):
            widths[_RUN.sub("#", shape), place][len(run)] += count
    usual: dict[tuple[str, int], int] = {}
    for key, seen in widths.items():
        width, count = seen.most_common(1)[0]
        if count >= _FEWEST and count >= _SHARE * seen.total() and width in padded.get(key, ()):
            usual[key] = width
    return usual


def _short_shapes(shapes: Counter[str], usual: dict[tuple[str, int], int]) -> frozenset[str]:
    return frozenset(
        shape
        for shape in shapes
        for place, run in enumerate(_RUN.findall(shape))
        if len(run) < usual.get((_RUN.sub("#", shape), place), 0)
    )
