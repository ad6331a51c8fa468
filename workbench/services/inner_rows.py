"""The rows of a volume's inner list (卷内目录的行): each is an item, its 档号 composed as its fonds does."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.readers import SourceRow

_NOT_OF_AN_ITEM = frozenset(("fonds", "fonds_code", "series_code", "file_number", "volume_code", "level"))
_TAIL = re.compile(r"([^0-9A-Za-z]+)(\d+)")
_SEPARATOR = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a fonds writes an item's number behind the volume's 档号 (卷内档号格式); ``width`` 0: as the list has it."""

    separator: str = "-"
    width: int = 0

    def compose(self, volume_code: str, number: str) -> str:
        """档号 of an item."""
        return f"{volume_code}{self.separator}{number.zfill(self.width) if number.isdecimal() else number}"


def scheme_of(codes: Iterable[tuple[str, str]], volume_code: str) -> Scheme:
    """The scheme that items of the fonds have (识别卷内档号格式), from (档号, 案卷档号) of some of them.

    Zeros are put before a number only where all known numbers have one length and some begin with a zero; without
    known items the separator is the last that stands in the volume's own 档号.
    """
    tails = [found for code, volume in codes if code.startswith(volume)
             and (found := _TAIL.fullmatch(code[len(volume) :]))]  # fmt: skip
    if not tails:
        own = _SEPARATOR.findall(volume_code)
        return Scheme(own[-1] if own else "-")
    separator = Counter(found[1] for found in tails).most_common(1)[0][0]
    numbers = [found[2] for found in tails if found[1] == separator]
    widths = {len(number) for number in numbers}
    is_padded = len(widths) == 1 and any(number.startswith("0") for number in numbers)
    return Scheme(separator, widths.pop() if is_padded else 0)


@dataclass(frozen=True, slots=True)
class InnerList:
    """A list whose rows lie in one volume (卷内目录): completes each row with the volume's fonds and 档号."""

    volume_code: str
    fonds: str | None
    fonds_code: str | None
    scheme: Scheme

    @property
    def key(self) -> str:
        """Digest of what it does, for the staging file's name."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def __call__(self, row: SourceRow, /) -> SourceRow:
        """The row as an item of the volume.

        Its own 档号 stands, unless it is the volume's, which some lists repeat on every row. A row without 档号
        and without number gets none composed: nothing is invented.
        """
        cells = {name: text for name, text in row.cells.items() if name not in _NOT_OF_AN_ITEM}
        cells["volume_code"] = self.volume_code
        if self.fonds:
            cells["fonds"] = self.fonds
        if self.fonds_code:
            cells["fonds_code"] = self.fonds_code
        own = cells.get("reference_code")
        if own is not None and own != self.volume_code:
            return row._replace(cells=cells)
        cells.pop("reference_code", None)
        number = cells.pop("item_number", None) or cells.get("sequence")
        if number is not None:
            cells["reference_code"] = self.scheme.compose(self.volume_code, number)
        # A composed 档号 was no cell of the sheet: neither its number nor its date form is in doubt.
        numbers = tuple(each for each in row.numbers if each != "reference_code")
        days = tuple(each for each in row.days if each != "reference_code")
        return row._replace(cells=cells, numbers=numbers, days=days)
