"""A volume's inner list becomes its items (卷转件), whatever stands on which roster."""

from datetime import date
from pathlib import Path

import pytest
from catalogue_files import write_csv, write_pdf, write_xlsx
from commands import must, workbench
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, opens
from models import AuditEvent, Record, RosterEntry
from models.errors import ProcedureError
from models.vocabulary import Access, BatchAction, Level, VolumeStatus
from workbench import db
from workbench.services import batching, inner_lists, volumes
from workbench.services.due_list import due_records
from workbench.services.importing import import_catalogue
from workbench.services.inner_lists import InnerReport

A = BatchAction
HEAD = ["顺序号", "文号", "责任者", "题名", "日期", "页号", "备注"]
VOLUMES = ["全宗名称", "案卷档号", "案卷题名", "起止日期", "页数", "卷内件数"]


def a_volume(session: Session, code: str = "X-1-12", **fields: object) -> Record:
    known = {
        "level": Level.FILE, "date_from": date(1987, 1, 1), "date_to": date(1987, 12, 31), "due_on": date(2013, 1, 1),
        "date_text": "1987", "pages": "20", "item_count": "3", **fields,
    }  # fmt: skip
    return a_record(session, code, "1987年渠道整修材料", **known)


def line(number: int, title: str | None = None, day: str = "19870503", pages: str = "", **_: str) -> list[str]:
    named = title or f"关于第{number}号渠道整修的通知"
    return [str(number), f"云水字〔1987〕{number}号", "云溪县水利局", named, day, pages, ""]


def a_list(folder: Path, *rows: list[str], name: str = "X-1-12.csv") -> Path:
    path = folder / name
    write_csv(path, [["卷内文件目录"], HEAD, *rows])
    return path


def take(session: Session, path: Path, volume: str = "X-1-12", **options: object) -> InnerReport:
    return inner_lists.import_inner_list(
        session=session, path=path, volume=volume, by="档案员", at=NOON, on=TODAY, **options
    )


def test_each_row_becomes_an_item_of_the_volume(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    made = take(session, a_list(tmp_path, line(1, pages="1"), line(2, pages="5"), line(3, pages="9-20")))
    assert (made.report.accepted, made.contradictions, made.batch) == (3, [], None)
    items = session.exec(select(Record).where(Record.level == Level.ITEM).order_by(col(Record.row))).all()
    assert [item.reference_code for item in items] == ["X-1-12-1", "X-1-12-2", "X-1-12-3"]
    assert {(item.volume_code, item.fonds, item.fonds_key) for item in items} == {
        ("X-1-12", "云溪县农业局", "云溪县农业局")
    }
    assert items[0].document_number == "云水字〔1987〕1号" and items[0].due_on == date(2012, 5, 4)


def test_the_volume_gives_its_place_on_the_due_list_to_its_items(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    assert [each.record.reference_code for each in due_records(session, on=TODAY)] == ["X-1-12"]
    take(session, a_list(tmp_path, line(1)))
    assert [each.record.reference_code for each in due_records(session, on=TODAY)] == ["X-1-12-1"]


def test_the_same_list_again_is_all_duplicates(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    path = a_list(tmp_path, line(1), line(2))
    take(session, path)
    again = take(session, path)
    assert (again.report.duplicates, again.report.accepted) == (2, 0)


def test_a_dry_run_says_the_contradictions_and_leaves_nothing(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    tried = take(session, a_list(tmp_path, line(1, day="19880101")), dry_run=True)
    assert {each.fault.value for each in tried.contradictions} == {"later-than-volume", "count-differs"}
    assert len(session.exec(select(Record)).all()) == 1


def test_contradictions_are_said_and_nothing_is_mended(session: Session, tmp_path: Path) -> None:
    volume = a_volume(session)
    made = take(
        session, a_list(tmp_path, line(1, day="19880101", pages="1"), line(3, pages="21"), line(4, pages="7"))
    )  # fmt: skip
    assert {each.fault.value for each in made.contradictions} == {
        "later-than-volume", "beyond-pages", "pages-backward", "numbers-missing",
    }  # fmt: skip
    assert made.report.accepted == 3
    session.refresh(volume)
    assert (volume.date_to, volume.pages, volume.item_count) == (date(1987, 12, 31), "20", "3")
    assert volumes.check(session, volume) == list(made.contradictions)


def test_a_ruled_pdf_list_turns_into_items_too(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    path = tmp_path / "X-1-12.pdf"
    write_pdf(path, [HEAD, line(1), line(2)])
    assert take(session, path).report.accepted == 2


def test_a_list_for_no_known_volume_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ProcedureError, match=r"volume\.unknown"):
        take(session, a_list(tmp_path, line(1)))
    a_volume(session)
    a_volume(session, fonds="云溪县水利局", fonds_key="云溪县水利局")
    with pytest.raises(ProcedureError, match=r"volume\.ambiguous"):
        take(session, a_list(tmp_path, line(1)))
    assert take(session, a_list(tmp_path, line(1)), fonds="云溪县水利局").report.accepted == 1


def test_a_folder_of_lists_goes_in_and_names_what_does_not(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    a_volume(session, "X-1-13")
    folder = tmp_path / "卷内目录"
    folder.mkdir()
    a_list(folder, line(1), name="X-1-12.csv")
    write_xlsx(folder / "X-1-13.xlsx", [HEAD, line(1), line(2)])
    a_list(folder, line(1), name="X-9-99.csv")
    (folder / "X-1-12.docx").write_bytes(b"nothing")
    (folder / "说明.md").write_text("不是目录")
    found = inner_lists.import_folder(session=session, paths=[folder], by="档案员", at=NOON, on=TODAY)
    assert [(each.volume, each.report.accepted) for each in found.made] == [("X-1-12", 1), ("X-1-13", 2)]
    assert [(path.name, failure.code) for path, failure in found.failed] == [
        ("X-1-12.docx", "import.unreadable"), ("X-9-99.csv", "volume.unknown"),
    ]  # fmt: skip


def test_coverage_counts_volumes_with_and_without_items_by_fonds(session: Session, tmp_path: Path) -> None:
    a_volume(session)
    a_volume(session, "X-1-13")
    a_volume(session, "X-1-12", fonds="另一全宗", fonds_key="另一全宗")
    take(session, a_list(tmp_path, line(1), line(2)), fonds="云溪县农业局")
    found = {each.fonds: each for each in volumes.coverage(session)}
    mine, other = found["云溪县农业局"], found["另一全宗"]
    assert (mine.volumes, mine.listed, mine.unlisted, mine.items) == (2, 1, 1, 2)
    assert (other.volumes, other.listed, other.items) == (1, 0, 0)
    assert [row["reference_code"] for row in volumes.rows(session, fonds="云溪县农业局", listed=False)] == ["X-1-13"]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (Access.OPEN, Access.OPEN, VolumeStatus.OPEN), (Access.OPEN, Access.RESTRICTED, VolumeStatus.PARTLY_OPEN),
        (Access.RESTRICTED, Access.RESTRICTED, VolumeStatus.RESTRICTED), (Access.OPEN, None, VolumeStatus.UNDECIDED),
    ],
)  # fmt: skip
def test_the_state_of_a_volume_is_derived_from_its_items(
    session: Session, tmp_path: Path, first: Access, second: Access | None, status: VolumeStatus
) -> None:
    volume = a_volume(session)
    assert volumes.status_of(session, volume) is None
    take(session, a_list(tmp_path, line(1), line(2)))
    items = session.exec(select(Record).where(Record.level == Level.ITEM)).all()
    for item, access in zip(items, (first, second), strict=True):
        item.access = access
        session.add(item)
    assert volumes.status_of(session, volume) is status
    assert volumes.statuses(session) == {volume.id: status}


def test_a_volume_on_a_roster_gives_way_before_the_batch_goes_on(session: Session, team: Team, tmp_path: Path) -> None:
    volume = a_volume(session)
    other = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for record in (volume, other):
        for person in (team.first, team.second):
            opens(session, batch, record, person)
    made = take(session, a_list(tmp_path, line(1)))
    assert made.batch == batch.id
    with pytest.raises(ProcedureError, match="volumes_with_items"):
        move(session, batch, team, A.FINISH)
    before = batch.roster_digest
    assert volumes.give_way(session=session, batch_id=batch.id, by=team.archivist, at=NOON) == ["X-1-12"]
    entry = session.get_one(RosterEntry, (batch.id, volume.id))
    assert (entry.gave_way, entry.is_live) == (True, False)
    assert batch.roster_digest != before
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "batch.give-way")).one()
    assert event.payload["records"] == [volume.id]
    move(session, batch, team, A.FINISH)
    successor = a_batch(session, team, start=False)
    assert session.exec(select(RosterEntry.record_id).where(RosterEntry.batch_id == successor.id)).all() == [
        session.exec(select(Record.id).where(Record.reference_code == "X-1-12-1")).one()
    ]


def test_items_of_an_ordinary_import_hold_the_roster_up_as_well(session: Session, team: Team, tmp_path: Path) -> None:
    a_volume(session)
    batch = a_batch(session, team, start=False)
    path = tmp_path / "文件目录.csv"
    row = ["云溪县农业局", "X-1-12-1", "X-1-12", "通知一则", "19870503"]
    write_csv(path, [["全宗名称", "档号", "案卷档号", "题名", "日期"], row])
    import_catalogue(session=session, path=path, by="档案员", at=NOON, on=TODAY)
    with pytest.raises(ProcedureError, match="volumes_with_items"):
        move(session, batch, team, A.START)


def test_an_emptied_batch_goes_nowhere(session: Session, team: Team, tmp_path: Path) -> None:
    a_volume(session)
    batch = a_batch(session, team)
    take(session, a_list(tmp_path, line(1)))
    volumes.give_way(session=session, batch_id=batch.id, by=team.archivist, at=NOON)
    with pytest.raises(ProcedureError, match=r"batch\.empty"):
        move(session, batch, team, A.FINISH)
    with pytest.raises(ProcedureError, match="none_to_give_way"):
        volumes.give_way(session=session, batch_id=batch.id, by=team.archivist, at=NOON)
    assert batching.facts(session, batch, on=TODAY).items == 0


def test_the_commands_turn_a_volume_into_items_and_show_the_coverage(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "案卷目录.xlsx", [VOLUMES, ["云溪县水利局", "X-1-12", "渠道材料", "1987", "20", "2"]])
    must("import", tmp_path / "案卷目录.xlsx")
    path = a_list(tmp_path, line(1), line(2, day="19880101"))
    made = must("import", "--volume", "X-1-12", path, "--json").json
    assert (made["volume"], made["accepted"]) == ("X-1-12", 2)
    assert [each["fault"] for each in made["contradictions"]] == ["later-than-volume"]
    assert must("volumes", "check", "X-1-12", "--json").json == made["contradictions"]
    assert must("volumes", "coverage", "--json").json == [
        {"fonds": "云溪县水利局", "volumes": 1, "with_items": 1, "without_items": 0, "items": 2}
    ]
    with db.transaction(url) as session:
        for item in session.exec(select(Record).where(Record.level == Level.ITEM)):
            item.access = Access.OPEN
            session.add(item)
    accesses = {row["reference_code"]: row["access"] for row in must("records", "--json").json}
    assert accesses["X-1-12"] == "open"
    assert "全部开放" in must("volumes", "list").out
    folder = must("import", "--volumes", path, "--json").json
    assert (folder["duplicates"], folder["failed"]) == (2, [])
    assert workbench("import", "--volume", "X-9", path).code == 1
