"""Who wrote the documents of which fonds (责任者统计): distinct names only, so that reading them stays cheap."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Record


def counted(session: Session) -> Sequence[tuple[str, str | None, str | None, int]]:
    """Number of records by fonds key, fonds name and creator (责任者条数)."""
    query = select(Record.fonds_key, Record.fonds, Record.creator, func.count()).group_by(
        col(Record.fonds_key), col(Record.fonds), col(Record.creator)
    )
    return [(key, fonds, creator, size) for key, fonds, creator, size in session.exec(query)]
