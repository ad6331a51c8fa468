"""What is undone in a row before it is judged (还原乱码、去注音、代码换词): certain things only, the original kept."""

from typing import NamedTuple

from models.intake import ChangeCause
from models.page_cells import is_reversed
from models.text import looks_garbled
from workbench.readers import SourceRow
from workbench.readers.mending import is_scrambled, may_hold_pinyin, unscrambled, without_pinyin
from workbench.readers.values import word_of

# Where a wrong encoding shows: every text that people read, and the mark on which everything hangs.
_TEXTS = ("title", "creator", "fonds", "document_number", "security_class", "declassification", "remarks")
_READ_ALOUD = ("title", "creator")
_LONGEST_CODE = 4


class Change(NamedTuple):
    """A cell that is not kept as it was written (改动): the original stays beside it."""

    field: str
    original: str
    value: str
    cause: str


def unscramble(row: SourceRow) -> tuple[SourceRow, list[Change]]:
    """Undo a wrong encoding before anything is judged (还原乱码): a scrambled mark is a mark."""
    changes: list[Change] = []
    cells = row.cells
    for name in _TEXTS:
        text = cells.get(name)
        if text is not None and not text.isascii() and (undone := unscrambled(text)) is not None:
            changes.append(Change(name, text, undone, ChangeCause.MOJIBAKE.value))
    if changes:
        row = row._replace(cells={**cells, **{change.field: change.value for change in changes}})
    return row, changes


def clean(cells: dict[str, str], changes: list[Change], notes: list[str]) -> None:
    """Take readings out, put words for codes, note what only a person can tell (清理); ``cells`` is changed in place.

    A retention code needs no original beside it: the note says that the word stands for a code.
    """
    for name in _READ_ALOUD:
        text = cells.get(name)
        if text is None or text.isascii():
            continue
        if (bare := without_pinyin(text)) is not None:
            changes.append(Change(name, text, bare, ChangeCause.PINYIN.value))
            cells[name] = bare
        elif may_hold_pinyin(text):
            notes.append("text.pinyin")
    if changes:
        notes += dict.fromkeys(f"text.{change.cause}_undone" for change in changes)
    title = cells["title"]
    if not title.isascii() and (looks_garbled(title) or is_scrambled(title)):
        notes.append("text.garbled")
    period = cells.get("retention_period")
    if period is not None and len(period) <= _LONGEST_CODE and (word := word_of("retention_period", period)):
        cells["retention_period"] = word
        notes.append("retention.code")
    pages = cells.get("pages")
    if pages is not None and len(pages) > 2 and is_reversed(pages):
        notes.append("pages.reversed")
