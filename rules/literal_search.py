"""All literals of a rule set, numbered, and found in a text in one pass (必含字串的一次扫描)."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import ahocorasick_rs

from models.text import plain

Span = tuple[int, int]
Match = tuple[int, int, int]
"""Number of a literal, start and end."""

LONG_NUMBER: Final = "\uf8f1"
"""Stands for a run of digits longer than a year, as identity, telephone and card numbers have: found by a pattern."""
_LONG_NUMBER = re.compile("[0-9]{5}|[0-9]{3,4}[- ][0-9]{4}")
# Stands between texts that are folded together: a private sign that no text of ours holds.
_BETWEEN: Final = "\uf8f0"


class Reading:
    """A folded text and the literals that stand in it (待匹配文本)."""

    __slots__ = ("matches", "present", "text")

    def __init__(self, text: str, matches: Sequence[Match]) -> None:
        self.text = text
        self.matches = matches
        self.present: AbstractSet[int] = {number for number, _, _ in matches}

    def spans(self, literals: AbstractSet[int]) -> list[Span]:
        """Where any of these literals stands (所在位置), by their ends."""
        return [(start, end) for number, start, end in self.matches if number in literals]


class Literals:
    """Literals and their numbers, for all rules of a set (字串编号)."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def numbered(self, literals: Iterable[str]) -> frozenset[int]:
        """The numbers of these literals; new ones are added."""
        return frozenset(self.numbers.setdefault(literal, len(self.numbers)) for literal in literals)


class LiteralSearch:
    """Finds all numbered literals, overlapping ones too (字串扫描器)."""

    def __init__(self, literals: Literals) -> None:
        self._long = literals.numbers.get(LONG_NUMBER)
        self._find = ahocorasick_rs.AhoCorasick(list(literals.numbers) or [LONG_NUMBER]).find_matches_as_indexes

    def read(self, folded: str) -> Reading:
        """Search one folded text (读一条)."""
        matches = self._find(folded, overlapping=True)
        if self._long is not None and (found := _LONG_NUMBER.search(folded)):
            matches.append((self._long, found.start(), found.end()))
        return Reading(folded, matches)


def fold_together(texts: Sequence[str]) -> list[str]:
    """Fold many texts at the cost of a few (成批归一)."""
    folded = plain(_BETWEEN.join(texts)).split(_BETWEEN)
    # A text may hold the private sign itself.
    return folded if len(folded) == len(texts) else [plain(text) for text in texts]
