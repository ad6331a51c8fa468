"""XML lists (XML 目录): 文件目录.xml and 案卷目录.xml of whatever shape, read by the names of their elements.

A record is the largest element with exactly one title in it; of a volume that contains its items, the volume's own
leaves. Names stand in the tag, in an attribute (``<项 名称="题名">…``), or are the attributes themselves.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from models.errors import ImportFailure
from workbench.readers import headers
from workbench.readers.encodings import guess_encoding
from workbench.readers.grid import Grid, Line

MAX_BYTES = 400 * 1024**2


_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class XmlList:
    """An opened XML list (XML 目录)."""

    reader = "xml"

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ImportFailure(
                "import.too_large", file=path.name, megabytes=size // 1024**2, limit=MAX_BYTES // 1024**2
            )
        blob = path.read_bytes()
        self.encoding: str | None = encoding or _encoding_of(blob)
        # expat knows no GB 2312, so the text is decoded here; it stops entity bombs itself and fetches nothing.
        parser = ElementTree.XMLParser(encoding="utf-8")
        try:
            text = _NOT_XML.sub("", blob.decode(self.encoding or "utf-8", errors="replace")).lstrip("\ufeff \r\n\t")
            parser.feed(text.encode())
            self._root: Element = parser.close()
        except LookupError as error:
            raise ImportFailure("import.unknown_encoding", file=path.name, encoding=self.encoding) from error
        except (ElementTree.ParseError, ValueError) as error:
            raise ImportFailure("import.broken_xml", file=path.name, reason=str(error)) from error
        self._name = path.name

    def grids(self) -> Iterator[Grid]:
        """One list for each kind of record element."""
        records = list(_records(self._root))
        if not records:
            raise ImportFailure("import.unknown_header", file=self._name, sheet=_local(self._root.tag), row=1)
        kinds = dict.fromkeys(kind for kind, _ in records)
        for kind in kinds:
            chosen = [(number, cells) for number, (k, cells) in enumerate(records, start=1) if k == kind]
            names = list(dict.fromkeys(name for _, cells in chosen for name in cells))
            lines = [Line(number, [cells.get(name, "") for name in names]) for number, cells in chosen]
            yield Grid(kind if len(kinds) > 1 else None, lines, names=names)


def _encoding_of(blob: bytes) -> str:
    """The declared encoding, GB 2312 widened to GB 18030; a byte order mark speaks louder, a guess fills in."""
    declared = _DECLARED.match(blob)
    if declared is None or blob[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return guess_encoding(blob[: 1 << 20])
    name = declared[1].decode("ascii").lower()
    return "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "cp936") else name


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _name_of(element: Element) -> str:
    """The tag, unless an attribute is the name that we know."""
    tag = _local(element.tag)
    if headers.recognise(tag) is None:
        for text in element.attrib.values():
            if headers.recognise(text):
                return text
    return tag


def _is_title(name: str) -> bool:
    known = headers.recognise(name)
    return known is not None and known[0] == "title"


def _own_titles(element: Element) -> int:
    """Titles that the element itself is or bears as an attribute."""
    if any(_is_title(_local(name)) for name in element.attrib):
        return 1
    return int(len(element) == 0 and _is_title(_name_of(element)))


def _records(root: Element) -> Iterator[tuple[str, dict[str, str]]]:
    counts: dict[Element, int] = {}
    _count(root, counts)
    stack = [root]
    while stack:
        element = stack.pop()
        titles = counts[element]
        if titles == 0:
            continue
        if titles == 1 and len(element):
            yield _local(element.tag), _leaves(element, deep=True)
            continue
        if any(_is_title(_local(name)) for name in element.attrib) or any(_is_title_leaf(child) for child in element):
            yield _local(element.tag), _leaves(element, deep=False)
            stack += [child for child in reversed(element) if len(child) or _bears_attributes(child)]
        elif len(element):
            stack += list(reversed(element))


def _bears_attributes(element: Element) -> bool:
    """Whether the element is a record by its attributes alone: ``<文件 题名="…" 档号="…"/>``."""
    return any(_is_title(_local(name)) for name in element.attrib)


def _is_title_leaf(element: Element) -> bool:
    return not len(element) and not _bears_attributes(element) and _is_title(_name_of(element))


def _count(root: Element, counts: dict[Element, int]) -> None:
    """Titles in each element and below, without recursion: a hostile file may nest a million deep."""
    order = [root]
    for element in order:
        order.extend(element)
    for element in reversed(order):
        counts[element] = _own_titles(element) + sum(counts[child] for child in element)


def _leaves(record: Element, *, deep: bool) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, text in record.attrib.items():
        cells.setdefault(_local(name), text)
    waiting = list(reversed(record))
    while waiting:
        element = waiting.pop()
        if len(element):
            waiting += reversed(element) if deep else ()
            continue
        if not deep and _bears_attributes(element):
            continue
        name = _name_of(element)
        text = (element.text or "").strip()
        if name in cells and text and cells[name]:
            cells[name] += ";" + text
        else:
            cells[name] = cells.get(name) or text
        for attribute, value in element.attrib.items():
            if headers.recognise(_local(attribute)):
                cells.setdefault(_local(attribute), value)
    return cells
