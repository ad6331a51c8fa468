"""Corrections of the catalogue (目录纠错): proposed, checked, laid over the record; the record itself never changes."""

from datetime import date
from pathlib import Path

import pytest
from commands import must, workbench
from openpyxl import load_workbook
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, opens, switch_off
from models import AuditEvent, Correction, CorrectionStep, Record, User
from models.correction import CorrectedField, CorrectionState
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, Level, Precision
from workbench import db
from workbench.services import agencies, correcting, correction_sheets, ledger_keeping, setting_up, suspecting, titles
from workbench.services.roster import items

A, F, S = BatchAction, CorrectedField, CorrectionState


def propose(session: Session, record: Record, by: User, field: F = F.TITLE, **known: object) -> Correction:
    given = {"proposed": "关于召开秋收会议的通知", "source": "原件", **known}
    return correcting.propose(
        session=session, record_id=int(record.id or 0), field=field, by=by, at=NOON, on=TODAY, **given
    )


def settle(session: Session, of: Correction, state: S, by: User, **known: object) -> Correction:
    return correcting.settle(
        session=session, correction_id=int(of.id or 0), state=state, by=by, at=NOON, on=TODAY, **known
    )


def test_an_accepted_title_lies_over_the_record_that_stays_as_imported(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    before = record.model_dump()
    made = propose(session, record, team.first)
    assert correcting.laid_over(session, [record.id]) == {}
    settle(session, made, S.ACCEPTED, team.archivist, note="与原件核对")
    assert correcting.laid_over(session, [record.id]) == {record.id: {"title": "关于召开秋收会议的通知"}}
    assert record.model_dump() == before
    steps = session.exec(select(CorrectionStep).order_by(CorrectionStep.id)).all()
    assert [(step.state, step.by) for step in steps] == [(S.REPORTED, "审核员甲"), (S.ACCEPTED, "档案员")]


def test_every_step_is_sealed_and_no_title_stands_in_the_ledger(session: Session, team: Team) -> None:
    made = propose(session, a_record(session, "1-1-1"), team.first)
    settle(session, made, S.REFUSED, team.archivist, note="原件如此，系秋收会议")
    events = [e for e in session.exec(select(AuditEvent)) if e.action.startswith("correction.")]
    assert [e.action for e in events] == ["correction.reported", "correction.refused"]
    assert "秋收" not in "".join(str(e.payload) for e in events)
    ledger_keeping.verify(session)


def test_a_corrected_date_moves_the_due_date_and_comes_back_when_taken_back(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1", "1987年工作总结", date_text="1978-03-01", date_from=date(1978, 3, 1),
                      date_to=date(1978, 3, 1), due_on=date(2003, 3, 2), precision=Precision.DAY,
                      due_basis="closure_period")  # fmt: skip
    made = propose(session, record, team.first, F.DATE, proposed="1987年3月")
    assert record.due_on == date(2003, 3, 2)
    settle(session, made, S.ACCEPTED, team.archivist, note="与原件核对")
    assert (record.date_text, record.date_from, record.date_to) == ("1978-03-01", date(1987, 3, 1), date(1987, 3, 31))
    assert (record.due_on, record.precision) == (date(2012, 4, 1), Precision.MONTH)
    newer = propose(session, record, team.first, F.DATE, proposed="1988")
    assert newer.original == "1987年3月"
    settle(session, newer, S.ACCEPTED, team.archivist, note="再次核对")
    assert (record.due_on, made.state) == (date(2014, 1, 1), S.TAKEN_BACK)
    settle(session, newer, S.TAKEN_BACK, team.archivist, note="误采纳")
    assert (record.date_from, record.due_on, record.precision) == (
        date(1978, 3, 1), date(2003, 3, 2), Precision.DAY,
    )  # fmt: skip
    session.flush()


def test_an_item_that_is_not_due_after_all_leaves_its_batch(session: Session, team: Team) -> None:
    records = [a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于植树造林的意见")]
    batch = a_batch(session, team)
    made = propose(session, records[0], team.first, F.DATE, proposed="2007-05-03")
    settle(session, made, S.ACCEPTED, team.archivist, note="与原件核对")
    assert [each.record.reference_code for each in items(session, int(batch.id or 0))] == ["1-1-2"]
    event = session.exec(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.payload["left_batch"], event.payload["roster"]) == (batch.id, batch.roster_digest)
    for person in (team.first, team.second):
        opens(session, batch, records[1], person)
    switch_off(session, "consultation", "certification")
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    late = propose(session, records[1], team.first, F.DATE, proposed="2008")
    with pytest.raises(ProcedureError, match="batch_stands"):
        settle(session, late, S.ACCEPTED, team.archivist, note="与原件核对")


def test_a_corrected_title_is_published_only_after_somebody_checked_it(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    assert titles.titles_to_check(session, int(batch.id or 0)) == []
    made = propose(session, record, team.first, proposed="关于林建国同志任职的通知")
    settle(session, made, S.ACCEPTED, team.archivist, note="与原件核对")
    (row,) = titles.waiting_rows(session, int(batch.id or 0))
    assert row["title"] == "关于召开春耕生产会议的通知"
    assert row["proposal"] == "关于×××同志任职的通知"
    titles.decide_title(
        session=session, batch_id=int(batch.id or 0), record_id=int(record.id or 0), public_title=row["proposal"],
        by=team.publisher, at=NOON,
    )  # fmt: skip
    assert titles.titles_to_check(session, int(batch.id or 0)) == []


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"proposed": " "}, "nothing_proposed"),
        ({"source": ""}, "source_missing"),
        ({"proposed": "关于召开春耕生产会议的通知"}, "unchanged"),
        ({"field": F.DATE, "proposed": "很久以前"}, "bad_date"),
    ],
)
def test_a_proposal_that_says_nothing_is_refused(
    session: Session, team: Team, known: dict[str, object], code: str
) -> None:
    with pytest.raises(ProcedureError, match=code):
        propose(session, a_record(session, "1-1-1"), team.first, **known)


def test_the_same_proposal_waits_once(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    propose(session, record, team.first)
    with pytest.raises(ProcedureError, match="already_proposed"):
        propose(session, record, team.second)


def test_nothing_is_accepted_without_a_basis_or_refused_without_a_reason(session: Session, team: Team) -> None:
    made = propose(session, a_record(session, "1-1-1"), team.first)
    for state, code in ((S.ACCEPTED, "basis_missing"), (S.REFUSED, "reason_missing"), (S.ASKED, "unit_missing")):
        with pytest.raises(ProcedureError, match=code):
            settle(session, made, state, team.archivist)
    settle(session, made, S.REFUSED, team.archivist, note="原件如此")
    with pytest.raises(ProcedureError, match="cannot_follow"):
        settle(session, made, S.ACCEPTED, team.archivist, note="再想想")


def test_the_registered_agency_is_asked_when_nobody_is_named(session: Session, team: Team) -> None:
    agencies.register(
        session=session, line={"fonds": "云溪县农业局", "agency": "云溪县农业农村局"}, by=team.archivist, at=NOON
    )
    made = propose(session, a_record(session, "1-1-1"), team.first)
    settle(session, made, S.ASKED, team.archivist, document_number="云档函〔2026〕1号")
    (row,) = correction_sheets.rows(session)
    assert (row["state"], row["asked_of"], row["document_number"]) == ("asked", "云溪县农业农村局", "云档函〔2026〕1号")


def test_a_reader_proposes_and_takes_back_but_does_not_accept(session: Session, team: Team) -> None:
    made = propose(session, a_record(session, "1-1-1"), team.first)
    with pytest.raises(PermissionDenied):
        settle(session, made, S.ACCEPTED, team.first, note="我看是")
    with pytest.raises(PermissionDenied):
        settle(session, made, S.TAKEN_BACK, team.second, note="不是我提的")
    settle(session, made, S.TAKEN_BACK, team.first, note="看错了")
    with pytest.raises(PermissionDenied):
        propose(session, a_record(session, "1-1-2"), team.publisher)


def test_the_list_goes_to_the_unit_and_comes_back(session: Session, team: Team, tmp_path: Path) -> None:
    for number in range(1, 5):
        propose(session, a_record(session, f"0{number}"), team.first, proposed=f"=关于第{number}次会议的通知")
    sheet = tmp_path / "list.xlsx"
    waiting = (S.REPORTED, S.ASKED)
    assert correction_sheets.export(session, sheet, states=waiting) == 4
    book = load_workbook(sheet)
    page = book.active
    titles = [cell.value for cell in page[1]]
    assert page.cell(2, titles.index("更正为") + 1).data_type == "s"
    answer, note = titles.index("是否同意") + 1, titles.index("核对说明") + 1
    page.cell(2, answer).value = "同意"
    page.cell(3, answer).value, page.cell(3, note).value = "不同意", "原件如此"
    page.cell(4, answer).value = "大概吧"
    book.save(sheet)
    report = correction_sheets.import_(session=session, file=sheet, by=team.archivist, at=NOON, on=TODAY)
    assert (report.recorded, report.blank, len(report.problems)) == (2, 1, 1)
    assert "是否同意" in report.problems[0].text
    assert correction_sheets.counts(session) == {
        "reported": 4, "waiting": 2, "asked": 0, "accepted": 1, "refused": 1, "taken_back": 0,
    }  # fmt: skip
    again = correction_sheets.import_(session=session, file=sheet, by=team.archivist, at=NOON, on=TODAY)
    assert (again.recorded, again.unchanged) == (0, 2)
    done = tmp_path / "done.csv"
    assert correction_sheets.export(session, done, states=[S.ACCEPTED]) == 1
    text = done.read_text(encoding="utf-8-sig")
    assert "'=关于第1次会议的通知" in text
    assert "关于召开春耕生产会议的通知" in text


def test_a_suspicion_is_shown_until_somebody_puts_it_forward(session: Session, team: Team) -> None:
    a_record(session, "V1", "一九九七年会议", level=Level.FILE, date_from=date(1996, 1, 1), date_to=date(1996, 12, 31))
    record = a_record(session, "V1-1", "关干召开会议的通知", volume_code="V1")
    kinds = [line["kind"] for line in suspecting.of_record(session, int(record.id or 0))]
    assert kinds == ["look-alike", "outside-volume"]
    assert [line["kind"] for line in suspecting.scan(session)] == kinds
    propose(session, record, team.first, slip="look-alike", proposed="关于召开会议的通知")
    assert [line["kind"] for line in suspecting.of_record(session, int(record.id or 0))] == ["outside-volume"]
    assert [line["reference_code"] for line in suspecting.scan(session)] == ["V1-1"]


@pytest.fixture
def demo(url: str) -> str:
    with db.transaction(url) as session:
        Team(session)
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        a_record(session, "1-1-1", "关干召开会议的通知")
    return url


def test_the_commands_go_the_whole_way(demo: str, tmp_path: Path) -> None:
    (slip,) = must("correction", "suspect", "--json").json
    assert slip["proposed"] == "关于召开会议的通知"
    words = ("correction", "propose", "1-1-1", "--field", "title", "--to", slip["proposed"], "--source", "原件")
    number = must(*words, "--json", person="审核员甲").json["correction"]
    assert workbench("correction", "accept", number, person="档案员").code == 1
    must("correction", "ask", number, "--unit", "云溪县农业农村局", person="档案员")
    must("correction", "accept", number, "--number", "云农函〔2026〕3号", person="档案员")
    out = tmp_path / "out.xlsx"
    assert must("correction", "export", out, "--json").json["rows"] == 1
    assert "更正" in must("correction", "list").out or "采纳 1" in must("correction", "list").out
    missing = workbench(
        "correction", "propose", "9-9", "--field", "title", "--to", "x", "--source", "y", person="档案员"
    )
    assert (missing.code, "9-9" in missing.err) == (1, True)
