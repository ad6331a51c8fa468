"""Repair rows that could not come in (更正退回的行): corrected, judged again like any row, and then imported.

The row as it was written stays beside the record that it became: file, sheet, row, each cell before and after, who.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Catalogue, ChangedCell, Record, RejectedRow, User
from models.errors import ProcedureError
from models.intake import ChangeCause
from models.vocabulary import Level
from workbench.i18n import t
from workbench.permissions import named
from workbench.readers import HeaderMap, SourceRow
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.row_drafts import Draft, Drafter, Rejected
from workbench.services.storing import typed

_ACTION = "catalogue.import"
_BEYOND = "#"  # how cells right of the header are named


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of a row (更正结果).

    ``outcome`` is accepted, duplicate, quarantined or dropped, which settle it, or rejected or conflict, after which it
    waits on; ``reason`` then names the text and ``record_id`` the record it collides with.
    """

    row_id: int
    outcome: str
    reason: str | None = None
    header: str | None = None
    record_id: int | None = None


SETTLING = ("accepted", "duplicate", "quarantined", "dropped")


def waiting_by_catalogue(session: Session) -> list[tuple[Catalogue, int]]:
    """Catalogues with rows that wait for repair, newest first, with how many (待更正目录)."""
    query = (
        select(Catalogue, func.count(col(RejectedRow.id)))
        .join(RejectedRow, col(RejectedRow.catalogue_id) == col(Catalogue.id))
        .where(col(RejectedRow.settled_at).is_(None))
        .group_by(col(Catalogue.id))
        .order_by(col(Catalogue.id).desc())
    )
    return [(catalogue, count) for catalogue, count in session.exec(query)]


def waiting(session: Session, catalogue_id: int, *, after: int = 0, limit: int | None = None) -> Sequence[RejectedRow]:
    """Rows of a catalogue that wait for repair, in the order of the file (待更正的行)."""
    query = select(RejectedRow).where(
        RejectedRow.catalogue_id == catalogue_id, col(RejectedRow.settled_at).is_(None), col(RejectedRow.id) > after
    )
    return session.exec(query.order_by(col(RejectedRow.id)).limit(limit)).all()


def headers_of(catalogue: Catalogue, rows: Sequence[RejectedRow]) -> list[str]:
    """All column headers that these rows need (列名): those of their lists, then what stood beside."""
    lists = [header_map for row in rows if (header_map := _header_of(catalogue, row)) is not None]
    known = [name for header_map in lists for name in (*header_map.fields.values(), *header_map.unmapped)]
    context = {name for header_map in lists for name in header_map.context}
    written = [name for row in rows for name in (row.repaired or row.cells) if name not in context]
    return list(dict.fromkeys([*known, *written]))


def repair(
    *, session: Session, row_id: int, cells: Mapping[str, str | None], by: User | str, at: datetime, on: date
) -> Repaired:
    """Judge a row again with corrected cells, and import it if it is right now (更正并入库), sealed.

    ``cells`` are all cells of the row by header. A row that is still wrong keeps the corrections and waits.

    Raises
    ------
    ProcedureError
        ``repair.unknown`` or ``repair.settled``.
    PermissionDenied
        For a person who may not import.
    """
    who = named(by, _ACTION)
    row = _waiting_row(session, row_id)
    catalogue = session.get_one(Catalogue, row.catalogue_id)
    header = _header_of(catalogue, row)
    # What a title line above the list says is no cell of the row, and stays.
    said_above = {name: row.cells[name] for name in (header.context if header else ()) if name in row.cells}
    corrected = said_above | {name: text.strip() for name, text in cells.items() if text and text.strip()}
    drafter = Drafter(
        on, _level_of(session, row.catalogue_id), setting_up.get(session, "live_mark"),
        setting_up.get(session, "whole_year_rule"),
    )  # fmt: skip
    outcome = drafter.draft(_source(row, header, corrected), header)
    row.repaired = corrected if corrected != row.cells else None
    if isinstance(outcome, Rejected):
        row.reason, row.header = outcome.reason, outcome.column
        session.add(row)
        session.flush()
        return Repaired(row_id, "rejected", outcome.reason, outcome.column)
    if not isinstance(outcome, Draft):
        # Nothing of a row under a live mark may stay, neither as written nor as corrected.
        row.cells, row.repaired = {}, None
        return _settle(session, row, "quarantined", who, at)
    twin = _in_home(session, outcome)
    if twin is not None and twin.content_digest != outcome.content_digest:
        row.reason, row.header = "conflict_home", None
        session.add(row)
        session.flush()
        return Repaired(row_id, "conflict", "conflict_home", None, twin.id)
    if twin is not None:
        return _settle(session, row, "duplicate", who, at, record_id=twin.id)
    record = Record(**typed(tuple(outcome), row.catalogue_id))
    session.add(record)
    session.flush()
    _keep_originals(session, row, corrected, drafter, who, at)
    return _settle(session, row, "accepted", who, at, record_id=record.id)


def drop(*, session: Session, row_id: int, by: User | str, at: datetime) -> Repaired:
    """Say that a line is no item after all (不是条目), sealed; what it says is kept.

    Raises
    ------
    ProcedureError
        ``repair.unknown`` or ``repair.settled``.
    PermissionDenied
        For a person who may not import.
    """
    who = named(by, _ACTION)
    return _settle(session, _waiting_row(session, row_id), "dropped", who, at)


def repair_many(
    *, session: Session, corrected: Mapping[int, Mapping[str, str | None]], dropped: Sequence[int], by: User | str,
    at: datetime, on: date,
) -> list[Repaired]:  # fmt: skip
    """Several rows of a page in one act (成批更正): each judged for itself."""
    made = [
        repair(session=session, row_id=row_id, cells=cells, by=by, at=at, on=on) for row_id, cells in corrected.items()
    ]
    return made + [drop(session=session, row_id=row_id, by=by, at=at) for row_id in dropped]


def _waiting_row(session: Session, row_id: int) -> RejectedRow:
    row = session.get(RejectedRow, row_id)
    if row is None:
        raise ProcedureError("repair.unknown", number=row_id)
    if row.settled_at is not None:
        raise ProcedureError("repair.settled", number=row_id, user=row.settled_by)
    return row


def _header_of(catalogue: Catalogue, row: RejectedRow) -> HeaderMap | None:
    """The header under which the row stands: the last one above it in its sheet."""
    above = [
        found for found in catalogue.headers.get("lists", [])
        if found["sheet"] == row.sheet and found["row"] <= row.row
    ]  # fmt: skip
    if not above:
        return None
    found = above[-1]
    return HeaderMap(
        found["sheet"],
        found["row"],
        found["fields"],
        tuple(found["unmapped"]),
        found["context"],
        found.get("shape", ""),
    )


def _source(row: RejectedRow, header: HeaderMap | None, cells: Mapping[str, str]) -> SourceRow:
    fields = {name: field for field, name in header.fields.items()} if header else {}
    known = {fields[name]: text for name, text in cells.items() if name in fields}
    above = set(header.context) if header else set()
    beside = {name: text for name, text in cells.items() if name not in fields and name not in above}
    too_many = any(name.startswith(_BEYOND) and name in row.cells for name in beside) and row.reason == "too_many_cells"
    problem = "no_header" if header is None else "too_many_cells" if too_many else None
    context = dict(header.context) if header else {}
    return SourceRow(row.sheet, row.row, row.page, {**context, **known}, beside, problem=problem)


def _level_of(session: Session, catalogue_id: int) -> Level | None:
    """The level that was asked for at the import shows in its records: all of one level, or each by its list."""
    levels = session.exec(select(Record.level).where(Record.catalogue_id == catalogue_id).distinct().limit(2)).all()
    return Level(levels[0]) if len(levels) == 1 else None


def _in_home(session: Session, draft: Draft) -> Record | None:
    query = select(Record).where(
        Record.fonds_key == draft.fonds_key, Record.reference_code == draft.reference_code
    )  # fmt: skip
    return session.exec(query).first()


def _keep_originals(
    session: Session, row: RejectedRow, corrected: Mapping[str, str], drafter: Drafter, who: str, at: datetime
) -> None:
    place: dict[str, Any] = {
        "catalogue_id": row.catalogue_id, "sheet": row.sheet, "row": row.row, "page": row.page, "changed_by": who,
        "changed_at": at,
    }  # fmt: skip
    for name in dict.fromkeys([*row.cells, *corrected]):
        before, after = row.cells.get(name), corrected.get(name)
        if before != after:
            session.add(
                ChangedCell(**place, field=name, original=before, value=after, cause=ChangeCause.REPAIRED)
            )  # fmt: skip
    for change in drafter.changes:
        session.add(
            ChangedCell(
                **place, field=change.field, original=change.original, value=change.value,
                cause=ChangeCause(change.cause),
            )
        )  # fmt: skip
    session.flush()


def _settle(
    session: Session, row: RejectedRow, outcome: str, who: str, at: datetime, *, record_id: int | None = None
) -> Repaired:
    row.outcome, row.record_id, row.settled_by, row.settled_at = outcome, record_id, who, at
    session.add(row)
    session.flush()
    payload = {"row": row.id, "outcome": outcome, "record": record_id, "changed": _changed(row)}
    seal(session, actor=who, action="row.repair", subject=f"catalogue/{row.catalogue_id}", payload=payload, at=at)
    return Repaired(int(row.id or 0), outcome, record_id=record_id)


def _changed(row: RejectedRow) -> int:
    """How many cells were corrected: the ledger counts, the cells themselves stand in their table."""
    after = row.repaired or row.cells
    return sum(1 for name in {*row.cells, *after} if row.cells.get(name) != after.get(name))


def plain(row: RejectedRow) -> dict[str, Any]:
    """A waiting row as plain values (待更正的行)."""
    return {
        "number": row.id,
        "catalogue": row.catalogue_id,
        "sheet": row.sheet,
        "row": row.row,
        "page": row.page,
        "column": row.header,
        "reason": row.reason,
        "cells": dict(row.repaired or row.cells),
    }


def reason_of(reason: str) -> str:
    """Why a row waits, and what to do (退回原因)."""
    return t("repair.conflict") if reason == "conflict_home" else t(f"intake.reasons.{reason}")
