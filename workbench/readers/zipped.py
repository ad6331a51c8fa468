"""Several lists in one zip (压缩包): each member by its own reader; paths inside are names, never places.

Members of kinds that no reader knows (readme files) are skipped and listed. Pictures beside lists are pages of the
documents, and skipped too; a zip of nothing but pictures is a scanned list, one for each folder in it.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from models.errors import ImportFailure
from workbench.readers.grid import Grid, Skipped, Source
from workbench.readers.limits import DAMAGED, refuse_if_it_unpacks_too_large
from workbench.readers.scans import SUFFIXES as PICTURES
from workbench.readers.scans import ScannedPages, natural

_UTF8_NAME = 0x800


class ZippedLists:
    """An opened zip (压缩包); ``open_member`` opens one extracted file by its suffix, ``None`` if none does.

    ``is_list`` says of a suffix whether such a member is a list by itself.
    """

    reader = "zip"

    def __init__(
        self,
        path: Path,
        encoding: str | None,
        open_member: Callable[[Path, str | None], Source | None],
        is_list: Callable[[str], bool],
    ) -> None:
        refuse_if_it_unpacks_too_large(path)
        self._path, self._open_member, self._is_list = path, open_member, is_list
        self.encoding = encoding
        self._asked = encoding
        try:
            with zipfile.ZipFile(path) as container:
                self._members = [member for member in container.infolist() if not member.is_dir()]
        except DAMAGED as error:
            raise ImportFailure("import.unreadable", file=path.name) from error
        if any(member.flag_bits & 1 for member in self._members):
            raise ImportFailure("import.password", file=path.name)

    def grids(self) -> Iterator[Grid]:
        """Sheets of all members, named ``member`` or ``member/sheet``."""
        named = [(member, name) for member in self._members if not _is_hidden(name := _name_of(member))]
        suffixes = {PurePosixPath(name).suffix.lower() for _, name in named}
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(self._path) as container:
            if suffixes & set(PICTURES) and not any(self._is_list(suffix) for suffix in suffixes):
                yield from self._scanned(container, Path(folder), named)
                return
            for index, (member, name) in enumerate(named):
                target = self._extract(container, member, Path(folder) / str(index), name)
                yield from self._grids_of(target, name)
                target.unlink()

    def _scanned(
        self, container: zipfile.ZipFile, folder: Path, named: Sequence[tuple[zipfile.ZipInfo, str]]
    ) -> Iterator[Grid]:
        """Pages in the order a person counts them, each folder of the zip a list."""
        pages = [each for each in named if PurePosixPath(each[1]).suffix.lower() in PICTURES]
        for _, name in named:
            if PurePosixPath(name).suffix.lower() not in PICTURES:
                yield Grid(name, (), skipped=Skipped(name, 0, None, "member"))
        pages.sort(key=lambda each: (str(PurePosixPath(each[1]).parent), natural(PurePosixPath(each[1]).name)))
        for place, group in groupby(pages, key=lambda each: str(PurePosixPath(each[1]).parent)):
            files = [
                self._extract(container, member, folder / f"{place.count('/')}-{index}", name)
                for index, (member, name) in enumerate(group)
            ]
            title = self._path.name if place == "." else f"{self._path.name}/{place}"
            for grid in ScannedPages(files, name=title).grids():
                grid.name = None if place == "." else place
                yield grid
            for file in files:
                file.unlink()

    def _extract(self, container: zipfile.ZipFile, member: zipfile.ZipInfo, beside: Path, name: str) -> Path:
        """Under a name of our own: what the archive calls its member must not choose where it is written."""
        target = beside.with_name(f"{beside.name}{PurePosixPath(name).suffix.lower()}")
        try:
            with container.open(member) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
        except DAMAGED as error:
            raise ImportFailure("import.unreadable", file=f"{self._path.name}/{name}") from error
        return target

    def _grids_of(self, target: Path, name: str) -> Iterator[Grid]:
        try:
            source = self._open_member(target, self._asked)
        except ImportFailure as error:
            raise ImportFailure(error.code, **{**error.params, "file": f"{self._path.name}/{name}"}) from error
        if source is None:
            yield Grid(name, (), skipped=Skipped(name, 0, None, "member"))
            return
        for grid in source.grids():
            grid.name = f"{name}/{grid.name}" if grid.name else name
            yield grid


def _is_hidden(name: str) -> bool:
    return PurePosixPath(name).name.startswith((".", "~$", "__MACOSX")) or name.startswith("__MACOSX/")


def _name_of(member: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK and does not say so; Python then reads them as cp437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
