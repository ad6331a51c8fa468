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
_NOTHING: Final[frozenset[int]] = frozenset()
# Stands between texts that are folded together: a private sign that no text of ours holds.
_BETWEEN: Final = "\uf8f0"


class Reading:
    """A folded text and the literals that stand in it (待匹配文本)."""

    __slots__ = ("matches", "present", "text")

    def __init__(self, text: str, matches: Sequence[Match]) -> None:
        self.text = text
        self.matches = matches
        self.present: AbstractSet[int] = {match[0] for match in matches} if matches else _NOTHING

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

    def read(self, text: str) -> Reading:
        """Fold and search one text (读一条)."""
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        """Fold and search many texts, in their order (成批读); folded together, they cost a fraction."""
        joined = plain(_BETWEEN.join(texts))
        folded = joined.split(_BETWEEN)
        if len(folded) != len(texts):  # a text held the private sign itself
            return [self._search(plain(text)) for text in texts]
        find, readings = self._find, []
        for text in folded:
            matches = find(text, overlapping=True)
            readings.append(Reading(text, matches))
        if self._long is not None and _LONG_NUMBER.search(joined):
            readings = [self._with_number(reading) for reading in readings]
        return readings

    def _search(self, folded: str) -> Reading:
        return self._with_number(Reading(folded, self._find(folded, overlapping=True)))

    def _with_number(self, reading: Reading) -> Reading:
        if self._long is None or not (found := _LONG_NUMBER.search(reading.text)):
            return reading
        return Reading(reading.text, [*reading.matches, (self._long, *found.span())])
