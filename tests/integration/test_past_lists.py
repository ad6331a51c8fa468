"""What was loaded of past decisions can be looked at: the lists, one record's history, and what clashes."""

from pathlib import Path

from catalogue_files import write_csv
from commands import must, workbench
from sqlmodel import Session

from builders import NOON, TODAY
from workbench.services import past_decisions, past_lists

HEAD = ["全宗名称", "档号", "题名", "文号", "形成日期", "开放标识", "开放批次", "审核日期"]
TITLE = "关于召开春耕生产会议的通知"


def a_list(folder: Path) -> Path:
    path = folder / "历次鉴定.csv"
    number = "云水字〔1987〕3号"
    write_csv(
        path,
        [
            HEAD, ["甲局", "1-1", TITLE, number, "19870503", "开放", "第一批", "2012-01-01"],
            ["乙局", "2-1", TITLE, number, "19870503", "控制", "第二批", "2015-01-01"],
            ["乙局", "2-2", "关于别的事的通知", "", "19870503", "开放", "第二批", "2015-01-01"],
        ],
    )  # fmt: skip
    return path


def test_a_loaded_list_is_listed_with_its_outcomes(session: Session, tmp_path: Path) -> None:
    prepared = past_decisions.prepare(session=session, path=a_list(tmp_path), on=TODAY)
    past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
    (found,) = past_lists.lists(session)
    assert (found["file"], found["open"], found["restricted"], found["batches"]) == ("历次鉴定.csv", 2, 1, 2)
    assert (found["by"], found["at"]) == ("档案员", NOON)
    assert past_lists.without_review_again(session) == 1


def test_one_document_decided_both_ways_is_a_contradiction(session: Session, tmp_path: Path) -> None:
    prepared = past_decisions.prepare(session=session, path=a_list(tmp_path), on=TODAY)
    past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
    (found,) = past_lists.contradictions(session)
    assert [(each["reference_code"], each["access"].value, each["batch_name"]) for each in found["records"]] == [
        ("1-1", "open", "第一批"), ("2-1", "restricted", "第二批"),
    ]  # fmt: skip


def test_the_commands_show_lists_history_and_contradictions(url: str, tmp_path: Path) -> None:
    assert "还没有装入" in must("past", "lists").out
    must("import", "--decided", a_list(tmp_path))
    assert must("past", "lists", "--json").json[0]["decisions"] == 3
    shown = must("past", "show", "2-1", "--json").json
    assert [each["closeness"] for each in shown["closest"]] == ["itself", "same-document"]
    assert shown["is_split"] and shown["access"] == "restricted"
    assert "第二批" in must("past", "show", "2-1").out
    assert len(must("past", "contradictions", "--json").json) == 1
    missing = workbench("past", "show", "9-9")
    assert missing.code == 1 and "9-9" in missing.err
