"""What an outside script asks that is a little unusual, and is still answered as the contract says."""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from commands import must, workbench
from sqlmodel import Session

from batches import machine
from builders import NOON, TODAY, Team, a_batch, a_record, move, opens
from models.errors import ImportFailure, PermissionDenied, ReviewError, WorkbenchError
from models.vocabulary import Access, BatchAction
from workbench.cli.parameters import codes_from
from workbench.i18n import LANGUAGES, explain, t, texts
from workbench.permissions import PERMISSIONS, require
from workbench.services import review_sheets, reviewing


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_screening_is_replayed_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    data, priors = tmp_path / "筛选.csv", tmp_path / "起始.txt"
    subjects = ["渠道整修", "水库加固", "会议通知", "任免通知", "工资调整"]
    lines = [f"关于{subjects[n % 5]}的第{n}号文,{int(n % 5 == 0)}" for n in range(40)]
    data.write_text("\n".join(["题名,入选", *lines]), encoding=encoding)
    priors.write_text("0\n1\n", encoding="utf-8")
    found = must("simulate", data, "--text", "题名", "--label", "入选", "--priors", priors, "--json").json
    assert set(found) == {"order", "loss", "recall_at_10", "wss95", "n95", "n100", "retrains", "seconds"}
    assert sorted(found["order"]) == list(range(2, 40))


def test_a_column_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("title,included\n甲,1\n", encoding="utf-8")
    answer = workbench("simulate", data, "--text", "abstract", "--label", "included", "--priors", data)
    assert answer.code == 1
    assert "title, included" in answer.err


@pytest.mark.usefixtures("home")
def test_a_labelled_file_needs_no_more_than_title_and_label(tmp_path: Path) -> None:
    data = tmp_path / "labelled.csv"
    titles = ["关于春耕生产的通知", "关于水库整修的报告", "关于给予刘某处分的决定", "刘某离婚案卷"] * 12
    rows = [f"{title}第{n}号,{'open' if n % 4 < 2 else 'restricted'}," for n, title in enumerate(titles)]
    data.write_text("\n".join(["title,label,ground", *rows]), encoding="utf-8")
    said = must("train", "--from", data, "--no-adopt").out
    assert t("learning.card.kept") in said
    figures = must("evaluate", data, "--json").json
    assert list(figures) == [
        "leak", "missed_share", "over_restriction", "coverage", "coverage_at_leak", "auc", "ece15", "n95", "n100",
    ]  # fmt: skip
    assert not re.search(r"[:：]\s*[01]$", said.splitlines()[0])


def test_a_list_of_codes_may_have_a_header_and_any_office_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        file = tmp_path / f"{encoding}.csv"
        file.write_text('档号,题名\n"X1-1-1",关于春耕的通知\nX1-1-2,关于秋收的通知\n', encoding=encoding)
        assert list(codes_from(file)) == ["X1-1-1", "X1-1-2"]
    plain = tmp_path / "a.txt"
    plain.write_text("X1-1-1\n\nX1-1-2\n", encoding="utf-8")
    assert list(codes_from(plain)) == ["X1-1-1", "X1-1-2"]


def test_a_refusal_speaks_of_rights_in_the_words_of_the_house(session: Session, team: Team) -> None:
    with pytest.raises(PermissionDenied) as refusal:
        require(team.first, "catalogue.import")
    assert explain(refusal.value) == "审核员甲无权装入目录；有权的角色：系统管理员、档案员"
    batch = a_batch(session, team, codes=[a_record(session, "X1-1-1").reference_code])
    with pytest.raises(WorkbenchError) as refused:
        move(session, batch, team, BatchAction.FINISH)
    assert "start" not in explain(refused.value)
    with pytest.raises(WorkbenchError) as illegal:
        machine.transition(batch.state, BatchAction.PUBLISH)
    assert explain(illegal.value) == "批次现为“审核中”，不能“公布”；现在可做：审核完毕"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_right_has_a_name_in_both_languages(language: str) -> None:
    assert [action for action in PERMISSIONS if f"actions.{action}" not in texts(language)] == []


def test_of_a_group_the_item_that_cannot_have_the_opinion_is_named(session: Session, team: Team) -> None:
    records = [a_record(session, f"X1-1-{n}") for n in (1, 2)]
    batch = a_batch(session, team)
    opens(session, batch, records[1], team.first)
    with pytest.raises(ReviewError) as refusal:
        reviewing.decide_group(
            session=session, batch_id=int(batch.id or 0), record_ids=[int(each.id or 0) for each in records],
            group_id="g", by=team.first, at=NOON, on=TODAY, access=Access.OPEN,
        )  # fmt: skip
    assert explain(refusal.value).startswith("档号 X1-1-2：初审、复审、会商不得为同一人")


def test_a_sheet_filled_with_the_words_of_its_lists_comes_back(session: Session, team: Team, tmp_path: Path) -> None:
    for number in (1, 2):
        a_record(session, f"X1-1-{number}")
    batch = a_batch(session, team)
    out = tmp_path / "审核表.xlsx"
    review_sheets.export(session=session, batch_id=int(batch.id or 0), out=out, by=team.first, at=NOON)
    book = openpyxl.load_workbook(out)
    page = book.active
    lists = {str(rule.sqref)[0]: rule.formula1.strip('"').split(",") for rule in page.data_validations.dataValidation}
    columns = {cell.value: cell.column_letter for cell in page[1]}
    chosen = lists[columns["理由类别"]][2]
    assert (lists[columns["意见"]], chosen) == (["拟开放", "拟延期"], "个人信息及第三方合法权益")
    page[f"{columns['意见']}2"] = "开放"
    for name, value in {"意见": "延期", "理由类别": chosen, "理由": "涉及处分", "再审日期": date(2036, 1, 1)}.items():
        page[f"{columns[name]}3"] = value
    book.save(out)
    report = review_sheets.import_(session=session, file=out, by=team.first, at=NOON, on=TODAY)
    assert (report.recorded, report.problems) == (2, [])


@pytest.mark.usefixtures("home")
def test_a_column_that_was_cut_from_a_returned_sheet_is_named_once(
    session: Session, team: Team, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["批次", "序列号", "环节", "意见"])
    book.save(file)
    with pytest.raises(ImportFailure) as refusal:
        review_sheets.import_(session=session, file=file, by=team.first, at=NOON, on=TODAY)
    assert refusal.value.params["columns"] == "档号"
