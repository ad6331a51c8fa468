"""Several lists in one zip (压缩包): each member by its own reader; paths inside are names, never places.

Members of kinds that no reader knows (page images, readme files) are skipped and listed.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from models.errors import ImportFailure
from workbench.readers.grid import Grid, Skipped, Source
from workbench.readers.limits import DAMAGED, refuse_if_it_unpacks_too_large

_UTF8_NAME = 0x800


class ZippedLists:
    """An opened zip (压缩包); ``open_member`` opens one extracted file by its suffix, ``None`` if none does."""

    reader = "zip"

    def __init__(
        self, path: Path, encoding: str | None, open_member: Callable[[Path, str | None], Source | None]
    ) -> None:
        refuse_if_it_unpacks_too_large(path)
        self._path, self._open_member = path, open_member
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
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(self._path) as container:
            for index, member in enumerate(self._members):
                name = _name_of(member)
                if PurePosixPath(name).name.startswith((".", "~$", "__MACOSX")) or name.startswith("__MACOSX/"):
                    continue
                # A name of our own: what the archive calls its member must not choose where it is written.
                target = Path(folder) / f"{index}{PurePosixPath(name).suffix.lower()}"
                self._extract(container, member, target, name)
                yield from self._grids_of(target, name)
                target.unlink()

    def _extract(self, container: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str) -> None:
        try:
            with container.open(member) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
        except DAMAGED as error:
            raise ImportFailure("import.unreadable", file=f"{self._path.name}/{name}") from error

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


def _name_of(member: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK and does not say so; Python then reads them as cp437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
