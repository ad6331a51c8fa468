"""Text tables (文本表): csv, tsv, txt in the encodings of Chinese offices, streamed, the encoding guessed."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.errors import ImportFailure
from workbench.readers.cells import whole
from workbench.readers.encodings import guess_encoding
from workbench.readers.grid import Grid, Line

# A cell may hold a whole document; the module-wide default of the csv module is 131,072.
csv.field_size_limit(64 * 1024**2)
_QUOTE_SPANS = 8  # lines: a longer quoted cell is looked at twice
_DELIMITERS = ",\t;|，"


class TextTable:
    """An opened text table (文本表)."""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self.reader = path.suffix.lower().lstrip(".") or "csv"
        self._path = path
        try:
            with path.open("rb") as file:
                start = file.read(1 << 20)
        except OSError as error:
            raise ImportFailure("import.unreadable", file=path.name) from error
        if not start.strip(b"\x00 \r\n\t"):
            raise ImportFailure("import.no_rows", file=path.name)
        self._known_encoding = encoding or guess_encoding(start)
        self.encoding: str | None = self._known_encoding
        try:
            sample = start.decode(self._known_encoding, errors="replace")
        except LookupError as error:
            raise ImportFailure("import.unknown_encoding", file=path.name, encoding=self.encoding) from error
        self._delimiter = _delimiter_of(sample)
        self._size = max(path.stat().st_size, 1)
        self._raw: Any = None

    @property
    def share_read(self) -> float | None:
        """How much of the file has been walked (已读份额), by bytes."""
        if self._raw is None:
            return None
        return 1.0 if self._raw.closed else min(1.0, self._raw.tell() / self._size)

    def grids(self) -> Iterator[Grid]:
        """The one table."""
        yield Grid(None, self._lines(), has_fixed_width=True)

    def _lines(self) -> Iterator[Line]:
        # surrogateescape: a damaged byte spoils its own row, which is then rejected, and no other.
        with self._path.open(encoding=self._known_encoding, errors="surrogateescape", newline="") as file:
            self._raw = file.buffer
            lines = _Lines(file)
            rows = csv.reader(lines, delimiter=self._delimiter)
            number = 0
            while True:
                number += 1
                lines.taken.clear()
                try:
                    cells: list[object] = list(next(rows))
                except StopIteration:
                    return
                except csv.Error as error:
                    raise ImportFailure("import.broken_text", file=self._path.name, row=number) from error
                except UnicodeError as error:
                    raise ImportFailure(
                        "import.wrong_encoding", file=self._path.name, row=number, encoding=self._known_encoding
                    ) from error
                problem = None
                if len(lines.taken) > 1 and self._is_unclosed(lines.taken):
                    cells, problem = list(lines.taken[0].rstrip("\r\n").split(self._delimiter)), "unclosed_quote"
                    lines.give_back(lines.taken[1:])
                    rows = csv.reader(lines, delimiter=self._delimiter)
                cells, damage = whole(cells)
                yield Line(number, cells, problem=damage or problem)

    def _is_unclosed(self, taken: list[str]) -> bool:
        """Whether the quote that made these lines one record was never meant to hold them."""
        try:
            next(csv.reader(taken, delimiter=self._delimiter, strict=True))
        except csv.Error:  # it ran to the end of the file, or into the opening quote of a later row
            return True
        return len(taken) > _QUOTE_SPANS and self._swallowed_rows(taken)

    def _swallowed_rows(self, taken: list[str]) -> bool:
        """Whether one record took in what are plainly rows: a quote that was never closed."""
        inner = [line.count(self._delimiter) for line in taken[1:] if line.strip()]
        usual = max(set(inner), key=inner.count, default=0)
        return usual > 0 and inner.count(usual) * 5 >= len(inner) * 4


class _Lines:
    """The lines of a file, which remembers those of the present record and takes them back."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self._returned: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._file)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Let these lines come again, in order."""
        self._returned += reversed(lines)


def _delimiter_of(sample: str) -> str:
    """The mark that splits most of the first lines most evenly; a comma if none does."""
    lines = [line for line in sample.splitlines()[:30] if line.strip()]
    best, best_score = ",", 0
    for mark in _DELIMITERS:
        counts = [line.count(mark) for line in lines]
        score = sum(1 for count in counts if count) * min((count for count in counts if count), default=0)
        if score > best_score:
            best, best_score = mark, score
    return best
