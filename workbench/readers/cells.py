"""A cell as text (单元格文字): what was written, without what a spreadsheet put around it."""

import re
from datetime import date, datetime, time

_BREAK = re.compile(r"[ \t\u3000]*[\r\n\v\f\u2028\u2029]+[ \t\u3000]*")
_STRAY = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b]|_x000[Dd]_")
_LONE = re.compile("[\ud800-\udfff]")  # what surrogateescape leaves of a damaged byte
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef、。《》〈〉「」『』【】〔〕“”]")


def text_of(cell: object) -> str:
    """The text of a cell (单元格文字), "" for an empty one; 12.0 is 12, a day without a time is only a day."""
    if type(cell) is str:
        text = cell.strip()
        return _STRAY.sub("", text).strip() if not text.isprintable() and _STRAY.search(text) else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def one_line(text: str) -> str:
    """Join a text that was broken inside its cell (合并断行): no blank between Chinese characters."""
    if text.isprintable():
        return text
    return _BREAK.sub(lambda cut: _glue(text, cut.start(), cut.end()), text).strip()


def _glue(text: str, start: int, end: int) -> str:
    before, after = text[start - 1 : start], text[end : end + 1]
    return "" if _CJK.match(before) or _CJK.match(after) else " "


def whole(cells: list[object]) -> tuple[list[object], str | None]:
    """Cells without the traces of bytes that the encoding does not know, and ``undecodable`` if there were any."""
    try:
        "".join([cell for cell in cells if type(cell) is str]).encode()
    except UnicodeEncodeError:
        return [_LONE.sub("\ufffd", cell) if type(cell) is str else cell for cell in cells], "undecodable"
    return cells, None


def is_blank(cells: list[object]) -> bool:
    """Whether a line has nothing in it (空行)."""
    return not any(cell is not None and cell != "" and (type(cell) is not str or cell.strip()) for cell in cells)
