"""Many words found in many texts at once (成批找词): one trie, walked from every character of all texts together.

::

    codes    关 于 给 予 开 除 ␀ 开 除 名 ␀        ␀ parts the texts, and no word holds it
    depth 1  .  .  .  .  ●  .  .  ●  .  .  .       characters that begin a word
    depth 2  .  .  .  .  ●  .  .  ●  .  .  .       of these, where the next leads on: 开除 ends here
    depth 3  .  .  .  .  .  .  .  ●  .  .  .       开除名

Each step is a few NumPy operations over the places that are still alive, and after the second character few are:
the cost is a few nanoseconds a character, whatever the number of words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

APART = "\x00"
"""Stands between texts that are joined; a text's own is read as a blank."""
_CODES = 0x110000
_MIX = np.uint64(0x9E3779B97F4A7C15)  # any odd number with well mixed bits would do
_FEWEST_BITS, _MOST_BITS = 12, 24


@dataclass(frozen=True, slots=True)
class Found:
    """Occurrences, overlapping ones too (找到的词): word number, first character and end in the joined codes."""

    word: Integers
    start: Integers
    end: Integers


def joined(texts: Iterable[str]) -> str:
    """Texts in one, each followed by ``APART`` (连接)."""
    return APART.join(text.replace(APART, " ") if APART in text else text for text in texts) + APART


def codes_of(text: str) -> Codes:
    """Code points of a text (码位)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def starts_of(texts: Sequence[str]) -> Integers:
    """Where each text begins in the joined codes, and where the last one ends (起点)."""
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1, out=starts[1:])
    return starts


def ranges(begins: Integers, lengths: Integers) -> tuple[Integers, Integers]:
    """All places of many ranges (各段的位置), range after range: the number of the range, and the place."""
    owner = np.repeat(np.arange(len(begins)), lengths)
    return owner, begins[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def expanded(numbers: Integers, first: Integers) -> tuple[Integers, Integers]:
    """Each number with all that it owns (展开): places in ``numbers``, and places in the list of what is owned.

    What number ``n`` owns stands from ``first[n]`` to ``first[n + 1]``.
    """
    begins = first[numbers]
    return ranges(begins, first[numbers + 1] - begins)


class WordSearch:
    """A fixed list of words, numbered in its order (词表扫描器); safe to share between threads."""

    def __init__(self, words: Sequence[str]) -> None:
        self.length = np.array([len(word) for word in words], dtype=np.int64)
        self._letters = np.zeros(_CODES, dtype=np.uint16)
        for number, letter in enumerate(sorted({letter for word in words for letter in word}), start=1):
            self._letters[ord(letter)] = number
        self._width = int(self._letters.max()) + 1 if words else 1
        self._grow(words)

    def _grow(self, words: Sequence[str]) -> None:
        """Make the trie: a first character is its own node, deeper nodes are numbered on behind."""
        numbered: dict[int, int] = {}
        ends: dict[int, int] = {}
        depths: list[list[int]] = []
        for number, word in enumerate(words):
            letters = [int(self._letters[ord(letter)]) for letter in word]
            node = letters[0] if letters else 0
            for depth, letter in enumerate(letters[1:]):
                edge = node * self._width + letter
                if (child := numbered.get(edge)) is None:
                    child = numbered[edge] = self._width + len(numbered)
                    if depth == len(depths):
                        depths.append([])
                    depths[depth].append(edge)
                node = child
            if letters:
                ends.setdefault(node, number)
        self._ends = np.full(self._width + len(numbered), -1, dtype=np.int64)
        self._ends[list(ends)] = list(ends.values())
        self._has_single = bool((self._ends[: self._width] >= 0).any())
        self._edges = [np.sort(np.array(edges, dtype=np.int64)) for edges in depths]
        self._children = [np.array([numbered[int(edge)] for edge in edges], dtype=np.int64) for edges in self._edges]
        self._sieves = [_Sieve(edges) for edges in self._edges]

    def find(self, codes: Codes) -> Found:
        """All words in joined codes (找词), shorter ones first, and words of one length by their place."""
        letters = self._letters[codes]
        parts = list(self._walk(letters))
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return Found(none, none, none)
        word, start = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Found(word, start, start + self.length[word])

    def _walk(self, letters: npt.NDArray[np.uint16]) -> Iterator[tuple[Integers, Integers]]:
        """Word numbers and places, depth by depth."""
        if self._has_single:
            word = self._ends[: self._width][letters]
            at = np.flatnonzero(word >= 0)
            yield word[at], at
        if not self._edges or len(letters) < 2:
            return
        at = np.arange(len(letters) - 1)
        node = letters[:-1].astype(np.int64)
        for depth, (edges, children, sieve) in enumerate(zip(self._edges, self._children, self._sieves, strict=True)):
            if depth:
                inside = at < len(letters) - depth - 1
                at, node = at[inside], node[inside]
            key = node * self._width + letters[at + depth + 1]
            kept = sieve.kept(key)
            at, key = at[kept], key[kept]
            place = np.minimum(np.searchsorted(edges, key), len(edges) - 1)
            real = edges[place] == key
            at, node = at[real], children[place[real]]
            if not len(at):
                return
            word = self._ends[node]
            ending = word >= 0
            yield word[ending], at[ending]


class _Sieve:
    """Keeps numbers that may be among those it was made of (筛): far cheaper than to look each of them up."""

    def __init__(self, numbers: Integers) -> None:
        bits = min(_MOST_BITS, max(_FEWEST_BITS, int(len(numbers) * 32).bit_length()))
        self._shift = np.uint64(64 - bits)
        self._may_be = np.zeros(1 << bits, dtype=np.bool_)
        self._may_be[self._hashed(numbers)] = True

    def _hashed(self, numbers: Integers) -> npt.NDArray[np.uint64]:
        return (numbers.view(np.uint64) * _MIX) >> self._shift

    def kept(self, numbers: Integers) -> Integers:
        """Places of the numbers that passed."""
        return np.flatnonzero(self._may_be[self._hashed(numbers)])
