"""The notice as pdf (公告 PDF): a machine without the fonts is told what to do, and publishes nothing by half."""

import functools
from pathlib import Path

import pytest
from publication_case import an_approved_batch
from sqlmodel import Session, select

from builders import NOON, TODAY, Team
from models import Batch, Record
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState, UseState
from workbench.i18n import explain
from workbench.services import publishing, setting_up, suspending

typst = pytest.importorskip("typst", reason='the pdf writer needs: pip install "kaijian[pdf]"')


@pytest.fixture
def batch(session: Session, team: Team) -> Batch:
    return an_approved_batch(session, team)


def publish(session: Session, team: Team, batch: Batch, home: Path) -> Path:
    notice = publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    return home / "published" / notice.folder / "public"


def test_a_machine_without_chinese_fonts_publishes_nothing_and_says_what_to_do(
    session: Session, team: Team, batch: Batch, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typst, "compile", functools.partial(typst.compile, ignore_system_fonts=True))
    with pytest.raises(ProcedureError, match="unexpected_font") as refusal:
        publish(session, team, batch, home)
    assert "fonts-noto-cjk" in explain(refusal.value)
    assert "notice_pdf" in explain(refusal.value)
    assert not list((home / "published").glob("*"))
    assert batch.state is BatchState.APPROVED
    setting_up.store(session, "notice_pdf", "off")  # the remedy does help
    public = publish(session, team, batch, home)
    assert (public / "notice.docx").is_file()
    assert not (public / "notice.pdf").exists()


def test_fonts_that_are_missing_hold_no_suspension_up(
    session: Session, team: Team, batch: Batch, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting_up.store(session, "notice_pdf", "off")
    public = publish(session, team, batch, home)
    setting_up.store(session, "notice_pdf", "on")
    monkeypatch.setattr(typst, "compile", functools.partial(typst.compile, ignore_system_fonts=True))
    code = session.exec(select(Record.reference_code).where(Record.access == Access.OPEN)).first()
    suspending.change_use(
        session=session, codes=[str(code)], state=UseState.SUSPENDED, reason="疑有误", by=team.director, at=NOON,
        on=TODAY, home=home,
    )  # fmt: skip
    assert (public / "correction-1.docx").is_file()
    assert not list(public.glob("correction-*.pdf"))


def test_a_character_that_no_font_has_is_named(session: Session, team: Team, batch: Batch, home: Path) -> None:
    setting_up.store(session, "archive_place", "云溪县\U000f0001路9号")  # of a private area: no font draws it
    setting_up.store(session, "notice_pdf", "on")
    if not _has_chinese_font(session, team, batch, home):
        pytest.skip("this machine has no font that the settings name: apt-get install fonts-noto-cjk")
    with pytest.raises(ProcedureError, match="missing_characters") as refusal:
        publish(session, team, batch, home)
    assert "U+F0001" in explain(refusal.value)
    assert not list((home / "published").glob("*"))


def _has_chinese_font(session: Session, team: Team, batch: Batch, home: Path) -> bool:
    try:
        publish(session, team, batch, home)
    except ProcedureError as refusal:
        return refusal.code != "publication.unexpected_font"
    return True
