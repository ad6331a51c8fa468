"""The pages of consultation, delay and consistency, run as Streamlit runs them (征求意见页面)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Batch, User
from models.consultation import AgencyAnswer
from models.vocabulary import Access, BatchAction, BatchState
from workbench import clock, db
from workbench.services import agencies, approving, consulting, consulting_papers, replying, setting_up

A = BatchAction
SCREENS = ("consulting", "agencies", "delays", "consistency")


def screen(name: str) -> Callable[[], None]:
    def consulting() -> None:
        from workbench.pages import consulting

        consulting.page()

    def agencies() -> None:
        from workbench.pages import agencies

        agencies.page()

    def delays() -> None:
        from workbench.pages import delays

        delays.page()

    def consistency() -> None:
        from workbench.pages import consistency

        consistency.page()

    return {"consulting": consulting, "agencies": agencies, "delays": delays, "consistency": consistency}[name]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, User], AppTest]:
    """Open a screen as somebody who is signed in; the gate has tests of its own."""

    def opened(name: str, user: User) -> AppTest:
        for each in SCREENS:
            monkeypatch.setattr(f"workbench.pages.{each}.signed_in", lambda: user)
        page = AppTest.from_function(screen(name), default_timeout=20).run()
        assert not page.exception, page.exception
        return page

    return opened


@pytest.fixture
def world(url: str, tmp_path: Path) -> Iterator[tuple[str, int, Team]]:
    """A batch in consultation: one agency was asked about two items, the letter is out."""
    with db.transaction(url) as session:
        team = Team(session)
        switch_off(session, "certification")
        name_the_archive(session)
        setting_up.store(session, "archives_authority", "云溪县档案局")
        agencies.register(
            session=session, line={"fonds": "云溪县农业局", "agency": "云溪县农业农村局"}, by=team.archivist, at=NOON
        )
        records = [a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定")]
        batch = a_batch(session, team)
        for person in (team.first, team.second):
            opens(session, batch, records[0], person)
            restricts(session, batch, records[1], person)
        move(session, batch, team, A.FINISH, A.CONSULT)
        consulting_papers.export(
            session=session,
            batch_id=batch.id,
            out=tmp_path / "out",
            home=tmp_path,
            by=team.archivist,
            at=NOON,
            on=TODAY,
        )
        number = int(batch.id or 0)
    yield url, number, team


def button(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click()


def text_field(page: AppTest, label: str) -> object:
    return next(each for each in (*page.text_input, *page.text_area) if each.label == label)


def standings(url: str, batch_id: int) -> dict[str, str]:
    with db.reading(url) as session:
        return {row["reference_code"]: row["standing"] for row in consulting.item_rows(session, batch_id)}


def test_a_whole_letter_is_recorded_from_the_page(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest]
) -> None:
    url, batch_id, team = world
    page = show("consulting", team.archivist)
    next(each for each in page.radio if each.label == "单位意见").set_value(AgencyAnswer.AGREE)
    text_field(page, "复函文号").set_value("云农函〔2026〕2号")
    button(page, "登记回复")
    assert not page.run().exception
    assert standings(url, batch_id) == {"1-1-1": "agreed", "1-1-2": "agreed"}


def test_an_answer_nobody_chose_is_refused_in_words(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest]
) -> None:
    url, batch_id, team = world
    page = show("consulting", team.archivist)
    button(page, "登记回复")
    page.run()
    assert any("空白不视为同意" in each.value for each in page.error)
    assert standings(url, batch_id) == {"1-1-1": "waiting", "1-1-2": "waiting"}


def test_a_named_item_is_held_back_from_the_page(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest]
) -> None:
    url, batch_id, team = world
    page = show("consulting", team.lead)
    next(each for each in page.checkbox if "未回复" in each.label).set_value(False)
    next(each for each in page.multiselect if each.label == "另外指定的档号").set_value(["1-1-1"])
    button(page, "待复件转下批")
    assert not page.run().exception
    assert standings(url, batch_id) == {"1-1-2": "waiting"}
    with db.reading(url) as session:
        assert session.get_one(Batch, batch_id + 1).state is BatchState.DRAFT


def test_the_page_shows_what_waits_and_for_how_long(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, team = world
    monkeypatch.setattr(clock, "today", lambda: TODAY.replace(month=12, day=30))
    page = show("consulting", team.archivist)
    (unit,) = page.dataframe[0].value.to_dict("records")
    assert (unit["征求对象"], unit["未回复"], unit["已等天数"], unit["下一步"]) == (
        "云溪县农业农村局",
        "2",
        "36",
        "应催办",
    )


def test_the_register_names_the_fonds_it_lacks(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest]
) -> None:
    url, _, team = world
    with db.transaction(url) as session:
        a_record(session, "2-1-1", fonds="云溪县油厂", fonds_key="云溪县油厂")
    page = show("agencies", team.archivist)
    shown = [name for table in page.dataframe for name in table.value["全宗名称"]]
    assert shown == ["云溪县农业局", "云溪县油厂"]


def approved(session: Session, batch_id: int, team: Team) -> None:
    batch = session.get_one(Batch, batch_id)
    replying.reply_for_agency(
        session=session, batch_id=batch_id, agency="云溪县农业农村局", answer=AgencyAnswer.AGREE, reason=None,
        document_number=None, replied_on=TODAY, by=team.archivist, at=NOON, on=TODAY,
    )  # fmt: skip
    move(session, batch, team, A.CONCLUDE, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(session=session, batch_id=batch_id, by=team.director, at=NOON, on=TODAY, minutes_number="3")


def test_the_delay_package_is_written_from_the_page(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest], home: Path
) -> None:
    url, batch_id, team = world
    with db.transaction(url) as session:
        approved(session, batch_id, team)
    page = show("delays", team.archivist)
    button(page, "写出报批材料，登记报批")
    assert not page.run().exception
    folder = home / "papers" / "delay" / f"batch-{batch_id}"
    assert {file.name for file in folder.iterdir()} == {
        "延期开放申请书.docx", "拟延期开放档案文件级目录.xlsx", "鉴定意见.docx",
    }  # fmt: skip
    assert list(show("delays", team.archivist).dataframe[0].value["状态"]) == ["已报批，待批复"]


def test_a_contradiction_is_explained_from_the_page(
    world: tuple[str, int, Team], show: Callable[[str, User], AppTest]
) -> None:
    url, _batch_id, team = world
    with db.transaction(url) as session:
        twin = a_record(session, "9-1-1", "关于林××同志处分问题的决定", fonds="云溪县供销社", fonds_key="云溪县供销社")
        twin.access = Access.OPEN
        session.add(twin)
    page = show("consistency", team.lead)
    text_field(page, "为何不同").set_value("供销社一件已由本人公开")
    button(page, "登记说明")
    assert not page.run().exception
    again = show("consistency", team.lead)
    assert any("已说明" in each.value for each in again.caption)
