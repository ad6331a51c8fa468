"""Counts behind the names detector (人名统计): surnames, given-name characters, ordinary words.

Read once from the tab-separated files of ``rules/lexicons``; each file's first line says where it comes from.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ahocorasick_rs

FOLDER = Path(__file__).parent / "lexicons"
_SMALL = 0.3  # added to every count: a rare character is unlikely in a name, not impossible

PLACE = 2.0  # the count of a foreign place among the ordinary words
LONE = 0.3  # characters rarely stand alone as words, whatever their count


@dataclass(frozen=True, slots=True)
class Lexical:
    """Costs (negative log-probabilities) of the parts of names and of ordinary words (代价表)."""

    surname_counts: dict[str, float]
    surname_costs: dict[str, float]
    first_costs: dict[str, float]
    second_costs: dict[str, float]
    only_costs: dict[str, float]
    foreign_costs: dict[str, float]
    before: frozenset[str]
    about: frozenset[str]
    after: frozenset[str]
    not_after: frozenset[str]
    titles: frozenset[str]
    lone_costs: dict[str, float]
    word_costs: list[float]
    automaton: ahocorasick_rs.AhoCorasick

    def words_in(self, text: str) -> list[tuple[int, int, int]]:
        """Every ordinary word in a text, overlapping: (number, start, end)."""
        found: list[tuple[int, int, int]] = self.automaton.find_matches_as_indexes(text, overlapping=True)
        return found


def _rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _costs(counts: dict[str, float]) -> dict[str, float]:
    total = sum(counts.values()) + _SMALL * len(counts)
    return {key: -math.log((count + _SMALL) / total) for key, count in counts.items()}


def _words() -> dict[str, float]:
    words = {row[0]: PLACE for row in _rows("foreign-places.tsv")}
    for name in ("web-words.tsv", "words.tsv"):
        words |= {word: float(count) for word, count in _rows(name)}
    return words


@lru_cache(maxsize=1)
def lexical() -> Lexical:
    """Load the counts, once a process (读取统计)."""
    surnames = {name: float(count) for name, count in _rows("surnames.tsv")}
    given = [(character, float(first), float(second)) for character, first, second in _rows("given-names.tsv")]
    words = list(_words().items())
    total = sum(count for _, count in words)
    word_costs = [-math.log(count / total) + (LONE if len(word) == 1 else 0.0) for word, count in words]
    beside = [(side, word) for side, word in _rows("name-context.tsv")]
    return Lexical(
        surname_counts=surnames,
        surname_costs=_costs(surnames),
        first_costs=_costs({character: first for character, first, _ in given}),
        second_costs=_costs({character: second for character, _, second in given}),
        only_costs=_costs({character: first + second for character, first, second in given}),
        foreign_costs=_costs({character: float(count) for character, count in _rows("transliteration.tsv")}),
        before=frozenset(word for side, word in beside if side == "before"),
        about=frozenset(word for side, word in beside if side == "about"),
        after=frozenset(word for side, word in beside if side == "after"),
        not_after=frozenset(word for side, word in beside if side == "not-after"),
        titles=frozenset(word for side, word in beside if side == "title"),
        lone_costs={word: cost for (word, _), cost in zip(words, word_costs, strict=True) if len(word) == 1},
        word_costs=word_costs,
        automaton=ahocorasick_rs.AhoCorasick([word for word, _ in words]),
    )
