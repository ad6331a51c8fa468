"""``papers`` on the command line (整批公文命令): one word prints the batch, the rest are verbs."""

from pathlib import Path

import pypdfium2
import pytest
from commands import must, workbench
from sqlmodel import Session

from builders import Team, a_batch, a_record, name_the_archive, opens, restricts, switch_off
from workbench.services import setting_up


@pytest.fixture
def batch(session: Session, team: Team) -> int:
    setting_up.store(session, setting_up.DEMO_FLAG, True)  # so that nobody needs a password here
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    setting_up.store(session, "papers_pdf", "off")
    record = a_record(session, "1-1-1")
    made = a_batch(session, team)
    opens(session, made, record, team.first)
    restricts(session, made, record, team.second)
    session.commit()
    return int(made.id or 0)


@pytest.mark.parametrize("order", [("papers", "{batch}", "--out", "{out}"), ("papers", "--out", "{out}", "{batch}")])
def test_papers_and_a_number_print_the_batch(batch: int, tmp_path: Path, order: tuple[str, ...]) -> None:
    out = tmp_path / "templates"
    answer = must(*(word.format(batch=batch, out=out) for word in order), "--json")
    assert answer.json["papers"][0]["paper"] == "issue_list"
    assert (out / answer.json["papers"][0]["file"]).is_file() and (out / "00-目录.docx").is_file()
    assert {line["paper"] for line in answer.json["left_out"]} >= {"approval_sheet", "notice"}
    events = must("ledger", "export", "--json").json
    assert events[-1]["action"] == "papers.print" and events[-1]["actor"] == "cli"


def test_who_may_not_print_is_refused_before_anything_is_written(batch: int, tmp_path: Path) -> None:
    answer = workbench("papers", batch, "--out", tmp_path / "out", person="审核员甲")
    assert answer.code == 1 and not (tmp_path / "out").exists()


def test_a_scan_is_attached_listed_and_withdrawn(batch: int, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(tmp_path / "纪要.pdf")
    document.close()
    attached = must("papers", "attach", batch, tmp_path / "纪要.pdf", "--paper", "minutes", "--json", person="档案员")
    (row,) = must("papers", "scans", batch, "--json").json
    assert row["digest"] == attached.json["digest"] and row["attached_by"] == "档案员"
    assert "会议纪要" in must("papers", "scans", batch).out
    must("papers", "withdraw", batch, row["sheet"], "--reason", "扫错了", person="档案员")
    assert must("papers", "scans", batch, "--json").json == []


def test_templates_are_listed_written_out_and_checked(batch: int, home: Path, tmp_path: Path) -> None:
    names = {line["name"] for line in must("papers", "templates", "list", "--json").json}
    assert {"approval_sheet", "review_register", "delay_register", "appraisal_report", "minutes", "issue_list",
            "sampling_record", "release_check", "contents"} <= names  # fmt: skip
    assert "batch.title" in must("papers", "templates", "list", "minutes", "--json").json
    must("papers", "templates", "export", tmp_path / "out", "minutes")
    (home / "templates").mkdir()
    (tmp_path / "out" / "minutes.docx").rename(home / "templates" / "minutes.docx")
    assert must("papers", "templates", "check", "--json").json["templates"][0]["well"]
    (home / "templates" / "notice.docx").write_bytes(b"x")
    answer = workbench("papers", "templates", "check")
    assert answer.code == 1 and "notice.docx" in answer.out
