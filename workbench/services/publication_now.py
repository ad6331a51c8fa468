"""What is public now (现行公布): editions of a notice, where they lie, and which lines of a catalogue stand."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from batches.publication import FOUNDING_DAY, OpenLine
from models import NoticeEdition, OpenEntry, OpeningNotice, Record, Suspension
from models.vocabulary import UseState


def folder_of(home: Path, notice: OpeningNotice, edition: NoticeEdition, newest: NoticeEdition) -> Path:
    """Where an edition lies (版次所在)."""
    whole = home / "published" / notice.folder
    return whole if edition.id == newest.id else whole / "earlier" / str(edition.number)


def editions(session: Session, notice_id: int) -> Sequence[NoticeEdition]:
    """All editions of a notice, the newest first (各版次)."""
    query = select(NoticeEdition).where(NoticeEdition.notice_id == notice_id)
    return session.exec(query.order_by(col(NoticeEdition.number).desc())).all()


def unused(session: Session, notice: OpeningNotice) -> dict[int, UseState]:
    """Records of a notice that the public may not use now (停用条目), with why.

    A withdrawal ends an item's life under its notice: what follows belongs to a later one.
    """
    changes = session.exec(
        select(Suspension)
        .join(OpenEntry, col(OpenEntry.record_id) == col(Suspension.record_id))
        .where(OpenEntry.notice_id == notice.id, col(Suspension.at) >= notice.published_at)
        .order_by(col(Suspension.id))
    )
    states: dict[int, UseState] = {}
    for change in changes:
        if states.get(change.record_id) is not UseState.WITHDRAWN:
            states[change.record_id] = change.state
    return {record: state for record, state in states.items() if state is not UseState.RESTORED}


def published_lines(session: Session, notice: OpeningNotice) -> tuple[OpenLine, ...]:
    """The open catalogue as it was published (公布目录): texts as the public saw them, whatever a record says now."""
    rows = session.exec(
        select(OpenEntry, Record)
        .join(Record, col(Record.id) == col(OpenEntry.record_id))
        .where(OpenEntry.notice_id == notice.id)
        .order_by(col(OpenEntry.position))
    )
    return tuple(
        OpenLine(
            number=entry.position, record_id=entry.record_id, reference_code=entry.reference_code, title=entry.title,
            creator=entry.creator, date_text=entry.date_text, fonds=entry.fonds, level=record.level,
            year_from=record.date_from.year if record.date_from else None,
            year_to=record.date_to.year if record.date_to else None,
            before_founding=None if record.date_to is None else record.date_to < FOUNDING_DAY,
        )
        for entry, record in rows
    )  # fmt: skip
