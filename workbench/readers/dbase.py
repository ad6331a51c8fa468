"""dBase and FoxPro tables (dbf), with their memo files; Chinese ones are GBK unless they say otherwise.

Layout after the published file formats: a 32-byte head, 32 bytes a field up to 0x0D, then fixed-length records
that begin with a blank, or with ``*`` when deleted. Deleted records are skipped and accounted for.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models.errors import ImportFailure
from workbench.readers.cells import whole
from workbench.readers.encodings import guess_encoding
from workbench.readers.grid import Grid, Line

# Language driver (byte 29) → encoding; most Chinese programs leave it at 0.
_DRIVERS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x57: "gb18030"}
_MEMO_SUFFIXES = (".fpt", ".dbt", ".FPT", ".DBT")
_MAX_MEMO = 1 << 20


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    kind: str
    start: int
    length: int


class DbaseTable:
    """An opened dbf (dbf 表)."""

    reader = "dbf"

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                head = file.read(32)
                self._count, self._data_at, self._length = struct.unpack("<IHH", head[4:12])
                descriptors = file.read(max(0, self._data_at - 32))
                sample = file.read(1 << 16)
        except (OSError, struct.error) as error:
            raise ImportFailure("import.unreadable", file=path.name) from error
        self._fields = _fields_of(descriptors)
        if not self._fields or self._length < 2 or self._fields[-1].start + self._fields[-1].length > self._length:
            raise ImportFailure("import.unreadable", file=path.name)
        driver = _DRIVERS.get(head[29]) if len(head) > 29 else None
        self._text = encoding or driver or _guess(b"".join(field.name for field in self._fields) + sample)
        self.encoding: str | None = self._text
        try:
            "".encode(self._text)
        except LookupError as error:
            raise ImportFailure("import.unknown_encoding", file=path.name, encoding=self._text) from error
        self._memo = self._memo_reader()

    def grids(self) -> Iterator[Grid]:
        """The one table; its columns are named by the file itself."""
        names = [field.name.decode(self._text, errors="replace").strip() for field in self._fields]
        yield Grid(None, self._lines(), names=names)

    def _lines(self) -> Iterator[Line]:
        with self._path.open("rb") as file:
            file.seek(self._data_at)
            for number in range(1, self._count + 1):
                record = file.read(self._length)
                if len(record) < self._length:
                    # The head promises more than there is: a cut copy. What is there still comes in.
                    if record[:1] not in (b"", b"\x1a"):
                        yield Line(number, whole([self._cell(record, f) for f in self._fields])[0], problem="cut_off")
                    elif number <= self._count:
                        yield Line(number, [], problem="cut_off")
                    return
                cells, problem = whole([self._cell(record, field) for field in self._fields])
                yield Line(number, cells, skip="deleted" if record[:1] == b"*" else None, problem=problem)

    def _cell(self, record: bytes, field: _Field) -> object:
        raw = record[field.start : field.start + field.length]
        match field.kind:
            case "C" | "V":
                return raw.rstrip(b" \x00").decode(self._text, errors="surrogateescape")
            case "M":
                return self._memo(raw)
            case "I" if len(raw) == 4:
                return str(struct.unpack("<i", raw)[0])
            case "B" if len(raw) == 8:
                return str(struct.unpack("<d", raw)[0])
            case "Y" if len(raw) == 8:
                return str(struct.unpack("<q", raw)[0] / 10_000)
            case "T" if len(raw) == 8:
                return _julian(raw)
            case "G" | "P" | "0" | "W" | "Q":
                return ""
        return raw.decode("ascii", errors="replace").strip(" \x00")

    def _memo_reader(self) -> Callable[[bytes], str]:
        if not any(field.kind == "M" for field in self._fields):
            return lambda _raw: ""
        file = next((p for suffix in _MEMO_SUFFIXES if (p := self._path.with_suffix(suffix)).is_file()), None)
        if file is None:
            raise ImportFailure("import.no_memo", file=self._path.name, memo=self._path.with_suffix(".fpt").name)
        blob, is_fox = file.read_bytes(), file.suffix.lower() == ".fpt"
        size = (struct.unpack(">H", blob[6:8])[0] if is_fox and len(blob) >= 8 else 0) or (64 if is_fox else 512)

        def read(raw: bytes) -> str:
            block = _block_of(raw)
            return "" if block <= 0 else _memo(blob, block * size, is_fox).decode(self._text, errors="surrogateescape")

        return read


def _fields_of(descriptors: bytes) -> list[_Field]:
    fields, start = [], 1
    for at in range(0, len(descriptors) - 31, 32):
        one = descriptors[at : at + 32]
        if one[0] in (0x0D, 0x00):
            break
        kind = chr(one[11])
        # A character field longer than 255 keeps the high byte of its length in the decimals.
        length = one[16] + (one[17] << 8 if kind == "C" else 0)
        fields.append(_Field(one[:11].split(b"\x00")[0], kind, start, length))
        start += length
    return fields


def _guess(sample: bytes) -> str:
    known = guess_encoding(sample.replace(b"\x00", b" "))
    return "gb18030" if known == "utf-8" and sample.isascii() else known


def _block_of(raw: bytes) -> int:
    if len(raw) == 4:
        return int(struct.unpack("<I", raw)[0])
    digits = raw.strip(b" \x00")
    return int(digits) if digits.isdigit() else 0


def _memo(blob: bytes, at: int, is_fox: bool) -> bytes:
    if is_fox:
        length = struct.unpack(">I", blob[at + 4 : at + 8])[0] if at + 8 <= len(blob) else 0
        return blob[at + 8 : at + 8 + min(length, _MAX_MEMO)]
    if blob[at : at + 4] == b"\xff\xff\x08\x00":  # dBase IV
        length = struct.unpack("<I", blob[at + 4 : at + 8])[0]
        return blob[at + 8 : at + min(length, _MAX_MEMO)]
    end = blob.find(b"\x1a", at, at + _MAX_MEMO)
    return blob[at : end if end >= 0 else at + _MAX_MEMO]


def _julian(raw: bytes) -> object:
    days = int(struct.unpack("<I", raw[:4])[0])
    if not 1_721_426 <= days <= 5_373_484:  # year 1 to 9999
        return ""
    return date(1970, 1, 1) + timedelta(days=days - 2_440_588)
