"""State-secret marks and their declassification (密级与解密): a gate with evidence, never arithmetic."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from models.text import plain
from models.vocabulary import SecurityClass

_LEVELS = {
    "绝密": SecurityClass.TOP_SECRET,
    "极机密": SecurityClass.TOP_SECRET,
    "极密": SecurityClass.TOP_SECRET,
    "机密": SecurityClass.SECRET,
    "秘密": SecurityClass.CONFIDENTIAL,
    "密": SecurityClass.CONFIDENTIAL,
}
_DIGITS = {**{d: i for i, d in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2, "廿": 20, "卅": 30}
# A cell that says the opposite of a mark must not be read as one.
_UNMARKED = regex.compile(r"(?:非|不涉|无|未定|不属)[国家]*(?:绝密|机密|秘密|密)|非涉密|^密级:?(?:无|/|-)?$")
_MARK = regex.compile(
    r"(?P<level>绝密|极机密|极密|机密|秘密|(?<![一-龥])密(?![一-龥]))"
    r"[级件]?[★*·:)\]]*[(\[]?(?:保密期限)?(?P<term>长期|永久|[0-9]{1,3}年?|[一二三四五六七八九十廿卅]{1,3}年)?"
)
_NUMBER = regex.compile(r"[一-龥][\[(]?(?:19|20)?[0-9]{2}[\])]?[一-龥]{0,3}(?:第)?[0-9]+号|解密[^,;。]{0,8}[0-9]+号")
_DATE = regex.compile(r"(?:19|20)[0-9]{2}(?:年|[-./]?[01]?[0-9])|[一二][九〇][〇一二三四五六七八九]{2}年")
_AUTHORITY = regex.compile(r"[一-龥](?:局|委|厅|部|办|馆|院|处|室|政府|定密机关|原定密单位|机要科)")


@dataclass(frozen=True, slots=True)
class SecurityMark:
    """A mark as read (密级标识): ``term_years`` is ``None`` when no term in years is written."""

    level: SecurityClass
    term_years: int | None
    raw: str


def read_mark(text: str | None) -> SecurityMark | None:
    """Read a 密级 cell (读取密级): 机密★10年, 绝 密, (秘密); 内部, 公开, 无 are no mark and give ``None``."""
    return _read_mark(text) if text else None


@lru_cache(maxsize=4096)
def _read_mark(text: str) -> SecurityMark | None:
    folded = plain(text)
    if _UNMARKED.search(folded) or not (found := _MARK.search(folded)):
        return None
    return SecurityMark(level=_LEVELS[found["level"]], term_years=_years(found["term"]), raw=text)


def _years(term: str | None) -> int | None:
    if not term or term in ("长期", "永久"):
        return None
    digits = term.rstrip("年")
    if digits.isdecimal():
        return int(digits)
    if "十" in digits:
        tens, _, units = digits.partition("十")
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)
    return sum(_DIGITS[digit] for digit in digits)


def is_live(mark: str | None, declassification: str | None) -> bool:
    """Whether a mark stands without evidence that it was lifted, whatever its age (密级是否仍有效).

    Evidence is the number of the declassifying document (解密文号), or a date together with the authority
    that decided, in the declassification cell, or beside the word 解密 in the mark's own cell. The bare
    word 解密 is no evidence.
    """
    if read_mark(mark) is None:
        return False
    return not (_is_evidence(declassification or "") or ("解密" in (mark or "") and _is_evidence(mark or "")))


def _is_evidence(text: str) -> bool:
    folded = plain(text)
    if regex.search(r"(?:未|不予|暂不|尚未|没有)解密", folded):
        return False
    return bool(_NUMBER.search(folded) or (_DATE.search(folded) and _AUTHORITY.search(folded)))
