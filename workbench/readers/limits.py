"""How large a file may be (文件大小限制): refused before opening, never half-way."""

import lzma
import zipfile
import zlib
from pathlib import Path

from models.errors import ImportFailure

MAX_UNPACKED = 2 * 1024**3
# Spreadsheets of catalogues shrink 5 to 60 times; a bomb shrinks a thousand times.
MAX_RATIO = 400
# What reading a damaged zip container, or the XML in it, may raise; LookupError also for an encoding of no such name.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, ValueError, LookupError, NotImplementedError, RuntimeError,
    EOFError,
)  # fmt: skip
_RATIO_MATTERS_FROM = 64 * 1024**2


def refuse_if_it_unpacks_too_large(path: Path, *, limit: int = MAX_UNPACKED) -> None:
    """Look at the directory of a zip container (检查解压后大小); other files pass.

    Raises
    ------
    ImportFailure
        ``import.too_large`` with the size in MB, ``import.unreadable`` for a damaged container.
    """
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as container:
            members = container.infolist()
    except DAMAGED as error:
        raise ImportFailure("import.unreadable", file=path.name) from error
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if unpacked > limit or (unpacked > _RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO):
        raise ImportFailure(
            "import.too_large", file=path.name, megabytes=unpacked // 1024**2, limit=limit // 1024**2
        )  # fmt: skip
