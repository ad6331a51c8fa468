"""Papers of a batch that asked others (征求意见、延期报批的公文): letters, objections, requests, as they went out."""

from pathlib import Path

import pytest
from docx import Document
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Batch, PaperKind, Record
from models.consultation import AgencyAnswer, TalkOutcome
from models.delay import AuthorityAnswer
from models.vocabulary import BatchAction
from workbench.services import (
    agencies,
    approving,
    consulting_papers,
    delaying,
    delaying_papers,
    paper_printing,
    papers,
    replying,
    setting_up,
)

A = BatchAction


@pytest.fixture
def asked(session: Session, team: Team, tmp_path: Path) -> tuple[Batch, list[Record]]:
    """Two units were asked about three items; the letters are out."""
    switch_off(session, "certification")
    name_the_archive(session)
    setting_up.store(session, "papers_pdf", "off")
    setting_up.store(session, "archives_authority", "云溪县档案局")
    for fonds, agency in (("云溪县农业局", "云溪县农业农村局"), ("云溪县水利局", "云溪县水务局")):
        agencies.register(session=session, line={"fonds": fonds, "agency": agency}, by=team.archivist, at=NOON)
    records = [
        a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定"),
        a_record(session, "2-1-1", "关于水利工程的批复", fonds="云溪县水利局", fonds_key="云溪县水利局"),
    ]  # fmt: skip
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, records[0], person)
        restricts(session, batch, records[1], person)
        opens(session, batch, records[2], person)
    move(session, batch, team, A.FINISH, A.CONSULT)
    consulting_papers.export(
        session=session, batch_id=batch.id, out=tmp_path / "letters", home=tmp_path, by=team.archivist, at=NOON,
        on=TODAY, letter_number="云档函〔2026〕1号",
    )  # fmt: skip
    return batch, records


def print_all(session: Session, batch: Batch, tmp_path: Path) -> papers.Printed:
    printing = papers.gather(session, int(batch.id or 0), home=tmp_path, at=NOON, on=TODAY)
    return paper_printing.write(printing, tmp_path / "out")


def words(printed: papers.Printed, kind: PaperKind) -> list[str]:
    said = []
    for paper in printed.papers:
        if paper.kind is kind:
            document = Document(str(printed.folder / paper.file))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            said.append("\n".join([paragraph.text for paragraph in document.paragraphs] + cells))
    return said


def answer(session: Session, team: Team, batch: Batch, record: Record, given: AgencyAnswer, reason: str | None) -> None:
    replying.reply(
        session=session, batch_id=batch.id, record_ids=[record.id], answer=given, reason=reason, document_number=None,
        replied_on=TODAY, by=team.archivist, at=NOON, on=TODAY,
    )  # fmt: skip


def test_each_unit_s_letter_is_bound_as_it_went_out_and_silence_is_told_in_the_report(
    session: Session, team: Team, asked: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    printed = print_all(session, asked[0], tmp_path)
    one, two = words(printed, PaperKind.CONSULTATION_LETTER)
    assert "云溪县农业农村局：" in one and "云档函〔2026〕1号" in one and "2条档案" in one
    assert "云溪县水务局：" in two
    assert [paper.name for paper in printed.papers if paper.kind is PaperKind.CONSULTATION_LETTER] == [
        "征求意见函（云溪县农业农村局）", "征求意见函（云溪县水务局）",
    ]  # fmt: skip
    (report,) = words(printed, PaperKind.APPRAISAL_REPORT)
    assert "征求意见进行中：已分送 2 个单位，收到回复 0 条，未回复 3 条" in report
    (sheet,) = words(printed, PaperKind.APPROVAL_SHEET)
    assert sheet.count("尚未办理") == 2, "neither consultation nor sample is claimed before it is done"


def test_an_objection_and_the_talks_on_it_stand_on_the_list(
    session: Session, team: Team, asked: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, (one, two, three) = asked
    answer(session, team, batch, one, AgencyAnswer.OBJECT, "涉及未公开的规划")
    (before,) = words(print_all(session, batch, tmp_path), PaperKind.ISSUE_LIST)
    assert "云溪县农业农村局：涉及未公开的规划" in before and "待协商" in before
    replying.talk(
        session=session, batch_id=batch.id, record_ids=[one.id], outcome=TalkOutcome.AS_PROPOSED, archive_side="本馆",
        agency_side="农业农村局", note="规划已于2001年公布", held_on=TODAY, by=team.lead, at=NOON, on=TODAY,
    )  # fmt: skip
    for record in (two, three):
        answer(session, team, batch, record, AgencyAnswer.AGREE, None)
    printed = print_all(session, batch, tmp_path)
    (after,) = words(printed, PaperKind.ISSUE_LIST)
    assert "规划已于2001年公布" in after and "待协商" not in after


def test_a_request_for_delay_and_its_appraisal_are_bound_with_the_answer_in_the_register(
    session: Session, team: Team, asked: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, records = asked
    for record in records:
        answer(session, team, batch, record, AgencyAnswer.AGREE, None)
    move(session, batch, team, A.CONCLUDE)
    setting_up.store(session, "certification", False)
    move(session, batch, team, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    waiting = {line["paper"]: line["why"] for line in print_all(session, batch, tmp_path).left_out}
    assert waiting["delay_request"] == "延期开放尚未报批"
    delaying_papers.export(
        session=session, batch_id=batch.id, out=tmp_path / "package", home=tmp_path, by=team.archivist, at=NOON,
        on=TODAY, number="云档〔2026〕11号",
    )  # fmt: skip
    delaying.answer(
        session=session, batch_id=batch.id, record_ids=None, answer=AuthorityAnswer.CONSENT,
        document_number="云档局函〔2026〕9号", answered_on=TODAY, reason=None, by=team.archivist, at=NOON, on=TODAY,
    )  # fmt: skip
    printed = print_all(session, batch, tmp_path)
    (request,) = words(printed, PaperKind.DELAY_REQUEST)
    (appraisal,) = words(printed, PaperKind.DELAY_APPRAISAL)
    assert "云档〔2026〕11号" in request and "云溪县档案局：" in request and "1条档案" in request
    assert "鉴定意见" in appraisal and "2036年1月1日" in appraisal
    (register,) = words(printed, PaperKind.DELAY_REGISTER)
    assert "同意（云档局函〔2026〕9号）" in register
    (minutes,) = words(printed, PaperKind.MINUTES)
    assert "报云溪县档案局同意" in minutes and "征求 2 个单位意见，收到回复 3 条" in minutes
