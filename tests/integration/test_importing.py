"""An import accounts for every row, keeps secrets out, and leaves the home whole whatever happens."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from catalogue_files import HEAD, item, items, write_csv, write_xlsx
from click.testing import CliRunner
from sqlmodel import Session, col, select

from builders import NOON, TODAY
from models import AuditEvent, Catalogue, Record
from models.vocabulary import Level, Precision
from workbench import db
from workbench.cli.framework import root
from workbench.services.due_list import due_records
from workbench.services.import_report import ImportReport, harmless
from workbench.services.importing import import_catalogue, stage
from workbench.services.staging import Staging
from workbench.services.storing import typed

JSON_KEYS = {
    "rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined", "skipped", "not_due", "suspected",
    "catalogue", "report",
}  # fmt: skip
RECORD_KEYS = [
    "reference_code", "code_generated", "fonds", "fonds_code", "title", "public_title", "creator", "document_number",
    "date_text", "date_from", "date_to", "precision", "due_on", "security_class", "level", "file", "sheet", "row",
    "access",
]  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "1987年文书档案目录.xlsx"
    write_xlsx(made, [HEAD, *items(3)], names=["文书"])
    return made


def bring_in(session: Session, path: Path, **options: object) -> ImportReport:
    return import_catalogue(session=session, path=path, by="档案员", at=NOON, on=TODAY, **options)


def report_rows(report: ImportReport) -> list[dict[str, str]]:
    assert report.report is not None
    with report.report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_becomes_a_record_that_knows_its_birthplace(session: Session, path: Path) -> None:
    bring_in(session, path)
    record = session.exec(select(Record).where(Record.reference_code == "X043-1-0012-0002")).one()
    assert (record.sheet, record.row, record.level) == ("文书", 3, Level.ITEM)
    assert (record.date_text, record.date_from, record.precision) == ("19870503", date(1987, 5, 3), Precision.DAY)
    assert (record.due_on, record.due_basis) == (date(2012, 5, 4), "closure_period")
    assert record.access is None and record.creator == "云溪县水利局" and record.remarks is None


def test_an_import_is_one_sealed_event_without_titles(session: Session, path: Path) -> None:
    report = bring_in(session, path)
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "catalogue.import")).one()
    assert (event.actor, event.subject) == ("档案员", f"catalogue/{report.catalogue}")
    assert event.payload["accepted"] == 3
    assert "渠道" not in json.dumps(event.payload, ensure_ascii=False)


def test_the_same_file_again_is_all_duplicates_and_no_new_catalogue(session: Session, path: Path) -> None:
    bring_in(session, path)
    again = bring_in(session, path)
    assert (again.rows, again.duplicates, again.accepted, again.catalogue) == (3, 3, 0, None)
    assert len(session.exec(select(Catalogue)).all()) == 1


def test_the_same_rows_in_another_kind_of_file_are_duplicates(session: Session, path: Path, tmp_path: Path) -> None:
    bring_in(session, path)
    other = tmp_path / "b.csv"
    write_csv(other, [HEAD, *items(4)], encoding="gb18030")
    again = bring_in(session, other)
    assert (again.duplicates, again.accepted) == (3, 1)


def test_other_content_under_a_known_code_is_a_conflict_and_overwrites_nothing(
    session: Session, path: Path, tmp_path: Path
) -> None:
    bring_in(session, path)
    other = tmp_path / "b.csv"
    write_csv(other, [HEAD, item(1, "关于堤坝加固的报告"), item(1)])
    again = bring_in(session, other)
    assert (again.conflicts, again.duplicates, again.accepted) == (1, 1, 0)
    assert "渠道" in session.exec(select(Record.title).where(Record.reference_code == "X043-1-0012-0001")).one()
    assert [row["处理结果"] for row in report_rows(again)][:2] == ["冲突", "重复"]


def test_nothing_of_a_quarantined_row_is_kept_but_its_place(session: Session, tmp_path: Path, home: Path) -> None:
    secret = "绝不可见的题名"
    path = tmp_path / "a.csv"
    marked = item(2, secret, 密级="绝密", 备注="绝不可见的备注", 责任者="绝不可见的责任者")
    write_csv(path, [HEAD, item(1), marked, item(3, secret, 密级="机密", 形成日期="绝不可见")])
    report = bring_in(session, path)
    session.flush()
    assert (report.quarantined, report.accepted) == (2, 1)
    places = [(row["行号"], row["处理结果"]) for row in report_rows(report)]
    assert ("3", "隔离") in places and ("4", "隔离") in places
    catalogue = session.exec(select(Catalogue)).one()
    assert catalogue.counts["quarantined_rows"] == [[None, 3, None], [None, 4, None]]
    session.commit()
    for file in home.rglob("*"):
        if file.is_file():
            assert "绝不可见".encode() not in file.read_bytes(), file


def test_rejected_rows_can_be_repaired_in_the_report_and_imported(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [HEAD, item(1), item(2, "")])
    first = bring_in(session, path)
    assert first.rejected == 1
    broken = next(row for row in report_rows(first) if row["处理结果"] == "退回")
    broken["题名"] = "关于补写题名的说明"
    again_path = tmp_path / "repaired.csv"
    write_csv(again_path, [list(broken), list(broken.values())])
    again = bring_in(session, again_path)
    assert (again.accepted, again.rejected) == (1, 0)
    assert (
        session.exec(select(Record).where(Record.title == "关于补写题名的说明")).one().document_number
        == "云水字〔1987〕2号"
    )


def test_hidden_rows_and_sheets_come_in_and_are_reported(session: Session, path: Path) -> None:
    book = write_xlsx(path, [HEAD, *items(3)], [HEAD, item(9)], names=["文书", "旧表"])
    book["文书"].row_dimensions[3].hidden = True
    book["文书"].column_dimensions["G"].hidden = True
    book["旧表"].sheet_state = "hidden"
    book.save(path)
    report = bring_in(session, path)
    assert (report.accepted, report.hidden_rows, report.hidden_sheets) == (4, 1, ["旧表"])


def test_a_report_never_runs_a_formula(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [HEAD, item(1, "", 档号="=cmd|' /C calc'!A0", 备注="@SUM(A1)", 责任者="+1", 文号="-1")])
    report = bring_in(session, path)
    for row in report_rows(report):
        for cell in row.values():
            assert not (cell or "").startswith(("=", "+", "-", "@", "\t")), cell
    assert harmless("＝1") == "'＝1" and harmless("1=1") == "1=1"


def test_staged_values_mean_the_same_to_other_databases(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [HEAD, item(1), item(2, date="1987—1988"), item(3, date="不详"), item(4, 档号="", date="19870101")])
    staging = stage(path=path, on=TODAY)
    values_of_others = [typed(values, 1) for portion in staging.accepted() for values in portion]
    staging.close()
    bring_in(session, path)
    stored = session.exec(select(Record).order_by(col(Record.row))).all()
    assert values_of_others == [{name: getattr(record, name) for name in values_of_others[0]} for record in stored]


def test_a_dry_run_stores_nothing_and_its_parse_is_used_again(
    session: Session, path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = bring_in(session, path, dry_run=True)
    assert tried.accepted == 3 and tried.catalogue is None
    assert session.exec(select(Record)).all() == [] and session.exec(select(AuditEvent)).all() == []
    assert len(list((home / "staging").iterdir())) == 1
    monkeypatch.setattr(Staging, "add", _must_not_be_called)
    assert bring_in(session, path).accepted == 3
    assert list((home / "staging").iterdir()) == []


def _must_not_be_called(*_args: object) -> None:
    raise AssertionError("the file was parsed again")


def test_a_dry_run_before_other_imports_still_sees_what_came_in_between(
    session: Session, path: Path, tmp_path: Path
) -> None:
    bring_in(session, path, dry_run=True)
    other = tmp_path / "b.csv"
    write_csv(other, [HEAD, *items(2)])
    bring_in(session, other)
    assert (bring_in(session, path, dry_run=True).duplicates, bring_in(session, path).duplicates) == (2, 2)


def test_a_cancelled_import_leaves_the_home_as_it_was(url: str, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [HEAD, *items(2500)])

    def cancel(done: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt), db.transaction(url) as session:
        bring_in(session, path, progress=cancel)
    with db.reading(url) as session:
        assert session.exec(select(Record)).all() == [] and session.exec(select(Catalogue)).all() == []
    assert list((home / "staging").iterdir()) == []


def test_an_unfinished_parse_is_begun_again(session: Session, path: Path, home: Path) -> None:
    bring_in(session, path, dry_run=True)
    (staged,) = (home / "staging").iterdir()
    staged.write_bytes(staged.read_bytes()[:1000])
    assert bring_in(session, path).accepted == 3


def test_parsing_does_not_touch_the_database(url: str, path: Path) -> None:
    seen: list[bool] = []
    with db.transaction(url) as session:
        bring_in(session, path, progress=lambda _done: seen.append(session.in_transaction() and _is_open(session)))
    assert seen and not any(seen)


def _is_open(session: Session) -> bool:
    transaction = session.get_transaction()
    return bool(transaction and transaction._connections)


def test_due_follows_the_law_in_force_on_the_day(session: Session, path: Path) -> None:
    bring_in(session, path)
    assert len(list(due_records(session, on=date(2012, 5, 3)))) == 0
    assert len(list(due_records(session, on=date(2012, 5, 4)))) == 0  # thirty years were the law then
    (first, *_) = due_records(session, on=TODAY)
    assert (first.due.due_on, first.due.basis, first.due.verified) == (date(2012, 5, 4), "closure_period", True)
    assert list(due_records(session, on=TODAY, fonds=["别的全宗"])) == []


def run(*arguments: str) -> object:
    done = CliRunner().invoke(root, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_answers_with_exactly_the_keys_of_the_contract(url: str, path: Path, tmp_path: Path) -> None:
    answer = run("import", str(path), "--report", str(tmp_path / "r.csv"))
    assert isinstance(answer, dict) and set(answer) == JSON_KEYS
    assert (answer["accepted"], answer["catalogue"], answer["report"]) == (3, 1, str(tmp_path / "r.csv"))


def test_the_command_takes_a_mapping(url: str, tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    write_csv(other, [["叫什么", "代号"], ["渠道", "1-1"]])
    answer = run("import", str(other), "--map", "title=叫什么", "--map", "reference_code=#2", "--dry-run")
    assert isinstance(answer, dict) and (answer["accepted"], answer["catalogue"]) == (1, None)


def test_several_files_answer_one_by_one_and_in_sum(url: str, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    write_csv(other, [HEAD, *items(5)])
    answer = run("import", str(path), str(other))
    assert isinstance(answer, dict)
    assert [one["file"] for one in answer["files"]] == [path.name, "b.csv"]
    assert (answer["rows"], answer["accepted"], answer["duplicates"]) == (8, 5, 3)


def test_one_unreadable_file_keeps_all_files_out(url: str, path: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"nothing")
    done = CliRunner().invoke(root, ["import", str(path), str(bad)])
    assert done.exit_code == 1
    assert run("records") == []


def test_records_and_due_list_the_keys_of_the_contract(url: str, path: Path) -> None:
    run("import", str(path))
    records = run("records", "--catalogue", "1")
    assert isinstance(records, list) and list(records[0]) == RECORD_KEYS
    assert records[0]["file"] == path.name and records[0]["access"] is None
    due = run("due", "--on", "2016-01-01")
    assert due == []
    due = run("due")
    assert isinstance(due, list) and {"basis", "reference", "verified"} < set(due[0])
    assert run("records", "--catalogue", "2") == []
