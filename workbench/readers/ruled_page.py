"""Clean ruled tables of a page (整齐的框线表): every line runs through; anything else is left to the careful reader."""

from bisect import bisect_right
from collections.abc import Sequence

from workbench.readers.page_marks import Char, Marks, Stroke

_NEAR = 3.0  # points: lines nearer than this are one line, and a gap this small breaks none
_GAP = 3.0  # points between two characters that are two words


def ruled_tables(marks: Marks) -> list[list[list[object]]] | None:
    """The tables from top to bottom as rows of cells (框线表); ``None`` when a table has merged or open cells.

    A page without any table gives an empty list.
    """
    level, upright = _merged(marks.level), _merged(marks.upright)
    tables = []
    for rows, columns in _groups(level, upright):
        if len(rows) < 2 or len(columns) < 2:
            continue
        top, bottom, left, right = rows[0].at, rows[-1].at, columns[0].at, columns[-1].at
        if any(line.start > left + _NEAR or line.end < right - _NEAR for line in rows):
            return None
        if any(line.start > top + _NEAR or line.end < bottom - _NEAR for line in columns):
            return None
        tables.append(([line.at for line in rows], [line.at for line in columns]))
    tables.sort(key=lambda table: table[0][0])
    return [_filled(marks.chars, rows, columns) for rows, columns in tables]


def _merged(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Lines side by side are one thick line, lines end to end one long line."""
    ordered = sorted(strokes)
    lines: list[Stroke] = []
    bundle: list[Stroke] = []
    for stroke in ordered:
        if bundle and stroke.at - bundle[-1].at > _NEAR:
            lines += _joined(bundle)
            bundle = []
        bundle.append(stroke)
    return lines + _joined(bundle) if bundle else lines


def _joined(bundle: Sequence[Stroke]) -> list[Stroke]:
    at = sum(stroke.at for stroke in bundle) / len(bundle)
    parts: list[Stroke] = []
    for stroke in sorted(bundle, key=lambda stroke: stroke.start):
        if parts and stroke.start <= parts[-1].end + _NEAR:
            parts[-1] = Stroke(at, parts[-1].start, max(parts[-1].end, stroke.end))
        else:
            parts.append(Stroke(at, stroke.start, stroke.end))
    return parts


def _groups(level: list[Stroke], upright: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Lines that cross belong to one table."""
    groups: list[tuple[list[Stroke], list[Stroke]]] = []
    left = list(range(len(upright)))
    seen: set[int] = set()
    for first in range(len(level)):
        if first in seen:
            continue
        rows, columns, waiting = [first], [], [first]
        seen.add(first)
        while waiting:
            row = level[waiting.pop()]
            crossing = [index for index in left if _cross(row, upright[index])]
            left = [index for index in left if index not in crossing]
            columns += crossing
            for index in crossing:
                for other in range(len(level)):
                    if other not in seen and _cross(level[other], upright[index]):
                        seen.add(other)
                        rows.append(other)
                        waiting.append(other)
        groups.append((sorted(level[index] for index in rows), sorted(upright[index] for index in columns)))
    return groups


def _cross(row: Stroke, column: Stroke) -> bool:
    return (
        row.start - _NEAR <= column.at <= row.end + _NEAR and column.start - _NEAR <= row.at <= column.end + _NEAR
    )  # fmt: skip


def _filled(chars: Sequence[Char], rows: list[float], columns: list[float]) -> list[list[object]]:
    boxes: list[list[list[Char]]] = [[[] for _ in columns[1:]] for _ in rows[1:]]
    for char in chars:
        row = bisect_right(rows, (char.top + char.bottom) / 2) - 1
        column = bisect_right(columns, (char.left + char.right) / 2) - 1
        if 0 <= row < len(boxes) and 0 <= column < len(boxes[row]):
            boxes[row][column].append(char)
    return [[text_in(box) for box in line] for line in boxes]


def text_in(chars: Sequence[Char]) -> str:
    """Characters in reading order (按阅读次序), lines apart; a bold one that was printed twice counts once."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: (char.top + char.bottom) / 2):
        middle = (char.top + char.bottom) / 2
        if lines and abs(middle - (lines[-1][0].top + lines[-1][0].bottom) / 2) < (char.bottom - char.top) / 2:
            lines[-1].append(char)
        else:
            lines.append([char])
    return "\n".join(text for line in lines if (text := _spaced(sorted(line, key=lambda char: char.left)).strip()))


def _spaced(line: Sequence[Char]) -> str:
    parts: list[str] = []
    before: Char | None = None
    for char in line:
        if before is not None:
            if char.text == before.text and char.left - before.left < 1:
                continue
            if char.left - before.right > _GAP and not (char.text.isspace() or before.text.isspace()):
                parts.append(" ")
        parts.append(char.text)
        before = char
    return "".join(parts)
