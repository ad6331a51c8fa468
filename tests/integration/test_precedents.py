"""How was this decided before (以往如何定): beside the item, the closest first, and never to a blind reader."""

from datetime import date
from pathlib import Path

from catalogue_files import write_csv
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, at_desk, move, opens, restricts, switch_off
from models import Record
from models.vocabulary import Access, BatchAction, Ground, Level, ReviewStage
from workbench.services import approving, consistency, past_decisions, precedents
from workbench.services.precedents import Closeness

A = BatchAction
HEAD = ["全宗名称", "档号", "题名", "文号", "形成日期", "开放标识", "开放批次", "审核日期", "延期理由"]


def decided_before(session: Session, folder: Path, *rows: list[str]) -> None:
    path = folder / "历次鉴定.csv"
    write_csv(path, [HEAD, *rows])
    prepared = past_decisions.prepare(session=session, path=path, on=TODAY)
    past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)


def row(code: str, title: str, mark: str, number: str = "", **cells: str) -> list[str]:
    known = {
        "全宗名称": "云溪县水利局", "档号": code, "题名": title, "文号": number, "形成日期": "19870503",
        "开放标识": mark, **cells,
    }  # fmt: skip
    return [known.get(name, "") for name in HEAD]


def closeness(session: Session, record: Record) -> list[str]:
    return [each.closeness.value for each in precedents.precedents(session, record).closest]


def test_the_closest_precedents_come_first_with_batch_date_and_ground(session: Session, tmp_path: Path) -> None:
    title = "关于林××同志工资问题的批复"
    decided_before(
        session, tmp_path,
        row("9-1", "关于王××同志工资问题的批复", "开放", 开放批次="第一批"),
        row("9-2", title, "控制", 审核日期="2015-03-01", 开放批次="第六批", 延期理由="个人隐私"),
        row("9-3", "关于另一件事的通知", "开放", "云水字〔1987〕12号"),
        row("9-4", title, "控制", "云水字〔1987〕12号", 审核日期="2010-03-01"),
    )  # fmt: skip
    record = a_record(session, "1-1-1", title, document_number="云水字（1987）12号")
    found = precedents.precedents(session, record)
    assert [each.closeness for each in found.closest] == [
        Closeness.SAME_DOCUMENT, Closeness.SAME_TITLE, Closeness.SAME_NUMBER, Closeness.NEAR_TITLE,
    ]  # fmt: skip
    same = found.closest[1]
    assert (same.access, same.ground, same.batch_name) == (Access.RESTRICTED, Ground.PERSONAL_INFORMATION, "第六批")
    assert (same.decided_on, same.reason) == (date(2015, 3, 1), "个人隐私")
    assert found.alike == {Access.OPEN: 1, Access.RESTRICTED: 2} and found.is_split


def test_the_item_itself_and_its_volume_come_before_all_others(session: Session, tmp_path: Path) -> None:
    volume = a_record(session, "1-1", "春耕生产材料", level=Level.FILE)
    record = a_record(session, "1-1-1", "关于春耕生产的总结", volume_code="1-1")
    volume.access = Access.OPEN
    session.add(volume)
    path = tmp_path / "历次鉴定.csv"
    write_csv(path, [["全宗名称", "档号", "题名", "开放标识"], ["云溪县农业局", "1-1-1", "关于春耕生产的总结", "控制"]])
    prepared = past_decisions.prepare(session=session, path=path, on=TODAY)
    past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
    assert closeness(session, record) == ["itself", "its-volume"]


def test_what_was_approved_here_is_a_precedent_for_the_next_batch(session: Session, team: Team) -> None:
    switch_off(session, "consultation", "certification", "delay_report")
    first = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, first, person)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    (found,) = precedents.precedents(session, a_record(session, "1-1-2")).closest
    assert (found.closeness, found.access, found.batch) == (Closeness.SAME_TITLE, Access.OPEN, batch.id)
    assert found.decided_on == NOON.date()


def test_a_blind_second_reader_is_told_nothing(session: Session, team: Team, tmp_path: Path) -> None:
    decided_before(session, tmp_path, row("9-1", "关于召开春耕生产会议的通知", "开放"))
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team, codes=["1-1-1"])
    first = at_desk(session, batch, team.first)["card"]
    assert first["stage"] == ReviewStage.FIRST and first["decided_before"]["alike"]["open"] == 1
    opens(session, batch, record, team.first)
    second = at_desk(session, batch, team.second)["card"]
    assert second["stage"] == ReviewStage.SECOND and second["decided_before"] is None
    restricts(session, batch, record, team.second)
    third = at_desk(session, batch, team.third, stages=(ReviewStage.ARBITRATION,))["card"]
    assert third["decided_before"]["closest"][0]["access"] is Access.OPEN


def test_an_opposite_past_decision_must_be_explained_before_submission(
    session: Session, team: Team, tmp_path: Path
) -> None:
    switch_off(session, "consultation", "certification")
    decided_before(session, tmp_path, row("9-1", "关于召开春耕生产会议的通知", "控制"))
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION)
    (found,) = consistency.rows(session, batch)
    assert found["others"][0]["reference_code"] == "9-1" and not found["explained"]
    assert consistency.records_unexplained(session, batch) == [record.id]
