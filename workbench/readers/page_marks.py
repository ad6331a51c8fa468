"""Characters and ruling lines of a PDF page (字符与框线) through pdfium: the fast way, ``None`` where it might err."""

import ctypes
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]


class Char(NamedTuple):
    """A character and its place (字符): points from the left and from the top of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Stroke(NamedTuple):
    """A level or upright line (线段): ``at`` is where it lies, ``start`` to ``end`` how far it reaches."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What is printed on a page (页面内容): characters, level lines and upright lines."""

    chars: list[Char]
    level: list[Stroke]
    upright: list[Stroke]
    is_drawn_on: bool = False


_THIN = 0.8  # points; a line drawn by hand of a program may lean this much
_WIDTHLESS = 0.02  # points
_UNKNOWN = frozenset((0, 0xFFFD, 0xFFFE, 0xFFFF))


def marks_of(page: pypdfium2.PdfPage) -> Marks | None:
    """Read a page (读取页面内容); ``None`` for turned pages, nested forms and characters without meaning."""
    if page.get_rotation():
        return None
    left, bottom, right, top = page.get_mediabox()
    if (left, bottom) != (0, 0) or page.get_cropbox() != (left, bottom, right, top):
        return None
    chars = _chars(page, top)
    level: list[Stroke] = []
    upright: list[Stroke] = []
    is_drawn_on = False
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        part = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(part)
        if kind == pdfium.FPDF_PAGEOBJ_FORM or _is_lost(part, kind):
            return None
        is_drawn_on = is_drawn_on or kind != pdfium.FPDF_PAGEOBJ_TEXT
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _add_strokes(part, top, level, upright)
    return None if chars is None else Marks(chars, level, upright, is_drawn_on)


def loses_text(page: pypdfium2.PdfPage) -> bool:
    """Whether pdfium passes over characters of the page (是否漏字), nested forms included."""
    return any(_is_lost(part.raw, part.type) for part in page.get_objects())


def _is_lost(part: Any, kind: int) -> bool:
    """A text without width is left out by pdfium: a blank, or a lone character of a font that is not in the file."""
    if kind != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(part, left, bottom, right, top)
    if right.value - left.value > _WIDTHLESS:
        return False
    return bool(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(part)) != 1)


def _chars(page: pypdfium2.PdfPage, top: float) -> list[Char] | None:
    text = page.get_textpage()
    try:
        box, found, high = pdfium.FS_RECTF(), [], 0
        for index in range(text.count_chars()):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if pdfium.FPDFText_IsGenerated(text, index) == 1 or code in (10, 13):
                continue
            if code in _UNKNOWN or pdfium.FPDFText_GetCharAngle(text, index) > 0.01:
                return None
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
                if not 0x10000 <= code <= 0x10FFFF:
                    return None
            pdfium.FPDFText_GetLooseCharBox(text, index, box)
            found.append(Char(chr(code), box.left, top - box.top, box.right, top - box.bottom))
        return found
    finally:
        text.close()


def _add_strokes(part: object, top: float, level: list[Stroke], upright: list[Stroke]) -> None:
    """Every straight piece of a path that is level or upright; curves and slants are no ruling lines."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(part, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    before: tuple[float, float] | None = None
    for index in range(pdfium.FPDFPath_CountSegments(part)):
        segment = pdfium.FPDFPath_GetPathSegment(part, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            top - (matrix.b * x.value + matrix.d * y.value + matrix.f),
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO and before is not None:
            _add(before, here, level, upright)
        before = here
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            _add(here, start, level, upright)
            before = start


def _add(one: tuple[float, float], other: tuple[float, float], level: list[Stroke], upright: list[Stroke]) -> None:
    wide, high = abs(one[0] - other[0]), abs(one[1] - other[1])
    if high <= _THIN < wide:
        level.append(Stroke((one[1] + other[1]) / 2, min(one[0], other[0]), max(one[0], other[0])))
    elif wide <= _THIN < high:
        upright.append(Stroke((one[0] + other[0]) / 2, min(one[1], other[1]), max(one[1], other[1])))
