"""All literals of a rule set, and the texts that hold them (必含字串的一次扫描).

Rules never ask for one literal but for any of a group: ``{撤销, 罢免}``. A block of texts is searched once, and says
for each text which groups stand in it; the places are looked at only in texts that a rule may match.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from models.folding import Folded, fold_many
from models.word_search import Codes, Integers, WordSearch, expanded

Span = tuple[int, int]

LONG_NUMBER: Final = "\uf8f1"
"""Stands for a run of digits longer than a year, as identity, telephone and card numbers have: found by its shape."""


class Literals:
    """Literals and groups of them, numbered, for all rules of a set (字串与字串组编号)."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.groups: dict[frozenset[str], int] = {}

    def group(self, literals: Iterable[str]) -> int:
        """The number of the group "any of these literals" (字串组); a new one is added."""
        wanted = frozenset(literals)
        for literal in sorted(wanted):
            self.numbers.setdefault(literal, len(self.numbers))
        return self.groups.setdefault(wanted, len(self.groups))

    @property
    def width(self) -> int:
        """Places that a row of ``Block.holds`` has: one a group, and some that stay empty, to make it even."""
        return len(self.groups) // 8 * 8 + 8


class Block:
    """Folded texts and the groups of literals that stand in them (一批待匹配文本); ``holds[row, group]`` says where."""

    def __init__(self, folded: Folded, holds: npt.NDArray[np.bool_], sightings: "_Sightings") -> None:
        self.folded = folded
        self.holds = holds
        self._sightings = sightings

    @cached_property
    def present(self) -> tuple[Integers, Integers]:
        """Rows and groups of all that stands (有的字串组), in order."""
        width = self.holds.shape[1]
        # Nearly everything is absent: eight places at a time, and single ones only where something is.
        eights = np.flatnonzero(self.holds.view(np.uint64))
        inside = np.flatnonzero(self.holds.reshape(-1, 8)[eights])
        at = eights[inside >> 3] * 8 + (inside & 7)
        return at // width, at % width

    def reading(self, row: int) -> "Reading":
        """One of the texts (取一条)."""
        return Reading(self, row)

    def spans(self, row: int, group: int) -> list[Span]:
        """Where any literal of a group stands in a text (所在位置), by their ends."""
        return self._sightings.spans(row, group)


class Reading:
    """One folded text of a block (待匹配文本)."""

    __slots__ = ("_block", "groups", "row", "text")

    def __init__(self, block: Block, row: int) -> None:
        self._block = block
        self.row = row
        self.text = block.folded.texts[row]
        self.groups = block.holds[row].tobytes()
        """One byte a group: not zero where one of its literals stands in the text."""

    def spans(self, group: int) -> list[Span]:
        """Where any literal of a group stands (所在位置), by their ends."""
        return self._block.spans(self.row, group) if self.groups[group] else []


class LiteralSearch:
    """Finds all numbered literals, overlapping ones too (字串扫描器)."""

    def __init__(self, literals: Literals) -> None:
        self._words = WordSearch(list(literals.numbers))
        self._long = literals.groups.get(frozenset({LONG_NUMBER}))
        self._width = literals.width
        pairs = sorted(
            (literals.numbers[literal], number) for group, number in literals.groups.items() for literal in group
        )
        self._group = np.array([number for _, number in pairs], dtype=np.int64)
        owned = np.bincount([literal for literal, _ in pairs], minlength=len(literals.numbers))
        self._first = np.concatenate([[0], np.cumsum(owned)]).astype(np.int64)
        self.members = [frozenset(map(literals.numbers.__getitem__, group)) for group in literals.groups]

    def read_many(self, texts: Sequence[str]) -> Block:
        """Fold and search texts, in their order (成批读)."""
        folded = fold_many(texts)
        found = self._words.find(folded.codes)
        row = folded.row_of(found.start)
        holds = np.zeros((len(texts), self._width), dtype=np.bool_)
        at, owner = expanded(found.word, self._first)
        holds[row[at], self._group[owner]] = True
        if self._long is not None:
            holds[folded.row_of(_long_numbers(folded.codes)), self._long] = True
        return Block(folded, holds, _Sightings(self, folded, row, found.word, found.start, found.end))


class _Sightings:
    """Every literal of a block with its place; put in order when the first place is asked for."""

    def __init__(
        self, search: LiteralSearch, folded: Folded, row: Integers, word: Integers, start: Integers, end: Integers
    ) -> None:
        self._search = search
        self._folded = folded
        self._unsorted = row, word, start, end

    @cached_property
    def _sorted(self) -> tuple[list[int], list[int], list[int], list[int]]:
        row, word, start, end = self._unsorted
        order = np.lexsort((start, end))
        bounds = np.searchsorted(row[order], np.arange(len(self._folded.texts) + 1))
        begins = self._folded.starts[row[order]]
        return (
            bounds.tolist(), word[order].tolist(), (start[order] - begins).tolist(), (end[order] - begins).tolist()
        )  # fmt: skip

    def spans(self, row: int, group: int) -> list[Span]:
        bounds, word, start, end = self._sorted
        members = self._search.members[group]
        return [(start[at], end[at]) for at in range(bounds[row], bounds[row + 1]) if word[at] in members]


def _long_numbers(codes: Codes) -> Integers:
    """Where five digits stand together, or three, a blank or hyphen, and four more (长数字)."""
    size = len(codes) - 4
    if size <= 0:
        return np.zeros(0, dtype=np.int64)
    digit = codes - np.uint32(48) < 10
    three = digit[:size] & digit[1 : size + 1] & digit[2 : size + 2]
    if not three.any():
        return np.zeros(0, dtype=np.int64)
    five = three & digit[3 : size + 3] & digit[4 : size + 4]
    parted = np.zeros_like(five)
    if size > 3:
        sign = codes[3:size]
        dash = (sign == 45) | (sign == 32)
        four = digit[4 : size + 1] & digit[5 : size + 2] & digit[6 : size + 3] & digit[7 : size + 4]
        parted[: size - 3] = three[: size - 3] & dash & four
    return np.flatnonzero(five | parted)
