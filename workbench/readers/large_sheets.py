"""A very large worksheet by portions (大工作表分段读): calamine holds a whole sheet, and while it loads, nearly twice.

The sheet's XML is cut between rows, as bytes, into workbooks of one portion each; styles, shared strings and merged
ranges are in all of them, and every row keeps its number.
"""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook

from workbench.readers.hidden_rows import is_xlsx, parts_of
from workbench.readers.limits import DAMAGED

LARGE = 300 * 1024**2  # bytes of sheet XML, some 350,000 rows of fifteen cells
PORTION = 128 * 1024**2
_BLOCK = 4 * 1024**2
_OPENS = re.compile(rb"<sheetData\s*>")
_CLOSES = b"</sheetData>"
_ROW = b"<row "


def is_large(path: Path, sheet: str) -> bool:
    """Whether this sheet of an xlsx is better read by portions (是否大工作表)."""
    if not is_xlsx(path):  # an ods is a zip too
        return False
    try:
        with zipfile.ZipFile(path) as container:
            part = parts_of(container).get(sheet)
            if part is None or container.getinfo(part).file_size <= LARGE:
                return False
            with container.open(part) as stream:
                start = stream.read(_BLOCK)
    except (*DAMAGED, ElementTree.ParseError):
        return False  # calamine, which looks the other way at more, judges whether the file can be read
    # Marks with a prefix before them are rare, and are read whole.
    return bool(_OPENS.search(start)) and _ROW in start


def portions(path: Path, sheet: str) -> Iterator[CalamineSheet]:
    """The sheet in portions of whole rows (分段), each with the row numbers that it has in the file."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as container:
        part = parts_of(container)[sheet]
        head, tail = _frame(container, part)
        frame = Path(folder) / "frame.xlsx"
        _copy_the_rest(container, frame)
        with container.open(part) as stream:
            _skip(stream, len(head))
            rest: bytes | None = b""
            while rest is not None:
                target = Path(folder) / "portion.xlsx"
                shutil.copyfile(frame, target)
                with zipfile.ZipFile(target, "a") as portion, portion.open(part, "w", force_zip64=True) as out:
                    rest = _write_portion(stream, out, rest, head, tail)
                yield CalamineWorkbook.from_path(str(target)).get_sheet_by_name(sheet)


def _frame(container: zipfile.ZipFile, part: str) -> tuple[bytes, bytes]:
    """What stands before the first row and after the last one."""
    with container.open(part) as stream:
        head = stream.read(_BLOCK)
        opens = _OPENS.search(head)
        if opens is None:
            raise zipfile.BadZipFile(part)  # no rows where every writer puts them
        before, window = head[: opens.end()], head[opens.end() :]
        while (found := window.find(_CLOSES)) < 0:
            block = stream.read(_BLOCK)
            if not block:
                raise zipfile.BadZipFile(part)
            window = window[-len(_CLOSES) :] + block
        return before, window[found:] + stream.read()


def _copy_the_rest(container: zipfile.ZipFile, frame: Path) -> None:
    with zipfile.ZipFile(frame, "w") as copy:
        for member in container.infolist():
            if not member.filename.startswith("xl/worksheets/") and not member.is_dir():
                with container.open(member) as packed, copy.open(member.filename, "w", force_zip64=True) as out:
                    shutil.copyfileobj(packed, out, _BLOCK)


def _skip(stream: IO[bytes], count: int) -> None:
    while count:
        count -= len(stream.read(min(count, _BLOCK)))


def _write_portion(stream: IO[bytes], out: IO[bytes], rest: bytes, head: bytes, tail: bytes) -> bytes | None:
    """Rows up to the next row behind the measure; gives what was read beyond, ``None`` at the end of the sheet."""
    out.write(head)
    written, waiting = 0, rest
    while True:
        if (end := waiting.find(_CLOSES)) >= 0:
            out.write(waiting[:end] + tail)
            return None
        if written >= PORTION and (cut := waiting.find(_ROW)) >= 0:
            out.write(waiting[:cut] + tail)
            return waiting[cut:]
        kept = waiting[-len(_CLOSES) :]  # a mark may lie across two blocks
        out.write(waiting[: -len(_CLOSES)])
        written += len(waiting)
        waiting = kept + stream.read(_BLOCK)
