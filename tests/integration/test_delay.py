"""Delay beyond 25 years (延期开放报批): nothing is final before the 档案局 says so, item by item."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import AuditEvent, Batch, Record, RosterEntry
from models.delay import AuthorityAnswer
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Access, BatchAction, Ground
from workbench.services import approving, batching, delaying, delaying_papers, setting_up
from workbench.services.roster import items

A = BatchAction
NUMBER = "云档局函〔2026〕9号"


@pytest.fixture
def approved(session: Session, team: Team) -> tuple[Batch, list[Record]]:
    """A batch with one item to open and two to delay, approved, with the delay report switched on."""
    switch_off(session, "consultation", "certification")
    name_the_archive(session)
    setting_up.store(session, "archives_authority", "云溪县档案局")
    records = [
        a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定"),
        a_record(session, "1-1-3", "关于农机厂技术改造的报告"),
    ]  # fmt: skip
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, records[0], person)
        restricts(session, batch, records[1], person)
        restricts(session, batch, records[2], person, ground=Ground.INTELLECTUAL_PROPERTY, reason="涉及技术秘密")
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    return batch, records


def report(session: Session, team: Team, batch: Batch, out: Path) -> None:
    delaying_papers.export(
        session=session, batch_id=batch.id, out=out, home=out.parent, by=team.archivist, at=NOON, on=TODAY,
        number="云档〔2026〕11号",
    )  # fmt: skip


def answer(
    session: Session, team: Team, batch: Batch, given: AuthorityAnswer, *records: Record, **known: object
) -> None:
    values = {"document_number": NUMBER, "answered_on": TODAY, "reason": None, **known}
    delaying.answer(
        session=session, batch_id=batch.id, record_ids=[record.id for record in records] or None, answer=given,
        by=team.archivist, at=NOON, on=TODAY, **values,
    )  # fmt: skip


def missing(session: Session, batch: Batch) -> tuple[str, ...]:
    return batching.facts(session, batch, on=TODAY).delays_unanswered


def test_a_batch_waits_for_the_answer_on_each_delayed_item(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, (_, two, three) = approved
    with pytest.raises(ProcedureError, match=r"batch\.delay_not_reported"):
        move(session, batch, team, A.PUBLISH)
    report(session, team, batch, tmp_path / "package")
    assert missing(session, batch) == ("1-1-2", "1-1-3")
    answer(session, team, batch, AuthorityAnswer.CONSENT, two)
    assert missing(session, batch) == ("1-1-3",)
    answer(session, team, batch, AuthorityAnswer.REFUSE, three, reason="技术已公开，应当开放")
    assert missing(session, batch) == ()


def test_a_refused_item_is_undecided_again_and_goes_into_a_later_batch(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, (one, two, three) = approved
    report(session, team, batch, tmp_path / "package")
    answer(session, team, batch, AuthorityAnswer.CONSENT, two)
    answer(session, team, batch, AuthorityAnswer.REFUSE, three, reason="技术已公开，应当开放")
    assert (three.access, three.ground, three.review_again_on, three.decided_in) == (None, None, None, None)
    assert (one.access, two.access) == (Access.OPEN, Access.RESTRICTED)
    assert [entry.record.id for entry in items(session, batch.id)] == [one.id, two.id]
    assert session.get_one(RosterEntry, (batch.id, three.id)).delay_refused
    later = a_batch(session, team)
    assert [entry.record.id for entry in items(session, later.id)] == [three.id]
    with pytest.raises(ProcedureError, match=r"delay\.already_refused"):
        answer(session, team, batch, AuthorityAnswer.CONSENT, three)


def test_a_delayed_item_is_due_again_on_its_day_and_not_before(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, (_, two, _) = approved
    report(session, team, batch, tmp_path / "package")
    answer(session, team, batch, AuthorityAnswer.CONSENT)
    for entry in items(session, batch.id):
        entry.entry.is_live = False
    session.flush()
    assert two not in session.exec(batching.eligible(on=date(2035, 12, 31))).all()
    assert two in session.exec(batching.eligible(on=date(2036, 1, 1))).all()


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"document_number": " "}, "delay.number_missing"),
        ({"answered_on": None}, "delay.date_missing"),
        ({"answered_on": date(2026, 11, 25)}, "delay.in_future"),
        ({"answered_on": date(2026, 11, 23)}, "delay.before_request"),
    ],
)
def test_an_answer_needs_its_number_and_a_possible_day(
    session: Session,
    team: Team,
    approved: tuple[Batch, list[Record]],
    tmp_path: Path,
    known: dict[str, object],
    code: str,
) -> None:
    batch, (_, two, _) = approved
    report(session, team, batch, tmp_path / "package")
    with pytest.raises(ProcedureError) as refusal:
        answer(session, team, batch, AuthorityAnswer.CONSENT, two, **known)
    assert refusal.value.code == code


def test_what_was_not_reported_cannot_be_answered(
    session: Session, team: Team, approved: tuple[Batch, list[Record]]
) -> None:
    batch, (one, two, _) = approved
    for record in (one, two):
        with pytest.raises(ProcedureError, match=r"delay\.not_reported"):
            answer(session, team, batch, AuthorityAnswer.CONSENT, record)


def test_the_package_says_why_and_until_when_and_its_answer_comes_back_by_the_same_list(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, (_, two, three) = approved
    out = tmp_path / "package"
    report(session, team, batch, out)
    request = "\n".join(paragraph.text for paragraph in Document(str(out / "延期开放申请书.docx")).paragraphs)
    appraisal = "\n".join(paragraph.text for paragraph in Document(str(out / "鉴定意见.docx")).paragraphs)
    for said in ("云溪县档案局：", "实施条例》第三十一条", "〔2026〕3号", "2条"):
        assert said in request
    assert "由设置略过" in appraisal
    assert "{" not in request + appraisal
    file = out / "拟延期开放档案文件级目录.xlsx"
    book = load_workbook(file)
    page = book.worksheets[0]
    titles = {str(cell.value): cell.column for cell in page[3]}
    assert page.cell(4, titles["延期理由"]).value == "个人信息及第三方合法权益"
    page.cell(4, titles["批复意见"]).value = "同意"
    page.cell(5, titles["批复意见"]).value = "不同意"
    book.save(file)

    def returned() -> delaying.ReturnReport:
        return delaying.import_(
            session=session, batch_id=batch.id, file=file, document_number=NUMBER, answered_on=TODAY, by=team.archivist,
            at=NOON, on=TODAY,
        )  # fmt: skip

    first = returned()
    assert (first.recorded, len(first.problems)) == (1, 1)  # a refusal says why
    page.cell(5, titles["批复说明"]).value = "技术已公开"
    book.save(file)
    second = returned()
    assert (second.recorded, second.unchanged, second.problems) == (1, 1, [])
    register = delaying_papers.register(session, batch.id, on=TODAY)
    assert {row["record_id"]: row["standing"] for row in register} == {two.id: "consented", three.id: "refused"}


def test_nothing_is_reported_twice_and_the_ledger_holds_no_reason(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, _ = approved
    report(session, team, batch, tmp_path / "package")
    report(session, team, batch, tmp_path / "again")
    events = session.exec(select(AuditEvent)).all()
    assert [event.action for event in events].count("delay.request") == 1
    assert "技术秘密" not in "".join(str(event.payload) for event in events)


def test_delay_is_reported_after_approval_and_by_those_who_may(
    session: Session, team: Team, approved: tuple[Batch, list[Record]], tmp_path: Path
) -> None:
    batch, _ = approved
    a_record(session, "1-1-9")
    with pytest.raises(ProcedureError, match=r"delay\.not_approved"):
        report(session, team, a_batch(session, team), tmp_path / "package")
    with pytest.raises(PermissionDenied):
        delaying_papers.export(
            session=session, batch_id=batch.id, out=tmp_path, home=tmp_path, by=team.first, at=NOON, on=TODAY
        )
