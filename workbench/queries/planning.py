"""What a plan reads (计划查询): the records of its scope, their opinions, and when people gave opinions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_
from sqlmodel import Session, col, select

from models import Batch, PlanLine, Record, Review, RosterEntry, User
from models.vocabulary import Access, BatchState
from workbench.queries.rosters import holds_its_record, of_fonds, on_roster, read_in
from workbench.queries.statistics import Marks, is_marked
from workbench.queries.units import is_unit

# Batches whose items are still being read.
_READING = (BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.RETURNED)


def lines(session: Session, year: int | None = None) -> Sequence[PlanLine]:
    """Lines of a year's plan that stand (年度计划项), or of all years."""
    query = select(PlanLine).where(col(PlanLine.given_up_at).is_(None)).order_by(col(PlanLine.year), col(PlanLine.id))
    return session.exec(query if year is None else query.where(PlanLine.year == year)).all()


def _scope(line: PlanLine, since: datetime, live_marks: Marks) -> list[ColumnElement[bool]]:
    """Records of the line that wait for a decision, or got it ``since`` it began (计划范围)."""
    decided = and_(col(Record.access).is_not(None), col(Batch.approved_at) >= since)
    again = and_(col(Record.access) == Access.RESTRICTED, col(Record.review_again_on) <= line.deadline)
    conditions = [
        is_unit(), ~is_marked(live_marks), col(Record.due_on) <= line.deadline,
        or_(col(Record.access).is_(None), again, decided),
    ]  # fmt: skip
    if line.fonds_key is not None:
        conditions.append(col(Record.fonds_key) == line.fonds_key)
    if line.first_year is not None and line.last_year is not None:
        conditions.append(col(Record.date_to).between(date(line.first_year, 1, 1), date(line.last_year, 12, 31)))
    return conditions


def scope_size(session: Session, line: PlanLine, *, since: datetime, live_marks: Marks) -> int:
    """How many records the line speaks of (计划条数)."""
    query = (
        select(func.count())
        .select_from(Record)
        .outerjoin(Batch, col(Batch.id) == col(Record.decided_in))
        .where(*_scope(line, since, live_marks))
    )
    return session.exec(query).one()


def decided(session: Session, line: PlanLine, *, since: datetime, live_marks: Marks) -> dict[int, datetime | None]:
    """Records of the line, each with the instant of its approval, ``None`` while it waits (计划条目及批准时刻)."""
    query = (
        select(Record.id, Record.access, Batch.approved_at)
        .outerjoin(Batch, col(Batch.id) == col(Record.decided_in))
        .where(*_scope(line, since, live_marks))
    )
    return {
        int(number or 0): at if access is not None and at is not None and at >= since else None
        for number, access, at in session.exec(query)
    }


def opinions(session: Session, line: PlanLine, *, since: datetime, live_marks: Marks) -> Iterator[Row[Any]]:
    """Opinions in force on records of the line, by record in order of time (计划条目的有效意见).

    ``record_id, stage, reviewer_id, access, ground, at, review_plan``; of the batch that decides or decided.
    """
    read: tuple[Any, ...] = (
        col(Review.record_id), col(Review.stage), col(Review.reviewer_id), col(Review.access), col(Review.ground),
        col(Review.at), col(RosterEntry.batch_id),
    )  # fmt: skip
    query: Select[Any] = (
        sqlalchemy.select(*read)
        .select_from(RosterEntry)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .join(Review, and_(read_in(Review), col(Review.round) == col(RosterEntry.round)))
        .outerjoin(Batch, col(Batch.id) == col(Record.decided_in))
        .where(
            *_scope(line, since, live_marks), on_roster(), col(Review.withdrawn_at).is_(None),
            or_(col(RosterEntry.is_live), col(RosterEntry.batch_id) == col(Record.decided_in)),
        )
        .order_by(col(Review.record_id), col(Review.id))
    )  # fmt: skip
    yield from session.execute(query)


def review_plans(session: Session) -> dict[int, dict[str, Any]]:
    """The review plan of each batch (审核方案)."""
    return {int(number or 0): dict(plan) for number, plan in session.exec(select(Batch.id, Batch.review_plan))}


def looks(session: Session, *, since: datetime) -> Iterator[tuple[int, datetime, str]]:
    """Each opinion given and not withdrawn since then (审看记录): reader, instant, and what was looked at as one."""
    query = select(Review.reviewer_id, Review.at, Review.group_id, Review.id).where(
        col(Review.at) >= since, col(Review.withdrawn_at).is_(None)
    )
    for reader, at, group, number in session.exec(query):
        yield reader, at, group or f"#{number}"


def titles_to_read(session: Session, *, on: date, live_marks: Marks) -> Iterator[tuple[str, str, bool]]:
    """Fonds and title of everything due, and whether somebody still has to read it (到期题名)."""
    again = and_(col(Record.access) == Access.RESTRICTED, col(Record.review_again_on) <= on)
    undecided = and_(col(Record.access).is_(None), col(Record.due_on) <= on)
    is_unread = or_(col(Batch.id).is_(None), col(Batch.state).in_(_READING)).label("is_unread")
    read: tuple[Any, ...] = (col(Record.fonds_key), col(Record.title), is_unread)
    query: Select[Any] = (
        sqlalchemy.select(*read)
        .select_from(Record)
        .outerjoin(RosterEntry, and_(col(RosterEntry.record_id) == col(Record.id), holds_its_record(), on_roster()))
        .outerjoin(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .where(is_unit(), or_(undecided, again), ~is_marked(live_marks))
    )
    for fonds, title, unread in session.execute(query.execution_options(yield_per=5000)):
        yield fonds, title, bool(unread)


def fonds_key(session: Session, name: str) -> str | None:
    """The key of a fonds by its name, number or key (全宗键)."""
    return session.exec(select(Record.fonds_key).where(of_fonds([name])).limit(1)).first()


def people(session: Session) -> dict[int, str]:
    """Names by user id (人员姓名)."""
    return {int(number or 0): name for number, name in session.exec(select(User.id, User.name))}
