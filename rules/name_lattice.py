"""The best reading of a text as words and names (词与人名的格).

A word lattice in which a name, *surname × given-name characters × neighbourhood*, competes with ordinary words, so
that 方法 and 高中 stay words and 于书记 stays an official. All costs are negative log-probabilities.

::

    对 ─ 粮站 ─ 会计 ─┬─ [柳 长 河] ──┬─ 处分        log P(name) = prior + surname + given + context
                     └ 柳 ─ 长河 ────┘              log P(words) = unigram frequencies
"""

from rules.lexical import Lexical
from rules.name_context import MOST, context, ends_here

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
DEAR = 20.0
"""A surname and a given name that cost more than this (``RARE`` / 2 more with two characters) are not looked at."""
RARE = 11.0
"""Cost of a character that no counted name holds."""
GAP = 14.0
"""Cost of what the dictionary does not know: dearer than any word, so that names may still win."""
LONGEST_FOREIGN = 6

_NEVER_GIVEN = frozenset("的了是在等及与关就未已再各每这那第们还又很更最只都给被把其并或按时号")
_PLACE_BEFORE = frozenset("在到于赴往达抵离驻自")


def best_reading(text: str, data: Lexical) -> list[Span]:
    """The names on the cheapest path through the lattice, in order."""
    candidates = _candidates(text, data)
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


def _candidates(text: str, data: Lexical) -> list[Node]:
    found: list[Node] = []
    surnames = data.surname_costs
    for start in range(len(text) - 1):
        family = surnames.get(text[start])
        if family is not None and text[start + 1] not in _NEVER_GIVEN:
            _add_names(found, text, start, start + 1, family, data)
        family = surnames.get(text[start : start + 2])
        if family is not None:
            _add_names(found, text, start, start + 2, family, data)
    _add_foreign(found, text, data)
    return found


def _add_names(found: list[Node], text: str, start: int, given_at: int, family: float, data: Lexical) -> None:
    """The names that one surname begins here: with one given character, and with two; none before a title (王主任)."""
    first, both = text[given_at : given_at + 1], text[given_at : given_at + 2]
    if not _may_be_given(first):
        return
    lone = data.lone_costs
    # A name dearer than its characters one by one is never on the cheapest path.
    limit = lone.get(text[start], GAP) + lone.get(first, GAP)
    if given_at > start + 1:
        limit += lone.get(text[start + 1], GAP)
    cost = family + data.only_costs.get(first, RARE)
    if cost < DEAR and cost - PRIOR - ALONE - MOST < limit and not _is_title(both, data):
        cost -= PRIOR + ALONE + _looks(text, start, given_at + 1, data)
        if cost < limit:
            cut = CUT_SHORT if _is_cut_short(text, given_at + 1, data) else 0.0
            found.append((start, given_at + 1, cost - cut))
    last = text[given_at + 1 : given_at + 2]
    if _may_be_given(last):
        limit += lone.get(last, GAP)
        cost = family + data.first_costs.get(first, RARE) + data.second_costs.get(last, RARE)
        if cost < DEAR + RARE / 2 and cost - PRIOR - MOST < limit and not _is_title(both, data):
            cost -= PRIOR + _looks(text, start, given_at + 2, data)
            if cost < limit:
                found.append((start, given_at + 2, cost))


def _is_title(two: str, data: Lexical) -> bool:
    return two in data.titles or two[:1] in data.titles


def _looks(text: str, start: int, end: int, data: Lexical) -> float:
    costs = data.foreign_costs
    score = context(text, start, end, data)
    if text[start] in costs and sum([costs.get(one, RARE) for one in text[start:end]]) < WRITTEN_FOREIGN * (
        end - start
    ):
        score += FOREIGN_LIKE
    return score


def _may_be_given(character: str) -> bool:
    return "一" <= character <= "龥" and character not in _NEVER_GIVEN


def _is_cut_short(text: str, end: int, data: Lexical) -> bool:
    return data.second_costs.get(text[end : end + 1], RARE) < ENDS_GIVEN and not ends_here(text, end, data)


def _add_foreign(found: list[Node], text: str, data: Lexical) -> None:
    """Runs of characters that write foreign names (译名), whole or in part."""
    start, costs = 0, data.foreign_costs
    while start < len(text):
        end = start
        while end < len(text) and text[end] in costs:
            end += 1
        for first in range(start, end - 1):
            before = text[first - 1] if first else ""
            cost = costs[text[first]] - FOREIGN_PRIOR - (FOREIGN_AT_PLACE if before in _PLACE_BEFORE else 0.0)
            limit = data.lone_costs.get(text[first], GAP)
            for last in range(first + 2, min(end, first + LONGEST_FOREIGN) + 1):
                cost += costs[text[last - 1]]
                limit += data.lone_costs.get(text[last - 1], GAP)
                # Two characters that are the whole text are a word oftener than a name.
                if cost - MOST < limit and (last > first + 2 or last - first < len(text)):
                    whole = cost - context(text, first, last, data)
                    if whole < limit:
                        found.append((first, last, whole))
        start = end + 1
