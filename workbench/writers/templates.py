"""Docx templates (公文模板): ours, built from the wording, or the archive's own copy from its folder.

Layout by GB/T 9704-2012: A4, margins 37/35/28/26 mm, 22 lines of 28 characters, title 2号 centred, body 3号.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table

from workbench.writers import footers
from workbench.writers.wording import Block, Each, Form, Grid, Kind, NewPage, Paper, When, Words

TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26  # mm
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
LINE_TWIPS = 579  # 225 mm / 22 lines, in 1/20 pt, cut off: 22 lines of 29 pt would be a hair too high
CHARACTER_SPACE = -4  # (156 mm / 28 characters − 16 pt), in 1/20 pt
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)  # 2号, 3号, 4号, 5号
STYLE_OF = {kind: f"Paper {kind.value}" for kind in Kind}
CELL_STYLE = "Paper cell"


@dataclass(frozen=True, slots=True)
class Fonts:
    """Fonts by name (字体); none is shipped, the machine that prints must have them.

    ``fallback`` are tried in turn where a font is missing or lacks a character.
    """

    title: str
    body: str
    fallback: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Every font that a paper may show, once each."""
        return list(dict.fromkeys((self.title, self.body, *self.fallback)))


def own_copy(folder: Path, name: str) -> Path:
    """Where the archive's own template of a paper lies, if it has one (馆内模板)."""
    return folder / f"{name}.docx"


def build(paper: Paper, fonts: Fonts) -> bytes:
    """Make the docx template of a paper from its wording (生成模板)."""
    document = Document()
    _set_page(document, paper)
    _set_styles(document, fonts)
    if paper.counted:
        footers.add_counted(document, font=fonts.body, size=SIZE_5)
    else:
        footers.add_plain(document, font=fonts.body, size=SIZE_4)
    width, margins = (PAGE_HEIGHT, TOP + BOTTOM) if paper.wide else (PAGE_WIDTH, LEFT + RIGHT)
    _write(document, paper.blocks, whole=width - margins)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _set_page(document: DocumentObject, paper: Paper) -> None:
    section = document.sections[0]
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if paper.wide else (PAGE_WIDTH, PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    # A turned sheet is bound at its top, so the margins turn with it.
    margins = (LEFT, RIGHT, BOTTOM, TOP) if paper.wide else (TOP, BOTTOM, LEFT, RIGHT)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, margins)
    section.footer_distance = Mm(margins[1] - 12)
    if paper.grid:
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        # The 28 characters are set by the style: a grid of characters is read in two ways, and one of them gives
        # a character of 16 pt two cells of 15.8 pt.
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(LINE_TWIPS))


def _set_styles(document: DocumentObject, fonts: Fonts) -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal, fonts.body, SIZE_3)
    _set_language(document)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    for kind, style_name in STYLE_OF.items():
        style = document.styles.add_style(style_name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        shape = style.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_TWIPS / 20)
        shape.space_before = shape.space_after = Pt(0)
        # The spacing is exact; a grid would lift a title of 34 pt to two lines of it.
        style.element.get_or_add_pPr().append(_switched_off("w:snapToGrid"))
        _set_font(style, fonts.title if kind is Kind.TITLE else fonts.body, SIZE_2 if kind is Kind.TITLE else SIZE_3)
        match kind:
            case Kind.TITLE:
                shape.alignment, shape.line_spacing, shape.space_after = centre, Pt(34), Pt(LINE_TWIPS / 20)
            case Kind.NUMBER:
                shape.alignment, shape.space_after = centre, Pt(LINE_TWIPS / 20)
            case Kind.ADDRESSEE:
                _condense(style)  # 主送机关顶格
            case Kind.SIGNATURE:
                shape.alignment, shape.space_before, shape.keep_with_next = right, Pt(2 * LINE_TWIPS / 20), True
                _indent(style, "rightChars", 200)
            case Kind.DATE:
                shape.alignment = right
                _indent(style, "rightChars", 400)  # 成文日期右空四字
            case Kind.NOTE:
                _set_font(style, fonts.body, SIZE_5)
                shape.line_spacing = Pt(16)
            case Kind.ATTACHMENT:
                shape.space_before = Pt(LINE_TWIPS / 20)
                _indent(style, "firstLineChars", 200)
            case _:
                _condense(style)
                _indent(style, "firstLineChars", 200)  # 首行缩进二字
    cell = document.styles.add_style(CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = normal
    _set_font(cell, fonts.body, SIZE_5)
    shape = cell.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(14)
    shape.space_before = shape.space_after = Pt(2)
    cell.element.get_or_add_pPr().append(_switched_off("w:snapToGrid"))


def _switched_off(name: str) -> Any:
    switch = OxmlElement(name)
    switch.set(qn("w:val"), "0")
    return switch


def _set_language(document: DocumentObject) -> None:
    """Chinese of the mainland: else a word processor may draw punctuation and some characters as elsewhere."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _condense(style: ParagraphStyle) -> None:
    """28 characters in a line."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CHARACTER_SPACE))
    style.element.get_or_add_rPr().append(spacing)


def _set_font(style: ParagraphStyle, name: str, size: Pt) -> None:
    style.font.size, style.font.name = size, name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)


def _indent(style: ParagraphStyle, side: str, hundredths: int) -> None:
    """Indent by characters, for an indent in points breaks when the archive changes the size.

    In points too, for word processors that do not know the other; those that do prefer it.
    """
    shape = style.element.get_or_add_pPr()
    indent = shape.get_or_add_ind()
    indent.set(qn(f"w:{side}"), str(hundredths))
    indent.set(qn(f"w:{side.removesuffix('Chars')}"), str(int(hundredths / 100 * SIZE_3.pt * 20)))


def _write(document: DocumentObject, blocks: tuple[Block, ...], *, whole: int) -> None:
    for block in blocks:
        match block:
            case Words(kind, text):
                document.add_paragraph(text, style=STYLE_OF[kind])
            case When(condition, inner):
                _enclose(document, f"if {condition}", inner, "endif", whole=whole)
            case Each(loop, inner):
                _enclose(document, f"for {loop}", inner, "endfor", whole=whole)
            case Grid():
                _add_grid(document, block)
            case Form():
                _add_form(document, block, whole=whole)
            case NewPage():
                document.add_page_break()  # type: ignore[no-untyped-call]


def _enclose(document: DocumentObject, opening: str, inner: tuple[Block, ...], closing: str, *, whole: int) -> None:
    # ``{%p`` takes the whole paragraph away, so a condition leaves no empty line behind.
    document.add_paragraph(f"{{%p {opening} %}}")
    _write(document, inner, whole=whole)
    document.add_paragraph(f"{{%p {closing} %}}")


def _add_grid(document: DocumentObject, grid: Grid) -> None:
    table = _table(document, 4, [width for _, _, width in grid.columns])
    for column, (title, cell, _) in enumerate(grid.columns):
        _fill(table, 0, column, title, bold=True)
        _fill(table, 2, column, cell)
    _fill(table, 1, 0, f"{{%tr for {grid.loop} %}}")
    _fill(table, 3, 0, "{%tr endfor %}")
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def _add_form(document: DocumentObject, form: Form, *, whole: int) -> None:
    """One table of label, value, label, value; a row of two cells gives its value the rest of the width."""
    label = 32
    value = whole // 2 - label
    table = _table(document, len(form.rows), [label, value, label, value])
    for number, row in enumerate(form.rows):
        if len(row) == 2:
            table.cell(number, 1).merge(table.cell(number, 3)).width = Mm(whole - label)
        for column, text in enumerate(row):
            _fill(table, number, column, text, bold=column % 2 == 0)


def _table(document: DocumentObject, rows: int, widths: list[int]) -> Table:
    table: Table = document.add_table(rows, len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        # An entry is read as one: it moves to the next page whole.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _fill(table: Table, row: int, column: int, text: str, *, bold: bool = False) -> None:
    paragraph = table.cell(row, column).paragraphs[0]
    paragraph.style = CELL_STYLE
    paragraph.add_run(text).bold = bold
