"""Find the header of a list (找表头): one line or two, known words, a person's mapping, or one explained before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.readers import headers
from workbench.readers.cells import one_line, text_of
from workbench.readers.grid import HeaderMap, Line

HEADER_WITHIN = 30
_CONTEXT_FIELDS = frozenset(("fonds", "fonds_code", "series_code", "file_number", "volume_code"))
_CONTEXT = re.compile(r"([^\s:：;；,，]{2,8})\s*[:：]\s*([^\s:：;；,，]+)")
_COLUMN_NUMBER = re.compile(r"#(\d{1,3})")


@dataclass(slots=True)
class Header:
    """The header in force (表头): where each field stands; ``lines`` are its two lines where it has two."""

    at: int
    names: list[str]
    columns: dict[str, int]
    context: dict[str, str] = field(default_factory=dict)
    lines: tuple[list[str], ...] = ()

    def mapped(self, sheet: str | None) -> HeaderMap:
        """The header as reports show it (表头对照)."""
        used = set(self.columns.values())
        unmapped = tuple(name for column, name in enumerate(self.names) if name and column not in used)
        fields = {f: self.names[c] for f, c in self.columns.items()}
        return HeaderMap(sheet, self.at, fields, unmapped, self.context, headers.shape_of(self.names))


class HeaderFinder:
    """Knows a header when it sees one (识表头).

    ``mapping`` is what a person said of this file, ``profiles`` what was explained before. A header names the title;
    ``stands_for_title`` are fields that together do instead, for lists of records that the home holds already.
    """

    def __init__(
        self,
        mapping: Mapping[str, str],
        profiles: Mapping[str, Mapping[str, str]] | None = None,
        stands_for_title: Sequence[str] = (),
    ) -> None:
        self._mapping = mapping
        # A person's own mapping for this file goes before what is remembered.
        self._profiles = {} if mapping else profiles or {}
        self._words: set[str] = {headers.folded(name) for name in mapping.values()}
        self._stands_for_title = frozenset(stands_for_title)

    def _names_records(self, columns: Mapping[str, int]) -> bool:
        return "title" in columns or bool(self._stands_for_title and self._stands_for_title <= columns.keys())

    def find(self, head: list[Line]) -> tuple[Header | None, tuple[int, int]]:
        """The first line that is a header, alone or with the next one (找表头); and the lines of ``head`` it takes."""
        if self._mapping and all(_COLUMN_NUMBER.fullmatch(name) for name in self._mapping.values()):
            columns = {f: int(name[1:]) - 1 for f, name in self._mapping.items()}
            width = max([max(columns.values()) + 1, *(len(line.cells) for line in head)])
            names = [f"#{column + 1}" for column in range(width)]
            return Header(0, names, columns), (0, 0)
        for index, line in enumerate(head):
            below = head[index + 1] if index + 1 < len(head) else None
            if below is not None and below.number - line.number <= 1 and (header := self._two_lines(line, below)):
                header.lines = (texts(line), texts(below))
                return header, (index, index + 2)
            if header := self.one_line_header(line):
                return header, (index, index + 1)
        return None, (0, 0)

    def one_line_header(self, line: Line) -> Header | None:
        """The header that a line is by itself (单行表头), or ``None``."""
        return self.named(line, [one_line(text_of(cell)) for cell in line.cells])

    def _remembered(self, line: Line, names: list[str]) -> Header | None:
        """A header that a person has explained before: read as it was explained, whatever its words are."""
        profile = self._profiles.get(headers.shape_of(names)) if self._profiles else None
        if profile is None:
            return None
        columns = {f: found for f, wanted in profile.items() if (found := _column_named(names, wanted)) is not None}
        return Header(line.number, names, columns) if self._names_records(columns) else None

    def named(self, line: Line, names: list[str]) -> Header | None:
        """The header of these names (按列名成表头), or ``None`` when they are none."""
        if remembered := self._remembered(line, names):
            return remembered
        columns = headers.columns_of(names)
        for f, wanted in self._mapping.items():
            found = _column_named(names, wanted)
            if found is None:
                return None
            columns = {other: column for other, column in columns.items() if column != found} | {f: found}
        filled = sum(1 for name in names if name)
        if not self._names_records(columns) or (
            len(columns) < 2 and filled > 2 and not self._mapping and not _is_by_program(names)
        ):
            return None
        return Header(line.number, names, columns)

    def _two_lines(self, line: Line, below: Line) -> Header | None:
        """日期 over 起|止, 档号 over 全宗号|目录号|案卷号: each lower cell must itself be a header's word."""
        upper = [one_line(text_of(cell)) for cell in line.cells]
        lower = [one_line(text_of(cell)) for cell in below.cells]
        if not any(lower) or not any(upper):
            return None
        width = max(len(upper), len(lower))
        upper += [""] * (width - len(upper))
        lower += [""] * (width - len(lower))
        names, parent, all_known, needs_upper = [], "", True, False
        for top, sub in zip(upper, lower, strict=True):
            parent = top or (parent if sub else "")
            if not sub:
                names.append(top)
                needs_upper = needs_upper or bool(headers.recognise(top) or headers.folded(top) in self._words)
            elif headers.recognise(parent + sub):
                names.append(parent + sub)
                needs_upper = needs_upper or not headers.recognise(sub)
            else:
                names.append(sub)
                all_known = all_known and bool(headers.recognise(sub) or headers.folded(sub) in self._words)
        if remembered := self._remembered(line, names):
            return remembered
        # A title above the header is no part of it: what it says holds for the rows.
        if not (all_known and needs_upper):
            return None
        header = self.named(line, names)
        alone = self.one_line_header(line)
        return header if header and (alone is None or len(header.columns) > len(alone.columns)) else None


def texts(line: Line) -> list[str]:
    """The cells of a line as texts (一行的文字), empty ones at its end left out."""
    texts = [one_line(text_of(cell)) for cell in line.cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _column_named(names: list[str], wanted: str) -> int | None:
    if number := _COLUMN_NUMBER.fullmatch(wanted):
        column = int(number[1]) - 1
        return column if column < len(names) else None
    target = headers.folded(wanted)
    return next((column for column, name in enumerate(names) if name and headers.folded(name) == target), None)


def _is_by_program(names: list[str]) -> bool:
    """Columns named as programs name them (title, label, doc_no): no row of a Chinese catalogue looks so."""
    return all(not name or (name.isascii() and name.isidentifier()) for name in names)


def is_mostly_header(header: Header) -> bool:
    """Whether it is one beyond doubt (确是表头): no data row has three of its five cells called like columns."""
    filled = sum(1 for name in header.names if name)
    return len(header.columns) >= 2 and len(header.columns) * 5 >= filled * 3


def context_of(lines: list[Line]) -> dict[str, str]:
    """What lines above a header say of all rows (表前说明): 全宗号:12, and 全宗号 | 12 in two cells."""
    known: dict[str, str] = {}
    for line in lines:
        texts = [text for cell in line.cells if (text := one_line(text_of(cell)))]
        pairs = [pair for text in texts for pair in _CONTEXT.findall(text)]
        pairs += list(pairwise(texts))
        for name, text in pairs:
            found = headers.recognise(name)
            if found and found[0] in _CONTEXT_FIELDS and not headers.recognise(text):
                known.setdefault(found[0], text.strip())
    return known
