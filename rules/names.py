"""Names of persons in folded text (人名检测).

Masked names (王某, 李××, 陈□华) have a shape of their own. Full names are found as the best reading of
the whole text: a word lattice in which a name, *surname × given-name characters × neighbourhood*,
competes with ordinary words, so that 方法 and 高中 stay words and 于书记 stays an official.

::

    对 ─ 粮站 ─ 会计 ─┬─ [柳 长 河] ──┬─ 处分        log P(name) = prior + surname + given + context
                     └ 柳 ─ 长河 ────┘              log P(words) = unigram frequencies
"""

import math
from collections.abc import Iterator
from functools import lru_cache

import regex

from rules.lexical import Lexical, lexical

Span = tuple[int, int]

PRIOR = -5.0
"""Log-odds that a place in a text starts a name, before its characters are looked at."""
FOREIGN_PRIOR = -11.0
FOREIGN_AT_PLACE = -4.0
PIECE = -4.0
STRONG, WEAK, AGAINST = 2.5, 1.0, -6.0

ALONE = -1.0
"""A single given name is rarer than a double one."""
RARE = 11.0
"""Cost of a character that no counted name holds."""

_FUNCTION = frozenset(
    "的了是在等及和与对关于将为以由从至给被把向之其并或按就有无不未已再各每个这那第时号们也都还又很更最只"
)

# Words that 某 or ×× stand before when a place, a unit or a thing is meant, not a person.
_NOT_A_PERSON = (
    "部|厂|县|市|省|乡|镇|村|区|地|处|单位|师|团|军|营|连|队|站|所|局|院|校|公司|项|些|种|类|日|年|月|号|案|事|件|次|批|国"
    "|产品|工程|专业|型|届"
)
_BEFORE = frozenset(
    [
        "主任",
        "书记",
        "科长",
        "股长",
        "局长",
        "厂长",
        "校长",
        "院长",
        "县长",
        "乡长",
        "镇长",
        "区长",
        "村长",
        "队长",
        "组长",
        "处长",
        "部长",
        "省长",
        "市长",
        "州长",
        "所长",
        "站长",
        "社长",
        "连长",
        "排长",
        "班长",
        "团长",
        "师长",
        "经理",
        "会计",
        "出纳",
        "职工",
        "社员",
        "村民",
        "居民",
        "农民",
        "渔民",
        "教师",
        "学生",
        "工人",
        "干部",
        "司机",
        "医生",
        "护士",
        "党员",
        "团员",
        "民兵",
        "知青",
        "青年",
        "妇女",
        "战士",
        "烈士",
        "户主",
        "病人",
        "患者",
        "死者",
        "家属",
        "遗属",
        "归侨",
        "侨属",
        "侨户",
        "台属",
        "管员",
        "递员",
        "业员",
        "术员",
        "船长",
        "船员",
        "罪犯",
        "犯人",
        "原告",
        "被告",
        "同志",
        "委员",
        "代表",
        "教授",
        "专家",
        "记者",
        "演员",
        "球员",
        "教练",
        "歌手",
        "导演",
        "作家",
        "总统",
        "总理",
        "主席",
        "董事",
        "总裁",
        "律师",
        "法官",
        "警察",
        "先生",
        "女士",
        "小姐",
        "博士",
        "院士",
        "选手",
        "队员",
        "主播",
        "老板",
        "明星",
        "诗人",
        "画家",
        "授予",
        "追认",
        "任命",
        "关于",
        "给予",
        "撤销",
        "开除",
        "推荐",
        "反映",
        "检举",
        "控告",
    ]
)
_BEFORE_ONE = frozenset("对给予向由将为和与及同诉、,:;(犯原民族")
_AFTER = frozenset(
    [
        "同志",
        "先生",
        "女士",
        "老人",
        "老师",
        "一案",
        "要求",
        "请求",
        "申请",
        "申诉",
        "来信",
        "来访",
        "反映",
        "贪污",
        "受贿",
        "盗窃",
        "诉称",
        "溺水",
        "死亡",
        "夫妇",
        "一家",
        "兄弟",
        "父子",
        "不服",
        "留党",
        "行政",
        "党内",
        "记过",
        "撤职",
        "开除",
        "离任",
        "任期",
        "擅自",
        "殴打",
        "伤害",
        "故意",
        "强奸",
        "诈骗",
        "表示",
        "认为",
        "告诉",
        "指出",
        "透露",
        "介绍",
        "接受",
        "说道",
        "称赞",
        "出任",
        "担任",
        "主演",
        "饰演",
        "教授",
        "主任",
        "书记",
        "县长",
        "局长",
        "自杀",
        "被捕",
        "减刑",
        "假释",
        "离婚",
        "平反",
        "复查",
        "处分",
        "问题",
        "错误",
        "历史",
        "案件",
        "任职",
        "免职",
        "调任",
        "因公",
        "牺牲",
        "事迹",
        "等人",
        "等三",
        "等二",
        "等五",
        "等四",
        "等六",
        "等十",
    ]
)
_AFTER_ONE = frozenset("、,。:;)说称诉案的因被在与和")
_AFTER_AGAINST = frozenset(
    "县市镇村乡区路街省州山河湖江湾厂岛桥港寺庙店校院局所站矿社队屯庄坝沟坪岭堂集园宫国城洲杯奖牌型号股"
)
_AFTER_AGAINST_TWO = frozenset(
    [
        "公司",
        "集团",
        "大学",
        "学院",
        "中学",
        "小学",
        "广场",
        "酒店",
        "餐厅",
        "银行",
        "机场",
        "工作",
        "科技",
        "大厦",
        "电影",
        "俱乐",
        "联赛",
        "航空",
        "国际",
        "证券",
        "基金",
        "铁塔",
        "博物",
        "景区",
        "风景",
        "古镇",
        "大街",
        "半岛",
        "群岛",
        "海峡",
        "高速",
        "特产",
        "水库",
        "公社",
        "大队",
        "农场",
        "林场",
        "煤矿",
        "车站",
        "码头",
        "大桥",
        "会议",
        "战役",
        "地区",
        "主场",
        "客场",
        "海域",
        "工程",
    ]
)
_FOREIGN_TAIL = frozenset("尔斯特克拉夫里德卡布巴格尼科罗塔奥亚普纳利洛伊诺基托弗萨姆莱勒蒂茨")
_PLACE_BEFORE = frozenset("在到于赴往达抵离驻自")
_GAP = 14.0  # nothing the dictionary knows: dearer than any word, so that names may still win


@lru_cache(maxsize=1)
def _masked() -> "regex.Pattern[str]":
    data = lexical()
    single = "".join(name for name in data.surnames if len(name) == 1)
    common = "".join(name for name, count in data.surname_counts.items() if len(name) == 1 and count >= 20)
    compound = "|".join(name for name in data.surnames if len(name) == 2)
    one = f"(?:{compound}|[{single}])"
    return regex.compile(
        rf"{one}(?:某某|某[一-龥](?=同志|等|、|的|一|因|在)|某(?!{_NOT_A_PERSON})"
        rf"|[×*□〇Xx]{{1,2}}(?![0-9×*□〇Xx]|{_NOT_A_PERSON}))"
        rf"|[{common}](?:[一-龥][×*□〇]|[×*□〇][一-龥])(?![×*□〇])"
        rf"|(?<![×*□〇Xx某])(?:某某某?|×{{2,3}}|X{{2,3}}|〇〇〇|\*{{2,3}})"
        rf"(?=同志|先生|女士|等[0-9一二三四五六七八九十两]|一案|案|问题|的?(?:处分|申诉|复查|来信))"
        rf"|(?<=[对给予关于现行])×××(?!{_NOT_A_PERSON})"
        rf"|[甲乙丙丁戊]某"
        rf"|[{common}]{{1,2}}氏(?!族|家族|宗祠|后人|后裔|集团|公司|菌|杆菌|体|螺)"
    )


@lru_cache(maxsize=1)
def _dotted() -> "regex.Pattern[str]":
    written = "".join(lexical().foreign_costs)
    return regex.compile(rf"[{written}]{{1,6}}(?:·[{written}]{{1,7}})+|[A-Z]\.[ -]?(?:[A-Z]\.[ -]?)*[A-Z][a-z]+")


def masked_name(text: str) -> list[Span]:
    """Names with a part left out (化名、隐名): 王某, 李××, 陈□华, 汪氏; not 某部, ××县."""
    return [found.span() for found in _masked().finditer(text)]


def person_name(text: str) -> list[Span]:
    """Names of persons, full, masked or foreign (人名), in order and without overlap."""
    spans = masked_name(text)
    spans += [found.span() for found in _dotted().finditer(text)]
    spans += _best_reading(text, lexical())
    return list(_without_overlap(sorted(spans, key=lambda span: (span[0], -span[1]))))


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
    size = len(text)
    for start, character in enumerate(text):
        for surname in (character, text[start : start + 2]):
            family = data.surname_costs.get(surname)
            if family is None or (surname is not character and len(surname) < 2):
                continue
            given_at = start + len(surname)
            if given_at >= size or not _may_be_given(text[given_at]):
                continue
            alone = data.only_costs.get(text[given_at], RARE)
            yield start, given_at + 1, family + alone - ALONE - _bonus(text, start, given_at + 1)
            if given_at + 1 < size and _may_be_given(text[given_at + 1]):
                first = data.first_costs.get(text[given_at], RARE)
                second = data.second_costs.get(text[given_at + 1], RARE)
                yield start, given_at + 2, family + first + second - _bonus(text, start, given_at + 2)
    yield from _foreign(text, data)


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
                    yield first, last, cost - FOREIGN_PRIOR - place - _context(text, first, last)
        start = end + 1


def _bonus(text: str, start: int, end: int) -> float:
    return PRIOR + _context(text, start, end)


def _context(text: str, start: int, end: int) -> float:
    score = 0.0
    # A piece of a longer foreign word is no name: 卡德奈 in 卡德奈特.
    if text[end : end + 1] in _FOREIGN_TAIL or (start and text[start - 1] in _FOREIGN_TAIL):
        score += PIECE
    if text[start - 2 : start] in _BEFORE and start >= 2:
        score += STRONG
    elif start == 0 or text[start - 1] in _BEFORE_ONE:
        score += WEAK
    if text[end : end + 2] in _AFTER:
        score += STRONG
    elif end == len(text) or text[end] in _AFTER_ONE:
        score += WEAK
    elif text[end] in _AFTER_AGAINST or text[end : end + 2] in _AFTER_AGAINST_TWO:
        score += AGAINST
    return score


def log_cost(count: float, total: float) -> float:
    """Negative log-probability of a count (概率的负对数)."""
    return -math.log(count / total)
