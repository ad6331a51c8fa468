"""What suspicion reads (疑点查询): a record beside the days of the volume it lies in."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Row, and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Record, RosterEntry
from models.vocabulary import Level
from workbench.queries.rosters import of_fonds, on_roster

_PORTION = 2000
_READ = (
    "id", "reference_code", "fonds", "title", "document_number", "date_text", "date_from", "date_to",
)  # fmt: skip


def rows(
    session: Session, *, record_ids: Sequence[int] = (), fonds: Sequence[str] = (), batch_id: int | None = None,
    after: int = 0,
) -> Iterator[Row[Any]]:  # fmt: skip
    """Records by id behind ``after``, with ``volume_from`` and ``volume_to`` (条目及所在案卷的起止), streamed."""
    volume = aliased(Record)
    query = (
        sqlalchemy.select(
            *(col(getattr(Record, name)) for name in _READ),
            col(volume.date_from).label("volume_from"), col(volume.date_to).label("volume_to"),
        )
        .select_from(Record)
        .outerjoin(
            volume,
            and_(
                col(volume.fonds_key) == col(Record.fonds_key), col(volume.reference_code) == col(Record.volume_code),
                col(volume.level) == Level.FILE,
            ),
        )
        .order_by(col(Record.id))
        .limit(_PORTION)
    )  # fmt: skip
    if record_ids:
        query = query.where(col(Record.id).in_(record_ids))
    if fonds:
        query = query.where(of_fonds(list(fonds)))
    if batch_id is not None:
        query = query.join(RosterEntry, col(RosterEntry.record_id) == col(Record.id))
        query = query.where(col(RosterEntry.batch_id) == batch_id, on_roster())
    last = after
    while portion := session.execute(query.where(col(Record.id) > last)).all():
        yield from portion
        last = portion[-1].id
