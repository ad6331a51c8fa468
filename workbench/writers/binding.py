"""All papers of a batch in one pdf (合订本): set in one go, each with its own numbers and those of the whole file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.i18n import t
from workbench.writers import pdf
from workbench.writers.reading_back import ReadPaper
from workbench.writers.tables import clean
from workbench.writers.templates import Fonts


@dataclass(frozen=True, slots=True)
class Bound:
    """One paper of a bound file (合订的一件): ``counted`` says how its own pages are numbered."""

    name: str
    paper: ReadPaper
    counted: bool


def bind(papers: Sequence[Bound], *, title: str, fonts: Fonts, at: datetime, numbered: bool = True) -> bytes:
    """Set the papers one after another (合订): a bookmark says where each begins.

    ``numbered`` puts the number in the whole file into the outer upper corner.

    Raises
    ------
    ProcedureError
        ``publication.no_typesetter``, ``publication.typesetting_failed``.
    """
    before, middle, after = t("papers.page_of").split("|")[::2]
    sheet = {
        "title": clean(title),
        "numbered": numbered,
        "page_of": [before, middle, after],
        "fonts": pdf.plain_fonts(fonts),
        "papers": [
            {"name": clean(each.name), "wide": each.paper.wide, "counted": each.counted,
             "blocks": pdf.plain_blocks(each.paper)}
            for each in papers
        ],
    }  # fmt: skip
    return pdf.typeset("binding.typ", sheet, at=at)
