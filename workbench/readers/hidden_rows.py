"""What calamine does not say of an xlsx (隐藏行、超远单元格): which rows are hidden, and how far its cells reach.

Hidden rows are imported like any other, and reported. A cell at the far corner of a sheet makes calamine ask for room
for every cell before it, and no room is the end of the whole program: such a sheet is refused before it is opened.
The sheet's XML is searched as bytes: no parse, a small part of the reading time.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from models.errors import ImportFailure
from workbench.readers.limits import DAMAGED

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_NUMBER = re.compile(rb' r="(\d{1,8})"')
# Columns of two letters or more, and rows of a million or more; the usual way of writing them comes first, for speed.
_FAR = re.compile(rb' r="(?:[A-Za-z]{2,}\d|[A-Za-z]*\d{7})')
_OTHERWISE = (b"='", b" =", b"= ", b"\tr", b"\nr", b"\rr", b'"r', b"\t=", b"\n=", b"\r=", b"=\t", b"=\n", b"=\r")
_PLACE = re.compile(rb"[\s\"']r\s*=\s*[\"']([A-Za-z]*)(\d+)")
MOST_CELLS = 48 << 20  # a million rows of 48 columns; calamine takes 32 bytes for each
_SMALL = 4 << 20
_PORTION = 1 << 20
_LONGEST_TAG = 1024


def hidden_rows(path: Path) -> dict[str, frozenset[int]]:
    """Row numbers, 1-based, by sheet name; empty for files that are no xlsx or whose parts are unusual."""
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as container:
            return {name: _hidden_in(container, part) for name, part in parts_of(container).items()}
    except (*DAMAGED, ElementTree.ParseError):
        return {}  # calamine judges whether the file can be read


def is_xlsx(path: Path) -> bool:
    """Whether the file is an xlsx by its content (是否 xlsx)."""
    try:
        with zipfile.ZipFile(path) as container:
            return "xl/workbook.xml" in container.NameToInfo
    except DAMAGED:
        return False


def refuse_if_it_reaches_too_far(path: Path) -> None:
    """Refuse an xlsx with a cell so far out that the sheet could not be held in memory (超远单元格).

    Raises
    ------
    ImportFailure
        ``import.too_far`` with the sheet's part, its last row and last column.
    """
    try:
        with zipfile.ZipFile(path) as container:
            for part in container.namelist():
                if part.lower().endswith(".xml") and not part.lower().endswith("sharedstrings.xml"):
                    _refuse_far(container, part, path.name)
    except (*DAMAGED, ElementTree.ParseError):
        return


def _refuse_far(container: zipfile.ZipFile, part: str, file: str) -> None:
    # A large part was written by a program, in the usual way; a hostile one may be written in any.
    ways = _OTHERWISE if container.getinfo(part).file_size <= _SMALL else ()
    if not _searched(container, part, lambda buffer: bool(_FAR.search(buffer)) or any(way in buffer for way in ways)):
        return
    rows = columns = 0

    def measure(buffer: bytes) -> bool:
        nonlocal rows, columns
        for letters, digits in _PLACE.findall(buffer):
            rows = max(rows, int(digits[:12]))
            columns = max(columns, _column(letters))
        return rows * max(columns, 1) > MOST_CELLS

    if _searched(container, part, measure):
        raise ImportFailure("import.too_far", file=file, part=part, row=rows, column=columns)


def _searched(container: zipfile.ZipFile, part: str, found: Callable[[bytes], bool]) -> bool:
    with container.open(part) as stream:
        rest = b""
        while portion := stream.read(_PORTION):
            if found(rest + portion):
                return True
            rest = portion[-_LONGEST_TAG:]
    return False


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def parts_of(container: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet by its name (工作表所在部件)."""
    links = ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): (link.get("Target") or "").lstrip("/") for link in links}
    book = ElementTree.fromstring(container.read("xl/workbook.xml"))
    parts = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_LINK), "")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in container.NameToInfo:
            parts[sheet.get("name") or ""] = part
    return parts


def _hidden_in(container: zipfile.ZipFile, part: str) -> frozenset[int]:
    found: set[int] = set()
    with container.open(part) as stream:
        rest = b""
        while portion := stream.read(_PORTION):
            buffer = rest + portion
            for hit in _HIDDEN.finditer(buffer):
                start = buffer.rfind(b"<", 0, hit.start())
                end = buffer.find(b">", hit.end())
                if buffer.startswith(b"<row ", start) and (
                    number := _NUMBER.search(buffer, start, max(end, hit.end()))
                ):
                    found.add(int(number[1]))
            rest = buffer[-_LONGEST_TAG:]
    return frozenset(found)
