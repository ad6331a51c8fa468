"""Columns by alignment (按对齐分栏): lists without ruling lines, printed or scanned.

The header names the columns; a boundary runs where the fewest texts of the page cross between two headers. A line
without a cell in the leading column belongs to the nearest line that has one: a title that needed two lines.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from workbench.readers.headers import columns_of, recognise
from workbench.readers.paged import PagedRow

UNSURE_BELOW = 0.7
"""Recognised text with a character of less confidence is to be compared with the page: measured on lines of falling
sharpness, three of four wrong ones lie below, and one right one in twelve."""
_LEADING = ("reference_code", "number", "item_number")
_WITHIN = 0.6  # share of texts that must lie inside the known columns of an earlier page


class Piece(NamedTuple):
    """A run of text and its place (文字块), and how sure its reading is: on the whole, and at its weakest character."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0
    least: float = 1.0

    @property
    def middle(self) -> float:
        """Height at which it stands."""
        return (self.top + self.bottom) / 2


def pieces_of(marks: Iterable[tuple[str, float, float, float, float]]) -> list[Piece]:
    """Characters or words joined to runs (连字成块): a gap of one character's height parts two columns."""
    found: list[Piece] = []
    for line in lines_of_pieces([Piece(*mark) for mark in marks if mark[0].strip()]):
        run: Piece | None = None
        for piece in line:
            high = piece.bottom - piece.top
            if run is None or piece.left - run.right > high:
                if run is not None:
                    found.append(run)
                run = piece
            elif piece.text != run.text[-1:] or piece.left - run.right > -high / 2:  # else bold, printed twice
                gap = " " if piece.left - run.right > high / 3 else ""
                run = Piece(
                    run.text + gap + piece.text, run.left, min(run.top, piece.top), max(run.right, piece.right),
                    max(run.bottom, piece.bottom),
                )  # fmt: skip
        if run is not None:
            found.append(run)
    return found


def lines_of_pieces(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Texts that stand on one line, from left to right, lines from top to bottom (成行)."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if lines and abs(piece.middle - median(p.middle for p in lines[-1][-3:])) < (piece.bottom - piece.top) * 0.4:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in lines]


class Columns:
    """The columns of an unruled list (分栏): learnt from the page with the header, kept for the pages after it."""

    def __init__(self) -> None:
        self._edges: list[float] = []
        self._leading = 0

    @property
    def are_known(self) -> bool:
        """Whether a header was met."""
        return bool(self._edges)

    def rows(self, pieces: Sequence[Piece]) -> list[PagedRow]:
        """The rows of a page (一页的行); none when it has no header and does not fit the columns known."""
        lines = lines_of_pieces(pieces)
        at, header = _header_among(lines)
        if header is None:
            return self._under(lines) if self.are_known and self._fits(pieces) else []
        above = [PagedRow([piece.text for piece in line]) for line in lines[:at]]
        below = lines[at + 1 :]
        self._learn(header, [piece for line in below for piece in line])
        return [*above, PagedRow([piece.text for piece in header]), *self._under(below)]

    def crossed(self, piece: Piece) -> list[float]:
        """The boundaries that run well inside a text (压线): two columns were taken for one text."""
        high = piece.bottom - piece.top
        return [edge for edge in self._edges if piece.left + high < edge < piece.right - high]

    def _learn(self, header: Sequence[Piece], pieces: Sequence[Piece]) -> None:
        self._edges = [_boundary(one, other, [*header, *_single(pieces, header)]) for one, other in pairwise(header)]
        fields = columns_of([piece.text for piece in header])
        self._leading = next((fields[name] for name in _LEADING if name in fields), 0)

    def _column(self, piece: Piece) -> int:
        middle = (piece.left + piece.right) / 2
        inside = sum(1 for edge in self._edges if edge <= middle)
        # A long text may reach over its column; where it begins says where it belongs.
        begins = sum(1 for edge in self._edges if edge <= piece.left + (piece.bottom - piece.top) / 2)
        return min(inside, begins)

    def _fits(self, pieces: Sequence[Piece]) -> bool:
        crossing = sum(1 for piece in pieces if any(piece.left + 2 < edge < piece.right - 2 for edge in self._edges))
        return len(pieces) > 1 and crossing <= len(pieces) * (1 - _WITHIN)

    def _under(self, lines: Sequence[Sequence[Piece]]) -> list[PagedRow]:
        cells = [self._cells(line) for line in lines]
        heads = [
            index for index, row in enumerate(cells)
            if row.cells[self._leading] or sum(1 for cell in row.cells if cell) * 2 > len(row.cells)
        ]  # fmt: skip
        places = [median(piece.middle for piece in line) for line in lines]
        pitch = median([after - before for before, after in pairwise(places)] or [0])
        rows: dict[int, list[int]] = {index: [index] for index in heads}
        for index in range(len(lines)):
            if index in rows:
                continue
            near = min(heads, key=lambda head: (abs(places[head] - places[index]), head), default=None)
            if near is None or abs(places[near] - places[index]) > 2.5 * pitch:
                rows[index] = [index]
            else:
                rows[near].append(index)
        return [_together([cells[index] for index in sorted(rows[head])]) for head in sorted(rows)]

    def _cells(self, line: Sequence[Piece]) -> PagedRow:
        parts: list[list[Piece]] = [[] for _ in range(len(self._edges) + 1)]
        for piece in line:
            parts[self._column(piece)].append(piece)
        unsure = tuple(column for column, part in enumerate(parts) if any(piece.least < UNSURE_BELOW for piece in part))
        return PagedRow([" ".join(piece.text for piece in part) for part in parts], unsure)


def raw_rows(pieces: Sequence[Piece]) -> list[PagedRow]:
    """Lines as they stand, where no header says what the columns are (未分栏的行)."""
    return [
        PagedRow(
            [piece.text for piece in line],
            tuple(column for column, piece in enumerate(line) if piece.least < UNSURE_BELOW),
        )
        for line in lines_of_pieces(pieces)
    ]


def _together(rows: Sequence[PagedRow]) -> PagedRow:
    cells: list[object] = [
        "\n".join(str(row.cells[c]) for row in rows if row.cells[c]) for c in range(len(rows[0].cells))
    ]
    return PagedRow(cells, tuple(sorted({column for row in rows for column in row.unsure})))


def _header_among(lines: Sequence[list[Piece]]) -> tuple[int, list[Piece] | None]:
    for index, line in enumerate(lines):
        header = _spelled(line)
        fields = columns_of([piece.text for piece in header])
        if "title" in fields and len(fields) >= 2 and len(fields) * 5 >= len(header) * 3:
            return index, header
    return 0, None


def _spelled(line: Sequence[Piece]) -> list[Piece]:
    """题　名 is one header, though its characters stand apart."""
    header: list[Piece] = []
    for piece in line:
        if (
            header
            and len(piece.text) == 1
            and not recognise(header[-1].text)
            and recognise(header[-1].text + piece.text)
        ):
            last = header[-1]
            header[-1] = last._replace(text=last.text + piece.text, right=piece.right)
        else:
            header.append(piece)
    return header


def _single(pieces: Sequence[Piece], header: Sequence[Piece]) -> list[Piece]:
    """Texts of one column: those under the middles of two headers are captions and totals."""
    middles = [(piece.left + piece.right) / 2 for piece in header]
    return [piece for piece in pieces if sum(1 for middle in middles if piece.left < middle < piece.right) < 2]


def _boundary(one: Piece, other: Piece, pieces: Sequence[Piece]) -> float:
    """Between two headers, the middle of the widest stretch that the fewest texts cross."""
    start, end = one.right - (one.right - one.left) / 2, other.left + (other.right - other.left) / 2
    near = [piece for piece in pieces if piece.right > start and piece.left < end]
    cuts = sorted({start, end, *(x for piece in near for x in (piece.left, piece.right) if start < x < end)})
    best, edge = (len(near) + 1, 0.0), (start + end) / 2
    for left, right in pairwise(cuts):
        middle = (left + right) / 2
        crossed = sum(1 for piece in near if piece.left < middle < piece.right)
        if (crossed, left - right) < best:
            best, edge = (crossed, left - right), middle
    return edge
