"""What can be recognised by shape rather than by word (检测器): each takes folded text and gives spans in it."""

import re
from collections.abc import Callable, Sequence
from string import ascii_uppercase

from rules import names, numbers
from rules.clearance import read_mark
from rules.literal_search import LONG_NUMBER

Span = tuple[int, int]

_NUMERAL = "0-9一二三四五六七八九十百〇两"
_ADDRESS = re.compile(
    rf"[一-龥]{{1,8}}(?:路|街|巷|弄|里|村|屯|庄|小区|大院|新村|宿舍)[{_NUMERAL}]{{1,6}}(?:-[{_NUMERAL}]{{1,4}})?(?:号|弄|栋|幢|单元|室|组|队)"
    rf"|[一-龥]{{2,8}}(?:村|屯|大队|生产队)(?:第)?[{_NUMERAL}]{{1,3}}(?:组|队|社)[一-龥]{{0,4}}(?:户|家)"
)
_BIRTH = re.compile(
    r"(?:(?:19|20)[0-9]{2}|[一二][九〇][〇一二三四五六七八九]{2})年[0-9一二三四五六七八九十]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?(?:出生|生(?=[,、;。)人于]|$))"
    r"|(?:出生日期|出生年月|生于|生日)[:为是]?(?:(?:19|20)[0-9]{2}|[一二][九〇][〇一二三四五六七八九]{2})"
)
_MINOR = re.compile(
    r"未满十?[0-9一二三四五六七八九十]{1,3}(?:周)?岁|未成年(?:人|犯|少年|子女|被告人|学生)?|少年犯|幼女|幼童|男童|女童|婴儿|弃婴|"
    r"(?<![0-9一二三四五六七八九十])(?:[一二三四五六七八九1-9]|十|1[0-7]|十[一二三四五六七])(?:周)?岁(?:的)?(?:男孩|女孩|儿童|幼儿|学生|少女|少年)"
)
# A title that is itself a regulation, its interpretation or a public announcement, whatever it is about.
_REGULATION = re.compile(
    r"(?:条例|办法|规定|细则|规则|章程|规程|守则|准则|制度|标准|规范|解释|解答|答问|问答|纲要|公约|行动方案|(?<![违枪做看司执书非用手制合守方说想])法)"
    r"[》\"]*(?:[(][^)]{1,20}[)])*(?:的?(?:通知|请示|批复|决定|说明|函|公告|意见|报告|命令|令|解读|解释|讨论意见))?(?:[(\[][^)\]]{0,20}[)\]])*$"
    r"|(?:公示|公告|通告)(?:[(][^)]{1,20}[)])*$"
    r"|适用法律|应用法律|法律适用|司法解释|行动方案|图解|解读"
)
_AMOUNT = re.compile(r"[0-9一二三四五六七八九十百千万〇两.,余多]{1,12}(?:万|亿)?元")


def live_mark(text: str) -> Sequence[Span]:
    """The whole cell when it carries a state-secret mark (密级标识)."""
    return [(0, len(text))] if read_mark(text) else ()


def regulation_title(text: str) -> Sequence[Span]:
    """The whole title when it is a regulation or a public announcement (规章、公告类题名)."""
    return [(0, len(text))] if _REGULATION.search(text) else ()


def _by_pattern(pattern: "re.Pattern[str]") -> Callable[[str], Sequence[Span]]:
    def spans(text: str) -> list[Span]:
        return [found.span() for found in pattern.finditer(text)]

    return spans


def personal_amount(text: str) -> list[Span]:
    """Sums of money within eight characters of a person's name (与个人相连的金额)."""
    amounts = [found.span() for found in _AMOUNT.finditer(text)]
    if not amounts:
        return []
    people = names.person_name(text)
    return [
        (start, end)
        for start, end in amounts
        if any(0 <= start - last <= 8 or 0 <= first - end <= 8 for first, last in people)
    ]


DETECTORS: dict[str, Callable[[str], Sequence[Span]]] = {
    "person_name": names.person_name,
    "masked_name": names.masked_name,
    "live_mark": live_mark,
    "regulation_title": regulation_title,
    "identity_number": numbers.identity_number,
    "phone_number": numbers.phone_number,
    "bank_card": numbers.bank_card,
    "vehicle_plate": numbers.vehicle_plate,
    "mail_address": numbers.mail_address,
    "street_address": _by_pattern(_ADDRESS),
    "birth_date": _by_pattern(_BIRTH),
    "minor": _by_pattern(_MINOR),
    "personal_amount": personal_amount,
}
"""Name → function; rules name a detector, never a function."""

TRIGGERS: dict[str, tuple[str, ...]] = {
    "masked_name": ("某", "×", "□", "〇", "*", "XX", "xx", "氏"),
    "live_mark": ("密",),
    "identity_number": (LONG_NUMBER,),
    "phone_number": (LONG_NUMBER,),
    "bank_card": (LONG_NUMBER,),
    "vehicle_plate": tuple(place + letter for place in numbers.PLATE_PLACES for letter in ascii_uppercase),
    "mail_address": ("@",),
    "street_address": ("号", "弄", "栋", "幢", "单元", "室", "组", "队", "户", "家"),
    "birth_date": ("年生", "月生", "日生", "出生", "生于", "生日"),
    "minor": ("岁", "未成年", "少年犯", "幼女", "幼童", "男童", "女童", "婴儿", "弃婴"),
    "personal_amount": ("元",),
    "regulation_title": (
        "条例", "办法", "规定", "细则", "规则", "章程", "规程", "守则", "准则", "制度", "标准", "规范",
        "解释", "解答", "答问", "问答", "纲要", "公约", "方案", "法", "公示", "公告", "通告", "图解", "解读",
    ),
}  # fmt: skip
"""Literals of which one stands in every finding; a detector without an entry cannot be looked for cheaply."""

CHECKS = numbers.CHECKS
