"""Consultation of the agencies (征求形成单位意见): letters, replies, talks, silence, and who cannot be skipped."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import AgencyReply, AuditEvent, Batch, Record, RosterEntry
from models.agency import AgencyStanding
from models.consultation import AgencyAnswer, ReminderKind, TalkOutcome
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, BatchState, Role
from workbench.queries import reading
from workbench.services import (
    agencies,
    batching,
    consulting,
    consulting_papers,
    ledger_keeping,
    overview,
    received,
    replying,
    setting_up,
    waiting_items,
)
from workbench.services.roster import item, items

A = BatchAction
BUREAU, SUPPLY, MILL = "云溪县农业局", "云溪县供销社", "云溪县油厂"


def register(session: Session, team: Team, fonds: str, agency: str, **known: object) -> None:
    line = {"fonds": fonds, "agency": agency, "standing": AgencyStanding.EXISTING, **known}
    agencies.register(session=session, line=line, by=team.archivist, at=NOON)


def a_reviewed_batch(session: Session, team: Team, records: list[Record]) -> Batch:
    switch_off(session, "certification", "delay_report")
    name_the_archive(session)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        for record in records[:-1]:
            opens(session, batch, record, person)
        restricts(session, batch, records[-1], person)
    return move(session, batch, team, A.FINISH)


@pytest.fixture
def three_fonds(session: Session, team: Team) -> list[Record]:
    """Three fonds: one agency exists, one was merged into another, one ended without successor."""
    register(session, team, BUREAU, "云溪县农业农村局")
    register(session, team, SUPPLY, SUPPLY, standing=AgencyStanding.SUCCEEDED, successor="云溪县商务局",
             basis="云编〔2010〕5号")  # fmt: skip
    register(session, team, MILL, MILL, standing=AgencyStanding.ABOLISHED, basis="云政〔2001〕8号")
    made = []
    for number, fonds in enumerate((BUREAU, BUREAU, SUPPLY, SUPPLY, MILL), start=1):
        made.append(a_record(session, f"1-1-{number}", f"一九九七年第{number}号通知", fonds=fonds, fonds_key=fonds))
    return made


def consulted(session: Session, team: Team, records: list[Record], out: Path) -> Batch:
    batch = move(session, a_reviewed_batch(session, team, records), team, A.CONSULT)
    export(session, team, batch, out)
    return batch


def export(session: Session, team: Team, batch: Batch, out: Path, on: date = TODAY) -> None:
    consulting_papers.export(
        session=session, batch_id=batch.id, out=out, home=out.parent, by=team.archivist, at=NOON, on=on,
        letter_number="云档函〔2026〕7号",
    )  # fmt: skip


def answers(session: Session, team: Team, batch: Batch, record: Record, answer: AgencyAnswer, **known: object) -> None:
    given = {"reason": None, "document_number": "云农函〔2026〕2号", "replied_on": TODAY, **known}
    replying.reply(
        session=session, batch_id=batch.id, record_ids=[record.id], answer=answer, by=team.archivist, at=NOON, on=TODAY,
        **given,
    )  # fmt: skip


def problems(session: Session, batch: Batch, action: BatchAction) -> set[str]:
    row = batching.machine.transition(batch.state, action)
    return {each.code for each in batching.machine.problems(row, batching.facts(session, batch, on=TODAY), _Nobody())}


class _Nobody:
    id = None
    name = ""


def test_each_agency_its_successor_or_nobody_with_a_basis_is_asked(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    asked = {row["agency"]: row for row in consulting.ages(session, batch.id, on=TODAY)}
    assert {name: row["asked_as"] for name, row in asked.items()} == {
        "云溪县农业农村局": "originating", "云溪县商务局": "successor", None: "nobody",
    }  # fmt: skip
    assert asked[None]["basis"] == "云政〔2001〕8号"
    assert asked[None]["alone"] == 1
    assert problems(session, batch, A.CONCLUDE) == {"batch.replies_missing"}


def test_a_fonds_whose_agency_nobody_knows_stops_the_consultation(session: Session, team: Team) -> None:
    records = [a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定")]
    batch = a_reviewed_batch(session, team, records)
    with pytest.raises(ProcedureError, match=r"batch\.agency_unknown"):
        move(session, batch, team, A.CONSULT)
    assert batch.state is BatchState.REVIEWED


def test_silence_never_concludes_and_an_unanswered_item_goes_to_a_draft_without_a_second_reading(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    for record in three_fonds[:2]:
        answers(session, team, batch, record, AgencyAnswer.AGREE)
    with pytest.raises(ProcedureError, match=r"batch\.replies_missing"):
        move(session, batch, team, A.CONCLUDE)
    held = waiting_items.hold_back(
        session=session, batch_id=batch.id, codes=[], unanswered=True, by=team.lead, at=NOON, on=TODAY
    )
    move(session, batch, team, A.CONCLUDE)
    assert batch.state is BatchState.AGREED
    assert [entry.record.id for entry in items(session, batch.id)] == [three_fonds[n].id for n in (0, 1, 4)]
    successor = session.get_one(Batch, held.successor)
    assert successor.state is BatchState.DRAFT
    rows = overview.roster_rows(session, successor)
    assert [(row["record_id"], row["standing"]) for row in rows] == [
        (three_fonds[2].id, "settled"), (three_fonds[3].id, "settled"),
    ]  # fmt: skip
    counts = reading.stage_counts(session, held.successor)
    assert (counts["items"], counts["first"], counts["second"]) == (2, 2, 2)
    assert reading.stage_counts(session, batch.id)["items"] == 3
    move(session, successor, team, A.START, A.FINISH, A.CONSULT)
    assert successor.state is BatchState.IN_CONSULTATION
    stayed = session.get_one(RosterEntry, (batch.id, three_fonds[2].id))
    assert (stayed.held_back_to, stayed.is_live) == (successor.id, False)


def test_a_held_back_item_may_be_sent_back_to_be_read_anew_in_its_successor(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    record = three_fonds[0]
    answers(session, team, batch, record, AgencyAnswer.OBJECT, reason="涉及企业未公开的经营情况")
    assert "batch.objections" in problems(session, batch, A.CONCLUDE)
    with pytest.raises(ProcedureError, match=r"consultation\.sides_missing"):
        talks(session, team, batch, record, TalkOutcome.READ_AGAIN, agency_side=" ")
    talks(session, team, batch, record, TalkOutcome.READ_AGAIN)
    assert "batch.to_read_again" in problems(session, batch, A.CONCLUDE)
    held = waiting_items.hold_back(
        session=session, batch_id=batch.id, codes=["1-1-1"], unanswered=False, by=team.lead, at=NOON, on=TODAY
    )
    (row,) = overview.roster_rows(session, session.get_one(Batch, held.successor))
    assert (row["round"], row["standing"], row["waiting_for"]) == (2, "waiting", "first")


def talks(
    session: Session,
    team: Team,
    batch: Batch,
    record: Record,
    outcome: TalkOutcome,
    agency_side: str = "云溪县农业农村局",
) -> None:
    replying.talk(
        session=session, batch_id=batch.id, record_ids=[record.id], outcome=outcome, archive_side="云溪县档案馆",
        agency_side=agency_side, note="双方当面核对原件", held_on=TODAY, by=team.lead, at=NOON, on=TODAY,
    )  # fmt: skip


def test_talks_settle_one_objection_and_a_new_objection_opens_it_again(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    record = three_fonds[0]
    answers(session, team, batch, record, AgencyAnswer.OBJECT, reason="涉及未公开的经营情况")
    talks(session, team, batch, record, TalkOutcome.AS_PROPOSED)
    assert consulting.states(session, batch.id)[record.id].standing.value == "settled"
    answers(session, team, batch, record, AgencyAnswer.OBJECT, reason="仍不同意")
    assert consulting.states(session, batch.id)[record.id].standing.value == "objected"
    assert len(session.exec(select(AgencyReply)).all()) == 2  # nothing was overwritten


def test_only_the_lead_settles_an_objection(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    answers(session, team, batch, three_fonds[0], AgencyAnswer.OBJECT, reason="涉及未公开的经营情况")
    with pytest.raises(PermissionDenied):
        replying.talk(
            session=session, batch_id=batch.id, record_ids=[three_fonds[0].id], outcome=TalkOutcome.AS_PROPOSED,
            archive_side="甲", agency_side="乙", note="谈", held_on=TODAY, by=team.archivist, at=NOON, on=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"answer": AgencyAnswer.OBJECT}, "consultation.reason_missing"),
        ({"answer": AgencyAnswer.AGREE, "replied_on": TODAY + timedelta(days=1)}, "consultation.in_future"),
        ({"answer": AgencyAnswer.AGREE, "replied_on": TODAY - timedelta(days=1)}, "consultation.before_letter"),
        ({"answer": None}, "consultation.no_answer"),
    ],
)
def test_an_answer_that_says_nothing_or_cannot_be_is_refused(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path, known: dict[str, object], code: str
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    with pytest.raises(ProcedureError) as refusal:
        answers(session, team, batch, three_fonds[0], **known)
    assert refusal.value.code == code


def test_no_answer_is_recorded_before_the_letter_went_out(
    session: Session, team: Team, three_fonds: list[Record]
) -> None:
    batch = move(session, a_reviewed_batch(session, team, three_fonds), team, A.CONSULT)
    with pytest.raises(ProcedureError, match=r"consultation\.not_asked"):
        answers(session, team, batch, three_fonds[0], AgencyAnswer.AGREE)


def test_nothing_is_recorded_for_an_item_about_which_nobody_is_asked(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    with pytest.raises(ProcedureError, match=r"consultation\.nobody_asked"):
        answers(session, team, batch, three_fonds[4], AgencyAnswer.AGREE)


def the_list(out: Path, unit: str) -> Path:
    (found,) = out.glob(f"*{unit}/征求意见清单.xlsx")
    return found


def fill(file: Path, rows: dict[str, dict[str, str]]) -> Path:
    """Fill the returned list by 档号 and column title."""
    book = load_workbook(file)
    page = book.worksheets[0]
    titles = {str(cell.value): cell.column for cell in page[3]}
    for row in page.iter_rows(min_row=4):
        for title, text in rows.get(str(row[titles["档号"] - 1].value), {}).items():
            page.cell(row[0].row, titles[title]).value = text
    target = file.with_name("回.xlsx")
    book.save(target)
    return target


def test_a_returned_list_keeps_good_rows_names_conflicts_and_takes_a_blank_for_no_answer(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    out = tmp_path / "letters"
    batch = consulted(session, team, three_fonds, out)
    mine = the_list(out, "云溪县农业农村局")
    returned = fill(mine, {"1-1-1": {"单位意见": "同意"}, "1-1-2": {"单位意见": "不同意"}})
    report = replying.import_(session=session, batch_id=batch.id, file=returned, by=team.archivist, at=NOON, on=TODAY)
    assert (report.recorded, report.blank, len(report.problems)) == (1, 0, 1)
    assert "理由" in report.problems[0].text
    again = replying.import_(session=session, batch_id=batch.id, file=returned, by=team.archivist, at=NOON, on=TODAY)
    assert (again.recorded, again.unchanged) == (0, 1)
    tampered = fill(the_list(out, "云溪县商务局"), {"1-1-3": {"题名": "另一件", "单位意见": "同意"}})
    report = replying.import_(session=session, batch_id=batch.id, file=tampered, by=team.archivist, at=NOON, on=TODAY)
    assert (report.recorded, report.blank, len(report.problems)) == (0, 1, 1)
    assert "题名" in report.problems[0].text
    assert consulting.states(session, batch.id)[three_fonds[2].id].standing.value == "waiting"


def test_the_list_locks_its_own_columns_and_runs_nothing(session: Session, team: Team, tmp_path: Path) -> None:
    register(session, team, BUREAU, "云溪县农业农村局")
    records = [
        a_record(session, "1-1-1", '=HYPERLINK("x")关于水利的通知'),
        a_record(session, "1-1-2", "关于农具的通知"),
    ]
    out = tmp_path / "letters"
    consulted(session, team, records, out)
    page = load_workbook(the_list(out, "云溪县农业农村局")).worksheets[0]
    assert page.protection.sheet
    titles = {str(cell.value): cell.column for cell in page[3]}
    assert page.cell(4, titles["题名"]).data_type == "s"
    assert page.cell(4, titles["题名"]).protection.locked
    assert not page.cell(4, titles["单位意见"]).protection.locked


def test_the_letter_names_the_duty_the_unit_and_the_day(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    from docx import Document

    out = tmp_path / "letters"
    consulted(session, team, three_fonds, out)
    (file,) = out.glob("*云溪县商务局/征求意见函.docx")
    text = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
    for said in (
        "云溪县商务局：",
        "档案法》第三十条",
        "未回复不视为同意",
        "2026年12月24日",
        "云溪县供销社",
        "云编〔2010〕5号",
    ):
        assert said in text
    assert "{" not in text


def test_a_silent_unit_is_reminded_twice_then_escalated(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    out = tmp_path / "letters"
    batch = consulted(session, team, three_fonds, out)
    setting_up.store(session, "archives_authority", "云溪县档案局")

    def on(days: int) -> list[ReminderKind]:
        sent = consulting_papers.remind(
            session=session, batch_id=batch.id, out=out, home=tmp_path, by=team.archivist,
            at=NOON, on=TODAY + timedelta(days=days),
        )  # fmt: skip
        return [kind for _, kind, file in sent if file.is_file()]

    assert on(30) == []
    assert on(31) == [ReminderKind.REMINDER] * 2
    assert on(35) == []
    assert on(42) == [ReminderKind.REMINDER] * 2
    assert on(53) == [ReminderKind.ESCALATION] * 2
    ages = consulting.ages(session, batch.id, on=TODAY + timedelta(days=53))
    assert {row["days"] for row in ages if row["agency"]} == {53}


def test_one_letter_may_answer_everything_that_a_unit_owes(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    kept = replying.reply_for_agency(
        session=session, batch_id=batch.id, agency="云溪县商务局", answer=AgencyAnswer.AGREE, reason=None,
        document_number="云商函〔2026〕1号", replied_on=TODAY, by=team.archivist, at=NOON, on=TODAY,
    )  # fmt: skip
    assert len(kept) == 2
    assert {row["waiting"] for row in consulting.ages(session, batch.id, on=TODAY) if row["agency"]} == {0, 2}


@pytest.mark.parametrize(
    ("rule", "agency", "standing"),
    [("own", "云溪县农业农村局", "waiting"), ("issuer", "岚南省农业厅", "waiting"), ("hold", None, "on-hold")],
)
def test_a_document_from_above_goes_the_way_that_the_setting_says(
    session: Session, team: Team, rule: str, agency: str | None, standing: str
) -> None:
    register(session, team, BUREAU, "云溪县农业农村局")
    setting_up.store(session, "received_documents", rule)
    records = [a_record(session, "1-1-1", creator="岚南省农业厅"), a_record(session, "1-1-2", creator="县农业局")]
    batch = move(session, a_reviewed_batch(session, team, records), team, A.CONSULT)
    asked = consulting.states(session, batch.id)
    assert (asked[records[0].id].consultation.agency, asked[records[0].id].standing.value) == (agency, standing)
    assert asked[records[1].id].consultation.agency == "云溪县农业农村局"


def test_not_everything_can_be_held_back(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    codes = [record.reference_code for record in three_fonds]
    with pytest.raises(ProcedureError, match=r"batch\.nothing_left"):
        waiting_items.hold_back(
            session=session, batch_id=batch.id, codes=codes, unanswered=False, by=team.lead, at=NOON, on=TODAY
        )


def test_the_ledger_tells_who_did_what_without_a_title_or_a_reason(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    answers(session, team, batch, three_fonds[0], AgencyAnswer.OBJECT, reason="绝不外传的理由")
    talks(session, team, batch, three_fonds[0], TalkOutcome.AS_PROPOSED)
    waiting_items.hold_back(
        session=session, batch_id=batch.id, codes=[], unanswered=True, by=team.lead, at=NOON, on=TODAY
    )
    events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
    done = [event.action for event in events]
    for action in ("agency.register", "batch.consult", "consultation.letter", "consultation.reply",
                   "consultation.talk", "batch.hold-back"):  # fmt: skip
        assert action in done
    written = "".join(str(event.payload) for event in events)
    assert "绝不外传" not in written
    assert "第1号通知" not in written
    held = next(event for event in events if event.action == "batch.hold-back")
    assert held.payload["successor"] and held.payload["roster"] == batch.roster_digest
    assert ledger_keeping.verify(session) == len(events)


def test_a_register_that_claims_a_successor_without_basis_is_refused(session: Session, team: Team) -> None:
    with pytest.raises(ProcedureError, match=r"agency\.basis_missing"):
        register(session, team, MILL, MILL, standing=AgencyStanding.ABOLISHED)
    with pytest.raises(ProcedureError, match=r"agency\.successor_missing"):
        register(session, team, MILL, MILL, standing=AgencyStanding.SUCCEEDED, basis="云政〔2001〕8号")


def test_the_register_goes_out_with_what_is_missing_and_comes_back_filled(
    session: Session, team: Team, tmp_path: Path
) -> None:
    register(session, team, BUREAU, "云溪县农业农村局")
    a_record(session, "1-1-1", fonds=MILL, fonds_key=MILL)
    file = tmp_path / "名册.xlsx"
    assert agencies.export(session, file) == 2
    book = load_workbook(file)
    page = book.worksheets[0]
    titles = {str(cell.value): cell.column for cell in page[1]}
    for title, text in {"形成单位": MILL, "现状": "撤销且无承继", "依据": "云政〔2001〕8号"}.items():
        page.cell(3, titles[title]).value = text
    book.save(file)
    report = agencies.import_(session=session, file=file, by=team.archivist, at=NOON)
    assert (report.recorded, report.unchanged, report.problems) == (1, 1, [])
    assert agencies.find(session, MILL).standing is AgencyStanding.ABOLISHED
    assert agencies.unregistered(session) == []


def test_a_reviewer_may_not_record_replies(session: Session, team: Team, three_fonds: list[Record]) -> None:
    batch = move(session, a_reviewed_batch(session, team, three_fonds), team, A.CONSULT)
    assert not team.first.holds(Role.ARCHIVIST)
    with pytest.raises(PermissionDenied):
        replying.reply(
            session=session, batch_id=batch.id, record_ids=[three_fonds[0].id], answer=AgencyAnswer.AGREE, reason=None,
            document_number=None, replied_on=TODAY, by=team.first, at=datetime.now(NOON.tzinfo), on=TODAY,
        )  # fmt: skip


def test_documents_from_above_and_from_elsewhere_are_counted_apart(session: Session, team: Team) -> None:
    register(session, team, BUREAU, "云溪县农业农村局")
    for number, creator in enumerate(("岚南省农业厅", "国务院", "云溪县水利局", "县农业局", None), start=1):
        a_record(session, f"1-1-{number}", creator=creator)
    batch = a_batch(session, team)
    assert received.counts(session, batch.id) == {"own": 2, "from_above": 2, "elsewhere": 1}


def test_who_reads_again_sees_what_the_agency_said(
    session: Session, team: Team, three_fonds: list[Record], tmp_path: Path
) -> None:
    batch = consulted(session, team, three_fonds, tmp_path / "letters")
    record = three_fonds[0]
    answers(session, team, batch, record, AgencyAnswer.OBJECT, reason="涉及未公开的经营情况")
    talks(session, team, batch, record, TalkOutcome.READ_AGAIN)
    held = waiting_items.hold_back(
        session=session, batch_id=batch.id, codes=["1-1-1"], unanswered=False, by=team.lead, at=NOON, on=TODAY
    )
    successor = session.get_one(Batch, held.successor)
    card = overview.item_card(session, successor, item(session, held.successor, record.id))
    assert [(line["by"], line["reason"]) for line in card["said_before"]] == [
        ("云溪县农业农村局", "涉及未公开的经营情况"), ("云溪县档案馆、云溪县农业农村局", "双方当面核对原件"),
    ]  # fmt: skip
