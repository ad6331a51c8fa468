"""Rows that could not come in wait in the home, are corrected, judged again, and keep what they said before."""

from pathlib import Path

import openpyxl
import pytest
from catalogue_files import HEAD, item, items, write_csv, write_xlsx
from commands import must, workbench
from sqlmodel import Session, select

from builders import NOON, TODAY, Team
from models import AuditEvent, ChangedCell, Record, RejectedRow
from models.errors import PermissionDenied, ProcedureError
from models.intake import ChangeCause
from workbench.i18n import speaking
from workbench.services import repair_sheets, repairing
from workbench.services.import_report import ImportReport
from workbench.services.importing import import_catalogue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.csv"
    write_csv(made, [["全宗号：043"], HEAD, item(1), item(2, ""), item(3, "", 责任者="@SUM(A1)")])
    return made


def bring_in(session: Session, path: Path) -> ImportReport:
    return import_catalogue(session=session, path=path, by="档案员", at=NOON, on=TODAY)


def correct(session: Session, row_id: int, **changed: str | None) -> repairing.Repaired:
    row = session.get_one(RejectedRow, row_id)
    cells = {**(row.repaired or row.cells), **changed}
    return repairing.repair(session=session, row_id=row_id, cells=cells, by="李档案", at=NOON, on=TODAY)


def test_rejected_rows_wait_with_their_cells_and_reasons(session: Session, path: Path) -> None:
    report = bring_in(session, path)
    assert (report.accepted, report.rejected) == (1, 2)
    first, second = repairing.waiting(session, int(report.catalogue or 0))
    assert (first.row, first.header, first.reason, first.cells["档号"]) == (4, "题名", "no_title", "X043-1-0012-0002")
    assert second.cells["责任者"] == "@SUM(A1)"
    ((catalogue, count),) = repairing.waiting_by_catalogue(session)
    assert (catalogue.file, count) == ("a.csv", 2)


def test_a_corrected_row_comes_in_and_what_it_said_is_kept(session: Session, path: Path) -> None:
    report = bring_in(session, path)
    made = correct(session, 1, 题名="关于补写题名的说明", 责任者="云溪县水利局办公室")
    assert made.outcome == "accepted"
    record = session.get_one(Record, made.record_id)
    assert (record.title, record.row, record.fonds_code) == ("关于补写题名的说明", 4, "043")
    assert (record.catalogue_id, record.due_on is not None) == (report.catalogue, True)
    kept = {
        cell.field: (cell.original, cell.value, cell.cause, cell.changed_by)
        for cell in session.exec(select(ChangedCell))
    }
    assert kept == {
        "题名": (None, "关于补写题名的说明", ChangeCause.REPAIRED, "李档案"),
        "责任者": ("云溪县水利局", "云溪县水利局办公室", ChangeCause.REPAIRED, "李档案"),
    }
    row = session.get_one(RejectedRow, 1)
    assert (row.outcome, row.record_id, row.settled_by) == ("accepted", record.id, "李档案")
    assert "题名" not in row.cells
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "row.repair")).one()
    assert event.payload == {"row": 1, "outcome": "accepted", "record": record.id, "changed": 2}


def test_a_row_that_is_still_wrong_waits_on_with_its_corrections(session: Session, path: Path) -> None:
    bring_in(session, path)
    made = correct(session, 1, 题名="长" * 2500)
    assert (made.outcome, made.reason) == ("rejected", "title_too_long")
    row = session.get_one(RejectedRow, 1)
    assert row.settled_at is None and row.repaired is not None and len(row.repaired["题名"]) == 2500


def test_a_corrected_row_may_turn_out_a_duplicate_or_a_conflict(session: Session, path: Path) -> None:
    bring_in(session, path)
    known = session.exec(select(Record)).one()
    conflict = correct(session, 1, 档号=known.reference_code, 题名="另一题名")
    assert (conflict.outcome, conflict.record_id) == ("conflict", known.id)
    assert session.get_one(RejectedRow, 1).settled_at is None
    same = dict(zip(HEAD, map(str, item(1)), strict=True))
    duplicate = correct(session, 2, **same)
    assert (duplicate.outcome, len(session.exec(select(Record)).all())) == ("duplicate", 1)


def test_a_mark_that_shows_in_the_correction_erases_the_row(session: Session, path: Path) -> None:
    bring_in(session, path)
    assert correct(session, 1, 题名="绝不可见", 密级="机密★20年").outcome == "quarantined"
    row = session.get_one(RejectedRow, 1)
    assert (row.cells, row.repaired, row.outcome) == ({}, None, "quarantined")
    assert session.exec(select(ChangedCell)).all() == []


def test_a_row_with_cells_beyond_the_header_is_right_when_they_are_moved_back(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("档号,题名\n1-1,渠道,堤坝\n1-2,渠道\n", encoding="utf-8")
    bring_in(session, path)
    row = session.exec(select(RejectedRow)).one()
    assert (row.reason, row.cells) == ("too_many_cells", {"档号": "1-1", "题名": "渠道", "#3": "堤坝"})
    assert correct(session, int(row.id or 0)).reason == "too_many_cells"
    assert correct(session, int(row.id or 0), 题名="渠道，堤坝", **{"#3": None}).outcome == "accepted"


def test_a_line_that_is_no_item_is_dropped_and_stays_on_record(session: Session, path: Path) -> None:
    report = bring_in(session, path)
    repairing.drop(session=session, row_id=1, by="李档案", at=NOON)
    assert [row.id for row in repairing.waiting(session, int(report.catalogue or 0))] == [2]
    with pytest.raises(ProcedureError, match=r"repair\.settled"):
        correct(session, 1, 题名="x")
    with pytest.raises(ProcedureError, match=r"repair\.unknown"):
        repairing.drop(session=session, row_id=99, by="李档案", at=NOON)


def test_who_may_not_import_may_not_repair(session: Session, team: Team, path: Path) -> None:
    bring_in(session, path)
    with pytest.raises(PermissionDenied):
        repairing.repair(session=session, row_id=1, cells={"题名": "x"}, by=team.first, at=NOON, on=TODAY)


def test_the_same_file_again_does_not_make_its_rows_wait_twice(session: Session, path: Path) -> None:
    bring_in(session, path)
    bring_in(session, path)
    assert len(session.exec(select(RejectedRow)).all()) == 2


def fill(sheet: Path, **by_number: str) -> None:
    """Write titles into a repair sheet, as a person does in Excel."""
    book = openpyxl.load_workbook(sheet)
    page = book.active
    heads = next(row for row in page.iter_rows() if row[0].value in ("退回编号", "rejected row"))
    column = {cell.value: cell.column for cell in heads}
    for row in page.iter_rows(min_row=heads[0].row + 1):
        if title := by_number.get(f"n{row[0].value}"):
            page.cell(row[0].row, column["题名"]).value = title
    book.save(sheet)


def test_a_sheet_of_rejected_rows_goes_out_and_comes_back_as_an_import(url: str, path: Path, tmp_path: Path) -> None:
    must("import", path)
    assert must("import-repair", "list", "--json").json == [{"catalogue": 1, "file": "a.csv", "waiting": 2}]
    out = tmp_path / "待更正.xlsx"
    assert must("import-repair", "export", 1, out, "--json").json["rows"] == 2
    values = [cell.value for row in openpyxl.load_workbook(out).active.iter_rows() for cell in row if cell.value]
    assert "没有题名；请补上题名后连同本表重新导入" in values
    assert all(
        cell.data_type == "s" for row in openpyxl.load_workbook(out).active.iter_rows() for cell in row if cell.value
    )
    fill(out, n1="关于补写题名的说明")
    tried = must("import", out, "--dry-run", "--json").json
    assert (tried["accepted"], tried["rejected"]) == (1, 1)
    assert len(must("records", "--json").json) == 1
    made = must("import", out, "--json").json
    assert (made["rows"], made["accepted"], made["rejected"], made["catalogue"]) == (2, 1, 1, 1)
    again = must("import-repair", "import", out, "--json").json
    assert (again["duplicates"], again["rejected"], again["accepted"]) == (1, 1, 0)
    assert [row["title"] for row in must("records", "--json").json][1] == "关于补写题名的说明"
    waiting = must("import-repair", "list", 1, "--json").json
    assert [(row["number"], row["row"], row["reason"]) for row in waiting] == [(2, 5, "no_title")]
    must("import-repair", "drop", 2)
    assert workbench("import-repair", "export", 1, out).code == 1


def test_a_sheet_written_in_one_language_comes_back_in_another(session: Session, path: Path, tmp_path: Path) -> None:
    bring_in(session, path)
    out = tmp_path / "repair.xlsx"
    with speaking("en"):
        repair_sheets.write_sheet(session=session, catalogue_id=1, out=out)
    fill(out, n2="关于水库的说明")
    assert repair_sheets.is_repair_sheet(out)
    made = repair_sheets.take_sheet(session=session, path=out, by="李档案", at=NOON, on=TODAY)
    assert (made.rows, made.accepted, made.rejected) == (2, 1, 1)


def test_an_ordinary_catalogue_is_no_repair_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [HEAD, *items(1)])
    assert not repair_sheets.is_repair_sheet(path)
    path.write_bytes(b"PK")
    assert not repair_sheets.is_repair_sheet(path)
