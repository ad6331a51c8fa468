"""Which rows of an xlsx are hidden (隐藏行): they are imported like any other, and reported.

calamine does not say, so the sheet's XML is searched as bytes: no parse, a small part of the reading time.
"""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from workbench.readers.limits import DAMAGED

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_NUMBER = re.compile(rb' r="(\d{1,8})"')
_PORTION = 1 << 20
_LONGEST_TAG = 1024


def hidden_rows(path: Path) -> dict[str, frozenset[int]]:
    """Row numbers, 1-based, by sheet name; empty for files that are no xlsx or whose parts are unusual."""
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as container:
            return {name: _hidden_in(container, part) for name, part in _parts(container).items()}
    except (*DAMAGED, ElementTree.ParseError):
        return {}  # calamine judges whether the file can be read


def _parts(container: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet by its name."""
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
