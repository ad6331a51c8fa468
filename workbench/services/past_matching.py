"""Which records a list of past decisions means (对上条目): by fonds and 档号, or by 档号 and title."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy
from sqlmodel import Session, col

from batches.consistency import folded
from models import Record, RosterEntry
from models.vocabulary import Access
from rules.clearance import is_live
from workbench.readers import SourceRow
from workbench.services.decided_rows import DecidedFile, DecidedRow
from workbench.services.row_codes import fonds_key

_CHUNK, _MANY = 400, 5000
_Key = tuple[str, str]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Matched:
    """What of a record a past decision looks at (所对条目).

    ``batch_id`` is the batch on whose roster it stands now; ``born`` its catalogue, sheet, row and page.
    """

    record_id: int
    title: str
    access: Access | None
    decided_in: int | None
    is_live: bool
    batch_id: int | None
    born: tuple[int, str | None, int, int | None]

    @property
    def is_free(self) -> bool:
        """Whether a past decision may give its outcome: nobody decided it here or has begun to."""
        return self.decided_in is None and self.batch_id is None


@dataclass(frozen=True)
class KnownFonds:
    """The fonds that rows belong to though the list does not say so, or says it otherwise (补全全宗)."""

    fonds: Mapping[_Key, tuple[str | None, str | None]]
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Digest what it does, for the staging file's name."""
        lines = sorted(f"{key}\x1f{value}" for key, value in self.fonds.items())
        object.__setattr__(self, "key", hashlib.sha256("\n".join(lines).encode()).hexdigest())

    def __call__(self, row: SourceRow, /) -> SourceRow:
        """The row with the fonds of the record it means."""
        cells = row.cells
        known = self.fonds.get(
            (fonds_key(cells.get("fonds_code"), cells.get("fonds")), cells.get("reference_code", ""))
        )
        if known is None:
            return row
        named = {name: text for name, text in zip(("fonds", "fonds_code"), known, strict=True) if text}
        rest = {name: text for name, text in cells.items() if name not in ("fonds", "fonds_code")}
        return row._replace(cells=rest | named)


@dataclass(frozen=True)
class HeldTitles:
    """Titles of the records that a list without titles means (在库题名): with the fonds, by the row's key."""

    records: Mapping[_Key, tuple[str, str | None, str | None]]
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Digest what it does, for the staging file's name."""
        lines = sorted(f"{key}\x1f{value}" for key, value in self.records.items())
        object.__setattr__(self, "key", hashlib.sha256("\n".join(lines).encode()).hexdigest())

    def __call__(self, row: SourceRow, /) -> SourceRow:
        """The row with the title and the fonds of the record it means."""
        cells = row.cells
        if row.problem or "title" in cells:
            return row
        fonds = fonds_key(cells.get("fonds_code"), cells.get("fonds"))
        known = self.records.get((fonds, cells.get("reference_code", "")))
        if known is None:
            return row
        named = {name: text for name, text in zip(("title", "fonds", "fonds_code"), known, strict=True) if text}
        rest = {name: text for name, text in cells.items() if name not in ("fonds", "fonds_code")}
        return row._replace(cells=rest | named)


@dataclass(frozen=True)
class Completed:
    """One thing known of rows after another (依次补全)."""

    held: HeldTitles
    known: KnownFonds

    @property
    def key(self) -> str:
        """Both digests."""
        return f"{self.held.key}{self.known.key}"

    def __call__(self, row: SourceRow, /) -> SourceRow:
        """The row with what both know."""
        return self.known(self.held(row))


def held_titles(session: Session, wanted: Iterable[_Key]) -> HeldTitles:
    """Find the records of rows without titles (查在库题名): of the row's fonds, or the one of its 档号 in the home."""
    keys = set(wanted)
    found: dict[_Key, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for codes in _portions(sorted({code for _, code in keys}), _MANY):
        query = sqlalchemy.select(
            col(Record.fonds_key), col(Record.reference_code), col(Record.title), col(Record.fonds),
            col(Record.fonds_code),
        ).where(col(Record.reference_code).in_(codes))  # fmt: skip
        for key, code, *said in session.execute(query):
            for asked in {(key, code), ("", code)} & keys:
                found[asked].append((said[0], said[1], said[2]))
    return HeldTitles({asked: records[0] for asked, records in found.items() if len(records) == 1})


def known_fonds(session: Session, found: DecidedFile) -> KnownFonds:
    """Find the fonds of rows whose key the home does not have (补全全宗).

    A row without a fonds is the one record of its 档号; a row whose fonds is called otherwise is it when the
    title is the same as well. Where two records would do, the row stays as it is.
    """
    wanted = {(row.fonds_key, row.code): row.title for row in found.rows if row.is_written}
    for key, codes in _by_fonds(list(wanted)):
        exact = sqlalchemy.select(col(Record.reference_code)).where(col(Record.fonds_key) == key)
        for (code,) in session.execute(exact.where(col(Record.reference_code).in_(codes))):
            wanted.pop((key, code))
    alike: dict[str, list[Any]] = defaultdict(list)
    # No index begins with the 档号 alone: few large questions cost less than many small ones.
    for codes in _portions(sorted({code for _, code in wanted}), _MANY):
        query = sqlalchemy.select(
            col(Record.reference_code), col(Record.fonds_key), col(Record.title), col(Record.fonds),
            col(Record.fonds_code),
        ).where(col(Record.reference_code).in_(codes))  # fmt: skip
        for record in session.execute(query):
            alike[record.reference_code].append(record)
    placed: dict[_Key, tuple[str | None, str | None]] = {}
    for (key, code), title in wanted.items():
        meant = [record for record in alike[code] if not key or folded(record.title) == title]
        if len(meant) == 1:
            placed[key, code] = (meant[0].fonds, meant[0].fonds_code)
    return KnownFonds(placed)


def match(session: Session, rows: Sequence[DecidedRow], known: KnownFonds) -> dict[_Key, Matched]:
    """The records of these rows, by the key that each row has in the list (逐行对上条目)."""
    meant: dict[_Key, _Key] = {}
    for row in rows:
        placed = known.fonds.get((row.fonds_key, row.code))
        meant[row.fonds_key, row.code] = (fonds_key(placed[1], placed[0]) if placed else row.fonds_key, row.code)
    found: dict[_Key, Matched] = {}
    for key, codes in _by_fonds(meant.values()):
        query = (
            sqlalchemy.select(
                col(Record.id), col(Record.fonds_key), col(Record.reference_code), col(Record.title),
                col(Record.access), col(Record.decided_in), col(Record.security_class), col(Record.declassification),
                col(RosterEntry.batch_id), col(Record.catalogue_id), col(Record.sheet), col(Record.row),
                col(Record.page),
            )
            .outerjoin(RosterEntry, (col(RosterEntry.record_id) == col(Record.id)) & col(RosterEntry.is_live))
            .where(col(Record.fonds_key) == key, col(Record.reference_code).in_(codes))
        )  # fmt: skip
        for each in session.execute(query):
            found[each.fonds_key, each.reference_code] = Matched(
                each.id, folded(each.title), each.access, each.decided_in,
                is_live(each.security_class, each.declassification), each.batch_id,
                (each.catalogue_id, each.sheet, each.row, each.page),
            )  # fmt: skip
    return {listed: found[real] for listed, real in meant.items()}


def _by_fonds(keys: Iterable[_Key]) -> Iterator[tuple[str, Sequence[str]]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for key, code in keys:
        codes[key].add(code)
    for key, wanted in codes.items():
        for portion in _portions(sorted(wanted)):
            yield key, portion


def _portions(things: Sequence[Thing], size: int = _CHUNK) -> Iterator[Sequence[Thing]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def by_portions(session: Session, query: Any, column: Any, keys: Iterable[int]) -> Iterator[Any]:
    """Rows of a query whose ``column`` is among many keys (分段查询)."""
    for portion in _portions(sorted(set(keys))):
        yield from session.execute(query.where(column.in_(portion)))
