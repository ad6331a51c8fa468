"""The staging file of an import (导入暂存): parsed rows wait here, so the home is written once and briefly.

One SQLite file a source file and set of options under ``<home>/staging``. A parse that was killed leaves it
unfinished and is begun again; a finished one is used again. No cell of a quarantined row ever enters it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models.errors import HomeError
from workbench.services.code_shapes import CodeShapes
from workbench.services.row_drafts import SUSPICIONS, Draft, Rejected
from workbench.services.row_mending import Change

_VERSION = 7  # raise it when a row would be drafted differently: finished staging files are then not used again
_SHORTEST_CLUSTER = 3
_COLUMNS = ", ".join(Draft._fields)
_SLOTS = ", ".join("?" * len(Draft._fields))
_SCHEMA = f"""
CREATE TABLE draft (position INTEGER PRIMARY KEY, outcome TEXT, against TEXT, twin TEXT, twin_at TEXT, {_COLUMNS});
CREATE TABLE problem (sheet, row INTEGER, page INTEGER, header TEXT, reason TEXT, cells TEXT);
CREATE TABLE changed (position INTEGER, field TEXT, original TEXT, value TEXT, cause TEXT);
CREATE TABLE quarantined (sheet, row INTEGER, page INTEGER);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
"""


def staging_path(home: Path, *, file_digest: str, options: dict[str, Any]) -> Path:
    """Where the rows of this file, read with these options, wait (暂存文件)."""
    key = json.dumps([_VERSION, file_digest, options], sort_keys=True, ensure_ascii=False, default=str)
    return home / "staging" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.sqlite"


class Staging:
    """An open staging file (暂存): ``add`` while parsing, ``finish``, then read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError("home.cannot_write", path=str(path.parent)) from error
        self._db = sqlite3.connect(path, isolation_level=None)
        if not self.is_finished:
            self._begin_again()
        self._waiting: list[Draft] = []
        self._added = 0

    def _begin_again(self) -> None:
        self._db.close()
        self.path.unlink()
        self._db = sqlite3.connect(self.path, isolation_level=None)
        # The file is thrown away after a crash, so it needs no journal and no flush.
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    @property
    def is_finished(self) -> bool:
        """Whether the whole file was parsed into it."""
        try:
            return self._db.execute("SELECT 1 FROM meta WHERE key = 'finished'").fetchone() is not None
        except sqlite3.DatabaseError:
            return False

    def close(self, *, remove: bool = False) -> None:
        """Close the file, and throw it away if asked."""
        self._db.close()
        if remove:
            self.path.unlink(missing_ok=True)

    # --- while parsing -----------------------------------------------------------------------------------------

    def add(self, draft: Draft, changes: Sequence[Change] = ()) -> None:
        """Keep a draft, and what its changed cells said before."""
        self._waiting.append(draft)
        self._added += 1
        if changes:
            self._db.executemany(
                "INSERT INTO changed VALUES (?, ?, ?, ?, ?)", [(self._added, *change) for change in changes]
            )
        if len(self._waiting) >= 2000:
            self._flush()

    def _flush(self) -> None:
        self._db.executemany(f"INSERT INTO draft ({_COLUMNS}) VALUES ({_SLOTS})", self._waiting)
        self._waiting = []

    def reject(self, row: Rejected) -> None:
        """Keep a rejected row with its cells as they were written, so that it can be repaired."""
        cells = json.dumps({name: _writable(text) for name, text in row.cells.items()}, ensure_ascii=False)
        self._db.execute(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?)",
            (row.sheet, row.row, row.page, row.column, row.reason, cells),
        )

    def quarantine(self, sheet: str | None, row: int, page: int | None) -> None:
        """Keep where a quarantined row stands, and nothing of it."""
        self._db.execute("INSERT INTO quarantined VALUES (?, ?, ?)", (sheet, row, page))

    def finish(self, meta: dict[str, Any], *, restore_zeros: bool = False) -> None:
        """Close the parse: find doubles inside the file, clusters and short codes that only the whole file shows.

        ``restore_zeros`` gives codes back the zeros that a spreadsheet ate, where all others agree on the width.
        """
        self._flush()
        self._mark_short_codes(restore=restore_zeros)
        self._mark_doubles()
        self._mark_clusters()
        for key, value in {**meta, "finished": True}.items():
            self._db.execute("INSERT INTO meta VALUES (?, ?)", (key, json.dumps(value, ensure_ascii=False)))
        self._db.execute("COMMIT")

    def _mark_doubles(self) -> None:
        """The first row of a key stands; a later one is its duplicate or in conflict with it."""
        self._db.execute("CREATE INDEX by_key ON draft (fonds_key, reference_code, position)")
        self._db.execute("""
            UPDATE draft SET twin = CASE WHEN draft.content_digest = f.content_digest THEN 'duplicate'
                                         ELSE 'conflict' END,
                             twin_at = json_object('sheet', coalesce(f.sheet, '-'), 'row', f.row)
            FROM (SELECT fonds_key, reference_code, min(position) AS position FROM draft
                  GROUP BY fonds_key, reference_code HAVING count(*) > 1) AS k
            JOIN draft AS f ON f.position = k.position
            WHERE draft.fonds_key = k.fonds_key AND draft.reference_code = k.reference_code
              AND draft.position > k.position""")
        self._db.execute("UPDATE draft SET outcome = twin, against = twin_at WHERE twin IS NOT NULL")

    def _mark_clusters(self) -> None:
        """Many first days of January mean that 0101 was written for an unknown day, which fires the clock early."""
        days, first_days = self._db.execute(
            "SELECT count(*), coalesce(sum(substr(date_from, 6) = '01-01'), 0) FROM draft WHERE precision = 'day'"
        ).fetchone()
        expected = days / 365
        if first_days < _SHORTEST_CLUSTER or first_days < 2 * expected + 3 * expected**0.5 or first_days * 50 < days:
            return
        self._db.execute(
            "UPDATE draft SET notes = json_insert(notes, '$[#]', 'date.january_first_cluster') "
            "WHERE precision = 'day' AND substr(date_from, 6) = '01-01'"
        )

    def _mark_short_codes(self, *, restore: bool) -> None:
        """A number shorter than in nearly all other codes of the file may have lost its zeros."""
        query = "SELECT position, reference_code FROM draft WHERE code_generated = 0"
        shapes = CodeShapes(code for _, code in self._db.execute(query))
        short = [(position, code) for position, code in self._db.execute(query) if shapes.lost_zeros(code)]
        if restore:
            mended = [(shapes.restored(code), code, position) for position, code in short]
            self._db.executemany(
                "INSERT INTO changed VALUES (?, 'reference_code', ?, ?, 'zeros')",
                [(position, code, whole) for whole, code, position in mended],
            )
            self._db.executemany(
                "UPDATE draft SET reference_code = ?, notes = json_insert(notes, '$[#]', 'code.zeros_restored') "
                "WHERE position = ?",
                [(whole, position) for whole, _, position in mended],
            )
            return
        self._db.executemany(
            "UPDATE draft SET notes = json_insert(notes, '$[#]', 'code.short') WHERE position = ?",
            [(position,) for position, _ in short],
        )
        self._db.executemany(
            "INSERT INTO changed VALUES (?, 'reference_code', ?, ?, 'asked')",
            [(position, code, shapes.restored(code)) for position, code in short],
        )

    # --- afterwards --------------------------------------------------------------------------------------------

    def meta(self, key: str) -> Any:
        """What ``finish`` was given under this key."""
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return json.loads(found[0]) if found else None

    def judge(self, outcomes: Iterable[tuple[str, str, int]]) -> None:
        """Write (outcome, against, position) of drafts that the home already knows."""
        self._db.execute("BEGIN")
        self._db.executemany("UPDATE draft SET outcome = ?, against = ? WHERE position = ?", outcomes)
        self._db.execute("COMMIT")

    def forget_home(self) -> None:
        """Drop what an earlier look at the home said, for the home may have changed since."""
        self._db.execute("UPDATE draft SET outcome = twin, against = twin_at WHERE against IS NOT twin_at")

    def by_fonds(self) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
        """Each fonds key with up to 500 (position, reference code, digest) at a time."""
        cursor = self._db.execute(
            "SELECT fonds_key, position, reference_code, content_digest FROM draft ORDER BY fonds_key, position"
        )
        current: str = ""
        found: list[tuple[int, str, str]] = []
        for key, position, code, digest in cursor:
            if found and (key != current or len(found) == 500):
                yield current, found
                found = []
            current = key
            found.append((position, code, digest))
        if found:
            yield current, found

    def fonds_keys(self) -> list[str]:
        """Fonds keys that occur (涉及全宗)."""
        return [key for (key,) in self._db.execute("SELECT DISTINCT fonds_key FROM draft")]

    def accepted(self, size: int = 5000) -> Iterator[list[tuple[Any, ...]]]:
        """Values of the accepted rows in order, in portions."""
        cursor = self._db.execute(f"SELECT {_COLUMNS} FROM draft WHERE outcome IS NULL ORDER BY position")
        while portion := cursor.fetchmany(size):
            yield portion

    def counts(self, on: str) -> dict[str, int]:
        """The accounting (收支): every row in exactly one of five."""
        of = dict(self._db.execute("SELECT coalesce(outcome, 'accepted'), count(*) FROM draft GROUP BY 1").fetchall())
        problems = self._db.execute("SELECT count(*) FROM problem").fetchone()[0]
        quarantined = self._db.execute("SELECT count(*) FROM quarantined").fetchone()[0]
        pending = "FROM draft WHERE outcome IS NULL"
        not_due = self._db.execute(f"SELECT count(*) {pending} AND due_on > ?", (on,)).fetchone()[0]
        undated = self._db.execute(f"SELECT count(*) {pending} AND date_to IS NULL").fetchone()[0]
        noted = self._db.execute(f"SELECT notes {pending} AND notes != '[]'")
        suspected = sum(1 for (notes,) in noted if not SUSPICIONS.isdisjoint(json.loads(notes)))
        return {
            "rows": sum(of.values()) + problems + quarantined,
            "accepted": of.get("accepted", 0),
            "rejected": problems,
            "duplicates": of.get("duplicate", 0),
            "conflicts": of.get("conflict", 0),
            "quarantined": quarantined,
            "not_due": not_due,
            "undated": undated,
            "suspected": suspected,
        }

    def changed(self) -> Iterator[tuple[str | None, int, int | None, str, str, str, str]]:
        """Changed cells of accepted rows: sheet, row, page, field, original, value, cause."""
        yield from self._db.execute(
            "SELECT sheet, row, page, field, original, value, cause FROM changed JOIN draft USING (position) "
            "WHERE outcome IS NULL AND cause != 'asked' ORDER BY position"
        )

    def short_codes(self, at_most: int) -> tuple[int, list[tuple[str | None, int, str, str]]]:
        """Codes that may have lost zeros: how many, and the first as (sheet, row, as written, with its zeros)."""
        of = "FROM changed JOIN draft USING (position) WHERE outcome IS NULL AND cause = 'asked'"
        count = self._db.execute(f"SELECT count(*) {of}").fetchone()[0]
        query = f"SELECT sheet, row, original, value {of} ORDER BY position LIMIT ?"
        return count, self._db.execute(query, (at_most,)).fetchall()

    def rejected(self) -> Iterator[tuple[str | None, int, int | None, str | None, str, dict[str, str]]]:
        """Rejected rows: sheet, row, page, column, reason, cells by header."""
        for *where, cells in self._db.execute("SELECT * FROM problem ORDER BY rowid"):
            yield (*where, json.loads(cells))

    def quarantined(self) -> list[tuple[str | None, int, int | None]]:
        """Where quarantined rows stand."""
        return self._db.execute("SELECT * FROM quarantined ORDER BY rowid").fetchall()

    def judged(self) -> Iterator[tuple[str, dict[str, Any], str | None, int, int | None, str]]:
        """Duplicates and conflicts: outcome with ``_home`` or ``_file``, the other row, sheet, row, page, code."""
        for outcome, against, sheet, row, page, code in self._db.execute(
            "SELECT outcome, against, sheet, row, page, reference_code FROM draft WHERE outcome IS NOT NULL "
            "ORDER BY position"
        ):
            place = json.loads(against)
            yield f"{outcome}_{'home' if 'record' in place else 'file'}", place, sheet, row, page, code

    def suspected(self) -> Iterator[tuple[str | None, int, int | None, str, list[str]]]:
        """Accepted rows with a suspicion: sheet, row, page, reference code, the suspicions."""
        for sheet, row, page, code, notes in self._db.execute(
            "SELECT sheet, row, page, reference_code, notes FROM draft WHERE outcome IS NULL AND notes != '[]' "
            "ORDER BY position"
        ):
            if doubts := [note for note in json.loads(notes) if note in SUSPICIONS]:
                yield sheet, row, page, code, doubts


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode() if not text.isascii() else text
