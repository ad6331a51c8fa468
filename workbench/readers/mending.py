"""Undo what machines did to a text (还原乱码、去注音): only where it is certain; the caller keeps the original."""

import re
from functools import lru_cache

# A toned vowel makes Latin letters in brackets a reading of the signs before them, and nothing else.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|in|un|vn|er|ia|ie|iu|ua|uo|ui|ue|ve"
    r"|a|o|e|i|u|v)"
)
_BRACKETED = re.compile(rf"(?<=[\u3400-\u9fff])[(（\[]\s*([A-Za-züÜ{_TONED}' ]{{1,40}})\s*[)）\]]")
_PLAIN = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüÜ", "aaaaeeeeiiiioooouuuuvvvvvv")
_HAN = re.compile(r"[\u3400-\u9fff]+$")


def unscrambled(text: str) -> str | None:
    """The text as it was before a wrong encoding, or ``None`` when it was not damaged or cannot be undone (还原乱码).

    Undone are UTF-8 that was read as GBK (鍏充簬 for 关于), UTF-8 or GBK that was read as Latin-1 or cp1252. It must
    decode throughout and give ordinary Chinese; anything less is left alone.
    """
    if text.isascii() or _is_ordinary(text):
        return None
    for wrong, right in (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8")):
        if (undone := _recoded(text, wrong, right)) is not None:
            return undone
    for wrong in ("cp1252", "latin-1"):
        if (undone := _recoded(text, wrong, "gb2312")) is not None:
            return undone
    return None


def _recoded(text: str, wrong: str, right: str) -> str | None:
    try:
        undone = text.encode(wrong).decode(right)
    except UnicodeError:
        return None
    signs = sum(1 for character in undone if "\u4e00" <= character <= "\u9fff")
    return undone if signs >= 2 and len(undone) < len(text) and undone.isprintable() and _is_ordinary(undone) else None


def is_scrambled(text: str) -> bool:
    """Whether a text is UTF-8 read as GBK of which a byte was lost on the way (乱码而不可还原)."""
    if text.isascii() or _is_ordinary(text):
        return False
    undone = text.encode("gb18030", errors="replace").decode(errors="replace")
    signs = sum(1 for character in undone if "\u4e00" <= character <= "\u9fff")
    return signs >= 3 and undone.count("\ufffd") * 4 <= signs and len(undone) < len(text)


def _is_ordinary(text: str) -> bool:
    """Whether GB 2312 holds the whole text, as it holds nearly every catalogue."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1024)
def _syllables(letters: str) -> int | None:
    """How many pinyin syllables these letters are, fewest first, or ``None`` if they are something else."""
    plain = letters.casefold().translate(_PLAIN)
    counted = 0
    for word in re.split(r"[' ]+", plain):
        at = 0
        while at < len(word):
            found = _SYLLABLE.match(word, at)
            if found is None:
                return None
            at, counted = found.end(), counted + 1
    return counted or None


def without_pinyin(text: str) -> str | None:
    """The text without toned readings in brackets (去注音), or ``None`` if it has none: 王喆（zhé） gives 王喆."""
    if text.isascii() or not any(tone in text for tone in _TONED):
        return None
    changed = _BRACKETED.sub(lambda found: "" if _is_reading(text, found, toned=True) else found[0], text)
    return changed if changed != text else None


def may_hold_pinyin(text: str) -> bool:
    """Whether letters in brackets may be a reading without tones (疑有注音): a person must say."""
    if not (("(" in text or "（" in text or "[" in text) and not text.isascii()):
        return False
    return any(_is_reading(text, found, toned=False) for found in _BRACKETED.finditer(text))


def _is_reading(text: str, found: re.Match[str], *, toned: bool) -> bool:
    letters = found[1].strip()
    tones = sum(1 for letter in letters.casefold() if letter in _TONED)
    if toned != bool(tones):
        return False
    if not toned and not letters.islower():  # (PC), (Word) are names
        return False
    before = _HAN.search(text[: found.start()])
    syllables = _syllables(letters)
    if syllables is None or before is None or syllables > len(before[0]):
        return False
    return not toned or tones == syllables  # café is a word, not ca and fé
