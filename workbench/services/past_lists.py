"""What was loaded of past decisions (已装入的以往结论): lists, one record's history, likes decided both ways."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import case, func
from sqlmodel import Session, col, select

from models import PastDecision, Record, RecordKey
from models.errors import ProcedureError
from models.vocabulary import Access
from workbench.queries.rosters import of_fonds
from workbench.services import precedents


def lists(session: Session) -> list[dict[str, Any]]:
    """The loaded lists, newest first (以往结论清单一览): file, decisions by outcome, who and when."""
    columns = (col(PastDecision.file_digest), col(PastDecision.file), col(PastDecision.imported_by))
    query = (
        sqlalchemy.select(
            *columns, func.max(col(PastDecision.imported_at)), func.count(), _number(Access.OPEN),
            _number(Access.RESTRICTED), func.count(func.distinct(col(PastDecision.batch_name))),
        )
        .group_by(*columns)
        .order_by(func.max(col(PastDecision.id)).desc())
    )  # fmt: skip
    names = ("list", "file", "by", "at", "decisions", "open", "restricted", "batches")
    return [dict(zip(names, row, strict=True)) for row in session.execute(query)]


def _number(access: Access) -> Any:
    return func.sum(case((col(PastDecision.access) == access, 1), else_=0))


def without_review_again(session: Session) -> int:
    """Delayed records whose past decision names no date of a further review (延期而无再审日期)."""
    query = select(func.count()).select_from(Record).where(
        Record.access == Access.RESTRICTED, col(Record.review_again_on).is_(None), col(Record.decided_in).is_(None)
    )  # fmt: skip
    return session.exec(query).one()


def history(session: Session, code: str, fonds: str | None = None) -> dict[str, Any]:
    """How one record and its likes were decided before (查一条的以往结论).

    Raises
    ------
    ProcedureError
        ``past.unknown_code``; ``past.ambiguous_code`` when two fonds share the code and none is named.
    """
    query = select(Record).where(Record.reference_code == code)
    if fonds:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ProcedureError("past.unknown_code", code=code)
    if len(found) > 1:
        raise ProcedureError("past.ambiguous_code", code=code, count=len(found))
    (record,) = found
    return {
        "reference_code": record.reference_code, "title": record.title, "access": record.access,
        "ground": record.ground, "review_again_on": record.review_again_on, "decided_in": record.decided_in,
        **precedents.precedents(session, record).to_dict(),
    }  # fmt: skip


def contradictions(session: Session, limit: int = 200) -> list[dict[str, Any]]:
    """Decided records of one 文号 and one title that were decided both ways (以往结论相互矛盾), in pairs of lists.

    Whoever keeps the holdings decides which is right; nothing is changed here.
    """
    kinds = func.count(func.distinct(col(Record.access)))
    split = (
        select(RecordKey.number_key, RecordKey.title_key)
        .join(Record, col(Record.id) == col(RecordKey.record_id))
        .where(col(RecordKey.number_key).is_not(None), col(Record.access).is_not(None))
        .group_by(col(RecordKey.number_key), col(RecordKey.title_key))
        .having(kinds > 1)
        .limit(limit)
    )
    return [_group(session, number_key, title_key) for number_key, title_key in session.exec(split).all()]


def _group(session: Session, number_key: str | None, title_key: str) -> dict[str, Any]:
    query = (
        select(Record)
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(RecordKey.number_key == number_key, RecordKey.title_key == title_key, col(Record.access).is_not(None))
        .order_by(col(Record.id))
        .limit(20)
    )
    records: Sequence[Record] = session.exec(query).all()
    return {
        "document_number": records[0].document_number, "title": records[0].title,
        "records": [
            {
                "reference_code": each.reference_code, "fonds": each.fonds, "access": each.access,
                "batch": each.decided_in, "batch_name": _batch_name(session, each),
            }
            for each in records
        ],
    }  # fmt: skip


def _batch_name(session: Session, record: Record) -> str | None:
    query = select(PastDecision.batch_name).where(
        PastDecision.record_id == record.id, PastDecision.access == record.access
    )
    return session.exec(query.order_by(col(PastDecision.id).desc())).first()
