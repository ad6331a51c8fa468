"""All papers of a batch (整批公文): what is due, in binding order; what is not, named with its reason."""

import hashlib
import re
import zipfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Batch, PaperKind
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, Ground, Level
from workbench.services import (
    approving,
    ledger_keeping,
    paper_printing,
    papers,
    publishing,
    reviewing,
    setting_up,
    signed_sheets,
)
from workbench.writers import pdf

A = BatchAction
LINES = ("1-1-1", "1-1-2", "1-1-3", "1-1-4")
needs_typst = pytest.mark.skipif(not pdf.is_available(), reason='needs the typesetter: pip install "kaijian[pdf]"')


@pytest.fixture
def batch(session: Session, team: Team) -> Batch:
    """Four items, one a volume: two to open, two to delay; on one the readers differed and a third settled it."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    setting_up.store(session, "notice_title_font", "Noto Serif CJK SC")
    setting_up.store(session, "notice_body_font", "Noto Serif CJK SC")
    one = a_record(session, "1-1-1", "=关于召开春耕生产会议的通知", creator="云溪县农业局")
    two = a_record(session, "1-1-2", "关于给予某甲处分的决定", date_to=date(1949, 5, 1), date_from=date(1949, 5, 1))
    three = a_record(session, "1-1-3", "关于农机厂技术改造的报告", level=Level.FILE)
    four = a_record(session, "1-1-4", "关于水利工程的批复", fonds="云溪县水利局", fonds_key="云溪县水利局")
    made = a_batch(session, team)
    opens(session, made, one, team.first)
    restricts(session, made, one, team.second)
    opens(session, made, one, team.third)
    for person in (team.first, team.second):
        restricts(session, made, two, person, reason="理由标记甲")
        restricts(session, made, three, person, ground=Ground.INTELLECTUAL_PROPERTY, reason="涉及技术秘密")
        opens(session, made, four, person)
    return made


def settle(session: Session, team: Team, batch: Batch) -> Batch:
    return move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)


def approve(session: Session, team: Team, batch: Batch) -> None:
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )


def print_all(session: Session, batch: Batch, home: Path, out: Path) -> papers.Printed:
    return paper_printing.write(papers.gather(session, batch.id, home=home, at=NOON, on=TODAY), out)


def words(file: Path) -> str:
    """Everything a reader sees in a docx, tables too."""
    document = Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def of_kind(printed: papers.Printed, kind: PaperKind) -> str:
    (file,) = [paper.file for paper in printed.papers if paper.kind is kind]
    return words(printed.folder / file)


def test_while_a_batch_is_read_only_its_open_questions_are_printed(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    printed = print_all(session, batch, home, tmp_path / "out")
    assert [paper.kind for paper in printed.papers] == [PaperKind.ISSUE_LIST]
    said = {line["paper"]: (line["status"], line["why"]) for line in printed.left_out}
    assert said["approval_sheet"] == ("未到", "本批尚未审毕")
    assert said["sampling_record"] == ("未到", "尚未抽检")
    assert "审核员甲，拟开放" in of_kind(printed, PaperKind.ISSUE_LIST)


def test_a_decided_batch_prints_its_papers_in_binding_order_with_numbered_names(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    printed = print_all(session, batch, home, tmp_path / "out")
    assert [paper.kind.value for paper in printed.papers] == [
        "approval_sheet", "appraisal_report", "minutes", "review_register", "delay_register", "issue_list",
    ]  # fmt: skip
    assert [paper.file[:3] for paper in printed.papers] == ["01-", "02-", "03-", "04-", "05-", "06-"]
    order = list(papers.BUILDERS)
    assert [PaperKind(line["paper"]) for line in printed.left_out] == [
        kind for kind in order if kind not in {paper.kind for paper in printed.papers}
    ]
    assert order == [kind for kind in PaperKind if kind in papers.BUILDERS]


def test_the_papers_say_what_the_records_say(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    approve(session, team, batch)
    printed = print_all(session, batch, home, tmp_path / "out")
    sheet = of_kind(printed, PaperKind.APPROVAL_SHEET)
    assert all(each in sheet for each in ("1卷、3件", "2件", "1卷、1件", "〔2026〕3号", batch.roster_digest))
    assert ledger_keeping.head(session) in sheet
    report = of_kind(printed, PaperKind.APPRAISAL_REPORT)
    for each in (
        "云溪县水利局", "拟开放占50.0%", "1949年10月1日以前形成的1件", "初审：审核员甲", "会商：审核员丙",
        "不一致的 1 条，均经会商定案；会商后拟开放 1 条，拟延期开放 0 条", "依设置略过抽检",
    ):  # fmt: skip
        assert each in report, each
    minutes = of_kind(printed, PaperKind.MINUTES)
    assert "〔2026〕3号" in minutes and "2026年11月24日" in minutes and "报云溪县档案局" not in minutes
    register = of_kind(printed, PaperKind.REVIEW_REGISTER)
    assert all(code in register for code in LINES) and "审核员丙\n拟开放" in register
    delays = of_kind(printed, PaperKind.DELAY_REGISTER)
    assert "1-1-2" in delays and "理由标记甲" in delays and "2036-01-01" in delays and "1-1-4" not in delays
    check = of_kind(printed, PaperKind.RELEASE_CHECK)
    assert "公布时编号" in check and "1卷、1件不在公布之列" in check


def test_a_published_batch_has_the_very_notice_that_was_published(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    approve(session, team, batch)
    notice = publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    printed = print_all(session, batch, home, tmp_path / "out")
    (mine,) = [paper for paper in printed.papers if paper.kind is PaperKind.NOTICE]
    public = home / "published" / notice.folder / "public" / "notice.docx"
    assert mine.digest == hashlib.sha256(public.read_bytes()).hexdigest()
    assert "2026年第1号" in of_kind(printed, PaperKind.RELEASE_CHECK)


def test_nothing_of_the_papers_lies_under_public(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    approve(session, team, batch)
    before = print_all(session, batch, home, home / "papers" / "batch" / "batch-1")
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    print_all(session, batch, home, home / "papers" / "batch" / "batch-1")
    public = [file for file in (home / "published").rglob("*") if "public" in file.parts and file.is_file()]
    # The notice in the file is the published one; everything else is for the house alone.
    mine = [file for file in before.folder.iterdir() if "开放公告" not in file.name]
    papers_ = {hashlib.sha256(file.read_bytes()).hexdigest() for file in mine}
    assert public and len(papers_) > 6
    assert not papers_ & {hashlib.sha256(file.read_bytes()).hexdigest() for file in public}
    for file in public:
        texts = [file.read_bytes()]
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as package:
                texts += [package.read(name) for name in package.namelist()]
        assert not any("理由标记甲".encode() in text or "审核员".encode() in text for text in texts), file


def test_the_contents_list_names_papers_pages_what_is_left_out_and_the_scans(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    scan = tmp_path / "审批表.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(scan)
    document.close()
    kept = signed_sheets.attach(
        session=session, batch_id=batch.id, file=scan, paper=PaperKind.APPROVAL_SHEET, home=home, by=team.archivist,
        at=NOON,
    )  # fmt: skip
    printed = print_all(session, batch, home, tmp_path / "out")
    said = words(printed.folder / "00-目录.docx")
    assert "抽查记录" in said and "依设置略过抽检（记入审计账）" in said and kept.digest in said
    table = Document(str(printed.folder / "00-目录.docx")).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[1] for row in rows] == [paper.name for paper in printed.papers]
    assert [row[2] for row in rows] == [str(paper.pages or "") for paper in printed.papers]
    assert [row[4] for row in rows] == ["有", "", "", "", "", ""]


@needs_typst
def test_the_bound_file_runs_through_all_papers_and_each_pdf_is_its_part(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    printed = print_all(session, batch, home, tmp_path / "out")
    assert printed.warning is None and printed.bound == "合订本.pdf"
    bound = pypdfium2.PdfDocument(printed.folder / printed.bound)
    contents = pypdfium2.PdfDocument(printed.folder / "00-目录.pdf")
    assert len(bound) == len(contents) + printed.pages
    begins = 1
    for paper in printed.papers:
        single = pypdfium2.PdfDocument(printed.folder / paper.file.replace(".docx", ".pdf"))
        assert (paper.begins, paper.pages) == (begins, len(single))
        for number in range(len(single)):
            said = single[number].get_textpage().get_text_range()
            assert f"第 {number + 1} 页" in said and f"共 {len(single)} 页" in said
            assert said == bound[len(contents) + begins - 1 + number].get_textpage().get_text_range()
            assert re.search(rf"^{begins + number}\s*$", said, re.M), "the number in the whole file"
        begins += len(single)
        single.close()
    marks = [mark.get_title() for mark in bound.get_toc()]
    assert marks == [paper.name for paper in printed.papers]
    bound.close()
    contents.close()


@needs_typst
def test_a_font_that_nobody_named_leaves_the_pdf_out_and_says_so_unless_it_is_a_must(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    settle(session, team, batch)
    for key in ("notice_title_font", "notice_body_font", "notice_fallback_font"):
        setting_up.store(session, key, "没有这种字体")
    printed = print_all(session, batch, home, tmp_path / "out")
    assert printed.bound is None and "没有这种字体" in printed.warning
    assert not list(printed.folder.glob("*.pdf")) and len(list(printed.folder.glob("*.docx"))) == 7
    setting_up.store(session, "papers_pdf", "on")
    with pytest.raises(ProcedureError, match=r"publication\.unexpected_font"):
        print_all(session, batch, home, tmp_path / "other")
    assert not (tmp_path / "other").exists()


@needs_typst
def test_a_character_that_no_font_has_is_named_and_the_rest_is_printed(
    session: Session, team: Team, home: Path, tmp_path: Path
) -> None:
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    for key in ("notice_title_font", "notice_body_font"):
        setting_up.store(session, key, "Noto Serif CJK SC")
    record = a_record(session, "1-1-8", "关于\U000e0041\uf8ff村水利工程的批复")
    made = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, made, record, person)
    settle(session, team, made)
    printed = print_all(session, made, home, tmp_path / "out")
    assert printed.bound is not None and "U+F8FF" in printed.warning


def test_printing_again_replaces_what_was_printed_but_never_a_stranger_s_file(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    setting_up.store(session, "papers_pdf", "off")
    out = tmp_path / "out"
    print_all(session, batch, home, out)
    settle(session, team, batch)
    printed = print_all(session, batch, home, out)
    assert {file.name for file in out.iterdir()} == {"00-目录.docx", *(paper.file for paper in printed.papers)}
    (out / "我的笔记.txt").write_text("留着", encoding="utf-8")
    with pytest.raises(ProcedureError, match=r"papers\.folder_in_use"):
        print_all(session, batch, home, out)
    assert (out / "我的笔记.txt").exists() and (out / "00-目录.docx").exists()


def test_the_same_records_give_the_same_papers(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    setting_up.store(session, "papers_pdf", "off")
    settle(session, team, batch)
    one, two = (print_all(session, batch, home, tmp_path / name) for name in ("one", "two"))
    assert [paper.digest for paper in one.papers] == [paper.digest for paper in two.papers]


def test_printing_is_sealed_with_the_digest_of_each_file_and_only_by_who_may(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    setting_up.store(session, "papers_pdf", "off")
    settle(session, team, batch)
    printed = print_all(session, batch, home, tmp_path / "out")
    with pytest.raises(PermissionDenied):
        papers.record(session=session, printed=printed, by=team.first, at=NOON)
    papers.record(session=session, printed=printed, by=team.archivist, at=NOON)
    (event,) = [event for event in ledger_keeping.events(session) if event.action == "papers.print"]
    for name, digest in event.payload["papers"].items():
        assert hashlib.sha256((printed.folder / name).read_bytes()).hexdigest() == digest
    assert event.payload["version"] == batch.version


def test_an_archive_without_a_name_is_told_before_anything_is_written(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    setting_up.store(session, "archive_name", None)
    with pytest.raises(ProcedureError, match=r"papers\.no_archive_name"):
        print_all(session, batch, home, tmp_path / "out")


def test_a_question_put_aside_stands_on_the_list_of_open_questions(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    record = a_record(session, "1-1-9", "关于水库移民的报告")
    other = a_batch(session, team, codes=["1-1-9"])
    reviewing.park(
        session=session, batch_id=other.id, record_id=record.id, by=team.first, text="须核对移民名单", at=NOON
    )
    printed = print_all(session, other, home, tmp_path / "out")
    said = of_kind(printed, PaperKind.ISSUE_LIST)
    assert "审核员甲：须核对移民名单" in said and "待解决" in said
    assert batch.id != other.id
