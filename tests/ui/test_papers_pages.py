"""The papers on the batch page and the templates page, run as Streamlit runs them (公文页面)."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from streamlit.testing.v1 import AppTest

from builders import NOON, TODAY, Team, a_batch, a_record, name_the_archive, opens, restricts, switch_off
from models import PaperKind, User
from workbench import clock, db
from workbench.services import ledger_keeping, paper_templates, setting_up, signed_sheets


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def world(url: str) -> Iterator[tuple[str, int, Team]]:
    """A batch in review, with one dispute."""
    with db.transaction(url) as session:
        team = Team(session)
        switch_off(session, "consultation", "certification", "delay_report")
        name_the_archive(session)
        setting_up.store(session, "papers_pdf", "off")
        record = a_record(session, "1-1-1")
        batch = a_batch(session, team)
        opens(session, batch, record, team.first)
        restricts(session, batch, record, team.second)
        number = int(batch.id or 0)
    yield url, number, team


def batches() -> None:
    from workbench.pages import batches

    batches.page()


def templates() -> None:
    from workbench.pages import paper_templates

    paper_templates.page()


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None], User], AppTest]:
    def opened(screen: Callable[[], None], user: User) -> AppTest:
        for each in ("batches", "paper_templates"):
            monkeypatch.setattr(f"workbench.pages.{each}.signed_in", lambda: user)
        page = AppTest.from_function(screen, default_timeout=30).run()
        assert not page.exception, page.exception
        return page

    return opened


def button(page: AppTest, label: str) -> object:
    return next(each for each in page.button if each.label == label)


def test_one_button_prints_the_batch_and_says_who_did_and_what_is_left_out(
    world: tuple[str, int, Team], show: Callable[..., AppTest], home: Path
) -> None:
    url, number, team = world
    page = show(batches, team.archivist)
    button(page, "打印整批公文").click()
    page.run()
    assert not page.exception and not page.error
    folder = home / "papers" / "batch" / f"batch-{number}"
    assert {file.name for file in folder.iterdir()} == {"00-目录.docx", "01-问题清单.docx"}
    assert any("最近一次打印" in each.value and team.archivist.name in each.value for each in page.caption)
    assert any("01-问题清单" in str(each.value) for each in page.dataframe)
    assert any("尚未审毕" in str(each.value) for each in page.dataframe)
    with db.reading(url) as session:
        assert [event.action for event in ledger_keeping.events(session)][-1] == "papers.print"


def test_a_reviewer_sees_no_button_to_print_and_no_form_to_attach(
    world: tuple[str, int, Team], show: Callable[..., AppTest]
) -> None:
    page = show(batches, world[2].first)
    assert not any(each.label in ("打印整批公文", "存入") for each in page.button)


def test_a_scan_is_attached_and_listed_and_withdrawn_on_the_page(
    world: tuple[str, int, Team], show: Callable[..., AppTest], home: Path, tmp_path: Path
) -> None:
    url, number, team = world
    page = show(batches, team.archivist)
    button(page, "存入").click()
    page.run()
    assert any("请选公文种类和扫描件" in each.value for each in page.warning)
    Image.new("L", (60, 80), 255).save(tmp_path / "纪要.png")
    with db.transaction(url) as session:
        signed_sheets.attach(
            session=session, batch_id=number, file=tmp_path / "纪要.png", paper=PaperKind.MINUTES, home=home,
            by=team.archivist, at=NOON,
        )  # fmt: skip
    page = show(batches, team.archivist)
    assert any("纪要.png" in str(each.value) for each in page.dataframe)
    next(each for each in page.text_input if each.label == "撤下的理由").input("扫错了")
    button(page, "撤下").click()
    page.run()
    assert not page.exception and not page.error
    with db.reading(url) as session:
        assert signed_sheets.of_batch(session, number) == []


def test_the_templates_page_says_what_is_wrong_with_a_template_and_gives_it_up(
    world: tuple[str, int, Team], show: Callable[..., AppTest], home: Path
) -> None:
    url, _, team = world
    with db.reading(url) as session:
        document = Document(io.BytesIO(paper_templates.built_in(session, "approval_sheet")))
    document.add_paragraph("{{ batch.titel }}")
    (home / "templates").mkdir()
    document.save(home / "templates" / "approval_sheet.docx")
    (home / "templates" / "审批表.docx").write_bytes(b"")
    page = show(templates, team.archivist)
    assert any("batch.titel" in each.value and "batch.title" in each.value for each in page.error)
    assert any("审批表.docx" in each.value for each in page.warning)
    page.selectbox(key="template").set_value("approval_sheet").run()
    button(page, "改用自带模板").click()
    page.run()
    assert not page.exception and not page.error
    assert not (home / "templates" / "approval_sheet.docx").exists()
