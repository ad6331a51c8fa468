"""The pages after publication, run as Streamlit runs them (暂停利用、投诉登记、公布版次)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from publication_case import an_approved_batch, approved
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from builders import NOON, PASSWORD, TODAY, Team, a_batch, a_record, opens
from models import Complaint, Suspension, User
from models.complaint import ComplaintChannel
from models.vocabulary import Role, UseState
from workbench import clock, db, i18n
from workbench.services import complaints, people, publishing, roster, signing_in, suspending, use_limits

LATER = date(2027, 3, 1)


@pytest.fixture
def team(url: str, home: Path) -> Team:
    """A home with one publication, on the day the fakes say."""
    with db.transaction(url) as session:
        made = Team(session)
        made.director = people.add(
            session=session, name="赵馆长", roles=[Role.DIRECTOR], password=PASSWORD, by="test", at=NOON
        )
        batch = an_approved_batch(session, made)
        publishing.publish(session=session, batch_id=batch.id, by=made.publisher, at=NOON, on=TODAY, home=home)
    return made


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Open a screen as somebody, on a day."""

    def opened(name: str, user: User, on: date = TODAY) -> AppTest:
        def one(name: str) -> None:
            from workbench.pages.navigation import SCREENS

            next(page for _, key, _, page, _ in SCREENS if key == name)()

        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=(on - TODAY).days, hours=1))
        monkeypatch.setattr(clock, "today", lambda: on)
        monkeypatch.setattr(signing_in, "current_user", lambda _cookies: user)
        app = AppTest.from_function(one, args=(name,), default_timeout=60).run()
        assert not app.exception, app.exception
        return app

    yield opened
    i18n.speak("zh_CN")


def html_of(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def suspended(url: str, home: Path, team: Team) -> None:
    with db.transaction(url) as session:
        suspending.change_use(
            session=session, codes=["1-1-1"], state=UseState.SUSPENDED, reason="有人来电", by=team.archivist,
            at=NOON + timedelta(hours=1), on=TODAY, home=home,
        )  # fmt: skip


def complained(url: str, team: Team) -> None:
    with db.transaction(url) as session:
        complaints.record(
            session=session, text="<b>我父亲的家事</b>", channel=ComplaintChannel.LETTER, received_on=TODAY,
            by=team.archivist, at=NOON, on=TODAY, code="1-1-1", complainant="周大海",
        )  # fmt: skip


def test_what_is_overdue_is_red_on_the_home_page(
    url: str, home: Path, team: Team, show: Callable[..., AppTest]
) -> None:
    suspended(url, home, team)
    complained(url, team)
    on_time, late = html_of(show("home", team.archivist)), html_of(show("home", team.archivist, LATER))
    assert 'class="call overdue"' not in on_time
    assert "1 条正在暂停利用" in on_time
    assert late.count('class="call overdue"') == 2
    assert "1 条暂停利用已逾期" in late
    assert "1 件投诉逾期未答复" in late
    assert "逾期" not in html_of(show("home", team.first, LATER))  # a reader can do nothing about it


def test_an_archivist_suspends_on_the_page(url: str, team: Team, show: Callable[..., AppTest]) -> None:
    app = show("suspensions", team.archivist)
    app.text_area(key="suspensions.codes").input("1-1-1\n\n1-1-3 ")
    app.text_area(key="suspensions.reason").input("题名含住址")
    next(each for each in app.button if each.label == "立即停用").click()
    app.run()
    assert not app.exception
    with db.reading(url) as session:
        found = session.exec(select(Suspension)).all()
        assert [(each.reason, each.deadline) for each in found] == [("题名含住址", TODAY + timedelta(days=30))] * 2


def test_only_the_director_decides_and_only_with_the_password(
    url: str, home: Path, team: Team, show: Callable[..., AppTest]
) -> None:
    suspended(url, home, team)
    assert not [each for each in show("suspensions", team.archivist).button if each.label == "恢复或撤销"]
    for password, states in (("wrong", 1), (PASSWORD, 2)):
        app = show("suspensions", team.director)
        app.radio(key="suspensions.state").set_value(UseState.WITHDRAWN)
        app.text_area(key="suspensions.why").input("确系误开")
        app.text_input(key="suspensions.password").input(password)
        next(each for each in app.button if each.label == "恢复或撤销").click()
        app.run()
        assert not app.exception
        with db.reading(url) as session:
            assert len(session.exec(select(Suspension)).all()) == states


def test_a_complaint_suspends_its_item_at_one_click_and_its_text_is_shown_as_text(
    url: str, team: Team, show: Callable[..., AppTest]
) -> None:
    complained(url, team)
    app = show("complaints", team.archivist)
    assert "&lt;b&gt;我父亲的家事" in html_of(app)
    next(each for each in app.button if each.label == "停用所涉条目").click()
    app.run()
    assert not app.exception
    assert not [each for each in app.button if each.label == "停用所涉条目"]
    with db.reading(url) as session:
        assert [each.reason for each in session.exec(select(Suspension))] == ["投诉第1号，待核"]


def test_a_complaint_is_recorded_on_the_page(url: str, team: Team, show: Callable[..., AppTest]) -> None:
    app = show("complaints", team.publisher)
    app.text_area(key="complaints.text").input("查阅被拒")
    next(each for each in app.button if each.label == "登记").click()
    app.run()
    assert not app.exception
    with db.reading(url) as session:
        (kept,) = session.exec(select(Complaint)).all()
        assert (kept.text, kept.complainant, kept.due_on) == ("查阅被拒", None, TODAY + timedelta(days=15))


def test_earlier_editions_are_offered_beside_the_one_in_force(
    url: str, home: Path, team: Team, show: Callable[..., AppTest]
) -> None:
    suspended(url, home, team)
    app = show("publishing", team.publisher)
    (turns,) = [each for each in app.radio if each.label == "版次"]
    assert [text.endswith(("现行", "旧版（原样保存）")) for text in turns.options] == [True, True]
    correction = "更正公告（correction-1.docx）"
    assert correction in [each.proto.label for each in app.get("download_button")]
    turns.set_value(1).run()
    assert correction not in [each.proto.label for each in app.get("download_button")]


def test_what_is_open_against_a_limit_is_called_out_and_suspended_with_one_button(
    url: str, team: Team, show: Callable[..., AppTest]
) -> None:
    assert "限制利用期内" not in html_of(show("home", team.archivist))
    with db.transaction(url) as session:
        use_limits.impose(
            session=session, code="1-1-1", imposed_by="柳氏后人", basis="捐赠协议第3号", by=team.archivist, at=NOON
        )
    assert "1 条正在公布，却在限制利用期内" in html_of(show("home", team.archivist))
    app = show("limits", team.archivist)
    app.button(key="limits.suspend").click().run()
    assert not app.exception
    with db.reading(url) as session:
        assert [each.reason for each in session.exec(select(Suspension))] == ["限制利用期内"]
    assert "正在公布" not in html_of(show("home", team.archivist))


def test_the_director_takes_limited_items_out_of_an_approved_batch_on_its_page(
    url: str, team: Team, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        record = a_record(session, "1-1-9")
        other = a_record(session, "1-1-8", "关于下达一九九七年植树计划的通知")
        batch = a_batch(session, team)
        for person in (team.first, team.second):
            opens(session, batch, record, person)
            opens(session, batch, other, person)
        approved(session, team, batch)
        use_limits.impose(
            session=session, code="1-1-9", imposed_by="柳氏后人", basis="捐赠协议第3号", by=team.archivist, at=NOON
        )
        number = batch.id
    assert [each.disabled for each in show("batches", team.archivist).button if "移出受限" in each.label] == [True]
    app = show("batches", team.director)
    next(each for each in app.button if each.label == "移出受限条目（1 条）").click().run()
    assert not app.exception
    with db.reading(url) as session:
        assert [each.record.reference_code for each in roster.items(session, number)] == ["1-1-8"]


def test_a_complaint_about_a_batch_has_one_button_for_all_of_it(
    url: str, team: Team, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        complaints.record(
            session=session, text="整批都不该开放", channel=ComplaintChannel.LETTER, received_on=TODAY, batch_id=1,
            by=team.archivist, at=NOON, on=TODAY,
        )  # fmt: skip
    app = show("complaints", team.archivist)
    next(each for each in app.button if each.label == "整批停用（2 条）").click().run()
    assert not app.exception
    with db.reading(url) as session:
        assert len(session.exec(select(Suspension)).all()) == 2
    app = show("suspensions", team.director)
    app.radio(key="suspensions.state").set_value(UseState.RESTORED)
    app.checkbox(key="suspensions.together").check()
    app.text_area(key="suspensions.why").input("核实无误")
    app.text_input(key="suspensions.password").input(PASSWORD)
    next(each for each in app.button if each.label == "恢复或撤销").click().run()
    assert not app.exception
    with db.reading(url) as session:
        assert not suspending.standing(session, on=TODAY)
