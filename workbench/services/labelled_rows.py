"""Catalogue files as rules and classifiers read them (目录行与标注): rows described, and labels where there are any."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import yaml

from models.dates import read_date
from models.errors import LearnerError
from models.record import Description
from models.text import plain
from models.vocabulary import Access, Ground, Level
from workbench.readers import SourceRow, open_catalogue
from workbench.services import open_marks
from workbench.services.row_drafts import unnamed_mark


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row whose outcome is known (已标注条目); ``group`` is what must stay together when rows are held out."""

    description: Description
    access: Access
    ground: Ground | None
    group: str


def describe(row: SourceRow) -> Description:
    """What rules and classifiers read of a file's row (著录文本)."""
    cells = row.cells
    written = cells.get("date") or cells.get("date_start") or cells.get("year")
    created = read_date(written)
    ended = read_date(cells.get("date_end")) or created
    return Description(
        title=cells.get("title") or "",
        reference_code=cells.get("reference_code"),
        fonds=cells.get("fonds") or cells.get("fonds_code"),
        creator=cells.get("creator"),
        document_number=cells.get("document_number"),
        date_from=created.earliest if created else None,
        date_to=ended.latest if ended else None,
        security_class=cells.get("security_class") or unnamed_mark(row),
        declassification=cells.get("declassification"),
        retention_period=cells.get("retention_period"),
        level=Level.ITEM,
        remarks=cells.get("remarks"),
        transfer_opinion=cells.get("transfer_opinion"),
        disclosure=cells.get("disclosure"),
    )


def described_rows(path: Path) -> Iterator[tuple[SourceRow, Description]]:
    """Every row of a catalogue file with its description (逐行著录), in order.

    Raises
    ------
    ImportFailure
        When the file cannot be read as a catalogue.
    """
    return ((row, describe(row)) for row in open_catalogue(path))


def labelled_rows(paths: Sequence[Path]) -> list[LabelledRow]:
    """Rows with an outcome from labelled files (已标注条目); rows without title or label are left out.

    Groups are the files, or the fonds of a single file, or its years when it has one fonds.

    Raises
    ------
    LearnerError
        ``classifier.no_label_column``, ``classifier.unknown_label`` with file and row.
    """
    found = [_rows_of(path) for path in paths]
    if len(found) > 1:
        return [row for number, rows in enumerate(found) for row in _grouped(rows, f"file {number}")]
    (rows,) = found
    keys = [row.description.fonds or "" for row in rows]
    if len(set(keys)) < 2:
        keys = [str(row.description.date_from.year) if row.description.date_from else "" for row in rows]
    return [row for one, key in zip(rows, keys, strict=True) for row in _grouped([one], key)]


def _grouped(rows: Sequence[LabelledRow], group: str) -> list[LabelledRow]:
    return [LabelledRow(row.description, row.access, row.ground, group) for row in rows]


def _rows_of(path: Path) -> list[LabelledRow]:
    words, rows, labels = _words(), [], 0
    for row, description in described_rows(path):
        written = _cell(row.unmapped, words["label"]) or row.cells.get("open_mark")
        if written is None:
            continue
        labels += 1
        if not description.title:
            continue
        mark = open_marks.read(written)
        if mark is None or mark.label is None:
            raise LearnerError("classifier.unknown_label", file=path.name, row=row.row, label=written[:20])
        grounds = (_cell(row.unmapped, words["ground"]), *map(row.cells.get, ("decided_ground", "decided_reason")))
        ground = open_marks.ground_named(*grounds) if mark.label is Access.RESTRICTED else None
        rows.append(LabelledRow(description, mark.label, ground, ""))
    if not labels:
        raise LearnerError("classifier.no_label_column", file=path.name)
    return rows


@lru_cache(maxsize=1)
def _words() -> Mapping[str, frozenset[str]]:
    text = resources.files("workbench.services").joinpath("labels.yaml").read_text(encoding="utf-8")
    return {name: frozenset(plain(str(word)).lower() for word in words) for name, words in yaml.safe_load(text).items()}


def _cell(unmapped: Mapping[str, str], headers: frozenset[str]) -> str | None:
    return next((value for header, value in unmapped.items() if value and plain(header).lower() in headers), None)


def digest_of_files(paths: Sequence[Path]) -> str:
    """SHA-256 over the files' own SHA-256 in sorted order (标注数据摘要)."""
    parts = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
