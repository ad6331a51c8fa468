"""Guess the encoding of a text file (猜测字符编码): by its marks, its validity and how common its characters are."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Words that stand in nearly every catalogue's header, simplified and traditional.
_HEADER_WORDS = (
    "题名",
    "題名",
    "档号",
    "檔號",
    "日期",
    "标题",
    "標題",
    "责任者",
    "責任者",
    "全宗",
    "文号",
    "文號",
    "备注",
)


def guess_encoding(start: bytes) -> str:
    """Name the most likely encoding of a file that begins with ``start`` (up to 1 MB)."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if wide := _without_mark(start):
        return wide
    whole = _whole_characters(start)
    if _is_valid(whole, "utf-8"):
        return "utf-8"
    ranked = sorted(("utf-8", "gb18030", "big5"), key=lambda name: _likeness(start, name), reverse=True)
    return ranked[0]


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark: every ASCII comma, digit and line end brings a zero byte."""
    sample = start[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd < max(2, len(sample) // 50):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _whole_characters(start: bytes) -> bytes:
    """Without the last line, which may be cut inside a character."""
    cut = start.rfind(b"\n")
    return start[: cut + 1] if cut >= 0 and len(start) >= 1 << 20 else start


def _is_valid(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(start: bytes, encoding: str) -> float:
    """Share of common characters, less damaged ones, more for words of a catalogue header."""
    text = start[: 1 << 16].decode(encoding, errors="replace")
    wide = [character for character in text if character > "\x7f"]
    if not wide:
        return 0.0
    damaged = sum(1 for character in wide if character == "\ufffd")
    common = sum(1 for character in wide if _is_common(character, encoding))
    words = sum(1 for word in _HEADER_WORDS if word in text)
    return (common - 5 * damaged) / len(wide) + 0.5 * words


def _is_common(character: str, encoding: str) -> bool:
    """Level one of the national sets: GB 2312 rows 16–55, Big5 A440–C67E, and Chinese punctuation."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef":
        return True
    try:
        code = character.encode("big5" if encoding == "big5" else "gb2312")
    except UnicodeEncodeError:
        return False
    return 0xA4 <= code[0] <= 0xC6 if encoding == "big5" else 0xB0 <= code[0] <= 0xD7
