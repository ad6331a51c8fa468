"""Scanned lists in pictures (扫描目录): one picture, a TIFF of many pages, or a folder of pictures in order."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PIL import Image, UnidentifiedImageError

from models.errors import ImportFailure
from workbench.readers import ocr, scan_page
from workbench.readers.alignment import Columns
from workbench.readers.grid import Grid
from workbench.readers.paged import Page, lines_of

Taken = TypeVar("Taken")

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_MOST_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million
_NUMBER = re.compile(r"(\d+)")


class ScannedPages:
    """Opened pictures (扫描页); each is a page, or several if it is a TIFF of several."""

    reader = "scan"
    encoding: str | None = None

    def __init__(self, files: Sequence[Path], *, name: str) -> None:
        self._files, self._name = files, name
        ocr.require(name)
        for file in files:
            self._naming(pages_in, file)

    def grids(self) -> Iterator[Grid]:
        """All pages as one list."""
        yield Grid(None, lines_of(self._read()))

    def _read(self) -> Iterator[Page]:
        columns, number = Columns(), 0
        for file in self._files:
            for index in range(self._naming(pages_in, file)):
                number += 1
                yield scan_page.read(self._naming(picture, file, index), number, columns)

    def _naming(self, take: Callable[..., Taken], file: Path, *more: int) -> Taken:
        """A refusal names the file that the person gave, which may be a zip or a folder."""
        try:
            return take(file, *more)
        except ImportFailure as refusal:
            name = self._name if len(self._files) == 1 else f"{self._name}/{file.name}"
            raise ImportFailure(refusal.code, **{**refusal.params, "file": name}) from refusal


def pages_in(file: Path) -> int:
    """Number of pages of a picture (图像页数).

    Raises
    ------
    ImportFailure
        ``import.unreadable``; ``import.picture_too_large`` before it is unpacked: few bytes may claim any size.
    """
    with _opened(file) as found:
        return int(getattr(found, "n_frames", 1))


def picture(file: Path, index: int) -> Image.Image:
    """One page in grey (取一页灰度图), ``index`` from 0; raises as ``pages_in``."""
    with _opened(file) as found:
        found.seek(index)
        _refuse_a_huge(found, file)
        return found.convert("L")


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(file) as found:
            _refuse_a_huge(found, file)
            yield found
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(file) from error
    except _DAMAGED as error:
        raise ImportFailure("import.unreadable", file=file.name) from error


def _refuse_a_huge(found: Image.Image, file: Path) -> None:
    width, height = found.size
    if width * height > _MOST_PIXELS:
        raise _too_large(file)


def _too_large(file: Path) -> ImportFailure:
    return ImportFailure("import.picture_too_large", file=file.name, limit=_MOST_PIXELS // 1_000_000)


# What Pillow raises for a damaged or malicious picture.
_DAMAGED = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, MemoryError, OverflowError,
    UnidentifiedImageError,
)  # fmt: skip


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder in the order a person counts (按序列出图片): 2 before 10."""
    files = [
        file for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith(".")
    ]  # fmt: skip
    return sorted(files, key=lambda file: natural(file.name))


def natural(name: str) -> list[tuple[int, int | str]]:
    """Sorting key (自然序): numbers inside a name by value."""
    return [
        (0, int(part)) if part.isdecimal() and part.isascii() else (1, part) for part in _NUMBER.split(name) if part
    ]
