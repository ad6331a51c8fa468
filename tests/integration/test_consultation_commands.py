"""Consultation, consistency and delay by commands alone (命令行办理)."""

from pathlib import Path

import pytest
from commands import must, workbench
from openpyxl import load_workbook

from builders import Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models.vocabulary import BatchAction
from workbench import db
from workbench.services import setting_up

BUREAU, MILL = "云溪县农业局", "云溪县油厂"


@pytest.fixture
def batch(url: str) -> int:
    """A reviewed batch of two fonds in a flagged home, where ``--as`` needs no password."""
    with db.transaction(url) as session:
        team = Team(session)
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        switch_off(session, "certification")
        name_the_archive(session)
        titles = {
            "1-1-1": "关于召开春耕生产会议的通知", "1-1-2": "关于林××同志处分问题的决定",
            "1-1-3": "关于周大海同志处分问题的决定", "1-1-4": "关于水利建设的通知",
        }  # fmt: skip
        records = {code: a_record(session, code, title) for code, title in titles.items()}
        mill = a_record(session, "2-1-1", "关于榨油季安排的通知", fonds=MILL, fonds_key=MILL)
        made = a_batch(session, team)
        for person in (team.first, team.second):
            for code, record in {**records, "2-1-1": mill}.items():
                (restricts if code == "1-1-2" else opens)(session, made, record, person)
        move(session, made, team, BatchAction.FINISH)
        return int(made.id or 0)


def fill(file: Path, header: int, answers: dict[str, dict[str, str]]) -> Path:
    book = load_workbook(file)
    page = book.worksheets[0]
    titles = {str(cell.value): cell.column for cell in page[header]}
    key = "档号" if "档号" in titles else "全宗名称"
    for row in range(header + 1, page.max_row + 1):
        for title, text in answers.get(str(page.cell(row, titles[key]).value), {}).items():
            page.cell(row, titles[title]).value = text
    book.save(file)
    return file


def test_the_whole_way_by_commands(batch: int, tmp_path: Path) -> None:
    refused = workbench("batch", "consult", batch, person="档案员")
    assert refused.code == 1
    assert BUREAU in refused.err and "agency export" in refused.err
    register = tmp_path / "名册.xlsx"
    assert must("agency", "export", register, "--json").json["lines"] == 2
    fill(register, 1, {
        BUREAU: {"形成单位": "云溪县农业农村局"},
        MILL: {"形成单位": MILL, "现状": "撤销且无承继", "依据": "云政〔2001〕8号"},
    })  # fmt: skip
    assert must("agency", "import", register, "--json", person="档案员").json["recorded"] == 2
    assert {line["agency"] for line in must("agency", "list", "--json").json} == {"云溪县农业农村局", MILL}

    must("batch", "consult", batch, person="档案员")
    out = tmp_path / "函件"
    (letter,) = must("consult", "export", batch, out, "--due", "2099-01-01", "--json", person="档案员").json
    assert letter["agency"] == "云溪县农业农村局"
    (sheet,) = out.glob("*/征求意见清单.xlsx")
    objection = {"单位意见": "不同意", "理由": "本人已公开"}
    fill(sheet, 3, {"1-1-1": {"单位意见": "同意"}, "1-1-2": objection})
    report = must("consult", "import", batch, sheet, "--json", person="档案员").json
    assert (report["recorded"], report["blank"], report["problems"]) == (2, 2, [])
    assert must("consult", "remind", batch, out, "--json", person="档案员").json == []
    must("consult", "reply", batch, "1-1-3", "--agree", "--number", "云农函〔2026〕2号", person="档案员")
    waiting = {
        row["reference_code"]: row["standing"] for row in must("consult", "list", batch, "--items", "--json").json
    }
    assert waiting == {
        "1-1-1": "agreed", "1-1-2": "objected", "1-1-3": "agreed", "1-1-4": "waiting", "2-1-1": "alone",
    }  # fmt: skip
    assert "未回复" in must("consult", "list", batch).out
    assert must("consult", "received", batch, "--json").json == {"own": 5, "from_above": 0, "elsewhere": 0}
    talk = ("--outcome", "as-proposed", "--ours", "云溪县档案馆", "--theirs", "云溪县农业农村局", "--note", "核对原件")
    must("consult", "talk", batch, "1-1-2", *talk, person="组长")
    held = must("batch", "hold-back", batch, "--unanswered", "--json", person="组长").json
    assert held["items"] == 1
    must("batch", "conclude", batch, person="档案员")
    must("batch", "skip-certification", batch, person="组长")

    contradictions = must("consistency", "list", batch, "--json").json
    assert {line["reference_code"] for line in contradictions} == {"1-1-2", "1-1-3"}
    must("setting", "set", "consistency_check", "near", person="管理员")
    assert workbench("batch", "submit", batch, person="档案员").code == 1
    must("consistency", "explain", batch, "1-1-2", "--text", "后一件本人已公开", person="组长")
    assert "已说明" in must("consistency", "list", batch).out
    must("batch", "submit", batch, person="档案员")
    must("batch", "approve", batch, "--minutes", "〔2026〕3号", person="馆长")

    blocked = must("batch", "show", batch, "--json").json["steps"]
    assert any("条例第三十一条" in problem for step in blocked for problem in step["problems"])
    package = ("delay", "export", batch, tmp_path / "报批", "--authority", "云溪县档案局", "--json")
    assert must(*package, person="档案员").json["items"] == 1
    given = ("--consent", "--number", "云档局函〔2026〕9号", "--date")
    assert workbench("delay", "answer", batch, "--all", *given, "2099-01-01", person="档案员").code == 1
    today = must("delay", "list", batch, "--json").json[0]["requested_on"]
    must("delay", "answer", batch, "--all", *given, today, person="档案员")
    (line,) = must("delay", "list", batch, "--json").json
    assert (line["standing"], line["document_number"]) == ("consented", "云档局函〔2026〕9号")
    must("ledger", "verify")


@pytest.mark.parametrize(
    "words",
    [
        ("consult", "reply", 1, "1-1-1"),
        ("consult", "reply", 1, "--agree"),
        ("consult", "reply", 1, "1-1-1", "--agree", "--object"),
        ("delay", "answer", 1, "--all", "--number", "1", "--date", "2026-01-01"),
        ("delay", "answer", 1, "--consent", "--number", "1", "--date", "2026-01-01"),
        ("consistency", "explain", 1, "--text", "x"),
    ],
)
def test_half_an_answer_is_wrong_usage(batch: int, words: tuple[object, ...]) -> None:
    assert workbench(*words, person="档案员").code == 2


def test_a_reply_before_the_consultation_is_refused(batch: int) -> None:
    answer = workbench("consult", "reply", batch, "1-1-1", "--agree", person="档案员")
    assert answer.code == 1
    assert "不在征求意见中" in answer.err
