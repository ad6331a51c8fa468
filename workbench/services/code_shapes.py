"""How the codes of a file are built (档号规律), and which of them lost their leading zeros.

A shape is the code with its numbers blotted out: ``X043-1-0012-0007`` → ``X#-#-#-#``. Where nearly all codes of a
shape keep a number at one width, and pad it with zeros to that width, a shorter one was eaten by a spreadsheet.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

_NUMBER = re.compile(r"[0-9]+")
_FEWEST, _SHARE = 10, 0.9


class CodeShapes:
    """The shapes of a file's codes (档号规律): made of all of them, then asked about each."""

    def __init__(self, codes: Iterable[str]) -> None:
        widths: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
        padded: dict[tuple[str, int], set[int]] = defaultdict(set)
        for code in codes:
            shape, numbers = _shape(code)
            for place, number in enumerate(numbers):
                widths[shape, place][len(number)] += 1
                if number[0] == "0":
                    padded[shape, place].add(len(number))
        self._usual: dict[tuple[str, int], int] = {}
        for key, seen in widths.items():
            width, count = seen.most_common(1)[0]
            if count >= _FEWEST and count >= _SHARE * seen.total() and width in padded[key]:
                self._usual[key] = width

    def lost_zeros(self, code: str) -> bool:
        """Whether a number in this code is shorter than its place is wide."""
        if not self._usual:
            return False
        shape, numbers = _shape(code)
        return any(len(number) < self._usual.get((shape, place), 0) for place, number in enumerate(numbers))


def _shape(code: str) -> tuple[str, list[str]]:
    return _NUMBER.sub("#", code), _NUMBER.findall(code)
