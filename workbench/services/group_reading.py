"""Read and decide like items as a group (成组审核): a few drawn ones are opened first, each gets its own opinion."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from batches.grouping import Groupable, Tie, differences, grouped
from models import ItemOpening, Review, RosterEntry, User
from models.errors import ReviewError
from models.vocabulary import Access, Effect, Ground, ReviewStage
from workbench.permissions import require
from workbench.queries.orders import to_group
from workbench.services import reading_desk, reading_queue, reviewing, roster
from workbench.services.roster import plan_of

__all__ = ["Tie", "decide", "drawn", "listed", "open_item", "shown"]

MOST_AT_ONCE = 100
"""Largest group decided by one act: more than that nobody has looked at."""
_WAITING = 20_000


def few(count: int) -> int:
    """How many of a group are drawn to be opened (抽开件数): a tenth, from two to five."""
    return min(count, max(2, min(5, -(-count // 10))))


def drawn(batch_id: int, user_id: int, record_ids: Sequence[int]) -> list[int]:
    """The few that this person has to open (抽开条目): the lot is the same whenever and by whomever it is cast anew."""

    def lot(record_id: int) -> bytes:
        return hashlib.sha256(f"open first {batch_id} {user_id} {record_id}".encode()).digest()

    return sorted(record_ids, key=lot)[: few(len(record_ids))]


def listed(
    session: Session, batch_id: int, *, tie: Tie, by: User, at: datetime, stage: ReviewStage
) -> list[dict[str, Any]]:
    """Groups that wait for this person in one stage (待审各组), the largest first; titles of the whole are not read."""
    require(by, "review.opine")
    batch = reading_queue.in_review(session, batch_id)
    waiting = {
        entry.record_id: record
        for entry, record in reading_queue.waiting(session, batch, by=by, at=at, stage=stage, limit=_WAITING)
    }
    items = tuple(
        Groupable(row.id, row.title, row.document_number, row.fonds_key, row.year, row.volume_code)
        for row in to_group(session, batch_id)
    )
    found: list[list[int]] = []
    for members in grouped(items, tie):
        mine = [number for number in members if number in waiting][:MOST_AT_ONCE]
        if len(mine) > 1:
            found.append(mine)
    found.sort(key=lambda mine: -len(mine))
    return [{"record_ids": mine, "title": waiting[mine[0]].title, "count": len(mine)} for mine in found]


def shown(session: Session, batch_id: int, record_ids: Sequence[int], *, by: User) -> list[dict[str, Any]]:
    """The items of a group as a page shows them (组内条目): differences marked, drawn ones named, opened ones too.

    ``ruled`` says that a rule restricts or cautions the item; a blind reader is not told (``None``).
    """
    batch = roster.load_batch(session, batch_id)
    found = [roster.item(session, batch_id, number) for number in record_ids]
    lot = set(drawn(batch_id, int(by.id or 0), record_ids))
    opened = _opened(session, batch_id, by, record_ids)
    unlike = differences([each.record.title for each in found])
    blind = plan_of(batch).blind_second
    return [
        {
            "record_id": each.entry.record_id,
            "reference_code": each.record.reference_code,
            "title": each.record.title,
            "differences": spans,
            "fonds": each.record.fonds,
            "date_text": each.record.date_text,
            "volume_code": each.record.volume_code,
            "is_drawn": each.entry.record_id in lot,
            "is_opened": each.entry.record_id in opened,
            "ruled": None
            if blind and each.waiting_for(plan_of(batch)) is ReviewStage.SECOND
            else _is_ruled(session, each.entry.record_id),
        }
        for each, spans in zip(found, unlike, strict=True)
    ]


def _is_ruled(session: Session, record_id: int) -> bool:
    suggestion = roster.newest_suggestion(session, record_id)
    return suggestion is not None and any(
        reason.source != "classifier" and reason.effect in (Effect.RESTRICT, Effect.CAUTION)
        for reason in suggestion.reasons()
    )


def _opened(session: Session, batch_id: int, by: User, record_ids: Sequence[int]) -> set[int]:
    """Which of these the person opened in their present round."""
    query = (
        select(ItemOpening.record_id)
        .join(
            RosterEntry,
            (col(RosterEntry.batch_id) == col(ItemOpening.batch_id))
            & (col(RosterEntry.record_id) == col(ItemOpening.record_id))
            & (col(RosterEntry.round) == col(ItemOpening.round)),
        )
        .where(
            ItemOpening.batch_id == batch_id, ItemOpening.user_id == by.id, col(ItemOpening.record_id).in_(record_ids)
        )
    )
    return set(session.exec(query))


def open_item(*, session: Session, batch_id: int, record_id: int, by: User, at: datetime) -> dict[str, Any]:
    """Open one item of a group (打开条目): gives its card, as the reading desk shows it, and remembers the opening."""
    require(by, "review.opine")
    reading_queue.in_review(session, batch_id)
    found = roster.item(session, batch_id, record_id)
    key = (batch_id, record_id, int(by.id or 0), found.entry.round)
    if session.get(ItemOpening, key) is None:
        session.add(ItemOpening(batch_id=batch_id, record_id=record_id, user_id=key[2], round=key[3], at=at))
        session.flush()
    return reading_desk.card(session, batch_id, found, by)


def decide(
    *, session: Session, batch_id: int, record_ids: Sequence[int], tie: Tie, by: User, at: datetime, on: date,
    access: Access | None, ground: Ground | None = None, reason: str | None = None,
    review_again_on: date | None = None, stage: ReviewStage | None = None,
) -> list[Review]:  # fmt: skip
    """Give one opinion on every item of a group (成组登记): each its own review, the act sealed by name.

    Raises
    ------
    ReviewError
        ``review.group_of_one``, ``review.group_too_large``, ``review.group_not_opened`` with how many drawn items
        are still closed, ``review.open_against_rules`` without a reason; and as for one item.
    """
    named = list(dict.fromkeys(record_ids))
    if len(named) < 2:
        raise ReviewError("review.group_of_one")
    if len(named) > MOST_AT_ONCE:
        raise ReviewError("review.group_too_large", count=len(named), most=MOST_AT_ONCE)
    lot = drawn(batch_id, int(by.id or 0), named)
    closed = set(lot) - _opened(session, batch_id, by, named)
    if closed:
        raise ReviewError("review.group_not_opened", count=len(closed))
    if access is Access.OPEN and not (reason or "").strip():
        ruled = sum(1 for each in shown(session, batch_id, named, by=by) if each["ruled"])
        if ruled:
            raise ReviewError("review.open_against_rules", count=ruled)
    group_id = hashlib.sha256(f"{batch_id} {by.id} {at.isoformat()} {named}".encode()).hexdigest()[:32]
    return reviewing.decide_group(
        session=session, batch_id=batch_id, record_ids=named, group_id=group_id, by=by, at=at, on=on, access=access,
        ground=ground, reason=reason, review_again_on=review_again_on, stage=stage, tie=tie.value, opened=lot,
    )  # fmt: skip
