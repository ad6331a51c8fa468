"""Groups, marks and classifiers on screen (成组审核、标注、分类器页面)."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from builders import Team, a_batch, a_record
from models import MarkedWord, Review
from models.vocabulary import Access
from workbench import db
from workbench.services import setting_up, signing_in


@pytest.fixture
def house(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        team = Team(session)
        towns = ("青石镇", "东岭镇", "西冲镇")
        records = [a_record(session, f"1-{at}", f"关于{town}小学修缮经费的批复") for at, town in enumerate(towns)]
        batch = a_batch(session, team)
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: team.first)
    yield SimpleNamespace(team=team, records=records, batch=batch, url=url)


def screen(key: str) -> AppTest:
    def one(key: str) -> None:
        from workbench.pages.navigation import SCREENS

        next(page for _, name, _, page, _ in SCREENS if name == key)()

    app = AppTest.from_function(one, args=(key,), default_timeout=60).run()
    assert [each.value for each in app.exception] == []
    return app


def keys(app: AppTest, begin: str) -> list[str]:
    return [button.key for button in app.button if button.key and button.key.startswith(begin)]


def test_the_form_appears_only_when_every_drawn_item_was_opened(house: SimpleNamespace) -> None:
    app = screen("groups")
    assert not [each for each in app.text_input if each.key and each.key.startswith("group-reason")]
    drawn = keys(app, "open-")
    assert len(drawn) == 2
    for key in drawn:
        app.button(key=key).click().run()
    assert [each.value for each in app.exception] == []
    assert [each for each in app.text_input if each.key and each.key.startswith("group-reason")]
    next(each for each in app.button if "group-open" in (each.form_id or "")).click().run()
    with db.reading(house.url) as session:
        made = session.exec(select(Review)).all()
    assert {review.record_id for review in made} == {record.id for record in house.records}
    assert {review.access for review in made} == {Access.OPEN}


def test_chosen_words_are_marked_from_the_card(house: SimpleNamespace) -> None:
    app = screen("review")
    pills = next(each for each in app.button_group if each.key and each.key.startswith("mark-words"))
    pills.set_value([1, 2])
    app.button(key=next(key for key in keys(app, "mark-sensitive"))).click().run()
    assert [each.value for each in app.exception] == []
    with db.reading(house.url) as session:
        marked = session.exec(select(MarkedWord)).all()
    assert len(marked) == 1
    assert marked[0].speaks is Access.RESTRICTED
    assert marked[0].text in house.records[0].title
    assert keys(app, "unmark-")


def test_training_is_asked_for_by_one_key_and_waits_for_the_worker(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models import Job

    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: house.team.lead)
    app = screen("classifiers")
    app.button(key="classifiers.train").click().run()
    with db.reading(house.url) as session:
        job = session.exec(select(Job)).one()
    assert job.options == {"anew": True}
    assert job.made_by == house.team.lead.name
