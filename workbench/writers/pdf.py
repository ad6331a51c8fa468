"""Papers as pdf (公文 PDF): set by Typst, and the fonts of the result read back, for a silent substitute is a fault."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import literal_name

from models.errors import ProcedureError
from workbench.writers.reading_back import PageBreak, PaperBlock, Paragraph, ReadPaper
from workbench.writers.tables import clean
from workbench.writers.templates import Fonts


def is_available() -> bool:
    """Whether the typesetter is installed (是否装有排版程序)."""
    return find_spec("typst") is not None


def write_pdf(target: Path, paper: ReadPaper, *, title: str, fonts: Fonts, at: datetime) -> None:
    """Set a paper and check its fonts (排版并核对字体).

    Raises
    ------
    ProcedureError
        ``publication.no_typesetter``; ``publication.typesetting_failed``; ``publication.unexpected_font`` when the
        result holds a font that no setting names, or has no text at all.
    """
    sheet = {"title": clean(title), "wide": paper.wide, "fonts": plain_fonts(fonts), "blocks": plain_blocks(paper)}
    target.write_bytes(typeset("paper.typ", sheet, at=at))
    try:
        check_fonts(target, fonts)
    except ProcedureError:
        target.unlink()
        raise


def typeset(sheet: str, blocks: Mapping[str, object], *, at: datetime) -> bytes:
    """Set what stands in ``blocks`` by one of our sheets (排版).

    Raises
    ------
    ProcedureError
        ``publication.no_typesetter``, ``publication.typesetting_failed``.
    """
    if not is_available():
        raise ProcedureError("publication.no_typesetter")
    import typst  # an extra: the default install stays small

    with TemporaryDirectory() as folder:
        for name in (sheet, "blocks.typ"):
            text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
            (Path(folder) / name).write_text(text, encoding="utf-8")
        (Path(folder) / "blocks.json").write_text(json.dumps(blocks, ensure_ascii=False), encoding="utf-8")
        instant = int(at.astimezone(UTC).timestamp())
        try:
            content = typst.compile(str(Path(folder) / sheet), root=folder, format="pdf", timestamp=instant)
        except typst.TypstError as error:
            raise ProcedureError("publication.typesetting_failed", problem=str(error)) from error
    assert isinstance(content, bytes)
    return content


def check_fonts(file: Path, fonts: Fonts) -> None:
    """Refuse a pdf with a font that no setting names, or without any text (核对字体).

    Raises
    ------
    ProcedureError
        ``publication.unexpected_font``.
    """
    found = fonts_of(file)
    wanted = {_plain(name) for name in fonts.names()}
    strange = [name for name in found if _plain(name) not in wanted and not _is_face_of(name, wanted)]
    if strange or not found:
        raise ProcedureError(
            "publication.unexpected_font", found=", ".join(strange or found) or "-", wanted=", ".join(fonts.names())
        )


def plain_fonts(fonts: Fonts) -> dict[str, object]:
    """Fonts as the sheets read them (排版字体)."""
    return {"title": fonts.title, "body": fonts.body, "fallback": list(fonts.fallback)}


def plain_blocks(paper: ReadPaper) -> list[dict[str, object]]:
    """A paper's blocks as the sheets read them (排版数据)."""
    return [_plain_block(block) for block in paper.blocks]


def _plain_block(block: PaperBlock) -> dict[str, object]:
    if isinstance(block, PageBreak):
        return {"kind": "page"}
    if isinstance(block, Paragraph):
        return {"kind": block.kind.value, "text": block.text}
    return {"kind": "table", "rows": block.rows, "widths": block.widths, "has_head": block.has_head,
            "spans": block.spans}  # fmt: skip


def fonts_of(file: Path) -> Sequence[str]:
    """Names of the fonts in a pdf (PDF 所用字体), without the prefix of a subset."""
    found: dict[str, None] = {}
    with file.open("rb") as stream:
        for page in PDFPage.create_pages(PDFDocument(PDFParser(stream))):
            for font in (resolve1(page.resources.get("Font")) or {}).values():
                name = literal_name(resolve1(font).get("BaseFont"))
                found[re.sub(r"^[A-Z]{6}\+", "", name)] = None
    return list(found)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


def _is_face_of(name: str, wanted: set[str]) -> bool:
    """Whether a face (``NotoSerifCJKsc-Bold``) belongs to a family that was named."""
    return any(_plain(re.split(r"[-,]", name)[0]) == family for family in wanted)
