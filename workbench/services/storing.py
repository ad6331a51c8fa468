"""Write a staged catalogue into the home (入库): records, rejected rows, what cells said before, one sealed event."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from models import Catalogue, ChangedCell, Record, RejectedRow
from models.vocabulary import Level, Precision
from workbench.services.ledger_keeping import seal
from workbench.services.row_drafts import Draft
from workbench.services.staging import Staging

_AT_ONCE = 5000


def store(session: Session, staging: Staging, counts: dict[str, int], *, by: str, at: datetime) -> int | None:
    """Write catalogue, records and one sealed event (入库); a known file that brings nothing new makes no catalogue."""
    file_digest = staging.meta("file_digest")
    is_known = session.exec(select(Catalogue.id).where(Catalogue.file_digest == file_digest)).first() is not None
    has_news = bool(counts["accepted"]) or (not is_known and counts["duplicates"] < counts["rows"])
    if not has_news:
        return None
    account = {**counts, "skipped": len(staging.meta("skipped"))}
    where = [list(place) for place in staging.quarantined()]
    catalogue = Catalogue(
        file=staging.meta("file"), file_digest=file_digest, reader=staging.meta("reader"),
        encoding=staging.meta("encoding"),
        headers={"lists": staging.meta("headers"), "page_quality": staging.meta("page_quality") or []},
        counts={**account, "quarantined_rows": where}, imported_by=by, imported_at=at,
    )  # fmt: skip
    session.add(catalogue)
    session.flush()
    number = int(catalogue.id or 0)
    _insert(session, staging, number)
    _keep_rejected(session, staging, number)
    _keep_originals(session, staging, number, by=by, at=at)
    seal(
        session, actor=by, action="catalogue.import", subject=f"catalogue/{number}",
        payload={"file_digest": file_digest, **account}, at=at,
    )  # fmt: skip
    return number


def _insert(session: Session, staging: Staging, catalogue_id: int) -> None:
    """All accepted rows at once; the staged values already have the form in which SQLite keeps them."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        for portion in staging.accepted():
            connection.execute(insert(Record), [typed(values, catalogue_id) for values in portion])
        return
    columns, slots = ", ".join(Draft._fields), ", ".join("?" * len(Draft._fields))
    statement = f"INSERT INTO record (catalogue_id, {columns}) VALUES ({catalogue_id}, {slots})"
    for portion in staging.accepted():
        connection.exec_driver_sql(statement, portion)


def _keep_rejected(session: Session, staging: Staging, catalogue_id: int) -> None:
    """Rejected rows wait in the home to be repaired; a row of a sheet without a header has no cells to repair."""
    waiting = [
        {
            "catalogue_id": catalogue_id, "sheet": sheet, "row": row, "page": page, "header": header, "reason": reason,
            "cells": cells,
        }
        for sheet, row, page, header, reason, cells in staging.rejected()
        if cells
    ]  # fmt: skip
    for start in range(0, len(waiting), _AT_ONCE):
        session.execute(insert(RejectedRow), waiting[start : start + _AT_ONCE])


def _keep_originals(session: Session, staging: Staging, catalogue_id: int, *, by: str, at: datetime) -> None:
    """What the file says where the home says something else."""
    names = ("sheet", "row", "page", "field", "original", "value", "cause")
    known = {"catalogue_id": catalogue_id, "changed_by": by, "changed_at": at}
    changed = [{**known, **dict(zip(names, cell, strict=True))} for cell in staging.changed()]
    for start in range(0, len(changed), _AT_ONCE):
        session.execute(insert(ChangedCell), changed[start : start + _AT_ONCE])


def typed(values: tuple[Any, ...], catalogue_id: int) -> dict[str, Any]:
    """Staged values with the types of the columns (带类型的值), for other databases than SQLite."""
    row = dict(zip(Draft._fields, values, strict=True))
    for name in ("date_from", "date_to", "due_on"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row |= {
        "catalogue_id": catalogue_id, "code_generated": bool(row["code_generated"]), "notes": json.loads(row["notes"]),
        "level": Level(row["level"]), "precision": Precision(row["precision"]) if row["precision"] else None,
    }  # fmt: skip
    return row
