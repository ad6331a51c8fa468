"""One folding for all text (文本归一): width, variants, traditional→simplified, OCR noise, with a way back.

Rules, detectors and classifiers read folded text; people always see the original. ``Normalised`` keeps
the offsets, so a passage found in folded text can be shown in the text as written.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from opencc import OpenCC

# What NFKC and OpenCC leave apart but a catalogue means as one.
_ALIKE = {
    '"': "“”„‟「」『』〝〞〟＂«»",
    "'": "‘’‚‛＇",
    "-": "—–―‐‑‒−－﹣─━",
    "~": "～〜∼",
    "·": "・•‧∙⋅｡●",
    "×": "╳✕✖❌✗✘",
    "□": "■▢◻◼▇█▉▯",
    "〇": "○◯◎⚪",
    "*": "＊∗﹡",
    "[": "〔【［〖﹝",
    "]": "〕】］〗﹞",
    "《": "〈＜",
    "》": "〉＞",
    "★": "☆✩✪⭐",
    "算": "祘",
    "口": "囗",
    "台": "臺颱",
    "于": "於扵",
    "略": "畧",
    "户": "戸戶",
    "强": "強",
    "真": "眞",
    "奸": "姦",
    "回": "囘廻",
    "群": "羣",
}
_FOLDED = {ord(variant): plain_form for plain_form, variants in _ALIKE.items() for variant in variants}

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffd")

# Slips of the reader (OCR) and of old typists that no word of ours contains: same length, so offsets hold.
_SLIPS = {
    "关干": "关于",
    "入员": "人员",
    "入民": "人民",
    "犯入": "犯人",
    "病入": "病人",
    "当事入": "当事人",
    "负责入": "负责人",
    "戌份": "成份",
    "成分": "成份",
    "处份": "处分",
    "士地": "土地",
    "士改": "土改",
    "末婚": "未婚",
    "末成年": "未成年",
    "末公": "未公",
    "白杀": "自杀",
    "白首": "自首",
    "巡罗": "巡逻",
    "纪祿": "纪录",
    "会议纪录": "会议记录",
    "谈话纪录": "谈话记录",
    "登汜": "登记",
    "案巻": "案卷",
    "检査": "检查",
    "调査": "调查",
    "审査": "审查",
    "复査": "复查",
    "抚血": "抚恤",
    "抚卹": "抚恤",
    "帐户": "账户",
    "帐目": "账目",
    "帐册": "账册",
    "查帐": "查账",
    "流水帐": "流水账",
    "分户帐": "分户账",
    "日记帐": "日记账",
    "台帐": "台账",
    "记帐": "记账",
    "挂帐": "挂账",
    "陪偿": "赔偿",
    "赔尝": "赔偿",
    "枪枝": "枪支",
    "麻疯": "麻风",
}
_SLIP = re.compile("|".join(sorted(map(re.escape, _SLIPS), key=len, reverse=True)))


def slips() -> Mapping[str, str]:
    """Slips of readers and typists that folding mends (误识与误录), wrong → as folded; some are mere variants."""
    return MappingProxyType(_SLIPS)


_SPACE = re.compile(r"(?<![0-9A-Za-z.,]) +| +(?![0-9A-Za-z ])")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


_GROWING: set[str] = set()  # characters met so far that fold to more than one


class _Folding(dict[int, str]):
    """The table of ``str.translate``, filled character by character as they are met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        if len(folded) > 1:
            _GROWING.add(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _INVISIBLE:
        return ""
    if character.isspace() or unicodedata.category(character) in {"Zs", "Cc"}:
        return " "
    if (known := _FOLDED.get(ord(character))) is not None:
        return known
    compatible = unicodedata.normalize("NFKC", character)
    simple = _simplifier().convert(compatible)
    return "".join(_FOLDED.get(ord(part), part) for part in simple).replace(" ", "")


_TABLE = _Folding()


def fold_sign(sign: str) -> str:
    """What one sign becomes by itself (单字归一): one sign, several, a blank or nothing."""
    return sign.translate(_TABLE)


def plain(text: str) -> str:
    """Fold a text (归一后的文本): the folded string only; the fast path.

    Blanks stay only between two Latin letters or digits; 成分/成份, 纪录/记录 and the like become one.
    """
    folded = text.translate(_TABLE)
    if " " in folded:
        folded = _SPACE.sub("", folded)
    return _SLIP.sub(lambda slip: _SLIPS[slip[0]], folded)


@dataclass(frozen=True)
class Normalised:
    """A folded text that knows where it came from (归一文本与原文位置)."""

    original: str
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.original))

    @cached_property
    def _origins(self) -> list[int]:
        """For each folded character, the offset of the original character that gave it."""
        origins = [at for at, character in enumerate(self.original) for _ in character.translate(_TABLE)]
        folded = self.original.translate(_TABLE)
        for blank in reversed(list(_SPACE.finditer(folded))):
            del origins[blank.start() : blank.end()]
        return origins

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span of ``text`` into (start, end) offsets of the original, end exclusive (原文位置)."""
        if is_aligned(self.original, self.text):
            return start, end
        if start >= end:
            at = self._origins[start] if start < len(self._origins) else len(self.original)
            return at, at
        return self._origins[start], self._origins[end - 1] + 1


def is_aligned(original: str, folded: str) -> bool:
    """Whether offsets in a folded text are offsets in the original as they are (位置是否一致)."""
    return len(folded) == len(original) and _GROWING.isdisjoint(original)


def normalise(text: str) -> Normalised:
    """Fold a text and keep the way back to it (归一化)."""
    return Normalised(text)


# Replacement and private-use characters, and what GBK or UTF-8 leaves behind when read as something else.
_GARBLED = re.compile("[\ufffd\ue000-\uf8ff]|锟斤拷|烫烫烫|屯屯屯|Ã.|â€|ï¼|æ–‡|[ÀÁÂÃÄÅÆÇÈÉÊËÐÑÒÓÔÕÖØ]{3}")


def looks_garbled(text: str) -> bool:
    """Whether a text was damaged by a wrong encoding (疑似乱码).

    Besides the well-known traces: text whose GBK bytes are valid UTF-8 throughout was UTF-8 read as GBK
    (鍏充簬 for 关于); real Chinese of four signs and more practically never is.
    """
    if _GARBLED.search(text) is not None:
        return True
    if len(text) < 4 or text.isascii():
        return False
    try:
        undone = text.encode("gbk").decode("utf-8")
    except UnicodeError:
        return False
    return len(undone) < len(text)
