"""The best reading of a text as words and names (词与人名的格).

A word lattice in which a name, *surname × given-name characters × neighbourhood*, competes with ordinary words, so
that 方法 and 高中 stay words and 于书记 stays an official. All costs are negative log-probabilities.

::

    对 ─ 粮站 ─ 会计 ─┬─ [柳 长 河] ──┬─ 处分        log P(name) = prior + surname + given + context
                     └ 柳 ─ 长河 ────┘              log P(words) = unigram frequencies
"""

from collections.abc import Iterator

from rules.lexical import Lexical
from rules.name_context import context, ends_here

Span = tuple[int, int]
Node = tuple[int, int, float]

PRIOR = -5.5
"""Log-odds that a place in a text starts a name, before its characters are looked at: the one threshold."""
FOREIGN_PRIOR = -13.0
FOREIGN_AT_PLACE = -4.0
WRITTEN_FOREIGN, FOREIGN_LIKE = 6.0, -3.0
"""A surname and given name of characters that on average write foreign words at less than this cost, and what that
speaks against them: 沙尔克 and 雷吉纳 begin with surnames."""
ALONE = -1.0
"""A single given name is rarer than a double one."""
CUT_SHORT = -2.0
"""... and rarer still where the next character is one that ends given names, and nothing speaks for an end."""
ENDS_GIVEN = 6.0
"""Cost up to which a character is one that ends given names."""
DEAR = 22.0
"""A name that costs more than this (half of ``RARE`` more with two given characters) is not looked at."""
RARE = 11.0
"""Cost of a character that no counted name holds."""
GAP = 14.0
"""Cost of what the dictionary does not know: dearer than any word, so that names may still win."""
LONGEST_FOREIGN = 6

_NEVER_GIVEN = frozenset("的了是在等及与关就未已再各每这那第们还又很更最只都给被把其并或按时号")
_PLACE_BEFORE = frozenset("在到于赴往达抵离驻自")


def best_reading(text: str, data: Lexical) -> list[Span]:
    """The names on the cheapest path through the lattice, in order."""
    candidates = list(_candidates(text, data))
    if not candidates:
        return []
    size = len(text)
    ending: list[list[tuple[int, float, bool]]] = [[] for _ in range(size + 1)]
    for word, start, end in data.words_in(text):
        ending[end].append((start, data.word_costs[word], False))
    for start, end, cost in candidates:
        ending[end].append((start, cost, True))
    best = [0.0] * (size + 1)
    came: list[tuple[int, bool]] = [(0, False)] * (size + 1)
    for end in range(1, size + 1):
        cheapest, origin = best[end - 1] + GAP, (end - 1, False)
        for start, cost, is_name in ending[end]:
            total = best[start] + cost
            if total < cheapest:
                cheapest, origin = total, (start, is_name)
        best[end], came[end] = cheapest, origin
    found, at = [], size
    while at:
        start, is_name = came[at]
        if is_name:
            found.append((start, at))
        at = start
    return found[::-1]


def _candidates(text: str, data: Lexical) -> Iterator[Node]:
    for start in range(len(text) - 1):
        for length in (1, 2):
            family = data.surname_costs.get(text[start : start + length])
            if family is not None:
                yield from _with_given(text, start, start + length, family, data)
    yield from _foreign(text, data)


def _with_given(text: str, start: int, given_at: int, family: float, data: Lexical) -> Iterator[Node]:
    """The names that one surname begins here: with one given character, and with two; none before a title (王主任)."""
    if given_at >= len(text) or not _may_be_given(text[given_at]):
        return
    first, both = text[given_at], text[given_at : given_at + 2]
    if first in data.titles or both in data.titles:
        return
    alone = data.only_costs.get(first, RARE)
    if family + alone < DEAR:
        cut = CUT_SHORT if _is_cut_short(text, given_at + 1, data) else 0.0
        bonus = PRIOR + ALONE + cut + _looks(text, start, given_at + 1, data)
        yield start, given_at + 1, family + alone - bonus
    if len(both) == 2 and _may_be_given(both[1]):
        given = data.first_costs.get(first, RARE) + data.second_costs.get(both[1], RARE)
        if family + given < DEAR + RARE / 2:
            yield start, given_at + 2, family + given - PRIOR - _looks(text, start, given_at + 2, data)


def _looks(text: str, start: int, end: int, data: Lexical) -> float:
    costs = data.foreign_costs
    foreign = sum(costs.get(one, RARE) for one in text[start:end]) < WRITTEN_FOREIGN * (end - start)
    return context(text, start, end, data) + (FOREIGN_LIKE if foreign else 0.0)


def _may_be_given(character: str) -> bool:
    return "一" <= character <= "龥" and character not in _NEVER_GIVEN


def _is_cut_short(text: str, end: int, data: Lexical) -> bool:
    return data.second_costs.get(text[end : end + 1], RARE) < ENDS_GIVEN and not ends_here(text, end, data)


def _foreign(text: str, data: Lexical) -> Iterator[Node]:
    """Runs of characters that write foreign names (译名), whole or in part."""
    start, costs = 0, data.foreign_costs
    while start < len(text):
        end = start
        while end < len(text) and text[end] in costs:
            end += 1
        for first in range(start, end - 1):
            cost = costs[text[first]] + costs[text[first + 1]]
            for last in range(first + 2, min(end, first + LONGEST_FOREIGN) + 1):
                if last > first + 2:
                    cost += costs[text[last - 1]]
                if last > first + 2 or (text[first - 1 : first], text[last : last + 1]) != ("", ""):
                    place = FOREIGN_AT_PLACE if text[first - 1 : first] in _PLACE_BEFORE and first else 0.0
                    yield first, last, cost - FOREIGN_PRIOR - place - context(text, first, last, data)
        start = end + 1
