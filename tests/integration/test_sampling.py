"""The sample of the open pile on its way (抽样复核): drawn, read blind by others, certified or sent back."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import workbench
from docx import Document
from sqlmodel import Session, select

from builders import (
    NOON,
    TODAY,
    Team,
    a_batch,
    a_person,
    a_record,
    move,
    name_the_archive,
    opens,
    restricts,
    switch_off,
)
from models import AuditEvent, Batch, PaperKind, Record, User
from models.errors import PermissionDenied, ProcedureError, ReviewError
from models.vocabulary import Access, BatchAction, BatchState, Ground, Role
from workbench.services import approving, batching, paper_printing, papers, sampling, sampling_report

A = BatchAction
WORDS = "2026年11月24日第7次会议"


@pytest.fixture
def agreed(session: Session, team: Team) -> Batch:
    """Thirty items, one of them delayed, read by 甲 and 乙; consultation is off."""
    switch_off(session, "consultation")
    records = [a_record(session, f"1-1-{at}", f"关于第{at}号春耕生产安排的通知") for at in range(1, 31)]
    batch = a_batch(session, team)
    for record in records:
        for reader in (team.first, team.second):
            (restricts if record.reference_code == "1-1-30" else opens)(session, batch, record, reader)
    return move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION)


@pytest.fixture
def samplers(session: Session, team: Team) -> tuple[User, User, User]:
    return team.third, team.archivist, a_person(session, "审核员丁", Role.REVIEWER)


def drawn(session: Session, batch: Batch, team: Team, **known: float) -> list[Record]:
    sampling.draw(session=session, batch_id=batch.id, by=team.lead, at=NOON, public_words=WORDS, **known)
    return sampling._sample(session, sampling.current(session, batch.id))


def reads(session: Session, batch: Batch, record: Record, by: User, access: Access = Access.OPEN) -> None:
    given = {} if access is Access.OPEN else {
        "ground": Ground.PERSONAL_INFORMATION, "reason": "涉及个人处分", "review_again_on": TODAY.replace(year=2036),
    }  # fmt: skip
    sampling.read(
        session=session, batch_id=batch.id, record_id=record.id, by=by, at=NOON, on=TODAY, access=access, **given
    )


def test_a_clean_sample_read_by_two_others_certifies_the_batch(
    session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...]
) -> None:
    with pytest.raises(ProcedureError, match=r"batch\.sample_not_drawn"):
        move(session, agreed, team, A.CERTIFY)
    sample = drawn(session, agreed, team, limit=0.1)
    assert all(record.reference_code != "1-1-30" for record in sample), "only the open pile is drawn from"
    with pytest.raises(ProcedureError, match=r"batch\.sample_not_read"):
        move(session, agreed, team, A.CERTIFY)
    for record in sample:
        for reader in samplers[:2]:
            reads(session, agreed, record, reader)
    now = sampling.state(session, agreed.id)
    assert (now["passes"], now["restricted"], now["open"]) == (True, [], 29)
    assert now["upper"] <= 0.1 * 29
    move(session, agreed, team, A.CERTIFY)
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "batch.certify")).one()
    assert (event.payload["n"], event.payload["k"]) == (len(sample), 0)


def test_who_read_an_item_in_the_review_does_not_read_it_in_the_sample(
    session: Session, team: Team, agreed: Batch
) -> None:
    record = drawn(session, agreed, team, limit=0.1)[0]
    assert sampling.next_item(session, batch_id=agreed.id, by=team.first) is None
    with pytest.raises(ReviewError, match=r"certificate\.read_before"):
        reads(session, agreed, record, team.first)


def test_the_same_person_cannot_read_a_sampled_item_twice(session: Session, team: Team, agreed: Batch) -> None:
    record = drawn(session, agreed, team, limit=0.1)[0]
    reads(session, agreed, record, team.third)
    with pytest.raises(ReviewError, match=r"certificate\.read_twice"):
        reads(session, agreed, record, team.third)


def test_two_that_differ_wait_for_a_third(
    session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...]
) -> None:
    record = drawn(session, agreed, team, limit=0.1)[0]
    reads(session, agreed, record, samplers[0])
    reads(session, agreed, record, samplers[1], Access.RESTRICTED)
    assert record.reference_code in sampling.state(session, agreed.id)["waiting"]
    reads(session, agreed, record, samplers[2])
    assert record.reference_code not in sampling.state(session, agreed.id)["waiting"]


def test_one_restricted_item_in_the_sample_sends_the_batch_back_and_the_next_sample_asks_more(
    session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...]
) -> None:
    sample = drawn(session, agreed, team, limit=0.1)
    for record in sample:
        for reader in samplers[:2]:
            reads(session, agreed, record, reader, Access.RESTRICTED if record is sample[0] else Access.OPEN)
    with pytest.raises(ProcedureError, match=r"batch\.sample_restricted"):
        move(session, agreed, team, A.CERTIFY)
    given = {"session": session, "batch_id": agreed.id, "by": team.lead, "at": NOON, "on": TODAY}
    with pytest.raises(ProcedureError, match=r"batch\.sample_items_not_named"):
        approving.fail(codes=[sample[1].reference_code], **given)
    session.refresh(agreed)
    approving.fail(codes=[sample[0].reference_code, sample[1].reference_code], **given)
    assert agreed.state is BatchState.IN_REVIEW
    for record in sample[:2]:
        for reader in (team.first, team.second):
            (restricts if record is sample[0] else opens)(session, agreed, record, reader)
    move(session, agreed, team, A.FINISH, A.SKIP_CONSULTATION)
    drawn(session, agreed, team, limit=0.1)
    now = sampling.state(session, agreed.id)
    assert (now["attempt"], now["open"], round(now["confidence"], 3)) == (2, 28, 0.975)


def test_a_clean_sample_fails_nobody(session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...]) -> None:
    for record in drawn(session, agreed, team, limit=0.1):
        for reader in samplers[:2]:
            reads(session, agreed, record, reader)
    with pytest.raises(ProcedureError, match=r"batch\.sample_is_clean"):
        approving.fail(session=session, batch_id=agreed.id, by=team.lead, at=NOON, on=TODAY, codes=["1-1-1"])


def test_a_sample_is_drawn_once_by_the_lead_and_with_public_words(session: Session, team: Team, agreed: Batch) -> None:
    given = {"session": session, "batch_id": agreed.id, "at": NOON}
    with pytest.raises(PermissionDenied):
        sampling.draw(by=team.first, public_words=WORDS, **given)
    with pytest.raises(ProcedureError, match=r"certificate\.words_missing"):
        sampling.draw(by=team.lead, public_words=" ", **given)
    sampling.draw(by=team.lead, public_words=WORDS, **given)
    with pytest.raises(ProcedureError, match=r"certificate\.drawn_already"):
        sampling.draw(by=team.lead, public_words="别的字句", **given)


def test_the_page_says_how_many_items_lack_readers(session: Session, team: Team, agreed: Batch) -> None:
    sample = drawn(session, agreed, team, limit=0.1)
    assert sampling.state(session, agreed.id)["short"] == 0
    for person in (team.third, team.archivist):
        person.is_active = False
        session.add(person)
    assert sampling.state(session, agreed.id)["short"] == len(sample)


def test_a_batch_that_opens_nothing_has_an_empty_sample_that_passes(session: Session, team: Team) -> None:
    switch_off(session, "consultation")
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for reader in (team.first, team.second):
        restricts(session, batch, record, reader)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION)
    assert drawn(session, batch, team) == []
    move(session, batch, team, A.CERTIFY)
    assert batch.state is BatchState.CERTIFIED


def test_an_outsider_recomputes_the_report_from_its_files_and_finds_a_changed_one(
    session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...], tmp_path: Path
) -> None:
    for record in drawn(session, agreed, team, limit=0.1):
        for reader in samplers[:2]:
            reads(session, agreed, record, reader)
    files = sampling_report.write(session, agreed.id, tmp_path)
    everything = "".join(file.read_text(encoding="utf-8") for file in files)
    assert "春耕" not in everything and "1-1-3" not in everything
    assert sampling.current(session, agreed.id).secret not in everything

    def script() -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", tmp_path / "certificate_check.py"], capture_output=True, text=True)
        return done.returncode, done.stdout.strip()

    assert script() == (0, "agrees")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (tmp_path / "report.json").write_text(json.dumps({**report, "upper": report["upper"] - 1}), encoding="utf-8")
    assert script() == (1, "differs: bound")
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    with (tmp_path / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    placed = next(row for row in rows[1:] if row[1])
    other = next(row for row in rows[1:] if not row[1])
    placed[1], other[1] = other[1], placed[1]
    with (tmp_path / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert script() == (1, "differs: sample")


def test_the_plan_needs_no_home_and_prints_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "nowhere"))
    made = workbench("certificate", "plan", "--open", 20000, "--limit", 0.005, "--confidence", 0.95, "--allow", 1,
                     "--true-leak", 0.001, "--json").json  # fmt: skip
    assert made.keys() == {"n", "allow", "limit", "confidence", "open", "power"}
    assert (made["n"], round(made["power"], 3)) == (921, 0.766)
    told = workbench("certificate", "plan", "--open", 100, "--limit", 0.005, "--confidence", 0.95, "--allow", 1)
    assert told.code == 1


def test_the_state_table_has_no_way_round_the_sample(session: Session, team: Team, agreed: Batch) -> None:
    with pytest.raises(ProcedureError, match=r"batch\.certification_is_on"):
        move(session, agreed, team, A.SKIP_CERTIFICATION)
    with pytest.raises(ProcedureError, match=r"batch\.illegal_transition"):
        batching.advance(session=session, batch=agreed, action=A.SUBMIT, by=team.archivist, at=NOON, on=TODAY)


def test_the_sampling_record_names_who_read_what(
    session: Session, team: Team, agreed: Batch, samplers: tuple[User, ...], home: Path, tmp_path: Path
) -> None:
    name_the_archive(session)
    sample = drawn(session, agreed, team, limit=0.1)
    for record in sample:
        for reader in samplers[:2]:
            reads(session, agreed, record, reader)
    due = papers.gather(session, agreed.id, home=home, at=NOON, on=TODAY)
    printed = paper_printing.write(due, tmp_path / "papers")
    (file,) = [paper.file for paper in printed.papers if paper.kind is PaperKind.SAMPLING_RECORD]
    cells = [
        cell.text for table in Document(str(printed.folder / file)).tables for row in table.rows for cell in row.cells
    ]
    assert "审核员丙、档案员" in cells and "抽查未发现应延期而拟开放的条目" in cells
    assert sample[0].reference_code in cells
