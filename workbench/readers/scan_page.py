"""A scanned page as rows (扫描页成行): ruled tables cell by cell, lists without lines by alignment.

::

    picture ─ straighten ─▶ ruling lines ─┬─ cells ─▶ lines of text ─▶ recognised, each with its confidence
                                          └─ none ──▶ all text found and recognised ─▶ columns by alignment
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from workbench.readers import ocr, scan_lines
from workbench.readers.alignment import UNSURE_BELOW, Columns, Piece, raw_rows
from workbench.readers.ocr import is_available
from workbench.readers.paged import Page, PagedRow
from workbench.readers.scan_lines import Table

if TYPE_CHECKING:
    from workbench.readers.ocr import Picture

__all__ = ["is_available", "read"]

_MARGIN = 4  # pixels of white around a line of text
_BORDER = 3  # pixels
_USUAL_LINE = 30.0  # pixels, where no text was found to measure it by
_FEWEST_SPECKS = 12  # fewer are dirt
_SPECKS = 12  # pixels of ink that are no character
_LOWEST_LINE = 9  # pixels; a band of ink flatter than this is part of the line beside it


class _Crop(NamedTuple):
    row: int
    column: int
    picture: Any


class _Band(NamedTuple):
    """A line of text in a cell: the cell's row and column, and the place in pixels."""

    row: int
    column: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


def read(picture: Image.Image, number: int, columns: Columns) -> Page:
    """Read one page (读取扫描页); ``columns`` are those of the pages before, for lists without lines.

    A page on which nothing is recognised has no rows and ``quality`` ``None``: a blank page, or a picture.
    """
    page = scan_lines.straightened(np.asarray(picture.convert("L")))
    tables, ink = scan_lines.ruled_tables(page)
    if tables:
        return _ruled(page, ink, tables, number)
    found = ocr.read_page(page)
    rows = columns.rows(found)
    if rows and any(columns.crossed(piece) for piece in found):
        found = _parted(page, ink, found, columns)
        rows = columns.rows(found)
    if not rows and not columns.are_known:
        rows = raw_rows(found)
    return Page(number, [_mended(row) for row in rows], quality_of([(piece.text, piece.score) for piece in found]))


def _mended(row: PagedRow) -> PagedRow:
    return row._replace(cells=[ocr.mended(cell) if isinstance(cell, str) else cell for cell in row.cells])


def _parted(page: "Picture", ink: Any, found: list[Piece], columns: Columns) -> list[Piece]:
    """Texts that run over a boundary, cut where the ink has a gap there, and recognised again."""
    whole: list[Piece] = []
    cuts: list[Piece] = []
    for piece in found:
        parts = _cut(ink, piece, columns.crossed(piece))
        (cuts if len(parts) > 1 else whole).extend(parts)
    crops = [
        np.ascontiguousarray(page[int(cut.top) : int(cut.bottom) + 1, int(cut.left) : int(cut.right) + 1])
        for cut in cuts
    ]  # fmt: skip
    readings = ocr.read_lines(crops)
    return whole + [
        cut._replace(text=reading.text, score=reading.score, least=reading.least)
        for cut, reading in zip(cuts, readings, strict=True) if reading.text
    ]  # fmt: skip


def _cut(ink: Any, piece: Piece, edges: list[float]) -> list[Piece]:
    parts = [piece]
    for edge in edges:
        last = parts[-1]
        high = last.bottom - last.top
        start, end = int(edge - 1.5 * high), int(edge + 1.5 * high)
        blank = np.flatnonzero(~ink[int(last.top) : int(last.bottom) + 1, start:end].any(axis=0))
        runs = np.split(blank, np.flatnonzero(np.diff(blank) > 1) + 1)
        widest = max(runs, key=len)
        if len(widest) < high / 3:
            continue
        parts[-1:] = [
            last._replace(right=start + float(widest[0]) + 2),
            last._replace(left=start + float(widest[-1]) - 2),
        ]
    return parts


def quality_of(readings: list[tuple[str, float]]) -> float | None:
    """Mean confidence, each reading weighed by its length (识别质量); ``None`` when nothing was read."""
    signs = sum(len(text) for text, _ in readings)
    return round(sum(len(text) * score for text, score in readings) / signs, 4) if signs else None


def _ruled(page: "Picture", ink: Any, tables: list[Table], number: int) -> Page:
    rows: list[PagedRow] = []
    said: list[tuple[str, float]] = []
    for table in tables:
        crops = _crops(page, ink, table)
        found = ocr.read_lines([crop.picture for crop in crops])
        cells: list[list[list[ocr.Reading]]] = [[[] for _ in table.columns[1:]] for _ in table.rows[1:]]
        for crop, reading in zip(crops, found, strict=True):
            if reading.text:
                cells[crop.row][crop.column].append(reading)
                said.append((reading.text, reading.score))
        rows += [_mended(_row(line)) for line in cells]
    return Page(number, rows, quality_of(said))


def _row(line: list[list[ocr.Reading]]) -> PagedRow:
    unsure = tuple(c for c, cell in enumerate(line) if any(reading.least < UNSURE_BELOW for reading in cell))
    return PagedRow(["\n".join(reading.text for reading in cell) or None for cell in line], unsure)


def _crops(page: "Picture", ink: Any, table: Table) -> list[_Crop]:
    """The lines of text in all cells: bands of ink, as high as the lines of this table usually are."""
    bands: list[_Band] = []
    for row, line in enumerate(table.owner):
        for column, owner in enumerate(line):
            if owner == (row, column):
                left, top, right, bottom = _inside(table.box(row, column))
                bands += [
                    _Band(row, column, left, top + start, right, top + end)
                    for start, end in _bands(ink[top:bottom, left:right])
                ]
    if not bands:
        return []
    usual = float(np.median([band.height for band in bands]))
    crops = []
    for row, column, left, top, right, bottom in _merged(bands, usual):
        inside = ink[top:bottom, left:right].sum(axis=0)
        filled = np.flatnonzero(inside)
        start, end = int(filled[0]), int(filled[-1]) + 1
        cut = page[
            max(top - _MARGIN, 0) : bottom + _MARGIN, max(left + start - _MARGIN, 0) : left + end + _MARGIN
        ]  # fmt: skip
        crops.append(_Crop(row, column, np.ascontiguousarray(cut)))
    return crops


def _inside(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Without the border, whose rough edge would be read as a stroke."""
    left, top, right, bottom = box
    return left + _BORDER, top + _BORDER, max(right - _BORDER, left + _BORDER), max(bottom - _BORDER, top + _BORDER)


def _bands(ink: Any) -> list[tuple[int, int]]:
    """Runs of rows with ink in a cell."""
    if ink.size == 0 or int((ink > 0).sum()) < _SPECKS:
        return []
    filled = np.flatnonzero((ink > 0).sum(axis=1) > 0)
    runs = np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1)
    return [(int(run[0]), int(run[-1]) + 1) for run in runs if int((ink[run[0] : run[-1] + 1] > 0).sum()) >= 3]


def _merged(bands: list[_Band], usual: float) -> list[_Band]:
    """二 is one character of two bands: flat bands join their neighbour while the whole is no higher than a line."""
    usual = max(usual, _LOWEST_LINE * 2)
    whole: list[_Band] = []
    for band in bands:
        last = whole[-1] if whole else None
        if last and last[:2] == band[:2] and band.bottom - last.top <= usual * 1.3:
            whole[-1] = band._replace(top=last.top)
        else:
            whole.append(band)
    return [band for band in whole if band.height >= _LOWEST_LINE // 2]


class PageFound(NamedTuple):
    """All text found on a page (整页识别结果), and the share of what looks like writing that was not found in it."""

    pieces: list[Piece]
    unread: float

    @property
    def quality(self) -> float | None:
        """Mean confidence times the share of writing that was found (识别质量); ``None`` for a blank page."""
        mean = quality_of([(piece.text, piece.score) for piece in self.pieces])
        return round((mean or 0.0) * (1 - self.unread), 4) if mean is not None or self.unread else None


def whole_page(picture: Image.Image) -> PageFound:
    """Find and recognise all text of a page (整页识别), straightened first; for full text."""
    page = scan_lines.straightened(np.asarray(picture.convert("L")))
    found = ocr.read_page(page)
    return PageFound(found, _unread_share(page, found))


def _unread_share(page: "Picture", found: list[Piece]) -> float:
    """Specks of ink as large as parts of characters, outside every text found: a faint line may be passed over."""
    _, ink = scan_lines.ruled_tables(page)
    places = scan_lines.specks(ink)
    high = float(np.median([piece.bottom - piece.top for piece in found])) if found else _USUAL_LINE
    written = [
        (left + wide / 2, top + tall / 2)
        for left, top, wide, tall in places
        if 0.25 * high <= tall <= 1.5 * high and wide <= 2.5 * high
    ]
    if len(written) < _FEWEST_SPECKS:
        return 0.0
    outside = sum(
        1 for x, y in written
        if not any(piece.left - 3 <= x <= piece.right + 3 and piece.top - 3 <= y <= piece.bottom + 3 for piece in found)
    )  # fmt: skip
    return outside / len(written)
