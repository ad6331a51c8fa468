"""Tables in Word documents (Word 表格, docx): every table of the body, in order; no macros, no revisions undone."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from models.errors import ImportFailure
from workbench.readers.grid import Grid, Line
from workbench.readers.limits import DAMAGED, refuse_if_it_unpacks_too_large

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_SPAN = 256


class WordTables:
    """An opened docx (Word 目录)."""

    reader = "docx"
    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        refuse_if_it_unpacks_too_large(path)
        try:
            with zipfile.ZipFile(path) as container, container.open("word/document.xml") as part:
                body = ElementTree.parse(part).getroot().find(f"{_W}body")
        except (*DAMAGED, ElementTree.ParseError) as error:
            raise ImportFailure("import.unreadable", file=path.name) from error
        self._tables = [] if body is None else _tables(body)
        if not self._tables:
            raise ImportFailure("import.no_tables", file=path.name)

    def grids(self) -> Iterator[Grid]:
        """All tables as one list, numbered through: a table that goes on after a page break needs no new header."""
        yield Grid(None, self._lines())

    def _lines(self) -> Iterator[Line]:
        number = 0
        for table in self._tables:
            above: list[object] = []
            for row in table.iter(f"{_W}tr"):
                number += 1
                above = _cells(row, above)
                yield Line(number, list(above))


def _tables(body: Element) -> list[Element]:
    """Tables of the body, also those wrapped in content controls; a table inside a cell is text of the cell."""
    found: list[Element] = []
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}tbl":
            found.append(element)
        else:
            waiting += reversed(element)
    return found


def _cells(row: Element, above: list[object]) -> list[object]:
    """Cells by grid column; one merged downwards repeats the cell above, one merged sideways leaves blanks."""
    cells: list[object] = []
    for cell in row.findall(f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span, merge = 1, None
        if properties is not None:
            wide = properties.find(f"{_W}gridSpan")
            span = _number(wide.get(f"{_W}val") if wide is not None else None)
            merge = properties.find(f"{_W}vMerge")
        if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
            text: object = above[len(cells)] if len(cells) < len(above) else ""
        else:
            text = "\n".join(_paragraph(paragraph) for paragraph in cell.iter(f"{_W}p"))
        cells += [text, *[""] * (span - 1)]
    return cells


def _number(text: str | None) -> int:
    return min(int(text), _MAX_SPAN) if text and text.isdigit() and int(text) else 1


def _paragraph(paragraph: Element) -> str:
    parts = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in (f"{_W}tab", f"{_W}br"):
            parts.append(" ")
    return "".join(parts)
