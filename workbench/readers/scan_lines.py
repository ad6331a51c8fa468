"""Straighten a scanned page and find its ruled tables (纠偏、找框线), with morphology on a black-and-white picture.

Lengths are in pixels of a page drawn at about 200 dpi; larger pictures are brought to that size first.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from workbench.readers.ocr import Picture

LONGEST_SIDE = 3400
_MOST_LEAN = 4.0  # degrees
_SHORTEST_LINE = 60  # longer than any stroke of a character
_NEAR = 10  # two lines nearer than this are one
_SPECK = 10  # pixels; a full stop has thirty
_ANCHORED = 7  # pixels between the end of a line and the line at which it ends
_WHOLE = 0.88  # share of a line that is ink
_THROUGH = 0.5  # share of the table that a line must run through to need no other proof
_DRAWN = 0.5  # share of a border that must be seen for it to be there


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table (框线表): edges in pixels; ``spans[r][c]`` is the cell (row, column) that owns the place."""

    rows: list[int]
    columns: list[int]
    owner: list[list[tuple[int, int]]]

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the cell that begins here (单元格范围), merged neighbours included."""
        owned = [(r, c) for r, line in enumerate(self.owner) for c, own in enumerate(line) if own == (row, column)]
        last_row, last_column = max(r for r, _ in owned), max(c for _, c in owned)
        return self.columns[column], self.rows[row], self.columns[last_column + 1], self.rows[last_row + 1]


def straightened(grey: "Picture") -> "Picture":
    """The page at reading size and upright (纠偏): leaning up to 4 degrees is turned back."""
    import cv2

    picture: Any = grey
    longest = max(picture.shape)
    if longest > LONGEST_SIDE:
        share = LONGEST_SIDE / longest
        picture = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    lean = _lean(picture)
    if abs(lean) < 0.03:
        return picture  # type: ignore[no-any-return]
    return _turned(picture, lean)  # type: ignore[no-any-return]


def _turned(picture: Any, degrees: float) -> Any:
    import cv2

    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _lean(picture: Any) -> float:
    """The turn after which lines of text and rules are sharpest in the row sums, found in two passes."""
    import cv2

    share = 1000 / max(picture.shape)
    small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) if share < 1 else picture
    ink = black_and_white(small)

    def sharpness(degrees: float) -> float:
        sums = _turned(ink, degrees).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(sums)).sum())

    best = max(np.arange(-_MOST_LEAN, _MOST_LEAN + 0.01, 0.25), key=sharpness)
    return float(max(np.arange(best - 0.25, best + 0.26, 0.05), key=sharpness))


def black_and_white(picture: Any) -> Any:
    """Ink is 255, paper 0 (二值化); the threshold follows the shade of the paper, specks go."""
    import cv2

    smooth = cv2.medianBlur(picture, 3)
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)


def ruled_tables(picture: "Picture") -> tuple[list[Table], Any]:
    """The ruled tables of a straightened page from top to bottom, and its ink without their lines (框线表)."""
    import cv2

    ink = black_and_white(picture)
    level = _strokes(ink, (_SHORTEST_LINE, 1))
    upright = _strokes(ink, (1, _SHORTEST_LINE))
    both = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((5, 5), np.uint8))
    _, _, places, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    tables = []
    for left, top, width, height, _ in sorted(places[1:], key=lambda place: place[1]):
        if width < 3 * _SHORTEST_LINE or height < _NEAR * 3:
            continue
        window = (slice(top, top + height), slice(left, left + width))
        across = _Lines.of(level[window], ink[window])
        along = _Lines.of(upright[window].T, ink[window].T)
        rows, columns = _edges(across, along.strong()), _edges(along, across.strong())
        rows, columns = [int(y) + int(top) for y in rows], [int(x) + int(left) for x in columns]
        if len(rows) > 1 and len(columns) > 2:
            tables.append(Table(rows, columns, _owners(rows, columns, level, upright)))
    bare = cv2.subtract(ink, cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8)))
    return tables, without_specks(bare)


def without_specks(ink: Any) -> Any:
    """Ink without what is too small to be part of a character (去噪点)."""
    import cv2

    _, labels, places, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keeps = places[:, cv2.CC_STAT_AREA] >= _SPECK
    keeps[0] = False
    return np.where(keeps[labels], ink, 0).astype(np.uint8)


def specks(ink: Any) -> list[tuple[int, int, int, int]]:
    """Connected pieces of ink as (left, top, width, height) (连通块)."""
    import cv2

    _, _, places, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return [(int(left), int(top), int(wide), int(tall)) for left, top, wide, tall, _ in places[1:]]


def _strokes(ink: Any, size: tuple[int, int]) -> Any:
    """Only what is as long as a line; a gap of a few pixels breaks none."""
    import cv2

    wide, high = size
    healed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((max(high // 15, 1), max(wide // 15, 1)), np.uint8))
    return cv2.morphologyEx(healed, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8))


def _spread(ink: Any) -> Any:
    """A line may lean by a pixel or two over its length: what lies in a neighbouring row counts."""
    import cv2

    return cv2.dilate((ink > 0).astype(np.uint8), np.ones((5, 1), np.uint8)) > 0


@dataclass(frozen=True, slots=True)
class _Lines:
    """Level strokes of a table as found, and the ink itself, both spread by two pixels; for upright ones turned."""

    found: Any
    ink: Any

    @classmethod
    def of(cls, strokes: Any, ink: Any) -> "_Lines":
        return cls(_spread(strokes), _spread(ink))

    def is_whole(self, at: int) -> bool:
        """A border is ink nearly all along; characters that stand in a row leave gaps, however well they line up."""
        covered = self.found[at]
        return bool(covered.any()) and float(self.ink[at][covered].mean()) >= _WHOLE

    def places(self, enough: Any) -> list[int]:
        """The middle of each group of rows that have enough strokes, where these are a line."""
        return [at for group in _groups(enough) if self.is_whole(at := int(group.mean()))]

    def strong(self) -> list[int]:
        """Where lines run through most of the table."""
        return self.places(self.found.mean(axis=1) >= _THROUGH)


def _edges(lines: _Lines, crossing: list[int]) -> list[int]:
    """Where borders lie: lines that run through, and pieces that begin and end at a crossing line."""
    found = lines.strong()
    for at in lines.places(lines.found.sum(axis=1) >= _SHORTEST_LINE):
        if all(abs(at - other) > _NEAR for other in found) and _is_anchored(lines.found[at], crossing):
            found.append(at)
    return sorted(found)


def _groups(marks: Any) -> list[Any]:
    """Neighbouring places that are marked, taken together."""
    places = np.flatnonzero(marks)
    return np.split(places, np.flatnonzero(np.diff(places) > _NEAR) + 1) if len(places) else []


def _is_anchored(line: Any, crossing: list[int]) -> bool:
    """Whether the pieces of a line that begin and end at a crossing line make up nearly all of it."""
    covered = np.flatnonzero(line)
    pieces = np.split(covered, np.flatnonzero(np.diff(covered) > _NEAR) + 1)
    held = sum(
        len(piece)
        for piece in pieces
        if len(piece) >= _SHORTEST_LINE and _is_near(piece[0], crossing) and _is_near(piece[-1], crossing)
    )
    return held >= 0.8 * len(covered)


def _is_near(place: int, others: list[int]) -> bool:
    return any(abs(int(place) - other) <= _ANCHORED for other in others)


def _owners(rows: list[int], columns: list[int], level: Any, upright: Any) -> list[list[tuple[int, int]]]:
    """Places without a border between them are one cell."""
    owner = [[(r, c) for c in range(len(columns) - 1)] for r in range(len(rows) - 1)]
    for r in range(len(rows) - 1):
        for c in range(len(columns) - 1):
            if c and not _seen(upright, rows[r], rows[r + 1], columns[c], is_upright=True):
                owner[r][c] = owner[r][c - 1]
            elif (
                r and owner[r][c] == (r, c) and not _seen(level, columns[c], columns[c + 1], rows[r], is_upright=False)
            ):
                owner[r][c] = owner[r - 1][c]
    return owner


def _seen(lines: Any, start: int, end: int, at: int, *, is_upright: bool) -> bool:
    trim = (end - start) // 6
    along, across = slice(start + trim, end - trim), slice(max(at - 4, 0), at + 5)
    strip = lines[along, across] if is_upright else lines[across, along].T
    return bool(strip.size) and float((strip.max(axis=1) > 0).mean()) >= _DRAWN
