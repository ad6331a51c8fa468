"""Page numbers in the foot of a paper (页脚页码), as fields that the word processor fills."""

from typing import Any

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from workbench.i18n import t

# A field stands between its parts of text; the words around it are the locale's.
_FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}


def add_plain(document: DocumentObject, *, font: str, size: Pt) -> None:
    """``— 1 —``, on the outer side of odd and even pages (页码单右双左), by GB/T 9704."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):  # fmt: skip
        footer.is_linked_to_previous = False
        _write(footer.paragraphs[0], ("— ", "PAGE", " —"), font=font, size=size, side=side)


def add_counted(document: DocumentObject, *, font: str, size: Pt) -> None:
    """``第 1 页 共 3 页`` in the middle (页码带总页数), so that a missing sheet is noticed."""
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    said = t("papers.page_of").split("|")  # text and the names of fields in turn
    parts = [_FIELDS.get(part, part) for part in said]
    _write(footer.paragraphs[0], parts, font=font, size=size, side=WD_ALIGN_PARAGRAPH.CENTER)


def _write(paragraph: Paragraph, parts: tuple[str, ...] | list[str], *, font: str, size: Pt, side: Any) -> None:
    paragraph.alignment = side
    for part in parts:
        if part not in _FIELDS.values():
            _run(paragraph, font, size, part)
            continue
        # Each part of a field in a run of its own, for some word processors forget the font of a shared one.
        for kind, instruction in (("begin", None), (None, part), ("separate", None), ("text", "1"), ("end", None)):
            run = _run(paragraph, font, size, instruction if kind == "text" else "")
            if kind != "text":
                run._r.append(_field(kind, instruction))


def _run(paragraph: Paragraph, font: str, size: Pt, text: str | None) -> Run:
    run = paragraph.add_run(text or "")
    run.font.size, run.font.name = size, font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _field(kind: str | None, instruction: str | None) -> Any:
    part: Any
    if kind is None:
        part = OxmlElement("w:instrText")
        part.text = instruction
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    return part
