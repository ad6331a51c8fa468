"""A finished docx read back as blocks (公文回读): html and pdf say what the signed paper says, word for word."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workbench.writers.templates import CELL_STYLE, STYLE_OF
from workbench.writers.wording import Kind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KIND_OF = {style: kind for kind, style in STYLE_OF.items()}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its kind (段落); an archive's own style reads as body, or title when centred first."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table as texts (表格): ``widths`` of its columns in twips; ``has_head`` when its first row repeats.

    ``spans`` says over how many columns each cell goes, row by row; empty where no cell spans any.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    has_head: bool
    spans: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page begins (另页)."""


PaperBlock = Paragraph | TableBlock | PageBreak


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper's blocks and the way its sheet lies (回读公文)."""

    blocks: tuple[PaperBlock, ...]
    wide: bool


def read_back(content: bytes) -> ReadPaper:
    """Read the body of a docx (回读): text, kinds, tables, page breaks; no headers or footers."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = _style_names(package.read("word/styles.xml"))
        body = etree.fromstring(package.read("word/document.xml")).find(f"{_W}body")
    assert body is not None
    size = body.find(f"{_W}sectPr/{_W}pgSz")
    wide = size is not None and size.get(f"{_W}orient") == "landscape"
    return ReadPaper(tuple(_blocks(body, styles)), wide)


def _style_names(content: bytes) -> dict[str, str]:
    found = {}
    for style in etree.fromstring(content).iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            found[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return found


def _blocks(body: etree._Element, styles: dict[str, str]) -> Iterator[PaperBlock]:
    titled = False
    for part in body:
        if part.tag == f"{_W}tbl":
            yield _table(part)
        elif part.tag == f"{_W}p":
            if any(mark.get(f"{_W}type") == "page" for mark in part.iter(f"{_W}br")):
                yield PageBreak()
            text = _text(part).strip()
            if text:
                kind = _kind(part, styles, titled)
                titled = titled or kind is Kind.TITLE
                yield Paragraph(kind, text)


def _kind(paragraph: etree._Element, styles: dict[str, str], titled: bool) -> Kind:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val", ""), "") if style is not None else ""
    if name in _KIND_OF:
        return _KIND_OF[name]
    alignment = paragraph.find(f"{_W}pPr/{_W}jc")
    is_centred = alignment is not None and alignment.get(f"{_W}val") == "center"
    return Kind.TITLE if is_centred and not titled and name != CELL_STYLE else Kind.BODY


def _text(part: etree._Element) -> str:
    pieces = []
    for piece in part.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_W}cr"):
        if piece.tag == f"{_W}t":
            pieces.append(piece.text or "")
        elif piece.tag == f"{_W}tab":
            pieces.append("\t")
        elif piece.get(f"{_W}type") != "page":
            pieces.append("\n")
    return "".join(pieces)


def _table(table: etree._Element) -> TableBlock:
    rows, spans = [], []
    for row in table.iterchildren(f"{_W}tr"):
        cells = list(row.iterchildren(f"{_W}tc"))
        rows.append(tuple("\n".join(_text(line) for line in cell.iterchildren(f"{_W}p")) for cell in cells))
        spans.append(tuple(_span(cell) for cell in cells))
    first = table.find(f"{_W}tr")
    has_head = first is not None and first.find(f"{_W}trPr/{_W}tblHeader") is not None
    widths = tuple(int(column.get(f"{_W}w", "1000")) for column in table.iterfind(f"{_W}tblGrid/{_W}gridCol"))
    spanned = tuple(spans) if any(span > 1 for row in spans for span in row) else ()
    return TableBlock(tuple(rows), widths, has_head, spanned)


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if span is None else int(span.get(f"{_W}val", "1"))
