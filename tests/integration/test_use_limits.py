"""Limits on use and early opening: what donors laid down is a gate, what is taken early says by what law."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from commands import must
from publication_case import an_approved_batch, approved, leaks
from sqlmodel import Session, select

from builders import (
    NOON,
    PASSWORD,
    TODAY,
    Team,
    a_batch,
    a_record,
    move,
    name_the_archive,
    opens,
    restricts,
    switch_off,
)
from models import AuditEvent, Record
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, BatchState, Level, Role
from workbench.services import batching, examining, limited_items, people, publishing, roster, use_limits
from workbench.services.due_list import due_records
from workbench.settings import environment

A = BatchAction
DEED = {"imposed_by": "岚溪柳氏后人", "basis": "捐赠协议第3号"}


@pytest.fixture
def records(session: Session) -> list[Record]:
    return [a_record(session, f"1-1-{number}", f"柳氏家书第{number}册") for number in (1, 2)]


def due(session: Session, on: date = TODAY) -> dict[str, str]:
    return {each.record.reference_code: each.due.basis for each in due_records(session, on=on)}


def impose(session: Session, by, **given):
    return use_limits.impose(session=session, by=by, at=NOON, **{**DEED, **given})


def test_a_limit_on_a_volume_holds_its_items_and_no_others(session: Session, team: Team, home: Path) -> None:
    a_record(session, "V1", "柳氏家书一卷", level=Level.FILE)
    a_record(session, "V1-1", "柳氏家书之一", volume_code="V1")
    a_record(session, "V1-1", "别家的家书", volume_code="V1", fonds="云溪县水利局", fonds_key="云溪县水利局")
    a_record(session, "V2-1", "渠道图", volume_code="V2")
    impose(session, team.archivist, code="V1", until=TODAY)
    assert {each.record.fonds for each in due_records(session, on=TODAY) if each.record.reference_code == "V1-1"} == {
        "云溪县水利局"
    }
    batch = a_batch(session, team)
    held = [(each.record.reference_code, each.record.fonds) for each in roster.items(session, batch.id)]
    assert sorted(held) == [("V1-1", "云溪县水利局"), ("V2-1", "云溪县农业局")]
    tomorrow = list(due_records(session, on=TODAY + timedelta(days=1)))
    bases = {(each.record.reference_code, each.record.fonds): each.due.basis for each in tomorrow}
    assert bases["V1-1", "云溪县农业局"] == "use_limit"
    assert bases["V1-1", "云溪县水利局"] == "closure_period"


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


def test_a_limit_recorded_after_approval_stops_the_publication_until_the_director_takes_the_items_out(
    session: Session, team: Team, home: Path
) -> None:
    batch = an_approved_batch(session, team)
    impose(session, team.archivist, code="1-1-1")
    given = {"batch_id": batch.id, "at": NOON, "on": TODAY}
    with pytest.raises(ProcedureError, match=r"limited_since_approval"):
        publishing.publish(session=session, by=team.publisher, home=home, **given)
    assert not (home / "published").exists() or not list((home / "published").glob("2026-*"))
    with pytest.raises(PermissionDenied):
        limited_items.take_out(session=session, by=team.publisher, **given)
    before = batch.roster_digest
    assert limited_items.take_out(session=session, by=team.director, **given) == ["1-1-1"]
    assert batch.roster_digest != before
    taken = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
    assert (taken.access, taken.decided_in) == (None, None)
    notice = publishing.publish(session=session, by=team.publisher, home=home, **given)
    assert notice.opened == 1  # of the three one was delayed and one taken out
    assert not leaks(home / "published" / notice.folder, ("春耕生产会议",))
    with pytest.raises(ProcedureError, match=r"limit\.not_approved"):
        limited_items.take_out(session=session, by=team.director, **given)


def test_what_was_taken_out_is_due_again_when_the_limit_ends(session: Session, team: Team) -> None:
    batch = an_approved_batch(session, team)
    impose(session, team.archivist, code="1-1-1", until=TODAY)
    limited_items.take_out(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY)
    assert "1-1-1" not in due(session)
    tomorrow = TODAY + timedelta(days=1)
    assert "1-1-1" in due(session, tomorrow)
    again = batching.assemble(session=session, title="再审", by=team.archivist, at=NOON, on=tomorrow, codes=["1-1-1"])
    assert [each.record.reference_code for each in roster.items(session, again.id)] == ["1-1-1"]


def test_a_batch_of_which_a_limit_leaves_nothing_keeps_its_items(session: Session, team: Team) -> None:
    switch_off(session, "consultation", "certification", "delay_report")
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    approved(session, team, batch)
    impose(session, team.archivist, fonds=record.fonds)
    with pytest.raises(ProcedureError, match=r"limit\.nothing_left"):
        limited_items.take_out(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY)


def test_what_is_published_under_a_limit_is_told_everywhere_and_suspended_in_one_act(
    session: Session, team: Team, home: Path
) -> None:
    batch = an_approved_batch(session, team)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    assert not limited_items.open_to_the_public(session, on=TODAY)
    impose(session, team.archivist, fonds="云溪县农业局")
    shown = limited_items.open_to_the_public(session, on=TODAY)
    assert [each.reference_code for each in shown] == ["1-1-1", "1-1-3"]  # what is delayed is not open
    session.commit()
    finding = next(each for each in examining.examine(environment(), on=TODAY) if each.name == "limits")
    assert not finding.is_well
    assert "1-1-3" in finding.text
    made = limited_items.suspend(session=session, by=team.archivist, at=NOON, on=TODAY, home=home)
    assert (len(made.changes), [edition.opened for _, edition in made.editions]) == (2, [0])
    assert not limited_items.open_to_the_public(session, on=TODAY)
    acts = [event for event in session.exec(select(AuditEvent)) if event.action == "use.suspend"]
    assert [len(event.payload["records"]) for event in acts] == [2]
    with pytest.raises(ProcedureError, match=r"limit\.none_published"):
        limited_items.suspend(session=session, by=team.archivist, at=NOON, on=TODAY, home=home)


def test_the_command_says_what_a_new_limit_finds_open_and_suspends_it(
    session: Session, team: Team, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = an_approved_batch(session, team)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    people.add(session=session, name="李档案", roles=[Role.ARCHIVIST], password=PASSWORD, by="test", at=NOON)
    session.commit()
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PASSWORD_FILE", str(tmp_path / "password"))
    words = ("--code", "1-1-1", "--imposed-by", "柳氏后人", "--basis", "捐赠协议第3号")
    assert must("limit", "impose", "--json", *words, person="李档案").json == {"limit": 1, "published": 1}
    (open_,) = must("limit", "published", "--json").json
    assert open_["reference_code"] == "1-1-1"
    assert must("limit", "suspend", "--json", person="李档案").json == {"suspended": 1, "notices": ["2026-1"]}
    assert must("limit", "published", "--json").json == []
