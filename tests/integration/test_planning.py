"""The yearly plan and the work ahead (年度计划、工作量): measured by what people really did."""

from datetime import UTC, date, datetime, timedelta

import pytest
from commands import must, workbench
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, opens, switch_off
from models import AuditEvent, PlanLine
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Access, BatchAction, Ground
from workbench import db
from workbench.services import approving, outlook, planning, reviewing, setting_up

A = BatchAction
STEMS, ELEMENTS = "甲乙丙丁戊己庚辛壬癸", "水火木金土"


def add(session: Session, team: Team, **known: object) -> PlanLine:
    given = {"year": 2026, "people": ["审核员甲", "审核员乙"], "deadline": date(2026, 12, 31), **known}
    return planning.add(session=session, by=team.archivist, at=NOON, on=TODAY, **given)


def test_a_line_counts_what_comes_due_before_its_deadline(session: Session, team: Team) -> None:
    a_record(session, "1")
    a_record(session, "2", date_to=date(2001, 12, 1), due_on=date(2026, 12, 2))
    a_record(session, "3", date_to=date(2002, 1, 5), due_on=date(2027, 1, 6))
    a_record(session, "4", due_on=None, date_to=None)
    a_record(session, "5", fonds="云溪县水利局", fonds_key="云溪县水利局")
    a_record(session, "6", security_class="机密")
    assert add(session, team, fonds="云溪县农业局").items == 2
    assert add(session, team, fonds="云溪县水利局", years=(1990, 1999)).items == 1
    sealed = [event for event in session.exec(select(AuditEvent)) if event.action == "plan.add"]
    assert [event.payload["items"] for event in sealed] == [2, 1]


def test_a_line_is_measured_by_opinions_and_approvals(session: Session, team: Team) -> None:
    switch_off(session, "consultation", "certification", "delay_report")
    records = [a_record(session, f"1-1-{number}") for number in range(4)]
    line = add(session, team, starts_on=TODAY - timedelta(days=7))
    batch = a_batch(session, team, codes=["1-1-0", "1-1-1"])
    for person in (team.first, team.second):
        opens(session, batch, records[0], person)
    opens(session, batch, records[1], team.first)
    found = planning.progress(session, line, on=TODAY)
    assert (found.items, found.read, found.decided, found.looks_left) == (4, 1, 0, 5)
    assert (found.points[-1].undecided, found.points[-1].planned) == (None, 0.0)
    today = next(point for point in found.points if point.day == TODAY)
    assert (today.unread, today.undecided) == (3, 4)
    opens(session, batch, records[1], team.second)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=int(batch.id or 0), by=team.director, at=NOON, on=TODAY, minutes_number="1号"
    )
    found = planning.progress(session, line, on=TODAY)
    assert (found.items, found.read, found.decided, found.looks_left) == (4, 2, 2, 4)


def test_a_disputed_item_is_not_read_through(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    line, batch = add(session, team), a_batch(session, team)
    opens(session, batch, record, team.first)
    reviewing.decide(
        session=session, batch_id=batch.id, record_id=record.id, by=team.second, at=NOON, on=TODAY,
        access=Access.RESTRICTED, ground=Ground.OTHER_LAW, reason="不宜", review_again_on=date(2036, 1, 1),
    )  # fmt: skip
    assert planning.progress(session, line, on=TODAY).read == 0


def test_the_pace_is_that_of_whole_days_and_a_group_is_one_look(session: Session, team: Team) -> None:
    records = [a_record(session, f"1-1-{number}") for number in range(12)]
    batch = a_batch(session, team)
    days = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (18, 19, 20)]
    for day, three in zip(days, (records[:3], records[3:6], records[6:9]), strict=True):
        for record in three:
            reviewing.decide(
                session=session, batch_id=batch.id, record_id=record.id, by=team.first, at=day, on=TODAY,
                access=Access.OPEN, group_id="g" if day == days[2] else None,
            )  # fmt: skip
    opens(session, batch, records[9], team.first)  # today is not over
    measured = planning.measured_pace(session, on=TODAY)
    assert (measured.looks, measured.person_days) == (7, 3)
    assert planning.reads_a_day(session, on=TODAY) == (7 / 3, True)
    setting_up.store(session, "reads_per_day", 120)
    assert planning.reads_a_day(session, on=TODAY) == (120.0, False)


def test_a_deadline_that_the_pace_will_miss_is_said(session: Session, team: Team) -> None:
    for number in range(12):
        a_record(session, f"1-1-{number}")
    setting_up.store(session, "reads_per_day", 1)
    line = add(session, team, people=["审核员甲"], deadline=TODAY + timedelta(days=3))
    found = planning.progress(session, line, on=TODAY)
    assert (found.looks_left, found.is_late) == (24, True)
    assert found.finish == planning.calendar(session).after(TODAY, 24)


def test_lines_change_and_are_given_up_by_who_may(session: Session, team: Team) -> None:
    a_record(session, "1")
    line = add(session, team)
    with pytest.raises(ProcedureError, match="overlaps"):
        add(session, team)
    with pytest.raises(PermissionDenied):
        planning.change(session=session, line_id=line.id, by=team.first, at=NOON, note="x")
    planning.change(
        session=session, line_id=line.id, by=team.lead, at=NOON, deadline=date(2026, 12, 1), people=["审核员丙"]
    )
    assert (line.deadline, line.people) == (date(2026, 12, 1), [team.third.id])
    planning.give_up(session=session, line_id=line.id, by=team.lead, at=NOON)
    assert planning.overview(session, on=TODAY) == []
    assert add(session, team).items == 1


@pytest.mark.parametrize(
    ("known", "code"), [({"fonds": "云外县"}, "unknown_fonds"), ({"people": ["路人"]}, "unknown_person")]
)
def test_nobody_and_nothing_unknown_enters_the_plan(
    session: Session, team: Team, known: dict[str, object], code: str
) -> None:
    a_record(session, "1")
    with pytest.raises(ProcedureError, match=code):
        add(session, team, **known)


def test_the_sentence_counts_groups_and_says_the_days(session: Session, team: Team) -> None:
    for number in range(700):
        a_record(session, f"1-{number}", f"关于召开第{number}次春耕生产会议的通知")
        a_record(
            session, f"2-{number}", f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}字样题名{'水火木金土'[number // 10 % 5]}"
        )
    a_record(session, "3", security_class="机密")
    a_record(session, "4", due_on=date(2030, 1, 1))
    setting_up.store(session, "opinions_per_item", 1)
    found = outlook.outlook(session, on=TODAY)
    assert found.sentence() == "到期 1,400 件；成组后需看 51 次；按每天 300 次约 1 个工作日"
    setting_up.store(session, "opinions_per_item", 2)
    setting_up.store(session, "reads_per_day", 8)
    found = outlook.outlook(session, on=TODAY)
    assert found.sentence() == (
        "到期 1,400 件；成组后需看 51 次；按每天 8 次约 6 个工作日（每次由 2 人各看一遍，共约 13 人日）"
    )
    assert found.finish == date(2026, 12, 3)


def test_what_was_read_through_is_due_but_needs_no_look(session: Session, team: Team) -> None:
    record = a_record(session, "1")
    batch = a_batch(session, team)
    assert outlook.outlook(session, on=TODAY).looks == 1
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    move(session, batch, team, A.FINISH)
    found = outlook.outlook(session, on=TODAY)
    assert (found.due, found.looks, found.days) == (1, 0, 0)


def test_an_empty_home_has_nothing_ahead(session: Session) -> None:
    assert outlook.outlook(session, on=TODAY).sentence() == "没有到期待审的条目"


def test_days_off_are_a_setting_that_understands_dates(session: Session, team: Team) -> None:
    known = {"session": session, "key": "days_off", "by": team.administrator, "at": NOON}
    setting_up.set_(text="2026-11-25~2026-11-27", **known)
    assert planning.calendar(session).after(TODAY, 1) == date(2026, 11, 30)
    with pytest.raises(ProcedureError, match="bad_value"):
        setting_up.set_(text="过年", **known)
    setting_up.set_(text="", **known)
    assert planning.calendar(session).after(TODAY, 1) == date(2026, 11, 25)


def test_the_commands_draw_up_show_change_and_give_up(url: str) -> None:
    with db.transaction(url) as session:
        Team(session)
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        a_record(session, "1")
    words = ("plan", "add", "--person", "审核员甲", "--deadline", "2099-12-31", "--years", "1990-1999")
    made = must(*words, "--json", person="档案员").json
    assert made["items"] == 1
    (row,) = must("plan", "list", "--year", 2099, "--json").json
    assert (row["items"], row["people"], row["looks_left"]) == (1, ["审核员甲"], 2)
    assert row["burn_down"][0]["undecided"] == 1
    assert "1990—1999年" in must("plan", "list").out
    must("plan", "change", made["line"], "--note", "提前", person="组长")
    must("plan", "give-up", made["line"], person="组长")
    assert must("plan", "list", "--json").json == []
    assert workbench("plan", "give-up", made["line"], person="组长").code == 1
    assert must("outlook", "--json").json["sentence"].startswith("到期 1 件；成组后需看 1 次")
