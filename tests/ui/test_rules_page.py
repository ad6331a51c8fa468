"""The rules page (规则库页面): who may change what, drafts, previews, and the lists beside it."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from builders import NOON, TODAY, Team, a_batch, a_record, move, opens
from models import Record, User
from models.vocabulary import BatchAction, BatchState
from workbench import clock, db
from workbench.services import local_rules, marked_passages, rule_book, titles
from workbench.services.local_rules import rule_file

RULE = """
id: house.0001
name: 磨坊旧账
version: 1
effect: restrict
ground: OTHER_LAW
kind: other-law.audit
legal_basis: [{instrument: opening-measures, article: 8(4)}]
any_of: [{terms: [磨坊旧账]}]
explanation: 磨坊旧账涉及未了结的往来
must_match: [云溪磨坊旧账清理一事]
must_not_match: [云溪磨坊新账制度]
"""


def rules_screen() -> None:
    from workbench.pages import rules

    rules.page()


def titles_screen() -> None:
    from workbench.pages import titles

    titles.page()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    yield
    st.cache_data.clear()


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def opened(user: User, screen: Callable[[], None] = rules_screen, view: str | None = None) -> AppTest:
        for page in ("rules", "titles"):
            monkeypatch.setattr(f"workbench.pages.{page}.signed_in", lambda: user)
        made = AppTest.from_function(screen, default_timeout=30)
        if view:
            made.session_state["rules.view"] = view
        made.run()
        assert not made.exception, made.exception
        return made

    return opened


@pytest.fixture
def team(url: str) -> Team:
    with db.transaction(url) as session:
        made = Team(session)
        records = [a_record(session, f"1-1-{number}", f"磨坊旧账第{number}册") for number in range(1, 6)]
        batch = a_batch(session, made)
        for record in records:
            opens(session, batch, record, made.first)
        return made


def field(page: AppTest, key: str) -> object:
    kinds = (page.text_input, page.text_area, page.selectbox, page.radio, page.toggle, page.button)
    return next(each for kind in kinds for each in kind if each.key == key)


def press(page: AppTest, label: str) -> AppTest:
    next(each for each in page.button if each.label == label).click()
    page.run()
    assert not page.exception, page.exception
    return page


def test_a_reader_sees_the_rules_and_cannot_change_them(team: Team, show: Callable[..., AppTest]) -> None:
    page = show(team.first)
    assert page.expander
    assert not any(button.label in ("修改", "停用", "启用") for button in page.button)
    assert show(team.first, view="editor").text_area.len == 0


def test_a_draft_from_a_passage_is_tried_and_saved(
    url: str, home: object, team: Team, show: Callable[..., AppTest]
) -> None:
    page = show(team.lead, view="editor")
    for key, text in {
        "draft.name": "磨坊旧账", "draft.passage": "磨坊旧账", "draft.title": "云溪磨坊旧账清理一事",
        "draft.counter": "云溪磨坊新账制度",
    }.items():  # fmt: skip
        field(page, key).set_value(text)
    field(page, "draft.kind").set_value("other-law.audit")
    press(page, "起草")
    assert "id: house.0001" in field(page, "rules.yaml").value
    press(page, "试算")
    assert any("命中到期条目 5 件；其中人已定拟开放或开放 5 件" in each.value for each in page.info)
    press(page, "保存")
    with db.reading(url) as session:
        assert local_rules.own_ids(session, home) == ["house.0001"]
        assert local_rules.find(session, "house.0001").status == "draft"


def test_a_rule_whose_example_fails_is_refused_in_words(
    url: str, home: object, team: Team, show: Callable[..., AppTest]
) -> None:
    page = show(team.lead, view="editor")
    field(page, "rules.yaml").set_value(RULE.replace("must_match: [云溪磨坊旧账清理一事]", "must_match: [春耕]"))
    press(page, "保存")
    assert any("例句不成立" in each.value for each in page.error)
    assert not rule_file(home, "house.0001").exists()


def test_a_rule_that_people_always_overrule_is_listed_for_review(
    url: str, home: object, team: Team, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        local_rules.save(session=session, home=home, text=RULE, by=team.lead, at=NOON)
    page = show(team.lead)
    toggle = field(page, "rules.questioned")
    assert toggle.label == "宜复核（1）"
    toggle.set_value(True).run()
    assert [each.label for each in page.expander] == ["磨坊旧账　·　建议延期　·　本馆规则"]
    assert any("与规则一致 0／5" in str(each.proto) for each in page.get("html"))


def test_a_shipped_rule_is_retired_from_the_page_and_given_back(
    url: str, home: object, team: Team, show: Callable[..., AppTest]
) -> None:
    page = show(team.administrator)
    button = next(each for each in page.button if each.label == "停用")
    rule_id = button.key.removeprefix("retire-")
    button.click().run()
    with db.reading(url) as session:
        assert rule_book.ruleset(session).by_id[rule_id].status == "retired"
    page = show(team.administrator)
    press(page, "用随附原样")
    with db.reading(url) as session:
        assert rule_book.ruleset(session).by_id[rule_id].status == "active"
        assert local_rules.own_ids(session, home) == []


def test_a_wrongly_flagged_title_becomes_an_example_that_must_be_mended_first(
    url: str, home: object, team: Team, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        local_rules.save(session=session, home=home, text=RULE, by=team.lead, at=NOON)
    page = show(team.lead)
    field(page, "rules.text").set_value("磨坊旧账陈列展览方案").run()
    press(page, "“磨坊旧账”误检，修改")
    assert "磨坊旧账陈列展览方案" in field(page, "rules.yaml").value
    press(page, "保存")
    assert any("例句不成立" in each.value for each in page.error)
    mended = field(page, "rules.yaml").value.replace("explanation:", "none_of: [{terms: [展览]}]\nexplanation:")
    field(page, "rules.yaml").set_value(mended)
    press(page, "保存")
    with db.reading(url) as session:
        assert local_rules.find(session, "house.0001").version == 2


def test_a_missed_title_begins_a_draft(team: Team, show: Callable[..., AppTest]) -> None:
    page = show(team.lead)
    field(page, "rules.text").set_value("油坊旧账一事").run()
    press(page, "此处有漏检，起草规则")
    assert field(page, "draft.title").value == "油坊旧账一事"


def test_the_title_page_is_prefilled_with_a_proposal_and_keeps_what_a_person_writes(
    url: str, show: Callable[..., AppTest]
) -> None:
    with db.transaction(url) as session:
        team = Team(session)
        record = a_record(session, "2-1-1", "关于给予陈某某行政记过处分的决定")
        batch = a_batch(session, team)
        for person in (team.first, team.second):
            opens(session, batch, record, person, reason="本人已公开")
        move(session, batch, team, BatchAction.FINISH)
        assert batch.state is BatchState.REVIEWED
        batch_id = batch.id
    page = show(team.archivist, titles_screen)
    public = next(each for each in page.text_input if each.label == "公开题名")
    assert public.value == "关于给予×××行政记过处分的决定"
    public.set_value("关于给予×××处分的决定")
    press(page, "以此题名公开")
    with db.reading(url) as session:
        assert titles.waiting_rows(session, batch_id) == []


def test_a_marked_passage_is_one_click_from_a_draft_and_settled_when_its_rule_is_saved(
    show: Callable[..., AppTest], team: Team, url: str
) -> None:
    with db.transaction(url) as session:
        record = session.exec(select(Record).order_by(Record.id)).first()
        marked_passages.mark_missed(
            session=session, batch_id=1, record_id=record.id, words=[(0, 4)], by=team.first, at=NOON
        )
    page = show(team.lead, view="marks")
    field(page, "take-up-1").click().run()
    assert (field(page, "draft.passage").value, field(page, "draft.title").value) == ("磨坊旧账", "磨坊旧账第1册")
    page.session_state["rules.yaml"] = RULE
    page.run()
    next(each for each in page.button if each.label == "保存").click().run()
    assert not page.exception
    with db.transaction(url) as session:
        assert marked_passages.waiting(session) == []
