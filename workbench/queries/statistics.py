"""Counts for statistics, and the rows behind each number (统计查询).

One set of expressions says what a record is; it is grouped for the counts and compared for the rows, so that a
number and its list can never say two different things.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy
from sqlalchemy import Case, ColumnElement, Integer, Row, Select, and_, case, cast, extract, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import (
    AgencyReply,
    Batch,
    Consultation,
    ConsultationItem,
    OpeningNotice,
    Record,
    RosterEntry,
)
from models.consultation import AskedAs
from models.tally import FOUNDING, Era, Progress, Selection, UnitKind, YearKind
from models.vocabulary import Access, BatchState, Level
from workbench.queries.rosters import holds_its_record, on_roster
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
_COLUMNS = (
    "id", "reference_code", "title", "fonds", "fonds_key", "creator", "date_text", "due_on", "access", "ground",
    "review_again_on", "decided_in",
)  # fmt: skip


def shown(*besides: str) -> list[Any]:
    """The columns of a list, but for those that the list says otherwise (清单列)."""
    return [col(getattr(Record, name)) for name in _COLUMNS if name not in besides]


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
        (is_marked(live_marks), _P.MARKED.value),
        (and_(col(RosterEntry.record_id).is_not(None), _is_unanswered()), _P.UNANSWERED.value),
        (col(RosterEntry.record_id).is_not(None), _P.IN_REVIEW.value),
        else_=_P.WAITING.value,
    )


def is_marked(live_marks: Marks) -> ColumnElement[bool]:
    """Condition of a record under a live mark (密级未解除); a record without any cell is none, and not unknown."""
    pairs = [
        and_(
            col(Record.security_class).is_not(None),
            col(Record.security_class) == mark,
            col(Record.declassification).is_(None) if evidence is None else col(Record.declassification) == evidence,
        )
        for mark, evidence in live_marks
    ]
    return or_(*pairs) if pairs else sqlalchemy.false()


def _is_unanswered() -> ColumnElement[bool]:
    """Put to a unit and not answered yet (意见未回): in this batch, or in the one that held the item back to it."""
    before = aliased(RosterEntry)
    in_the_one_before = (
        select(1)
        .select_from(before)
        .where(
            col(before.record_id) == col(Record.id),
            col(before.held_back_to) == col(RosterEntry.batch_id),
            _no_answer(col(before.batch_id), col(before.round)),
        )
        .exists()
    )
    not_asked_again = (BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.REVIEWED)
    return or_(
        and_(
            col(Batch.state) == BatchState.IN_CONSULTATION,
            _no_answer(col(RosterEntry.batch_id), col(RosterEntry.round)),
        ),
        and_(col(Batch.state).in_(not_asked_again), in_the_one_before),
    )


def _no_answer(batch_id: Any, round_: Any) -> ColumnElement[bool]:
    """A unit was asked about the record in this round of this batch, and has said nothing."""
    return (
        select(1)
        .select_from(ConsultationItem)
        .join(Consultation, col(Consultation.id) == col(ConsultationItem.consultation_id))
        .outerjoin(AgencyReply, col(AgencyReply.item_id) == col(ConsultationItem.id))
        .where(
            col(ConsultationItem.record_id) == col(Record.id),
            col(ConsultationItem.batch_id) == batch_id,
            col(ConsultationItem.round) == round_,
            col(Consultation.asked_as).not_in((AskedAs.NOBODY, AskedAs.ON_HOLD)),
            col(AgencyReply.id).is_(None),
        )
        .exists()
    )


def _standing(query: Select[Any]) -> Select[Any]:
    """Records with what their progress is read from."""
    return (
        query.select_from(Record)
        .outerjoin(
            RosterEntry,
            and_(col(RosterEntry.record_id) == col(Record.id), holds_its_record(), on_roster()),
        )
        .outerjoin(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .outerjoin(OpeningNotice, col(OpeningNotice.batch_id) == col(Record.decided_in))
        .where(is_unit())
    )


def cells(session: Session, *, on: date, live_marks: Marks) -> Iterator[Row[Any]]:
    """The home counted once (条目统计): ``kind, era, fonds_key, due_year, formed_year, progress, ground, size``."""
    dimensions: tuple[Any, ...] = (
        KIND.label("kind"), ERA.label("era"), col(Record.fonds_key), DUE_YEAR.label("due_year"),
        FORMED_YEAR.label("formed_year"), progress(on, live_marks).label("progress"), col(Record.ground),
    )  # fmt: skip
    counted: Select[Any] = sqlalchemy.select(*dimensions, func.count().label("size"))
    query = _standing(counted)
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


def rows(
    session: Session, wanted: Selection, *, on: date, live_marks: Marks, after: int = 0, limit: int | None = None
) -> list[Row[Any]]:
    """The records that a number counts (数字背后的条目), by id behind ``after``."""
    found = progress(on, live_marks)
    query = _standing(sqlalchemy.select(*shown(), found.label("progress")))
    if wanted.progress:
        query = query.where(found.in_([each.value for each in wanted.progress]))
    if wanted.ground is not None:
        query = query.where(col(Record.ground) == wanted.ground)
    if wanted.no_ground:
        query = query.where(col(Record.access) == Access.RESTRICTED, col(Record.ground).is_(None))
    return page_of(session, query, wanted, after=after, limit=limit)


def page_of(
    session: Session, query: Select[Any], wanted: Selection, *, after: int, limit: int | None
) -> list[Row[Any]]:
    """A page of a query over records, of the kind, era, fonds and year wanted (翻页)."""
    exact: Mapping[Any, Any] = {KIND: wanted.kind, ERA: wanted.era, col(Record.fonds_key): wanted.fonds}
    query = query.where(*(column == str(value) for column, value in exact.items() if value is not None))
    day = col(Record.due_on) if wanted.by is YearKind.DUE else col(Record.date_to)
    if wanted.year is not None:
        query = query.where(day >= date(wanted.year, 1, 1), day <= date(wanted.year, 12, 31))
    if wanted.no_year:
        query = query.where(day.is_(None))
    query = query.where(col(Record.id) > after).order_by(col(Record.id))
    return list(session.execute(query if limit is None else query.limit(limit)))


def years(session: Session, by: YearKind) -> list[int]:
    """The years there are, newest first (年度)."""
    year = DUE_YEAR if by is YearKind.DUE else FORMED_YEAR
    return [found for found in session.exec(select(year).distinct().order_by(year.desc())) if found is not None]


def fonds_name(session: Session, key: str) -> str | None:
    """Name of one fonds (全宗名称)."""
    return session.exec(select(Record.fonds).where(Record.fonds_key == key).limit(1)).first()
