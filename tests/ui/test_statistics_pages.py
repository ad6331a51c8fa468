"""Statistics, plan and corrections on the page (统计、计划、纠错页面), run as Streamlit runs them."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from publication_case import an_approved_batch
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from builders import NOON, TODAY, Team, a_batch, a_record, opens, restricts
from models import Correction, PastDecision, PlanLine, User
from models.correction import CorrectedField, CorrectionState
from models.tally import Selection
from models.vocabulary import Access
from workbench import clock, db
from workbench.pages import outlook_line
from workbench.services import correcting, publishing, statistics


def screen(name: str) -> Callable[[], None]:
    def statistics() -> None:
        from workbench.pages import statistics

        statistics.page()

    def plans() -> None:
        from workbench.pages import plans

        plans.page()

    def corrections() -> None:
        from workbench.pages import corrections

        corrections.page()

    def home() -> None:
        from workbench.pages import home

        home.page()

    def due() -> None:
        from workbench.pages import due

        due.page()

    def reviewing() -> None:
        from workbench.pages import reviewing

        reviewing.page()

    return {
        "statistics": statistics, "plans": plans, "corrections": corrections, "home": home, "due": due,
        "reviewing": reviewing,
    }[name]  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    outlook_line.refresh()


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a screen as somebody who is signed in; the gate has tests of its own."""

    def opened(name: str, user: User, **address: str) -> AppTest:
        monkeypatch.setattr("workbench.services.signing_in.current_user", lambda _cookies: user)
        page = AppTest.from_function(screen(name), default_timeout=30)
        for key, value in address.items():
            page.query_params[key] = value
        page.run()
        assert not page.exception, page.exception
        return page

    return opened


@pytest.fixture
def world(url: str) -> Iterator[tuple[str, Team]]:
    with db.transaction(url) as session:
        team = Team(session)
        records = [a_record(session, f"1-1-{number}", f"关于第{number}次会议的通知") for number in range(4)]
        records.append(a_record(session, "1-1-9", "关干召开会议的通知"))
        batch = a_batch(session, team, codes=["1-1-0", "1-1-9"])
        opens(session, batch, records[0], team.first)
        restricts(session, batch, records[0], team.second)
    yield url, team


def html(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html"))


def button(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click()


def addresses(page: AppTest) -> list[tuple[Selection, int]]:
    """Every linked number with the selection that it leads to."""
    found = re.findall(r'href="/statistics\?([^"]+)"[^>]*>([\d,]+)</a>', html(page))
    parsed = []
    for query, shown in found:
        given = dict(part.split("=", 1) for part in query.replace("&amp;", "&").split("&"))
        parsed.append((Selection.from_query(_unquoted(given)), int(shown.replace(",", ""))))
    return parsed


def _unquoted(given: dict[str, str]) -> dict[str, str]:
    from urllib.parse import unquote_plus

    return {name: unquote_plus(value) for name, value in given.items()}


@pytest.mark.parametrize("table", ["overview", "years", "fonds", "grounds", "decisions", "rates"])
def test_every_linked_number_leads_to_as_many_rows(
    world: tuple[str, Team], show: Callable[..., AppTest], table: str
) -> None:
    url, team = world
    page = show("statistics", team.archivist, table=table)
    links = addresses(page)
    assert links or table in ("grounds", "decisions", "rates")
    with db.reading(url) as session:
        for wanted, shown in links:
            assert len(statistics.behind(session, wanted, on=TODAY, limit=None)) == shown, wanted


def test_every_column_of_decisions_and_every_share_leads_to_its_rows(
    url: str, home: Path, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        team = Team(session)
        batch = an_approved_batch(session, team)
        publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
        for number, day in ((1, date(2019, 3, 1)), (2, None)):
            record = a_record(session, f"9-1-{number}")
            record.access = Access.OPEN
            session.add(record)
            session.add(
                PastDecision(record_id=record.id, access=Access.OPEN, decided_on=day, mark="开放", is_applied=True,
                             decision_key=str(number), file="历年.xlsx", file_digest="x", row=2, imported_by="x",
                             imported_at=NOON)
            )  # fmt: skip
    page = show("statistics", team.archivist, table="decisions")
    links = addresses(page)
    asked = [wanted for wanted, _ in links]
    for wanted in (
        Selection(access=Access.OPEN, decided_in=2026), Selection(access=Access.RESTRICTED, decided_in=2026),
        Selection(published_in=2026), Selection(past_in=2019), Selection(past_undated=True),
    ):  # fmt: skip
        assert wanted in asked
    with db.reading(url) as session:
        for wanted, shown in links:
            rows = statistics.behind(session, wanted, on=TODAY, limit=None)
            assert len(rows) == shown, wanted
            assert all(statistics.written(row, wanted)["progress"] for row in rows)
    opened = show("statistics", team.archivist, list="1", published_in="2026").dataframe[0].value
    assert set(opened["进展"]) == {"公布于 2026-1"}
    shares = re.findall(r'href="[^"]+"[^>]*>([\d.]+)%</a>', html(show("statistics", team.archivist, table="years")))
    assert len(shares) > 3


def test_a_number_opens_its_list(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    _, team = world
    page = show("statistics", team.archivist, list="1", progress="waiting")
    (listed,) = page.dataframe
    assert list(listed.value["档号"]) == ["1-1-1", "1-1-2", "1-1-3"]
    assert set(listed.value["进展"]) == {"待审，未成批"}


def test_an_address_that_makes_no_sense_still_opens(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    _, team = world
    show("statistics", team.archivist, table="nonsense", year="abcd", by="x")
    show("statistics", team.archivist, list="1", year="1800")


def test_the_sentence_stands_on_the_home_and_the_due_page(
    world: tuple[str, Team], show: Callable[..., AppTest]
) -> None:
    _, team = world
    for name in ("home", "due", "plans"):
        assert "到期 5 件；成组后需看 2 次；按每天 300 次约 1 个工作日" in html(show(name, team.archivist))
        outlook_line.refresh()


def test_a_line_is_drawn_up_and_given_up_on_the_page(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    url, team = world
    page = show("plans", team.lead)
    page.multiselect(key="plan.people").set_value(["审核员甲"])
    page.date_input(key="plan.deadline.2026").set_value(date(2026, 12, 20))
    button(page, "列入计划")
    assert not page.run().exception
    with db.reading(url) as session:
        (line,) = session.exec(select(PlanLine)).all()
    assert (line.items, line.deadline) == (5, date(2026, 12, 20))
    assert page.get("arrow_vega_lite_chart") or page.get("vega_lite_chart")
    button(page, "撤销该项")
    assert not page.run().exception
    assert "还没有计划" in html(page)


def test_nobody_without_the_right_sees_the_forms(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    _, team = world
    assert [each.label for each in show("plans", team.first).button] == []
    labels = [each.label for each in show("corrections", team.first).button]
    assert "采纳" not in labels


def test_a_reader_proposes_beside_the_item_and_the_archivist_settles(
    world: tuple[str, Team], show: Callable[..., AppTest]
) -> None:
    url, team = world
    page = show("reviewing", team.third)
    assert "疑似形近字、别字" in html(page)
    button(page, "以此提出")
    page.run()
    wording = next(each for each in page.text_input if each.label == "应为")
    assert wording.value == "关于召开会议的通知"
    next(each for each in page.text_input if each.label.startswith("依据")).set_value("原件")
    button(page, "提出纠错")
    assert not page.run().exception
    assert "题名建议改为：关于召开会议的通知" in html(page)
    register = show("corrections", team.archivist)
    register.text_input(key="correction.note").set_value("与原件核对")
    button(register, "采纳")
    assert not register.run().exception
    with db.reading(url) as session:
        (made,) = session.exec(select(Correction)).all()
        assert (made.state, made.slip) == (CorrectionState.ACCEPTED, "look-alike")
        assert correcting.laid_over(session, [made.record_id]) == {made.record_id: {"title": "关于召开会议的通知"}}
    assert "题名已更正为" in html(show("reviewing", team.third))


def test_a_suspicion_is_put_forward_from_the_list(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    url, team = world
    page = show("corrections", team.archivist)
    assert "关干" in html(page)
    next(each for each in page.text_input if each.label.startswith("依据")).set_value("原件")
    next(each for each in page.button if each.label == "提出纠错").click()
    assert not page.run().exception
    with db.reading(url) as session:
        (made,) = session.exec(select(Correction)).all()
    assert (made.field, made.proposed) == (CorrectedField.TITLE, "关于召开会议的通知")


def test_a_refusal_is_said_in_words(world: tuple[str, Team], show: Callable[..., AppTest]) -> None:
    url, team = world
    with db.transaction(url) as session:
        made = put(session, team)
    page = show("corrections", team.archivist)
    button(page, "采纳")
    page.run()
    assert any("采纳须写明依据" in each.value for each in page.error)
    with db.reading(url) as session:
        assert session.get_one(Correction, made).state is CorrectionState.REPORTED


def put(session: Session, team: Team) -> int:
    record = correcting.record_of(session, "1-1-1")
    made = correcting.propose(
        session=session, record_id=int(record.id or 0), field=CorrectedField.CREATOR, proposed="云溪县农业局",
        source="落款", by=team.first, at=NOON, on=TODAY,
    )  # fmt: skip
    return int(made.id or 0)
