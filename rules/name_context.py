"""What stands beside a name (人名的左右邻), in log-odds: for a person, for a place or a unit, or for no name at all."""

from rules.lexical import Lexical

AT_EDGE = 1.5
"""At the beginning or the end of the text."""
ROLE, STRONG, WEAK, ADVERB = 4.5, 3.5, 1.5, 1.0
"""What the person is (记者, 会计); other words beside names; signs and single characters; adverbs and verbs."""
MOST = ROLE + STRONG
"""The most that both sides can say for a name."""
AGAINST = -9.0
QUOTED = -2.0
"""Right beside a quotation mark or 《》: a title or a nickname oftener than a name."""
PIECE = -4.0
PLACE_END = -3.0
END_OF_PLACE = 6.5
"""A character that ends names at more than this cost, and places too, is taken for the end of a place."""

_BEFORE_ONE = frozenset("对给予向由将为和与及同诉、,:;(犯原民族")
_AFTER_ONE = frozenset("、,。:;)说称诉案的因被在与和")
_ADVERBS = frozenset(
    "也已曾还都就又却则仍正便才再将把向对从自率任来去到等即刚亦是为让没有不未表指认告写出以摄画谈发喝闯问赴会赢输讲想能要爱坐站走跑"
)
_FOREIGN = frozenset("尔斯特克拉夫里德卡布巴格尼科罗塔奥亚普纳利洛伊诺基托弗萨姆莱勒蒂茨")
_QUOTES = frozenset("《》\"'")


def ends_here(text: str, end: int, data: Lexical) -> bool:
    """Whether what follows speaks for the end of a name (名后可断): a word or sign that follows names, or places."""
    after, two = text[end : end + 1], text[end : end + 2]
    return not after or after in _AFTER_ONE or after in _ADVERBS or two in data.after or after in data.not_after


def context(text: str, start: int, end: int, data: Lexical) -> float:
    """Log-odds from both sides of ``text[start:end]`` that it is the name of a person."""
    before, after = _before(text, start, data), _after(text, end, data)
    score = before + after
    # A piece of a longer foreign word is no name: 卡德奈 in 卡德奈特.
    if text[end : end + 1] in _FOREIGN or (start and text[start - 1] in _FOREIGN):
        score += PIECE
    # 坪 and 沟 end places; 国 and 江 end names as often.
    last = text[end - 1]
    if before < ROLE and after < STRONG and last in data.not_after and data.second_costs.get(last, 11.0) > END_OF_PLACE:
        score += PLACE_END
    return score


def _before(text: str, start: int, data: Lexical) -> float:
    if not start:
        return AT_EDGE
    two = text[start - 2 : start] if start >= 2 else ""
    if two in data.before:
        return ROLE
    if two in data.about:
        return STRONG
    if text[start - 1] in _BEFORE_ONE:
        return WEAK
    return QUOTED if text[start - 1] in _QUOTES else 0.0


def _after(text: str, end: int, data: Lexical) -> float:
    if end == len(text):
        return AT_EDGE
    one, two = text[end], text[end : end + 2]
    if two in data.after or (one == "的" and text[end + 1 : end + 3] in data.after):
        return STRONG
    if one in _AFTER_ONE:
        return WEAK
    if one in _ADVERBS:
        return ADVERB
    if one in data.not_after or two in data.not_after:
        return AGAINST
    return QUOTED if one in _QUOTES else 0.0
