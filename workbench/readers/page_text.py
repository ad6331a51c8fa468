"""The text of a document page by page (逐页取文): from its text layer, else recognised, with its quality."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pdfplumber
from PIL import Image

from models.errors import ImportFailure
from models.vocabulary import TextSource
from workbench.readers import pdfium, scan_page, scans
from workbench.readers.alignment import lines_of_pieces
from workbench.readers.page_marks import loses_text
from workbench.readers.scan_page import PageFound

_DPI = 200
_TURN_BELOW = 0.85  # quality below which the page may be upside down
_FEWEST_SIGNS = 5  # a text layer of fewer signs on a drawn page is a stamp or a page number


class PageReading(NamedTuple):
    """One page as read (一页的文字): ``quality`` in [0, 1], ``None`` for a blank page."""

    page: int
    source: TextSource
    quality: float | None
    text: str


def read_pages(file: Path) -> Iterator[PageReading]:
    """Read a PDF or picture (逐页取文); without text recognition a page that is only drawn is ``UNREAD``, quality 0.

    Raises
    ------
    ImportFailure
        ``import.unreadable`` for a damaged file, ``import.picture_too_large``.
    """
    return _pdf(file) if file.suffix.lower() == ".pdf" else _pictures(file)


def _pdf(file: Path) -> Iterator[PageReading]:
    """The document is open only while a page is taken from it: whoever shows pages meanwhile need not wait."""
    try:
        with pdfium.opened(file) as document:
            count = len(document)
    except Exception as error:  # a damaged file makes the library stumble over anything
        raise ImportFailure("import.unreadable", file=file.name) from error
    for number in range(1, count + 1):
        try:
            text, picture = _taken(file, number)
        except Exception as error:
            raise ImportFailure("import.unreadable", file=file.name) from error
        if picture is None:
            yield PageReading(number, TextSource.LAYER, legible_share(text), text)
        else:
            yield _recognised(number, picture, layer=text)


def _taken(file: Path, number: int) -> tuple[str, Image.Image | None]:
    """A page's text layer, and its picture where the layer says too little of what is drawn."""
    with pdfium.opened(file) as document:
        page = document[number - 1]
        layer = page.get_textpage()
        text = layer.get_text_range()
        layer.close()
        if loses_text(page):
            text = _carefully(file, number)
        text = text.replace("\r\n", "\n").strip()
        is_drawn_on = next(page.get_objects(max_depth=1), None) is not None
        says_enough = sum(1 for sign in text if not sign.isspace()) >= _FEWEST_SIGNS
        return text, (None if says_enough or not is_drawn_on else pdfium.drawn(page, dpi=_DPI))


def _carefully(file: Path, number: int) -> str:
    with file.open("rb") as opened, pdfplumber.open(opened) as document:
        return str(document.pages[number - 1].extract_text() or "")


def _pictures(file: Path) -> Iterator[PageReading]:
    for index in range(scans.pages_in(file)):
        yield _recognised(index + 1, scans.picture(file, index))


def _recognised(number: int, picture: Image.Image, *, layer: str = "") -> PageReading:
    if not scan_page.is_available():
        return PageReading(number, TextSource.UNREAD, 0.0, layer)
    found = scan_page.whole_page(picture)
    for turn in _turns(found):
        other = scan_page.whole_page(picture.transpose(turn))
        if (other.quality or 0) > (found.quality or 0):
            found = other
    text = "\n".join(" ".join(piece.text for piece in line) for line in lines_of_pieces(found.pieces))
    return PageReading(number, TextSource.RECOGNISED, found.quality, text)


def _turns(found: PageFound) -> tuple[Image.Transpose, ...]:
    """Which ways to try: lines that stand on end are a page on its side, unreadable ones may be upside down."""
    if not found.pieces:
        return ()
    standing = sum(1 for piece in found.pieces if piece.bottom - piece.top > 1.5 * (piece.right - piece.left))
    if standing * 2 > len(found.pieces):
        return (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
    return (Image.Transpose.ROTATE_180,) if (found.quality or 0) < _TURN_BELOW else ()


def legible_share(text: str) -> float | None:
    """Share of signs in a text layer that mean something (可读字符比例); ``None`` for an empty one.

    Fonts without a map to Unicode give private, unassigned or replacement characters; a wrong map gives rare ones,
    so a Chinese character outside GB 18030's level one and two counts half.
    """
    signs = [sign for sign in text if not sign.isspace()]
    if not signs:
        return None
    return round(sum(_weight(sign) for sign in signs) / len(signs), 4)


def _weight(sign: str) -> float:
    if not sign.isprintable() or sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff":
        return 0.0
    if "\u3400" <= sign <= "\u9fff":
        try:
            sign.encode("gb2312")
        except UnicodeEncodeError:
            try:
                sign.encode("big5")  # traditional forms are as legible
            except UnicodeEncodeError:
                return 0.5
    return 1.0
