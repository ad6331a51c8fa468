"""Names of persons in folded text (人名检测).

Masked names (王某, 李××, 陈□华) have a shape of their own. Full names are found as the best reading of
the whole text: a word lattice in which a name, *surname × given-name characters × neighbourhood*,
competes with ordinary words, so that 方法 and 高中 stay words and 于书记 stays an official.

::

    对 ─ 粮站 ─ 会计 ─┬─ [柳 长 河] ──┬─ 处分        log P(name) = prior + surname + given + context
                     └ 柳 ─ 长河 ────┘              log P(words) = unigram frequencies
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from rules.lexical import Lexical, lexical

Span = tuple[int, int]

PRIOR = -5.0
"""Log-odds that a place in a text starts a name, before its characters are looked at."""
FOREIGN_PRIOR = -15.0
FOREIGN_AT_PLACE = -4.0
PIECE = -4.0
PLACE_END = -3.0
STRONG, WEAK, AGAINST = 3.5, 1.5, -9.0

ALONE = -1.0
"""A single given name is rarer than a double one."""
DEAR = 18.0
"""A name that costs more than this (half as much again with two given characters) is not looked at."""
GIVEN = 7.5
"""Cost up to which a character beside a masked one is taken for part of the name."""
RARE = 11.0
"""Cost of a character that no counted name holds."""

_FUNCTION = frozenset("的了是在等及与对关于将为由从至给被把向其并或按就无不未已再各每个这那第时号们也都还又很更最只")

# Words that 某 or ×× stand before when a place, a unit or a thing is meant, not a person.
_NOT_A_PERSON = (
    "部|厂|县|市|省|乡|镇|村|区|地|处|单位|师|团|军|营|连|队|站|所|局|院|校|公司|项|些|种|类|日|年|月|号|案|事|件|次|批|国"
    "|产品|工程|专业|型|届"
)
_BEFORE_ONE = frozenset("对给予向由将为和与及同诉、,:;(犯原民族")
_AFTER_ONE = frozenset("、,。:;)说称诉案的因被在与和")
_FOREIGN_TAIL = frozenset("尔斯特克拉夫里德卡布巴格尼科罗塔奥亚普纳利洛伊诺基托弗萨姆莱勒蒂茨")
_PLACE_BEFORE = frozenset("在到于赴往达抵离驻自")
_GAP = 14.0  # nothing the dictionary knows: dearer than any word, so that names may still win


@lru_cache(maxsize=1)
def _masked() -> "re.Pattern[str]":
    data = lexical()
    single = "".join(name for name in data.surnames if len(name) == 1)
    common = "".join(name for name, count in data.surname_counts.items() if len(name) == 1 and count >= 20)
    compound = "|".join(name for name in data.surnames if len(name) == 2)
    given = "".join(name for name, cost in data.second_costs.items() if cost < GIVEN)
    one = f"(?:{compound}|[{single}])"
    return re.compile(
        rf"[{common}][×*□〇][{given}]"
        rf"|{one}(?:某某|某[一-龥](?=同志|等|、|的|一|因|在)|某(?!{_NOT_A_PERSON})"
        rf"|[×*□〇Xx]{{1,2}}(?![0-9×*□〇Xx]|{_NOT_A_PERSON}))"
        rf"|[{common}][一-龥][×*□〇](?![×*□〇])"
        rf"|(?<![×*□〇Xx某])(?:某某某?|×{{2,3}}|X{{2,3}}|〇〇〇|\*{{2,3}})"
        rf"(?=同志|先生|女士|等[0-9一二三四五六七八九十两]|一案|案|问题|的?(?:处分|申诉|复查|来信))"
        rf"|(?<=[对给予关于现行])×××(?!{_NOT_A_PERSON})"
        rf"|[甲乙丙丁戊]某"
        rf"|[{common}]{{1,2}}氏(?!族|家族|宗祠|后人|后裔|集团|公司|菌|杆菌|体|螺)"
    )


@lru_cache(maxsize=1)
def _dotted() -> "re.Pattern[str]":
    written = "".join(lexical().foreign_costs)
    return re.compile(rf"[{written}]{{1,6}}(?:·[{written}]{{1,7}})+|[A-Z]\.[ -]?(?:[A-Z]\.[ -]?)*[A-Z][a-z]+")


_MASK = re.compile(r"[某×□〇*Xx氏]")


def masked_name(text: str) -> list[Span]:
    """Names with a part left out (化名、隐名): 王某, 李××, 陈□华, 汪氏; not 某部, ××县."""
    return [found.span() for found in _masked().finditer(text)] if _MASK.search(text) else []


@lru_cache(maxsize=512)
def person_name(text: str) -> tuple[Span, ...]:
    """Names of persons, full, masked or foreign (人名), in order and without overlap."""
    spans = masked_name(text)
    if "·" in text or "." in text:
        spans += [found.span() for found in _dotted().finditer(text)]
    spans += _best_reading(text, lexical())
    return tuple(_without_overlap(sorted(spans, key=lambda span: (span[0], -span[1]))))


def _without_overlap(spans: list[Span]) -> Iterator[Span]:
    last = 0
    for start, end in spans:
        if start >= last:
            yield start, end
            last = end


def _best_reading(text: str, data: Lexical) -> list[Span]:
    """The name nodes on the cheapest path through the lattice; costs are negative log-probabilities."""
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
        cheapest, origin = best[end - 1] + _GAP, (end - 1, False)
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


def _candidates(text: str, data: Lexical) -> Iterator[tuple[int, int, float]]:
    for start in range(len(text) - 1):
        for length in (1, 2):
            family = data.surname_costs.get(text[start : start + length])
            if family is not None:
                yield from _with_given(text, start, start + length, family, data)
    yield from _foreign(text, data)


def _with_given(text: str, start: int, given_at: int, family: float, data: Lexical) -> Iterator[tuple[int, int, float]]:
    """The names that one surname begins here: with one given character, and with two."""
    if given_at >= len(text) or not _may_be_given(text[given_at]):
        return
    alone = data.only_costs.get(text[given_at], RARE)
    if family + alone < DEAR:
        yield start, given_at + 1, family + alone - ALONE - _bonus(text, start, given_at + 1, data)
    if given_at + 1 < len(text) and _may_be_given(text[given_at + 1]):
        given = data.first_costs.get(text[given_at], RARE) + data.second_costs.get(text[given_at + 1], RARE)
        if family + given < DEAR + RARE / 2:
            yield start, given_at + 2, family + given - _bonus(text, start, given_at + 2, data)


def _may_be_given(character: str) -> bool:
    return "一" <= character <= "龥" and character not in _FUNCTION


def _foreign(text: str, data: Lexical) -> Iterator[tuple[int, int, float]]:
    start = 0
    costs = data.foreign_costs
    while start < len(text):
        end = start
        while end < len(text) and text[end] in costs:
            end += 1
        for first in range(start, end - 1):
            cost = costs[text[first]] + costs[text[first + 1]]
            for last in range(first + 2, min(end, first + 6) + 1):
                if last > first + 2:
                    cost += costs[text[last - 1]]
                if last > first + 2 or (text[first - 1 : first], text[last : last + 1]) != ("", ""):
                    place = FOREIGN_AT_PLACE if text[first - 1 : first] in _PLACE_BEFORE and first else 0.0
                    yield first, last, cost - FOREIGN_PRIOR - place - _context(text, first, last, data)
        start = end + 1


def _bonus(text: str, start: int, end: int, data: Lexical) -> float:
    return PRIOR + _context(text, start, end, data)


def _context(text: str, start: int, end: int, data: Lexical) -> float:
    score = 0.0
    # A piece of a longer foreign word is no name: 卡德奈 in 卡德奈特.
    if text[end : end + 1] in _FOREIGN_TAIL or (start and text[start - 1] in _FOREIGN_TAIL):
        score += PIECE
    if text[start - 2 : start] in data.before and start >= 2:
        score += STRONG
    elif start == 0 or text[start - 1] in _BEFORE_ONE:
        score += WEAK
    if text[end : end + 2] in data.after or (text[end : end + 1] == "的" and text[end + 1 : end + 3] in data.after):
        score += STRONG
    elif end == len(text) or text[end] in _AFTER_ONE:
        score += WEAK
    elif text[end] in data.not_after or text[end : end + 2] in data.not_after:
        score += AGAINST
    # 坪 and 沟 end places; 国 and 江 end names as often.
    if score < STRONG and text[end - 1] in data.not_after and data.second_costs.get(text[end - 1], RARE) > GIVEN - 1:
        score += PLACE_END
    return score
