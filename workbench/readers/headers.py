"""Know a column by its header (识别表头): synonyms are data, in ``headers.yaml``."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from models.errors import ImportFailure
from models.text import plain

_ASIDE = re.compile(r"[(\[{<《【][^)\]}>》】]*[)\]}>》】]")
_MARKS = re.compile(r"[\s*:：;；,，、.。_\-/\\|'\"“”()\[\]【】《》]+")
_LONGEST = 72  # no header is longer, notes in brackets included; a longer cell is text
_SHORT = 12  # headers that come again on later pages have no notes


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    text = resources.files("workbench.readers").joinpath("headers.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


@lru_cache(maxsize=1)
def _ranks() -> dict[str, tuple[str, int]]:
    ranks: dict[str, tuple[str, int]] = {}
    for field, names in _words()["fields"].items():
        for rank, name in enumerate(names):
            ranks.setdefault(folded(str(name)), (field, rank))
    return ranks


def fields() -> tuple[str, ...]:
    """Every field that a column can be (可识别的著录项)."""
    return tuple(_words()["fields"])


@lru_cache(maxsize=4096)
def folded(header: str) -> str:
    """A header without width, blanks, marks and traditional forms (归一的表头)."""
    text = plain(header).casefold()
    return _MARKS.sub("", text) or text


@lru_cache(maxsize=4096)
def recognise(header: str) -> tuple[str, int] | None:
    """The field a header names, with its rank among the field's names, or ``None`` (识别一个表头)."""
    if not header or len(header) > _LONGEST:
        return None
    text = plain(header).casefold()
    for form in (text, _ASIDE.sub("", text)):
        known = _ranks().get(_MARKS.sub("", form))
        if known:
            return known
    return None


def looks_like_header(cell: object) -> bool:
    """A quick no for almost every cell of data (快速判断)."""
    return type(cell) is str and 0 < len(cell) <= _SHORT and not cell[-1].isdigit() and recognise(cell) is not None


def columns_of(names: Sequence[str]) -> dict[str, int]:
    """Which column holds which field (列对照); of two columns of one field the better named wins."""
    best: dict[str, tuple[int, int]] = {}
    for column, name in enumerate(names):
        if known := recognise(name):
            field, rank = known
            if field not in best or rank < best[field][0]:
                best[field] = (rank, column)
    return {field: column for field, (_, column) in sorted(best.items(), key=lambda item: item[1][1])}


def shape_of(names: Sequence[str]) -> str:
    """Digest of a header's cells in order, folded (表头形状): typed a little differently it is the same header."""
    words = [folded(name) if name else "" for name in names]
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256("\x1f".join(words).encode(errors="replace")).hexdigest()[:24]


def lists_volumes(title_header: str) -> bool:
    """Whether a title column of this name lists volumes (是否案卷目录)."""
    return folded(title_header) in {folded(name) for name in _words()["volume_titles"]}


def places_pages(pages_header: str) -> bool:
    """Whether a pages column of this name says where an item begins (页号), not how many pages it has (页数)."""
    return folded(pages_header) in {folded(name) for name in _words()["page_places"]}


@lru_cache(maxsize=256)
def level_named(cell: str) -> str | None:
    """FILE or ITEM for a cell of the level column (著录级别), or ``None``."""
    word = folded(cell)
    for level, names in _words()["levels"].items():
        if word in {folded(str(name)) for name in names}:
            return str(level)
    return None


def read_mapping(mapping: Mapping[str, str], *, file: str) -> dict[str, str]:
    """Check a person's own mapping field → header (核对指定的列对照).

    A field may be named by any of its headers (``--map 题名=文件名``).

    Raises
    ------
    ImportFailure
        ``import.unknown_field`` with the fields there are.
    """
    checked: dict[str, str] = {}
    for name, header in mapping.items():
        field = _words()["field_names"].get(name, name)
        if field not in fields():
            known = recognise(name)
            if known is None:
                raise ImportFailure("import.unknown_field", file=file, field=name, known=", ".join(fields()))
            field = known[0]
        checked[field] = header.strip()
    return checked
