"""Take in what earlier batches decided (装入以往结论): history beside each record, and its outcome where none stands.

::

    list ─▶ decided_rows ─┬─ rows that are new here ─▶ import_catalogue (as any catalogue)
                          └─ decisions ─▶ PastDecision ─▶ the latest gives the record its outcome

A decision made here always outranks a past one; of two past ones the later counts, and where nobody can say which
is later, the second is a conflict and is not taken.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import insert, update
from sqlmodel import Session, col

from models import PastDecision, Record
from workbench.readers import CatalogueFile
from workbench.services import consistency, decided_rows
from workbench.services.decided_rows import STANDS_FOR_TITLE, DecidedFile, DecidedRow
from workbench.services.importing import Amend, Progress, digest_of, import_catalogue, stage
from workbench.services.ledger_keeping import seal
from workbench.services.open_marks import Meanings
from workbench.services.past_judging import Finding, Judged, Known, Taken, judge
from workbench.services.past_matching import (
    Completed,
    KnownFonds,
    Matched,
    by_portions,
    held_titles,
    known_fonds,
    match,
)
from workbench.services.past_report import PastReport, write_report

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A list that was read before the transaction begins (备好的清单)."""

    path: Path
    found: DecidedFile
    known: KnownFonds
    amend: Amend
    reading: Mapping[str, Any]


def prepare(
    *, session: Session, path: Path, meanings: Meanings | None = None, progress: Progress | None = None,
    on_open: Callable[[CatalogueFile], None] | None = None, **reading: Any,
) -> Prepared:  # fmt: skip
    """Read the list, see whose rows they are, and parse it for the import (备好); nothing is stored.

    ``reading`` are the options of ``import_catalogue``.

    Raises
    ------
    ImportFailure
        When the file cannot be read; ``import.no_open_mark`` when it says nothing of openings.
    """
    watched: dict[str, Any] = {"progress": progress, "on_open": on_open}
    found, held = decided_rows.read(path, meanings=meanings, **watched, **reading), None
    if found.untitled:
        held = held_titles(session, found.untitled)
        found = decided_rows.read(path, meanings=meanings, complete=held, **watched, **reading)
    known = known_fonds(session, found)
    amend: Amend = known if held is None else Completed(held, known)
    reading = {**reading, "stands_for_title": STANDS_FOR_TITLE}
    stage(path=path, amend=amend, **watched, **reading).close()
    return Prepared(path, found, known, amend, reading)


def import_decided(
    *, session: Session, prepared: Prepared, by: str, at: datetime, dry_run: bool = False, report: Path | None = None
) -> PastReport:
    """Take in a list of past decisions (装入以往结论), every row accounted for, in one sealed event.

    Rows whose record is not in the home come in as records first. A dry run does it all and takes it back.
    """
    if dry_run:
        trial = session.begin_nested()
        try:
            return _take(session, prepared, by=by, at=at, report=report, kept=False)
        finally:
            trial.rollback()
            session.expire_all()
    return _take(session, prepared, by=by, at=at, report=report, kept=True)


def _take(
    session: Session, prepared: Prepared, *, by: str, at: datetime, report: Path | None, kept: bool
) -> PastReport:
    found = prepared.found
    records = import_catalogue(
        session=session, path=prepared.path, by=by, at=at, amend=prepared.amend, report=report, **prepared.reading
    )
    matched = match(session, found.rows, prepared.known)
    history = _history(session, (each.record_id for each in matched.values()))
    judged = _judge_all(found.rows, matched, history, catalogue=records.catalogue)
    file_digest = digest_of(prepared.path)
    applied = _govern(session, judged.taken, history)
    _store(session, judged.taken, applied, (prepared.path.name, file_digest, by, at))
    made = PastReport.of(found, records, judged, applied=len(applied), kept=kept)
    if judged.taken:
        consistency.keep_keys(session)
        keys = "\n".join(sorted(f"{target.record_id} {row.key}" for row, target in judged.taken))
        payload = {
            **made.counts(), "file_digest": file_digest, "decisions": hashlib.sha256(keys.encode()).hexdigest(),
        }  # fmt: skip
        seal(session, actor=by, action="past.import", subject=f"past/{file_digest[:12]}", payload=payload, at=at)
    if records.report is not None:
        # The report of the bare import speaks of records; this one speaks of decisions and takes its place.
        write_report(records.report, file=prepared.path.name, found=found, findings=judged.findings)
    return made


def _history(session: Session, record_ids: Iterable[int]) -> dict[int, list[Known]]:
    query = sqlalchemy.select(
        col(PastDecision.record_id), col(PastDecision.access), col(PastDecision.decided_on),
        col(PastDecision.decision_key), col(PastDecision.batch_name),
    )  # fmt: skip
    known: dict[int, list[Known]] = defaultdict(list)
    for each in by_portions(session, query, col(PastDecision.record_id), record_ids):
        known[each.record_id].append(Known(each.access, each.decided_on, each.decision_key, each.batch_name))
    return known


def _judge_all(
    rows: Sequence[DecidedRow],
    matched: Mapping[tuple[str, str], Matched],
    history: dict[int, list[Known]],
    *,
    catalogue: int | None,
) -> Judged:
    done = Judged()
    for row in rows:
        target = matched[row.fonds_key, row.code]
        if target.title != row.title:
            done.findings.append(Finding("conflict", "title_differs", row, {"record": target.record_id}))
        elif row.access is None:
            place = row.place
            if target.born == (catalogue, place.sheet, place.row, place.page):
                done.undecided += 1
            else:
                done.findings.append(Finding("duplicate", "undecided", row, {"record": target.record_id}))
        else:
            found = judge(row, row.access, target, history[target.record_id])
            done.findings += [found] if found else []
            if found is None or found.outcome == "noted":
                done.taken.append((row, target))
                history[target.record_id].append(
                    Known(row.access, row.decided_on, row.key, row.batch_name, row.place.row)
                )
    return done


def _govern(session: Session, taken: Sequence[Taken], history: Mapping[int, list[Known]]) -> set[tuple[int, str]]:
    """Give each free record the outcome of its latest past decision; the (record, decision key) that did so."""
    changes: dict[int, dict[str, Any]] = {}
    applied: set[tuple[int, str]] = set()
    for row, target in taken:
        latest = max(enumerate(history[target.record_id]), key=lambda pair: (pair[1].decided_on or date.min, pair[0]))
        if target.is_free and latest[1].key == row.key:
            applied.add((target.record_id, row.key))
            changes[target.record_id] = {
                "id": target.record_id, "access": row.access, "ground": row.ground,
                "review_again_on": row.review_again_on,
            }  # fmt: skip
    if changes:
        session.flush()
        session.execute(update(Record), list(changes.values()))
        session.expire_all()
    return applied


def _store(
    session: Session, taken: Sequence[Taken], applied: set[tuple[int, str]], source: tuple[str, str, str, datetime]
) -> None:
    file, file_digest, by, at = source
    rows = [
        {
            "record_id": target.record_id, "access": row.access, "ground": row.ground, "reason": row.reason,
            "batch_name": row.batch_name, "decided_on": row.decided_on, "decided_text": row.decided_text,
            "review_again_on": row.review_again_on, "mark": row.mark,
            "is_applied": (target.record_id, row.key) in applied, "decision_key": row.key, "file": file,
            "file_digest": file_digest, "sheet": row.place.sheet, "row": row.place.row, "imported_by": by,
            "imported_at": at,
        }
        for row, target in taken
    ]  # fmt: skip
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(PastDecision), rows[start : start + _AT_ONCE])
