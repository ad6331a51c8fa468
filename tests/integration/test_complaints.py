"""Complaints (投诉登记): recorded with a day to answer by, answered on record, exported without anything that runs."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from commands import must, workbench
from openpyxl import load_workbook
from publication_case import an_approved_batch
from sqlmodel import Session

from builders import NOON, PASSWORD, TODAY, Team, a_record, name_the_archive
from models import Complaint
from models.complaint import ComplaintChannel, ComplaintOutcome
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Role, UseState
from workbench import clock, db
from workbench.services import (
    complaints,
    ledger_keeping,
    people,
    publishing,
    setting_up,
    suspending,
    suspending_together,
)

CHANNEL = ComplaintChannel.LETTER


def a_complaint(session: Session, team: Team, text: str = "目录第17条写的是我父亲的家事", **known: object) -> Complaint:
    given = {"channel": CHANNEL, "received_on": TODAY, "by": team.archivist, **known}
    return complaints.record(session=session, text=text, at=NOON, on=TODAY, **given)


def answered(session: Session, team: Team, number: int, **known: object) -> object:
    given = {"outcome": ComplaintOutcome.UPHELD, "text": "已撤回", "answered_on": TODAY, "by": team.lead, **known}
    return complaints.answer(session=session, complaint_id=number, at=NOON, on=TODAY, **given)


def test_the_answer_is_due_by_the_archives_own_term(session: Session, team: Team) -> None:
    assert a_complaint(session, team).due_on == TODAY + timedelta(days=15)
    setting_up.store(session, "complaint_days", 7)
    assert a_complaint(session, team).due_on == TODAY + timedelta(days=7)
    assert a_complaint(session, team, due_on=date(2026, 12, 1)).due_on == date(2026, 12, 1)


def test_what_waits_longest_stands_first_and_what_is_late_is_told(session: Session, team: Team) -> None:
    late = a_complaint(session, team, received_on=date(2026, 10, 1))
    fresh = a_complaint(session, team)
    done = a_complaint(session, team, received_on=date(2026, 9, 1))
    answered(session, team, int(done.id or 0))
    found = complaints.register(session, on=TODAY)
    assert [(each.complaint.id, each.standing) for each in found] == [
        (late.id, "overdue"), (fresh.id, "waiting"), (done.id, "answered")
    ]  # fmt: skip
    over, waiting = complaints.overdue_and_waiting(session, on=TODAY)
    assert ([each.complaint.id for each in over], [each.complaint.id for each in waiting]) == ([late.id], [fresh.id])


def test_an_answer_is_appended_and_the_newest_counts(session: Session, team: Team) -> None:
    number = int(a_complaint(session, team).id or 0)
    answered(session, team, number, outcome=ComplaintOutcome.NOT_UPHELD)
    answered(session, team, number, outcome=ComplaintOutcome.PARTLY)
    (found,) = complaints.register(session, on=TODAY)
    assert found.answer is not None
    assert found.answer.outcome is ComplaintOutcome.PARTLY


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"text": "  "}, "text_missing"),
        ({"received_on": date(2026, 11, 25)}, "received_in_future"),
        ({"due_on": date(2026, 11, 1)}, "due_before_received"),
        ({"code": "9-9-9"}, r"complaint\.unknown_code"),
        ({"code": "1-1-7"}, r"complaint\.ambiguous_code"),
        ({"batch_id": 99}, r"batch\.unknown"),
    ],
)
def test_a_complaint_that_cannot_be_dealt_with_is_refused(
    session: Session, team: Team, known: dict[str, object], code: str
) -> None:
    for fonds in ("云溪县农业局", "云溪县水利局"):
        a_record(session, "1-1-7", fonds=fonds, fonds_key=fonds)
    with pytest.raises(ProcedureError, match=code):
        a_complaint(session, team, **known)
    assert a_complaint(session, team, code="1-1-7", fonds="云溪县水利局").record_id is not None


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"text": ""}, "answer_missing"),
        ({"answered_on": date(2026, 11, 1)}, "answered_before_received"),
        ({"answered_on": date(2026, 11, 30)}, "answered_in_future"),
    ],
)
def test_an_answer_without_words_or_out_of_time_is_refused(
    session: Session, team: Team, known: dict[str, object], code: str
) -> None:
    number = int(a_complaint(session, team).id or 0)
    with pytest.raises(ProcedureError, match=code):
        answered(session, team, number, **known)
    with pytest.raises(ProcedureError, match=r"complaint\.unknown"):
        answered(session, team, 99)


def test_readers_do_not_record_and_archivists_do_not_answer(session: Session, team: Team) -> None:
    number = int(a_complaint(session, team).id or 0)
    with pytest.raises(PermissionDenied):
        a_complaint(session, team, by=team.first)
    with pytest.raises(PermissionDenied):
        answered(session, team, number, by=team.archivist)


def test_who_complained_is_not_in_the_ledger(session: Session, team: Team) -> None:
    number = a_complaint(session, team, complainant="周大海", contact="0000-1234567").id
    events = list(ledger_keeping.events(session))
    assert [event.action for event in events if event.subject == f"complaint/{number}"] == ["complaint.record"]
    assert not [event for event in events if "周大海" in str(event.payload) or "1234567" in str(event.payload)]


def test_the_register_is_exported_and_nothing_in_it_runs(session: Session, team: Team, tmp_path: Path) -> None:
    a_complaint(session, team, text='=HYPERLINK("http://example.invalid","点我")', complainant="+周大海", contact="@x")
    a_complaint(session, team)
    out = tmp_path / "register.xlsx"
    assert complaints.export(session=session, out=out, by=team.lead, at=NOON, on=TODAY) == 2
    sheet = load_workbook(out).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert '=HYPERLINK("http://example.invalid","点我")' in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
    for cell in cells:
        if str(cell.value or "").startswith(("=", "+", "@")):
            assert cell.quotePrefix


def test_a_complaint_leads_to_a_suspension_that_names_it_in_the_ledger(
    session: Session, team: Team, home: Path
) -> None:
    batch = an_approved_batch(session, team)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    complaint = a_complaint(session, team, code="1-1-1")
    assert suspending.usable(session, [complaint.record_id]) == {complaint.record_id}
    suspending.change_use(
        session=session, codes=["1-1-1"], state=UseState.SUSPENDED, reason="投诉第1号，待核", by=team.archivist,
        at=NOON + timedelta(hours=1), on=TODAY, home=home, complaint_id=complaint.id,
    )  # fmt: skip
    assert suspending.usable(session, [complaint.record_id]) == set()
    event = next(event for event in ledger_keeping.events(session) if event.action == "use.suspend")
    assert event.payload["complaint"] == complaint.id


@pytest.fixture
def staffed(url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real home with people who sign with a password, and a publication."""
    with db.transaction(url) as session:
        team = Team(session)
        batch = an_approved_batch(session, team)
        name_the_archive(session)
        publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
        for name, role in (("李档案", Role.ARCHIVIST), ("赵馆长", Role.DIRECTOR)):
            people.add(session=session, name=name, roles=[role], password=PASSWORD, by="test", at=NOON)
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PASSWORD_FILE", str(tmp_path / "password"))
    return home


def test_the_commands_take_a_complaint_to_its_end(staffed: Path, tmp_path: Path) -> None:
    made = must("complaint", "add", "--text", "=不该开放", "--code", "1-1-1", "--from", "周大海", "--received",
                "2020-01-05", "--json", person="李档案").json  # fmt: skip
    assert made == {"complaint": 1, "due_on": "2020-01-20"}
    (row,) = must("complaint", "list", "--waiting", "--json").json
    assert (row["reference_code"], row["standing"], row["complainant"]) == ("1-1-1", "overdue", "周大海")
    assert must("complaint", "list").out.startswith("!")
    must("suspend", "1-1-1", "--reason", "投诉第1号", person="李档案")
    (standing,) = must("suspend", "--list", "--json").json
    assert (standing["code"], standing["reason"], standing["overdue"]) == ("1-1-1", "投诉第1号", False)
    assert workbench("withdraw", "1-1-1", "--reason", "误开", person="李档案").code == 1
    withdrawn = must("withdraw", "1-1-1", "--reason", "误开", "--json", person="赵馆长").json
    assert [(each["notice"], each["edition"]) for each in withdrawn["editions"]] == [("2026-1", 3)]
    assert Path(withdrawn["editions"][0]["public"], "withdrawal-1.docx").is_file()
    must("complaint", "answer", "1", "--outcome", "upheld", "--answer", "已撤销开放", person="赵馆长")
    assert must("complaint", "list", "--waiting", "--json").json == []
    assert must("complaint", "export", tmp_path / "all.xlsx", "--json", person="李档案").json["rows"] == 1
    must("doctor")


def test_a_suspended_item_is_restored_by_command(staffed: Path) -> None:
    until = (clock.today() + timedelta(days=5)).isoformat()
    suspended = must(
        "suspend", "1-1-1", "1-1-3", "--reason", "待核", "--deadline", until, "--json", person="李档案"
    ).json
    assert [(each["code"], each["deadline"]) for each in suspended] == [("1-1-1", until), ("1-1-3", until)]
    restored = must("restore", "1-1-1", "--reason", "核实无误", "--json", person="赵馆长").json
    assert (restored["code"], restored["state"]) == ("1-1-1", "restored")
    assert [each["opened"] for each in restored["editions"]] == [1]


def test_a_complaint_about_a_whole_batch_suspends_it_in_one_act_and_is_decided_in_one(
    session: Session, team: Team, home: Path
) -> None:
    batch = an_approved_batch(session, team)
    notice = publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    number = int(a_complaint(session, team, batch_id=batch.id).id or 0)
    given = {"session": session, "on": TODAY, "home": home}
    hour = NOON + timedelta(hours=1)
    made = suspending_together.suspend_complained(complaint_id=number, by=team.archivist, at=hour, **given)
    assert [(each.folder, edition.number, edition.opened) for each, edition in made.editions] == [
        (notice.folder, 2, 0)
    ]  # fmt: skip
    (act,) = [event for event in ledger_keeping.events(session) if event.action == "use.suspend"]
    assert (act.subject, act.payload["complaint"], len(act.payload["records"])) == (f"batch/{batch.id}", number, 2)
    assert not suspending_together.usable_of(session, batch.id)
    with pytest.raises(ProcedureError, match=r"publication\.nothing_of_batch"):
        suspending_together.suspend_complained(complaint_id=number, by=team.archivist, at=hour, **given)
    with pytest.raises(PermissionDenied):
        suspending_together.decide_together(
            code="1-1-3", state=UseState.RESTORED, reason="核实无误", by=team.archivist, at=hour, **given
        )
    back = suspending_together.decide_together(
        code="1-1-3", state=UseState.RESTORED, reason="核实无误", by=team.director, at=NOON + timedelta(hours=2),
        **given,
    )  # fmt: skip
    assert (len(back.changes), [edition.opened for _, edition in back.editions]) == (2, [2])


def test_what_was_suspended_before_for_another_reason_is_not_restored_with_the_batch(
    session: Session, team: Team, home: Path
) -> None:
    batch = an_approved_batch(session, team)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    given = {"session": session, "on": TODAY, "home": home}
    suspending.change_use(
        codes=["1-1-1"],
        state=UseState.SUSPENDED,
        reason="来电",
        by=team.archivist,
        at=NOON + timedelta(hours=1),
        **given,
    )
    made = suspending_together.suspend_batch(
        batch_id=batch.id, reason="整批待核", by=team.archivist, at=NOON + timedelta(hours=2), **given
    )
    assert len(made.changes) == 1
    back = suspending_together.decide_together(
        code="1-1-3", state=UseState.RESTORED, reason="无误", by=team.director, at=NOON + timedelta(hours=3), **given
    )
    assert len(back.changes) == 1
    assert [each.record.reference_code for each in suspending.standing(session, on=TODAY)] == ["1-1-1"]


def test_a_complaint_about_nothing_in_particular_suspends_nothing(session: Session, team: Team, home: Path) -> None:
    number = int(a_complaint(session, team).id or 0)
    with pytest.raises(ProcedureError, match=r"complaint\.about_nothing"):
        suspending_together.suspend_complained(
            session=session, complaint_id=number, by=team.archivist, at=NOON, on=TODAY, home=home
        )


def test_the_commands_suspend_a_batch_and_restore_it_together(staffed: Path) -> None:
    must("complaint", "add", "--text", "整批都不该开放", "--batch", 1, person="李档案")
    suspended = must("complaint", "suspend", 1, "--json", person="李档案").json
    assert [(each["code"], each["state"]) for each in suspended] == [("1-1-1", "suspended"), ("1-1-3", "suspended")]
    assert workbench("suspend", "--batch", 1, "--reason", "再来", person="李档案").code == 1
    restored = must("restore", "1-1-3", "--together", "--reason", "无误", "--json", person="赵馆长").json
    assert {each["code"] for each in restored} == {"1-1-1", "1-1-3"}
    assert must("suspend", "--list", "--json").json == []
    assert len(must("suspend", "--batch", 1, "--reason", "再停", "--json", person="李档案").json) == 2
    assert workbench("suspend", "1-1-1", "--batch", 1, "--reason", "两样都写", person="李档案").code == 2
