"""How published items stand (利用状态): the newest notice of each, and the newest change of its use."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models import OpenEntry, OpeningNotice, Suspension

_CHUNK = 900  # ids in one IN clause: SQLite's oldest limit is 999


def newest_notices(session: Session, record_ids: Sequence[int]) -> dict[int, OpeningNotice]:
    """The notice that each item was published under last (最近一次公布); others are absent."""
    found: dict[int, OpeningNotice] = {}
    for start in range(0, len(record_ids), _CHUNK):
        query = (
            select(OpenEntry.record_id, OpeningNotice)
            .join(OpeningNotice, col(OpeningNotice.id) == col(OpenEntry.notice_id))
            .where(col(OpenEntry.record_id).in_(record_ids[start : start + _CHUNK]))
            .order_by(col(OpeningNotice.id))
        )
        found.update(session.exec(query).all())
    return found


def newest_changes(session: Session, record_ids: Sequence[int]) -> dict[int, Suspension]:
    """The change of use in force for each published item (最近一次变动), of its newest publication.

    What nobody changed since is absent: a withdrawn item that was reviewed and published again begins anew.
    """
    notices, found = newest_notices(session, record_ids), dict[int, Suspension]()
    for start in range(0, len(record_ids), _CHUNK):
        query = select(Suspension).where(col(Suspension.record_id).in_(record_ids[start : start + _CHUNK]))
        for change in session.exec(query.order_by(col(Suspension.id))):
            found[change.record_id] = change
    return {
        number: change
        for number, change in found.items()
        if number in notices and change.at >= notices[number].published_at
    }
