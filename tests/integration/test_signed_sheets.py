"""Scans of signed sheets (签字件扫描件): kept whole, sealed, found again, never public."""

import hashlib
import io
import json
from pathlib import Path

import pypdfium2
import pytest
from alembic import command
from PIL import Image
from sqlalchemy import text
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, switch_off
from models import Batch, PaperKind, SignedSheet
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction
from workbench import db
from workbench.services import approving, examining, ledger_keeping, publishing, signed_sheets
from workbench.settings import environment

A = BatchAction


def a_pdf(folder: Path, name: str = "审批表.pdf", pages: int = 2) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    held = io.BytesIO()
    document.save(held)
    document.close()
    (folder / name).write_bytes(held.getvalue())
    return folder / name


def a_tiff(folder: Path) -> Path:
    sheets = [Image.new("L", (80, 100), shade) for shade in (255, 128, 0)]
    sheets[0].save(folder / "会议纪要.tif", save_all=True, append_images=sheets[1:])
    return folder / "会议纪要.tif"


@pytest.fixture
def batch(session: Session, team: Team) -> Batch:
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    record = a_record(session, "1-1-1")
    made = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, made, record, person)
    return move(session, made, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)


def attach(session: Session, team: Team, batch: Batch, home: Path, file: Path, kind: PaperKind) -> SignedSheet:
    return signed_sheets.attach(
        session=session, batch_id=batch.id, file=file, paper=kind, home=home, by=team.archivist, at=NOON
    )


def test_a_scan_is_kept_whole_with_its_digest_pages_and_person_and_sealed(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    attach(session, team, batch, home, a_tiff(tmp_path), PaperKind.MINUTES)
    file = a_pdf(tmp_path)
    kept = attach(session, team, batch, home, file, PaperKind.APPROVAL_SHEET)
    rows = signed_sheets.rows(session, batch.id)
    assert [(row["paper"], row["pages"], row["given_name"]) for row in rows] == [
        ("approval_sheet", 2, "审批表.pdf"), ("minutes", 3, "会议纪要.tif"),
    ]  # fmt: skip
    assert kept.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert signed_sheets.content_of(session, batch.id, kept.id, home=home) == file.read_bytes()
    said = [event for event in ledger_keeping.events(session) if event.action == "papers.attach"]
    assert [event.payload["digest"] for event in said][-1] == kept.digest
    assert said[-1].actor == team.archivist.name


def test_an_approval_keeps_its_scan_like_any_other(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号",
        signed=a_pdf(tmp_path), home=home,
    )  # fmt: skip
    (kept,) = signed_sheets.of_batch(session, batch.id)
    assert (kept.paper, kept.attached_by) == (PaperKind.APPROVAL_SHEET, team.director.name)
    approval = [event for event in ledger_keeping.events(session) if event.action == "batch.approve"]
    assert approval[0].payload["signed"] == kept.digest


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("审批表.docx", b"PK", "papers.scan_kind"),
        ("审批表.pdf", b"not a pdf", "papers.scan_unreadable"),
        ("审批表.png", b"\x89PNG\r\n\x1a\nnothing", "papers.scan_unreadable"),
        ("审批表.jpg", b"", "papers.scan_unreadable"),
    ],
)
def test_what_is_no_scan_is_refused_by_name_and_leaves_nothing(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ProcedureError) as refusal:
        attach(session, team, batch, home, tmp_path / name, PaperKind.MINUTES)
    assert (refusal.value.code, refusal.value.params["file"]) == (code, name)
    assert not (home / "signed").exists()


def test_the_same_scan_is_not_registered_twice_but_may_stand_for_two_papers(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    file = a_pdf(tmp_path)
    attach(session, team, batch, home, file, PaperKind.MINUTES)
    with pytest.raises(ProcedureError, match=r"papers\.scan_known"):
        attach(session, team, batch, home, file, PaperKind.MINUTES)
    attach(session, team, batch, home, file, PaperKind.OTHER)
    assert len(signed_sheets.of_batch(session, batch.id)) == 2


def test_a_scan_attached_by_mistake_is_withdrawn_with_a_reason_and_its_row_stays(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    kept = attach(session, team, batch, home, a_pdf(tmp_path), PaperKind.MINUTES)
    known = {"session": session, "batch_id": batch.id, "sheet_id": kept.id, "by": team.archivist, "at": NOON}
    with pytest.raises(ProcedureError, match=r"papers\.reason_missing"):
        signed_sheets.withdraw(**known, reason=" ")
    signed_sheets.withdraw(**known, reason="扫错了批次")
    assert signed_sheets.of_batch(session, batch.id) == []
    assert session.get(SignedSheet, kept.id).withdrawn_reason == "扫错了批次"
    assert (home / "signed" / kept.file).exists()
    with pytest.raises(ProcedureError, match=r"papers\.scan_unknown"):
        signed_sheets.withdraw(**known, reason="再撤")


def test_a_reviewer_may_not_attach(session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path) -> None:
    with pytest.raises(PermissionDenied):
        signed_sheets.attach(
            session=session, batch_id=batch.id, file=a_pdf(tmp_path), paper=PaperKind.MINUTES, home=home,
            by=team.first, at=NOON,
        )  # fmt: skip


def test_the_copy_goes_again_when_the_transaction_is_rolled_back(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    attach(session, team, batch, home, a_pdf(tmp_path), PaperKind.MINUTES)
    assert list((home / "signed").iterdir())
    session.rollback()
    assert not list((home / "signed").iterdir())


def test_a_changed_scan_is_noticed_when_it_is_asked_for_and_by_the_doctor(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    kept = attach(session, team, batch, home, a_pdf(tmp_path), PaperKind.MINUTES)
    session.commit()
    assert all(finding.is_well for finding in examining.examine(environment(), on=TODAY) if finding.name == "signed")
    (home / "signed" / kept.file).write_bytes(b"another")
    with pytest.raises(ProcedureError, match=r"papers\.scan_changed"):
        signed_sheets.content_of(session, batch.id, kept.id, home=home)
    assert [f.is_well for f in examining.examine(environment(), on=TODAY) if f.name == "signed"] == [False]


def test_a_publication_holds_nothing_of_a_scan(
    session: Session, team: Team, batch: Batch, home: Path, tmp_path: Path
) -> None:
    kept = attach(session, team, batch, home, a_pdf(tmp_path, "签批标记.pdf"), PaperKind.APPROVAL_SHEET)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    scan = (home / "signed" / kept.file).read_bytes()
    public = [file for file in (home / "published").rglob("public/*") if file.is_file()]
    assert public
    assert not any(file.suffix == ".pdf" and file.read_bytes() == scan for file in public)
    assert not any("签批标记".encode() in file.read_bytes() or kept.file in str(file) for file in public)


def test_scans_of_earlier_versions_are_taken_over_with_their_sealed_digest(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    command.upgrade(db.alembic_config(url), "0003")
    digest = "ab" * 32
    with db.engine_for(url).begin() as old:
        old.execute(
            text(
                "INSERT INTO batch (id, title, state, version, assembled_on, review_plan, roster_digest, created_by,"
                " created_at, skipped, minutes_number, signed_file, approved_by, approved_at) VALUES (1, '旧批次',"
                " 'approved', 1, '2026-01-01', '{}', 'x', '档案员', '2026-01-01 00:00:00', '[]', '〔2026〕1号',"
                " 'batch-1-abababababab.pdf', '馆长', '2026-01-02 03:04:05.000000')"
            )
        )
        old.execute(
            text(
                "INSERT INTO audit_event (seq, at, actor, action, subject, payload, previous_hash, hash) VALUES"
                " (1, '2026-01-02 03:04:05', '馆长', 'batch.approve', 'batch/1', :payload, 'g', 'h')"
            ),
            {"payload": json.dumps({"signed": digest})},
        )
    command.upgrade(db.alembic_config(url), "head")
    with db.reading(url) as session:
        (kept,) = signed_sheets.of_batch(session, 1)
        assert (kept.digest, kept.file, kept.attached_by) == (digest, "batch-1-abababababab.pdf", "馆长")
    command.downgrade(db.alembic_config(url), "0003")
    with db.engine_for(url).begin() as back:
        assert back.execute(text("SELECT signed_file FROM batch")).scalar() == "batch-1-abababababab.pdf"
    db.engine_for(url).dispose()
