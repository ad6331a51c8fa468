"""Decisions counted, and the items behind each number (审结查询): the first opinion beside the one that decided."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Integer, Row, Select, String, and_, case, cast, extract, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import Batch, OpenEntry, OpeningNotice, PastDecision, Record, Review, RosterEntry
from models.tally import OVERTURNED, Outcome, Selection
from models.vocabulary import Access, BatchState, ReviewStage
from workbench.queries.rosters import on_roster, read_in
from workbench.queries.statistics import ERA, KIND, page_of, range_of, shown

# What is asked of the final outcome, its ground, and what became of the first opinion.
Asked = Callable[[Any, Any, Any], Select[Any]]


def _first_and_final(asked: Asked) -> Select[Any]:
    """Decided roster entries, with the opinion that came first and the one that decided (初审意见、定案意见)."""
    first, again, last = aliased(Review), aliased(Review), aliased(Review)
    given = [
        (first, _stage_of(first, ReviewStage.FIRST), col(first.round) == 1),
        (again, _stage_of(again, ReviewStage.FIRST), col(again.round) == col(RosterEntry.round)),
        (last, _stage_of(last, ReviewStage.ARBITRATION), col(last.round) == col(RosterEntry.round)),
    ]
    first_access, first_ground = func.coalesce(first.access, again.access), _ground_of(first, again)
    access, ground = func.coalesce(last.access, again.access), _ground_of(last, again)
    outcome = case(
        (and_(first_access == Access.RESTRICTED.value, access == Access.OPEN.value), Outcome.NOW_OPEN.value),
        (and_(first_access == Access.OPEN.value, access == Access.RESTRICTED.value), Outcome.NOW_RESTRICTED.value),
        (and_(access == Access.RESTRICTED.value, first_ground != ground), Outcome.OTHER_GROUND.value),
        else_=Outcome.KEPT.value,
    )
    query = (
        asked(access, ground, outcome)
        .select_from(RosterEntry)
        .join(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
    )
    for review, stage, of_round in given:
        query = query.outerjoin(review, and_(read_in(review), col(review.withdrawn_at).is_(None), stage, of_round))
    return query.where(_is_approved(), on_roster(), access.is_not(None))


def _stage_of(review: type[Review], stage: ReviewStage) -> ColumnElement[bool]:
    return col(review.stage) == stage


def _ground_of(one: type[Review], other: type[Review]) -> ColumnElement[Any]:
    return case((col(one.id).is_not(None), cast(col(one.ground), String)), else_=cast(col(other.ground), String))


def _is_approved() -> ColumnElement[bool]:
    return and_(col(Batch.approved_at).is_not(None), col(Batch.state).in_((BatchState.APPROVED, BatchState.PUBLISHED)))


def approvals(session: Session) -> dict[int, datetime]:
    """When each approved batch was approved (批准时刻)."""
    query = select(Batch.id, Batch.approved_at).where(_is_approved())
    return {int(number or 0): at for number, at in session.exec(query) if at is not None}


def counted(session: Session) -> Iterator[Row[Any]]:
    """Decided items counted (审结统计).

    ``batch_id, kind, era, fonds_key, final_access, final_ground, outcome, size``.
    """

    def asked(access: Any, ground: Any, outcome: Any) -> Select[Any]:
        dimensions = (
            col(RosterEntry.batch_id), KIND.label("kind"), ERA.label("era"), col(Record.fonds_key),
            access.label("final_access"), ground.label("final_ground"), outcome.label("outcome"),
        )  # fmt: skip
        query: Select[Any] = sqlalchemy.select(*dimensions, func.count().label("size"))
        return query.group_by(*range_of(dimensions))

    yield from session.execute(_first_and_final(asked))


def rows(
    session: Session, wanted: Selection, *, batches: Sequence[int], after: int = 0, limit: int | None = None
) -> list[Row[Any]]:
    """The items of these batches that a number counts (数字背后的条目), by id behind ``after``."""

    def asked(access: Any, ground: Any, outcome: Any) -> Select[Any]:
        columns = (*shown("access", "ground"), access.label("access"), ground.label("ground"))
        query: Select[Any] = sqlalchemy.select(*columns, outcome.label("progress"))
        if wanted.outcome is not None:
            query = query.where(outcome == wanted.outcome.value)
        if wanted.overturned:
            query = query.where(outcome.in_([each.value for each in OVERTURNED]))
        if wanted.access is not None:
            query = query.where(access == wanted.access.value)
        return query.where(col(RosterEntry.batch_id).in_(batches))

    return page_of(session, _first_and_final(asked), wanted, after=after, limit=limit)


def published(session: Session) -> dict[int, int]:
    """Items published by year of the notice (公布条数)."""
    query = select(OpeningNotice.year, func.sum(OpeningNotice.opened)).group_by(col(OpeningNotice.year))
    return {year: int(opened) for year, opened in session.exec(query)}


def published_rows(session: Session, year: int, *, after: int = 0, limit: int | None = None) -> list[Row[Any]]:
    """The lines of a year's notices (公布条目), by number of line behind ``after``; ``progress`` is the notice."""
    query: Select[Any] = (
        sqlalchemy.select(*shown("id"), col(OpenEntry.id), col(OpeningNotice.folder).label("progress"))
        .select_from(OpenEntry)
        .join(OpeningNotice, col(OpeningNotice.id) == col(OpenEntry.notice_id))
        .join(Record, col(Record.id) == col(OpenEntry.record_id))
        .where(col(OpeningNotice.year) == year, col(OpenEntry.id) > after)
        .order_by(col(OpenEntry.id))
        .limit(limit)
    )
    return list(session.execute(query))


def past_rows(session: Session, year: int | None, *, after: int = 0, limit: int | None = None) -> list[Row[Any]]:
    """Decisions of earlier batches of a year (以往结论条目), ``None``: undated; ``progress`` is the list's file."""
    columns = shown("id", "access", "ground", "review_again_on")
    said = (
        col(PastDecision.id), col(PastDecision.access), cast(col(PastDecision.ground), String).label("ground"),
        col(PastDecision.review_again_on), func.coalesce(PastDecision.batch_name, PastDecision.file).label("progress"),
    )  # fmt: skip
    query: Select[Any] = (
        sqlalchemy.select(*columns, *said)
        .select_from(PastDecision)
        .join(Record, col(Record.id) == col(PastDecision.record_id))
        .where(col(PastDecision.is_applied), col(PastDecision.id) > after)
    )
    day = col(PastDecision.decided_on)
    if year is None:
        query = query.where(day.is_(None))
    else:
        query = query.where(day >= date(year, 1, 1), day <= date(year, 12, 31))
    return list(session.execute(query.order_by(col(PastDecision.id)).limit(limit)))


def past(session: Session) -> dict[int | None, int]:
    """Decisions of earlier batches that came in as history, by year of decision (以往结论条数); ``None``: undated."""
    year = cast(extract("year", col(PastDecision.decided_on)), Integer)
    query = select(year, func.count()).where(col(PastDecision.is_applied)).group_by(year)
    return {found: int(size) for found, size in session.exec(query)}
