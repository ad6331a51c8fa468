"""Limits on use and early opening: what donors laid down is a gate, what is taken early says by what law."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import AuditEvent, Record
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, BatchState
from workbench.services import batching, roster, use_limits
from workbench.services.due_list import due_records

A = BatchAction
DEED = {"imposed_by": "岚溪柳氏后人", "basis": "捐赠协议第3号"}


@pytest.fixture
def records(session: Session) -> list[Record]:
    return [a_record(session, f"1-1-{number}", f"柳氏家书第{number}册") for number in (1, 2)]


def due(session: Session, on: date = TODAY) -> dict[str, str]:
    return {each.record.reference_code: each.due.basis for each in due_records(session, on=on)}


def impose(session: Session, by, **given):
    return use_limits.impose(session=session, by=by, at=NOON, **{**DEED, **given})


def test_an_item_under_a_limit_is_not_due_and_enters_no_batch(
    session: Session, team: Team, records: list[Record]
) -> None:
    impose(session, team.archivist, code="1-1-1", until=TODAY)
    assert set(due(session)) == {"1-1-2"}
    batch = a_batch(session, team)
    assert [each.record.reference_code for each in roster.items(session, batch.id)] == ["1-1-2"]
    with pytest.raises(ProcedureError, match=r"batch\.(unknown_codes|nothing_due)"):
        a_batch(session, team, codes=["1-1-1"])


def test_the_day_after_the_last_day_it_is_due_by_that_law(session: Session, team: Team, records: list[Record]) -> None:
    impose(session, team.archivist, code="1-1-1", until=TODAY)
    assert due(session, TODAY + timedelta(days=1)) == {"1-1-1": "use_limit", "1-1-2": "closure_period"}


def test_a_limit_on_a_fonds_without_a_last_day_stands_until_it_is_lifted(
    session: Session, team: Team, records: list[Record]
) -> None:
    made = impose(session, team.archivist, fonds=records[0].fonds_code or records[0].fonds)
    assert due(session, date(2090, 1, 1)) == {}
    use_limits.lift(session=session, limit_id=made.id, reason="捐赠人书面同意", by=team.archivist, at=NOON)
    assert set(due(session)) == {"1-1-1", "1-1-2"}
    (row,) = use_limits.everything(session, on=TODAY)
    assert (row["in_force"], row["lifted_reason"]) == (False, "捐赠人书面同意")


def test_a_limit_recorded_while_a_batch_is_read_lets_nothing_open_but_lets_it_be_delayed(
    session: Session, team: Team, records: list[Record]
) -> None:
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    batch = a_batch(session, team)
    for record, give in zip(records, (opens, restricts), strict=True):
        give(session, batch, record, team.first)
        give(session, batch, record, team.second)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT, minutes_number="7")
    for code in ("1-1-1", "1-1-2"):
        impose(session, team.archivist, code=code)
    assert batching.facts(session, batch, on=TODAY).under_use_limit == ("1-1-1",)
    with pytest.raises(ProcedureError, match=r"under_use_limit|1-1-1"):
        move(session, batch, team, A.APPROVE, minutes_number="7")
    assert batch.state is BatchState.SUBMITTED


def test_what_is_taken_early_is_listed_with_its_law(session: Session, team: Team) -> None:
    dates = {"date_from": date(2015, 5, 3), "date_to": date(2015, 5, 3), "due_on": date(2040, 5, 4)}
    young = a_record(session, "1-1-9", "一等奖小麦良种图谱", **dates)
    assert due(session) == {}
    batching.assemble(
        session=session, title="提前开放", by=team.archivist, at=NOON, on=TODAY, codes=[young.reference_code],
        early=True, basis="科技类，提前开放",
    )  # fmt: skip
    (listed,) = due_records(session, on=TODAY)
    assert (listed.due.basis, listed.due.due_on, listed.due.reference) == ("early_opening", TODAY, "档案法第二十七条")


def test_a_limit_needs_a_basis_a_known_place_and_the_right_to_record_it(
    session: Session, team: Team, records: list[Record]
) -> None:
    for given, code in (
        ({"basis": " ", "code": "1-1-1"}, "incomplete"),
        ({}, "incomplete"),
        ({"code": "9-9-9"}, "nothing_found"),
    ):
        with pytest.raises(ProcedureError, match=rf"limit\.{code}"):
            impose(session, team.archivist, **given)
    with pytest.raises(PermissionDenied):
        impose(session, team.publisher, code="1-1-1")
    made = impose(session, team.archivist, code="1-1-1")
    with pytest.raises(ProcedureError, match=r"limit\.reason_missing"):
        use_limits.lift(session=session, limit_id=made.id, reason=" ", by=team.archivist, at=NOON)
    sealed = [event.action for event in session.exec(select(AuditEvent)) if event.action.startswith("limit.")]
    assert sealed == ["limit.impose"]
