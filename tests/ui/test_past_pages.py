"""The screens of past decisions and of volumes (以往结论、案卷与卷内目录)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from catalogue_files import write_csv
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from builders import NOON, TODAY, Team, a_record
from models import PastDecision, User
from models.vocabulary import Access, Level
from workbench import db, i18n
from workbench.services import batching, past_decisions, roster, setting_up, signing_in

HEAD = ["全宗名称", "档号", "题名", "形成日期", "开放标识"]
TITLE = "关于召开春耕生产会议的通知"


@pytest.fixture
def archivist(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        person = Team(session).archivist
        a_record(
            session, "X-1-12", "1987年渠道整修材料", level=Level.FILE, date_from=date(1987, 1, 1),
            date_to=date(1987, 12, 31),
        )  # fmt: skip
        a_record(session, "X-1-13-1", volume_code="X-1-13")
        a_record(session, "X-1-13", "另一卷", level=Level.FILE)
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: person)
    yield person
    i18n.speak("zh_CN")


def import_page() -> None:
    from workbench.pages.importing import page

    page()


def volumes_page() -> None:
    from workbench.pages.volumes import page

    page()


def said(screen: AppTest) -> str:
    assert not screen.exception
    return "\n".join(str(each.value) for each in (*screen.markdown, *screen.caption, *screen.subheader))


@pytest.mark.usefixtures("archivist")
def test_the_volumes_page_counts_those_without_a_list() -> None:
    screen = AppTest.from_function(volumes_page, default_timeout=30).run()
    said(screen)
    coverage, listed = (each.value for each in screen.dataframe)
    assert coverage.iloc[0].tolist()[1:] == [2, 1, 1, 1]
    assert set(listed["档号"]) == {"X-1-12", "X-1-13"}


@pytest.mark.usefixtures("archivist")
def test_what_was_loaded_is_listed_on_the_import_page(url: str, tmp_path: Path) -> None:
    path = tmp_path / "历次鉴定.csv"
    write_csv(path, [HEAD, ["云溪县农业局", "1-1", TITLE, "19870503", "控制"]])
    screen = AppTest.from_function(import_page, default_timeout=30)
    screen.session_state["import.part"] = "decided"
    screen.run()
    assert not screen.exception and not screen.dataframe
    with db.transaction(url) as session:
        prepared = past_decisions.prepare(session=session, path=path, on=TODAY)
        past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
    screen.run()
    assert screen.dataframe[0].value.iloc[0]["清单"] == "历次鉴定.csv"
    assert "1 条" in said(screen)
    with db.reading(url) as session:
        assert session.exec(select(PastDecision.access)).one() is Access.RESTRICTED


def batches_page() -> None:
    from workbench.pages.batches import page

    page()


def test_a_volume_whose_items_came_in_gives_way_with_one_button(url: str, archivist: User) -> None:
    with db.transaction(url) as session:
        batch = batching.assemble(
            session=session, title="一批", by=archivist, at=NOON, on=TODAY, codes=["X-1-12", "X-1-13-1"]
        )
        number = batch.id
    screen = AppTest.from_function(batches_page, default_timeout=30).run()
    assert not [each for each in screen.button if "让位" in each.label]
    with db.transaction(url) as session:
        a_record(session, "X-1-12-1", "关于渠道整修的通知", volume_code="X-1-12")
    screen.run()
    next(each for each in screen.button if each.label == "案卷让位（1 卷）").click().run()
    assert not screen.exception
    with db.reading(url) as session:
        assert [each.record.reference_code for each in roster.items(session, number)] == ["X-1-13-1"]
