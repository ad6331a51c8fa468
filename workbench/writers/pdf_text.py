"""The text of a pdf read back (PDF 文字回读): an empty box where a character should be is a fault too."""

from pathlib import Path

from pdfminer.high_level import extract_text

from models.errors import ProcedureError
from workbench.writers.reading_back import Paragraph, ReadPaper, TableBlock

_NO_GLYPH = "(cid:"  # how a glyph without a character reads


def check_characters(file: Path, paper: ReadPaper) -> None:
    """Refuse a pdf that shows a box for a character that no font of the machine has (核对缺字).

    It is for papers of a few pages: reading back takes longer than setting.

    Raises
    ------
    ProcedureError
        ``publication.missing_characters``, naming them.
    """
    shown = extract_text(str(file))
    if _NO_GLYPH in shown:
        lacking = [character for character in dict.fromkeys(text_of(paper)) if character not in shown]
        raise ProcedureError(
            "publication.missing_characters",
            characters=", ".join(f"{character} (U+{ord(character):04X})" for character in lacking),
        )


def text_of(paper: ReadPaper) -> str:
    """Everything a paper says, without spaces (全文)."""
    parts = []
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            parts.append(block.text)
        elif isinstance(block, TableBlock):
            parts += [cell for row in block.rows for cell in row]
    return "".join("".join(parts).split())
