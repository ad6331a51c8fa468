"""Counts for statistics, and the rows behind each number (统计查询).

One set of expressions says what a record is; it is grouped for the counts and compared for the rows, so that a
number and its list can never say two different things.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import Case, ColumnElement, Integer, Row, Select, and_, case, cast, extract, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import (
    AgencyReply,
    Batch,
    Consultation,
    ConsultationItem,
    OpeningNotice,
    Record,
    Review,
    RosterEntry,
)
from models.consultation import AskedAs
from models.tally import FOUNDING, Era, Outcome, Progress, Selection, UnitKind, YearKind
from models.vocabulary import Access, BatchState, Level, ReviewStage
from workbench.queries.rosters import on_roster, read_in
from workbench.queries.units import is_unit

Marks = Sequence[tuple[str | None, str | None]]
_P = Progress

KIND: Case[str] = case((col(Record.level) == Level.FILE, UnitKind.VOLUME.value), else_=UnitKind.ITEM.value)
ERA: Case[str] = case(
    (col(Record.date_to).is_(None), Era.UNDATED.value),
    (col(Record.date_to) < FOUNDING, Era.BEFORE.value),
    else_=Era.SINCE.value,
)
DUE_YEAR = cast(extract("year", col(Record.due_on)), Integer)
FORMED_YEAR = cast(extract("year", col(Record.date_to)), Integer)
_SHOWN = tuple(
    col(getattr(Record, name))
    for name in (
        "id", "reference_code", "title", "fonds", "fonds_key", "creator", "date_text", "due_on", "access", "ground",
        "review_again_on", "decided_in",
    )
)  # fmt: skip


def security_cells(session: Session) -> list[tuple[str | None, str | None]]:
    """Each pair of 密级 and declassification cells that stands in the home, once (密级与解密的写法)."""
    query = (
        select(Record.security_class, Record.declassification).where(col(Record.security_class).is_not(None)).distinct()
    )
    return [(mark, evidence) for mark, evidence in session.exec(query)]


def progress(on: date, live_marks: Marks) -> Case[str]:
    """How far a record has come ``on`` this day (进展), as an expression; see ``models.tally.Progress``.

    ``live_marks`` are the pairs of ``security_cells`` that are live marks: what is one, the rules say.
    """
    is_due = col(Record.due_on) <= on
    decided = col(Record.access).is_not(None)
    has_notice = col(OpeningNotice.id).is_not(None)
    return case(
        (and_(decided, or_(col(Record.due_on).is_(None), ~is_due)), _P.EARLY.value),
        # What was decided before the home was made was published before it, too.
        (and_(col(Record.access) == Access.OPEN, or_(has_notice, col(Record.decided_in).is_(None))), _P.OPENED.value),
        (col(Record.access) == Access.OPEN, _P.TO_PUBLISH.value),
        (and_(decided, col(Record.review_again_on) <= on), _P.AGAIN.value),
        (decided, _P.DELAYED.value),
        (col(Record.due_on).is_(None), _P.UNDATED.value),
        (~is_due, _P.NOT_DUE.value),
        (_is_marked(live_marks), _P.MARKED.value),
        (and_(col(RosterEntry.record_id).is_not(None), _is_unanswered()), _P.UNANSWERED.value),
        (col(RosterEntry.record_id).is_not(None), _P.IN_REVIEW.value),
        else_=_P.WAITING.value,
    )


def _is_marked(live_marks: Marks) -> ColumnElement[bool]:
    pairs = [
        and_(
            col(Record.security_class) == mark,
            col(Record.declassification).is_(None) if evidence is None else col(Record.declassification) == evidence,
        )
        for mark, evidence in live_marks
    ]
    return or_(*pairs) if pairs else sqlalchemy.false()


def _is_unanswered() -> ColumnElement[bool]:
    """In consultation, put to a unit in this round, and no answer yet (意见未回)."""
    asked = (
        select(1)
        .select_from(ConsultationItem)
        .join(Consultation, col(Consultation.id) == col(ConsultationItem.consultation_id))
        .outerjoin(AgencyReply, col(AgencyReply.item_id) == col(ConsultationItem.id))
        .where(
            col(ConsultationItem.record_id) == col(Record.id),
            col(ConsultationItem.batch_id) == col(RosterEntry.batch_id),
            col(ConsultationItem.round) == col(RosterEntry.round),
            col(Consultation.asked_as).not_in((AskedAs.NOBODY, AskedAs.ON_HOLD)),
            col(AgencyReply.id).is_(None),
        )
        .exists()
    )
    return and_(col(Batch.state) == BatchState.IN_CONSULTATION, asked)


def _standing(query: Select[Any]) -> Select[Any]:
    """Records with what their progress is read from."""
    return (
        query.select_from(Record)
        .outerjoin(
            RosterEntry,
            and_(col(RosterEntry.record_id) == col(Record.id), col(RosterEntry.is_live), on_roster()),
        )
        .outerjoin(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .outerjoin(OpeningNotice, col(OpeningNotice.batch_id) == col(Record.decided_in))
        .where(is_unit())
    )


def cells(session: Session, *, on: date, live_marks: Marks) -> Iterator[Row[Any]]:
    """The home counted once (条目统计): ``kind, era, fonds_key, due_year, formed_year, progress, ground, size``."""
    dimensions = (
        KIND.label("kind"), ERA.label("era"), col(Record.fonds_key), DUE_YEAR.label("due_year"),
        FORMED_YEAR.label("formed_year"), progress(on, live_marks).label("progress"), col(Record.ground),
    )  # fmt: skip
    query = _standing(sqlalchemy.select(*dimensions, func.count().label("size")))
    yield from session.execute(query.group_by(*range_of(dimensions)))


def range_of(dimensions: Sequence[object]) -> list[ColumnElement[Any]]:
    """Positions to group by (分组列号): PostgreSQL takes a repeated expression with parameters for another one."""
    return [sqlalchemy.literal_column(str(place)) for place in range(1, len(dimensions) + 1)]


def volumes_with_items(session: Session) -> int:
    """Volumes whose state is that of their items, so that they are not counted (已有卷内目录的案卷)."""
    query = select(func.count()).select_from(Record).where(col(Record.level) == Level.FILE, ~is_unit())
    return session.exec(query).one()


def fonds_names(session: Session) -> dict[str, str]:
    """Name of each fonds key as the catalogues write it (全宗名称), its code where no name is known."""
    query = select(Record.fonds_key, func.max(Record.fonds), func.max(Record.fonds_code)).group_by(Record.fonds_key)
    return {key: name or code or key for key, name, code in session.exec(query)}


# --- decisions -------------------------------------------------------------------------------------------------


def _first_and_final(query_of: Any) -> Select[Any]:
    """Decided roster entries with the opinion that came first and the one that decided (初审意见、定案意见)."""
    first, again, last = aliased(Review), aliased(Review), aliased(Review)
    given = [
        (first, and_(first.stage == ReviewStage.FIRST, first.round == 1)),
        (again, and_(again.stage == ReviewStage.FIRST, again.round == RosterEntry.round)),
        (last, and_(last.stage == ReviewStage.ARBITRATION, last.round == RosterEntry.round)),
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
        query_of(access, ground, outcome)
        .select_from(RosterEntry)
        .join(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
    )
    for review, condition in given:
        query = query.outerjoin(review, and_(read_in(review), col(review.withdrawn_at).is_(None), condition))
    return query.where(col(Batch.approved_at).is_not(None), _is_approved(), on_roster(), access.is_not(None))


def _ground_of(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one.id.is_not(None), cast(one.ground, sqlalchemy.String)), else_=cast(other.ground, sqlalchemy.String))


def _is_approved() -> ColumnElement[bool]:
    return col(Batch.state).in_((BatchState.APPROVED, BatchState.PUBLISHED))


def approvals(session: Session) -> dict[int, datetime]:
    """When each approved batch was approved (批准时刻)."""
    query = select(Batch.id, Batch.approved_at).where(col(Batch.approved_at).is_not(None), _is_approved())
    return {int(number or 0): at for number, at in session.exec(query) if at is not None}


def decisions(session: Session) -> Iterator[Row[Any]]:
    """Decided items counted (审结统计): ``batch_id, kind, era, fonds_key, access, ground, outcome, size``."""

    def counted(access: Any, ground: Any, outcome: Any) -> Select[Any]:
        return sqlalchemy.select(
            col(RosterEntry.batch_id), KIND.label("kind"), ERA.label("era"), col(Record.fonds_key),
            access.label("final_access"), ground.label("final_ground"), outcome.label("outcome"),
            func.count().label("size"),
        ).group_by(*range_of(range(7)))  # fmt: skip

    yield from session.execute(_first_and_final(counted))


def published(session: Session) -> dict[int, int]:
    """Items published by year of the notice (公布条数)."""
    query = select(OpeningNotice.year, func.sum(OpeningNotice.opened)).group_by(col(OpeningNotice.year))
    return {year: int(opened) for year, opened in session.exec(query)}


# --- rows ------------------------------------------------------------------------------------------------------


def rows(
    session: Session, wanted: Selection, *, on: date, live_marks: Marks, batches: Sequence[int] = (), after: int = 0,
    limit: int | None = None,
) -> list[Row[Any]]:  # fmt: skip
    """The records that a number counts (数字背后的条目), by id behind ``after``; ``batches`` are of ``decided_in``."""
    if wanted.is_of_decisions:

        def listed(access: Any, ground: Any, outcome: Any) -> Select[Any]:
            columns = [each for each in _SHOWN if each.key not in ("access", "ground")]
            query = sqlalchemy.select(
                *columns, access.label("access"), ground.label("ground"), outcome.label("progress"),
                col(RosterEntry.batch_id).label("batch_id"),
            )  # fmt: skip
            if wanted.outcome is not None:
                query = query.where(outcome == wanted.outcome.value)
            if wanted.ground is not None or wanted.no_ground:
                query = query.where(
                    and_(access == Access.RESTRICTED.value, ground.is_(None)) if wanted.no_ground
                    else ground == str(wanted.ground)
                )  # fmt: skip
            return query.where(col(RosterEntry.batch_id).in_(batches))

        query = _first_and_final(listed)
    else:
        found = progress(on, live_marks)
        query = _standing(sqlalchemy.select(*_SHOWN, found.label("progress"), literal(None).label("batch_id")))
        if wanted.progress:
            query = query.where(found.in_([each.value for each in wanted.progress]))
        if wanted.ground is not None:
            query = query.where(col(Record.ground) == wanted.ground)
        if wanted.no_ground:
            query = query.where(col(Record.access) == Access.RESTRICTED, col(Record.ground).is_(None))
    query = query.where(*_chosen(wanted), col(Record.id) > after).order_by(col(Record.id))
    return list(session.execute(query if limit is None else query.limit(limit)))


def _chosen(wanted: Selection) -> list[ColumnElement[bool]]:
    exact: Mapping[Any, Any] = {KIND: wanted.kind, ERA: wanted.era, col(Record.fonds_key): wanted.fonds}
    conditions: list[ColumnElement[bool]] = []
    conditions += [column == str(value) for column, value in exact.items() if value is not None]
    day = col(Record.due_on) if wanted.by is YearKind.DUE else col(Record.date_to)
    if wanted.year is not None:
        conditions += [day >= date(wanted.year, 1, 1), day <= date(wanted.year, 12, 31)]
    if wanted.no_year:
        conditions.append(day.is_(None))
    return conditions


def years(session: Session, by: YearKind) -> list[int]:
    """The years there are, newest first (年度)."""
    year = DUE_YEAR if by is YearKind.DUE else FORMED_YEAR
    return [found for found in session.exec(select(year).distinct().order_by(year.desc())) if found is not None]


def fonds_name(session: Session, key: str) -> str | None:
    """Name of one fonds (全宗名称)."""
    return session.exec(select(Record.fonds).where(Record.fonds_key == key).limit(1)).first()
