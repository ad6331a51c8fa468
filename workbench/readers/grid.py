"""What every reader gives (原始网格): sheets of numbered lines of cells, before anyone knows what a column means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Skipped(NamedTuple):
    """A line that is no row (略过的行).

    ``kind`` is title, header, repeated_header, total, footer, deleted, or member for a whole part.
    """

    sheet: str | None
    row: int
    page: int | None
    kind: str


class Line(NamedTuple):
    """One line as it stands in the file (原始行): ``number`` is 1-based as a spreadsheet shows it."""

    number: int
    cells: list[object]
    page: int | None = None
    skip: str | None = None  # the reader knows that this is no row: deleted
    problem: str | None = None  # the reader knows that this row is damaged
    unsure: tuple[int, ...] = ()  # columns whose text was recognised with little confidence
    quality: float | None = None  # mean confidence of the page, where its text was recognised


@dataclass(slots=True)
class Grid:
    """One sheet, table or list of a file (工作表).

    ``has_fixed_width``: a line with more cells than the header is broken, as in a csv with a stray comma.
    ``names`` are the columns where the file itself names them, so that no line is a header.
    """

    name: str | None
    lines: Iterable[Line]
    is_hidden: bool = False
    has_fixed_width: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    names: list[str] | None = None
    skipped: Skipped | None = None  # a part of the file that cannot be a list


class Source(Protocol):
    """An opened file (已打开的目录文件): may be walked more than once."""

    reader: str
    encoding: str | None

    def grids(self) -> Iterator[Grid]:
        """Walk the sheets in order, each lazily."""


class SourceRow(NamedTuple):
    """One row with its columns named (原始著录行).

    ``cells`` holds only fields that are not blank; ``numbers`` are the fields whose cell was a number and
    ``days`` those whose cell was a date, for a spreadsheet turns 档号 into either; ``unsure`` are the fields that were
    recognised with little confidence on a scanned page, whose mean confidence is ``quality``.
    """

    sheet: str | None
    row: int
    page: int | None
    cells: dict[str, str]
    unmapped: dict[str, str]
    numbers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    problem: str | None = None
    is_hidden: bool = False
    unsure: tuple[str, ...] = ()
    quality: float | None = None


class HeaderMap(NamedTuple):
    """Which column means what (表头对照), of one list in one sheet; ``shape`` tells headers apart."""

    sheet: str | None
    row: int
    fields: dict[str, str]
    unmapped: tuple[str, ...]
    context: dict[str, str]
    shape: str = ""
