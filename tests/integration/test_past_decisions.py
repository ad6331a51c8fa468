"""What earlier batches decided (以往结论) becomes history: it leaves the due list, and nothing of it is guessed."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from catalogue_files import write_csv, write_xlsx
from commands import must, workbench
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, opens, switch_off
from models import AuditEvent, PastDecision, Record
from models.errors import ImportFailure, ProcedureError
from models.vocabulary import Access, Ground
from workbench import db
from workbench.services import batching, open_marks, past_decisions
from workbench.services.due_list import due_records
from workbench.services.importing import import_catalogue
from workbench.services.open_marks import Mark
from workbench.services.past_report import PastReport

FONDS = "云溪县农业局"
HEAD = ["全宗名称", "档号", "题名", "形成日期", "开放标识", "开放批次", "审核日期", "延期理由", "再审日期"]
TITLE = "关于召开春耕生产会议的通知"
ACCOUNT = ("accepted", "rejected", "duplicates", "conflicts", "quarantined")


def line(code: str, mark: str, *, title: str = TITLE, **cells: str) -> list[str]:
    row = {"全宗名称": FONDS, "档号": code, "题名": title, "形成日期": "19970503", "开放标识": mark, **cells}
    return [row.get(name, "") for name in HEAD]


def a_list(folder: Path, *rows: list[str], name: str = "历次鉴定.csv") -> Path:
    path = folder / name
    write_csv(path, [HEAD, *rows])
    return path


def take(session: Session, path: Path, *, dry_run: bool = False, **said: object) -> PastReport:
    prepared = past_decisions.prepare(session=session, path=path, on=TODAY, **said)
    made = past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON, dry_run=dry_run)
    assert made["rows"] == sum(made[name] for name in ACCOUNT)
    return made


def reasons(report: PastReport) -> list[str]:
    assert report.report is not None
    with report.report.open(encoding="utf-8-sig", newline="") as stream:
        return [row["原因与办法"] for row in csv.DictReader(stream)]


def due_codes(session: Session, on: date = TODAY) -> list[str]:
    return [each.record.reference_code for each in due_records(session, on=on)]


def test_a_decided_record_leaves_the_due_list_and_keeps_its_history(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    other = a_record(session, "1-1-2")
    made = take(session, a_list(tmp_path, line("1-1-1", "开放", 开放批次="第三批", 审核日期="2012-06-01")))
    assert (made["accepted"], made["open"], made["applied"], made["records_added"]) == (1, 1, 1, 0)
    session.refresh(record)
    assert (record.access, record.decided_in) == (Access.OPEN, None)
    (kept,) = session.exec(select(PastDecision)).all()
    assert (kept.record_id, kept.batch_name, kept.decided_on) == (record.id, "第三批", date(2012, 6, 1))
    assert (kept.mark, kept.file, kept.row, kept.is_applied) == ("开放", "历次鉴定.csv", 2, True)
    assert due_codes(session) == [other.reference_code]


def test_a_delay_comes_up_again_on_its_day_and_is_never_open_by_itself(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    take(session, a_list(tmp_path, line("1-1-1", "控制", 延期理由="涉及个人隐私", 再审日期="2026-11-01")))
    session.refresh(record)
    assert (record.access, record.ground) == (Access.RESTRICTED, Ground.PERSONAL_INFORMATION)
    assert due_codes(session, on=date(2026, 10, 31)) == []
    (due,) = due_records(session, on=TODAY)
    assert (due.due.basis, due.due.due_on, due.record.access) == ("review_again", date(2026, 11, 1), Access.RESTRICTED)


def test_a_year_alone_brings_a_delay_up_at_its_beginning_and_dates_a_decision_at_its_end(
    session: Session, tmp_path: Path
) -> None:
    a_record(session, "1-1-1")
    take(session, a_list(tmp_path, line("1-1-1", "控制", 审核日期="2012", 再审日期="2030年")))
    (kept,) = session.exec(select(PastDecision)).all()
    assert (kept.decided_on, kept.review_again_on) == (date(2012, 12, 31), date(2030, 1, 1))


def test_a_decided_record_enters_a_batch_only_by_name(session: Session, team: Team, tmp_path: Path) -> None:
    a_record(session, "1-1-1")
    a_record(session, "1-1-2")
    take(session, a_list(tmp_path, line("1-1-1", "开放"), line("1-1-2", "延期开放")))
    with pytest.raises(ProcedureError, match="nothing_due"):
        a_batch(session, team)
    batch = a_batch(session, team, codes=["1-1-1", "1-1-2"])
    assert batching.facts(session, batch, on=TODAY).items == 2


def test_rows_that_the_home_does_not_have_come_in_as_records_with_their_outcome(
    session: Session, tmp_path: Path
) -> None:
    made = take(session, a_list(tmp_path, line("1-1-1", "开放"), line("1-1-2", "未审核"), line("1-1-3", "")))
    assert (made["accepted"], made["records_added"], made["undecided"]) == (3, 3, 2)
    found = {record.reference_code: record.access for record in session.exec(select(Record))}
    assert found == {"1-1-1": Access.OPEN, "1-1-2": None, "1-1-3": None}
    assert due_codes(session) == ["1-1-2", "1-1-3"]


def test_the_same_list_again_is_all_duplicates_and_seals_nothing(session: Session, tmp_path: Path) -> None:
    path = a_list(tmp_path, line("1-1-1", "开放"), line("1-1-2", "控制"), line("1-1-3", "未审核"))
    take(session, path)
    again = take(session, path)
    assert (again["duplicates"], again["accepted"], again["records_added"]) == (3, 0, 0)
    assert len(session.exec(select(PastDecision)).all()) == 2
    assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "past.import")).all()) == 1


def test_a_dry_run_counts_the_same_and_leaves_nothing(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    path = a_list(tmp_path, line("1-1-1", "开放"), line("1-1-2", "控制"))
    tried = take(session, path, dry_run=True)
    assert (tried["accepted"], tried["records_added"], tried.catalogue) == (2, 1, None)
    session.refresh(record)
    assert record.access is None and session.exec(select(PastDecision)).all() == []
    assert len(session.exec(select(Record)).all()) == 1
    assert take(session, path).counts() == tried.counts()


def test_an_unknown_mark_is_asked_and_never_guessed(session: Session, tmp_path: Path) -> None:
    path = a_list(tmp_path, line("1-1-1", "K"), line("1-1-2", "1"), line("1-1-3", "开放"))
    first = take(session, path)
    assert (first["rejected"], first["accepted"]) == (2, 1)
    assert first.unknown_marks == {"K": 1, "1": 1}
    assert any("K" in reason for reason in reasons(first))
    said = open_marks.read_meanings({"K": "restricted", "1": "open"})
    again = take(session, path, meanings=said)
    assert (again["accepted"], again["duplicates"], again["open"], again["restricted"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("header", "mark", "meaning"),
    [
        ("是否开放", "是", Mark.OPEN), ("是否开放", "0", Mark.RESTRICTED), ("是否控制", "是", Mark.RESTRICTED),
        ("划控标识", "1", Mark.RESTRICTED), ("划控标识", "否", Mark.OPEN), ("开放标识", "1", None),
        ("开放标识", "是", None), ("开放状态", "延期", Mark.RESTRICTED), ("开放状态", " 不 开放 ", Mark.RESTRICTED),
        ("开放标识", "拟开放", Mark.PROPOSED_OPEN), ("开放标识", "未开放", None), ("开放标识", "部分开放", None),
        ("是否开放", "未审核", Mark.UNDECIDED),
    ],
)  # fmt: skip
def test_a_mark_means_what_its_column_asks(header: str, mark: str, meaning: Mark | None) -> None:
    assert open_marks.read(mark, header) is meaning


def test_a_proposal_is_no_decision(session: Session, tmp_path: Path) -> None:
    made = take(session, a_list(tmp_path, line("1-1-1", "拟开放")))
    assert (made["undecided"], made["open"]) == (1, 0)
    assert due_codes(session) == ["1-1-1"]


def test_of_two_past_decisions_the_later_counts_whatever_their_order(session: Session, tmp_path: Path) -> None:
    made = take(
        session,
        a_list(tmp_path, line("1-1-1", "开放", 审核日期="2018-05-01"), line("1-1-1", "控制", 审核日期="2010-05-01")),
    )
    assert (made["accepted"], made["overturned"], made["applied"]) == (2, 1, 1)
    assert session.exec(select(Record.access)).one() is Access.OPEN


def test_opposite_decisions_that_nobody_can_order_are_a_conflict(session: Session, tmp_path: Path) -> None:
    take(session, a_list(tmp_path, line("1-1-1", "开放", 开放批次="第一批")))
    made = take(session, a_list(tmp_path, line("1-1-1", "控制", 审核日期="2018-05-01"), name="另一份.csv"))
    assert (made["conflicts"], made["accepted"]) == (1, 0)
    assert any("第一批" in reason for reason in reasons(made))
    assert session.exec(select(Record.access)).one() is Access.OPEN
    same_list = take(
        session, a_list(tmp_path, line("1-1-9", "开放"), line("1-1-9", "控制"), name="自相矛盾.csv")
    )  # fmt: skip
    assert (same_list["conflicts"], same_list["accepted"]) == (1, 1)


def test_another_title_under_the_same_code_is_a_conflict(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    made = take(session, a_list(tmp_path, line("1-1-1", "开放", title="关于林××同志处分问题的决定")))
    assert made["conflicts"] == 1
    session.refresh(record)
    assert record.access is None


def test_a_list_without_fonds_finds_the_record_of_its_code(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    path = tmp_path / "无全宗.csv"
    write_csv(path, [["档号", "题名", "是否开放"], ["1-1-1", TITLE, "是"]])
    made = take(session, path)
    assert (made["accepted"], made["records_added"]) == (1, 0)
    session.refresh(record)
    assert record.access is Access.OPEN


def test_a_fonds_called_by_number_is_the_same_record_when_the_title_is_too(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    a_record(session, "1-1-2", fonds="别的局", fonds_key="别的局")
    path = tmp_path / "按全宗号.csv"
    rows = [["043", "1-1-1", TITLE, "是"], ["043", "1-1-2", "全然不同的题名", "是"]]
    write_csv(path, [["全宗号", "档号", "题名", "是否开放"], *rows])
    made = take(session, path)
    assert (made["accepted"], made["records_added"]) == (2, 1)
    session.refresh(record)
    assert record.access is Access.OPEN


def test_a_generated_code_finds_its_record(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "无档号.csv"
    write_csv(path, [["全宗名称", "题名", "形成日期", "开放标识"], [FONDS, TITLE, "19970503", "开放"]])
    take(session, path)
    assert session.exec(select(Record.code_generated)).one()
    assert take(session, path)["duplicates"] == 1


def test_a_decision_made_here_outranks_a_past_one(session: Session, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    record.access, record.decided_in = Access.RESTRICTED, 7
    session.add(record)
    session.flush()
    made = take(session, a_list(tmp_path, line("1-1-1", "开放")))
    assert (made["accepted"], made["applied"], made["opposite_here"]) == (1, 0, 1)
    session.refresh(record)
    assert record.access is Access.RESTRICTED


def test_a_record_under_review_keeps_its_review(session: Session, team: Team, tmp_path: Path) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    made = take(session, a_list(tmp_path, line("1-1-1", "控制")))
    assert (made["on_roster"], made["applied"]) == (1, 0)
    session.refresh(record)
    assert record.access is None
    opens(session, batch, record, team.first)


def test_a_live_mark_is_quarantined_with_its_decision(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [["档号", "题名", "密级", "开放标识"], ["1-1", "绝不可见的题名", "机密", "开放"]])
    made = take(session, path)
    assert made["quarantined"] == 1 and session.exec(select(PastDecision)).all() == []
    loaded = take(session, path, live_mark="load")
    assert (loaded["conflicts"], loaded["open"]) == (1, 0)
    assert session.exec(select(Record.access)).one() is None


def test_a_bad_date_of_decision_is_named_and_the_other_rows_go_on(session: Session, tmp_path: Path) -> None:
    made = take(
        session,
        a_list(
            tmp_path, line("1-1-1", "开放", 审核日期="第三季"), line("1-1-2", "控制", 再审日期="乱写"),
            line("1-1-3", "开放", 审核日期="2099-01-01"), line("1-1-4", "开放"),
        ),
    )  # fmt: skip
    assert (made["rejected"], made["accepted"]) == (3, 1)
    with made.report.open(encoding="utf-8-sig", newline="") as stream:  # type: ignore[union-attr]
        rows = list(csv.DictReader(stream))
    assert [row["有误的列"] for row in rows] == ["审核日期", "再审日期", "审核日期"]


def test_a_list_that_says_nothing_of_openings_is_refused(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [["档号", "题名"], ["1-1", TITLE]])
    with pytest.raises(ImportFailure, match="no_open_mark"):
        take(session, path)


def test_the_ledger_knows_the_list_and_no_title(session: Session, tmp_path: Path) -> None:
    take(session, a_list(tmp_path, line("1-1-1", "控制", 延期理由="涉及个人隐私")))
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "past.import")).one()
    assert event.payload["restricted"] == 1 and len(event.payload["file_digest"]) == 64
    assert "春耕" not in json.dumps(event.payload, ensure_ascii=False)
    assert "隐私" not in json.dumps(event.payload, ensure_ascii=False)


def test_the_command_answers_with_the_account_and_asks_on_stderr(url: str, tmp_path: Path) -> None:
    path = tmp_path / "历次鉴定.xlsx"
    write_xlsx(path, [HEAD, line("1-1-1", "K"), line("1-1-2", "开放", 审核日期="2012-06-01")])
    answer = must("import", "--decided", path, "--json")
    assert answer.json["rows"] == sum(answer.json[name] for name in ACCOUNT) == 2
    assert answer.json["unknown_marks"] == {"K": 1} and "--meaning" in answer.err
    again = must("import", "--decided", path, "--meaning", "K=restricted", "--json").json
    assert (again["restricted"], again["duplicates"]) == (1, 1)
    accesses = {row["reference_code"]: row["access"] for row in must("records", "--json").json}
    assert accesses == {"1-1-1": "restricted", "1-1-2": "open"}
    assert must("due", "--json").json == []
    refused = workbench("import", "--decided", path, "--meaning", "K=maybe")
    assert refused.code == 1 and "K" in refused.err


def test_one_import_is_of_one_kind(url: str, tmp_path: Path) -> None:
    path = a_list(tmp_path, line("1-1-1", "开放"))
    for other in (("--volumes",), ("--volume", "X-1"), ("--background", "--dry-run")):
        assert workbench("import", "--decided", *other, path).code == 2


def test_the_report_never_runs_a_formula(session: Session, tmp_path: Path) -> None:
    made = take(session, a_list(tmp_path, line("=1+1", "@SUM(A1)"), line("1-1-2", "开放", 审核日期="+1")))
    assert made["rejected"] == 2 and made.report is not None
    with made.report.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            assert not [cell for cell in row.values() if (cell or "").startswith(("=", "+", "-", "@"))]


def test_only_those_who_import_may_bring_in_decisions(url: str, tmp_path: Path) -> None:
    path = a_list(tmp_path, line("1-1-1", "开放"))
    with db.transaction(url) as session:
        Team(session)
        switch_off(session, "demo")
    refused = workbench("import", "--decided", path, person="审核员甲")
    assert refused.code == 1
    with db.reading(url) as session:
        assert session.exec(select(col(Record.id))).all() == []


# --- a list without titles ---------------------------------------------------------------------------------------


def untitled(folder: Path, *rows: tuple[str, ...], head: tuple[str, ...] = ("档号", "开放标识", "审核日期")) -> Path:
    path = folder / "无题名.csv"
    write_csv(path, [list(head), *map(list, rows)])
    return path


def test_a_list_without_titles_is_taken_where_its_codes_are_known(session: Session, tmp_path: Path) -> None:
    first, second = a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于下达植树计划的通知")
    made = take(session, untitled(tmp_path, ("1-1-1", "开放", "2012-06-01"), ("1-1-2", "控制", "2012-06-01")))
    assert (made["accepted"], made["rejected"], made["records_added"]) == (2, 0, 0)
    assert (first.access, second.access) == (Access.OPEN, Access.RESTRICTED)
    assert len(session.exec(select(Record)).all()) == 2
    again = take(session, tmp_path / "无题名.csv")
    assert (again["accepted"], again["duplicates"]) == (0, 2)


def test_a_code_that_nobody_knows_or_that_two_fonds_share_is_an_error_of_its_row(
    session: Session, tmp_path: Path
) -> None:
    a_record(session, "1-1-1")
    for fonds in ("甲", "乙"):
        a_record(session, "7-7-7", fonds=fonds, fonds_key=fonds)
    path = untitled(tmp_path, ("1-1-1", "开放", ""), ("9-9-9", "开放", ""), ("7-7-7", "开放", ""))
    made = take(session, path)
    assert (made["accepted"], made["rejected"]) == (1, 2)
    assert all("先装入目录" in reason for reason in reasons(made))
    with (made.report or Path()).open(encoding="utf-8-sig", newline="") as stream:
        assert [(row["行号"], row["档号"]) for row in csv.DictReader(stream)] == [("3", "9-9-9"), ("4", "7-7-7")]
    named = untitled(tmp_path, ("乙", "7-7-7", "控制"), head=("全宗名称", "档号", "开放标识"))
    assert take(session, named)["accepted"] == 1
    decided = session.exec(select(Record).where(Record.reference_code == "7-7-7", Record.fonds == "乙")).one()
    assert decided.access is Access.RESTRICTED


def test_a_list_with_titles_still_needs_one_in_every_row(session: Session, tmp_path: Path) -> None:
    a_record(session, "1-1-1")
    made = take(session, a_list(tmp_path, line("1-1-1", "开放", title="")))
    assert (made["accepted"], made["rejected"]) == (0, 1)


def test_a_catalogue_without_titles_is_no_catalogue(session: Session, tmp_path: Path) -> None:
    path = untitled(tmp_path, ("1-1-1", "开放", ""))
    with pytest.raises(ImportFailure, match=r"unknown_header"):
        import_catalogue(session=session, path=path, by="x", at=NOON, on=TODAY)


def test_a_list_without_titles_goes_in_by_the_command(url: str, tmp_path: Path) -> None:
    with db.transaction(url) as session:
        a_record(session, "1-1-1")
    made = must("import", "--decided", "--json", untitled(tmp_path, ("1-1-1", "开放", ""))).json
    assert (made["accepted"], made["open"]) == (1, 1)
