"""Every screen draws, for whoever may see it, in both languages (各页面)."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from builders import Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Record, RosterEntry, User
from models.vocabulary import BatchAction, BatchState
from workbench import db, i18n
from workbench.pages.navigation import SCREENS
from workbench.services import setting_up, signing_in

KEYS = [key for _, key, _, _, _ in SCREENS]
A = BatchAction


class House:
    """A home with a batch in each state that a screen works on (一馆)."""

    def __init__(self, session: Session) -> None:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        switch_off(session, "consultation", "certification", "delay_report")
        name_the_archive(session)
        self.team = Team(session)
        for place, steps in enumerate(
            (
                (),
                (A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT),
                (A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT, A.APPROVE),
            )
        ):
            records = [a_record(session, f"J00{place}-1997-{number}") for number in range(1, 4)]
            batch = a_batch(session, self.team, codes=[each.reference_code for each in records])
            for record in records:
                opens(session, batch, record, self.team.first, reason="甲的意见")
            for record in records if steps else records[:1]:
                give = opens if steps else restricts
                give(session, batch, record, self.team.second)
            move(session, batch, self.team, *steps, minutes_number="7")
            assert batch.state is (BatchState.IN_REVIEW, BatchState.SUBMITTED, BatchState.APPROVED)[place]


@pytest.fixture
def house(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with db.transaction(url) as session:
        built = House(session)
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: built.team.administrator)
    yield built
    i18n.speak("zh_CN")


def as_person(monkeypatch: pytest.MonkeyPatch, person: User) -> None:
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: person)


def draw(key: str, language: str = "zh_CN") -> AppTest:
    def one(key: str) -> None:
        from workbench.pages.navigation import SCREENS

        next(page for _, name, _, page, _ in SCREENS if name == key)()

    app = AppTest.from_function(one, args=(key,), default_timeout=60)
    app.query_params["lang"] = language
    return app.run()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_a_screen_draws(house: House, monkeypatch: pytest.MonkeyPatch, key: str, language: str) -> None:
    roles = next(roles for _, name, _, _, roles in SCREENS if name == key)
    as_person(monkeypatch, house.team.holder(roles[0]))
    app = draw(key, language)
    assert [each.value for each in app.exception] == []
    assert [each.value for each in app.error] == []
    with i18n.speaking(language):
        shown = " ".join(each.value for each in app.title)
        assert shown
        assert "pages." not in shown  # an unknown key would show itself


def test_a_session_that_ended_shows_nothing_but_the_way_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: None)
    app = draw("review")
    assert len(app.title) == 0
    assert len(app.button) == 0


def shown_by(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def test_the_second_reader_is_shown_neither_opinion_nor_evidence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, house.team.third)
    shown = shown_by(draw("review"))
    assert 'data-stage="second"' in shown
    assert not [word for word in ("甲的意见", 'class="given"', 'class="evidence', 'class="advice"') if word in shown]


def test_the_arbitrator_is_shown_both_opinions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, house.team.third)
    shown = shown_by(draw("disagreements"))
    assert 'data-stage="arbitration"' in shown
    assert shown.count('class="given"') == 2
    assert "甲的意见" in shown


def test_who_gave_an_opinion_may_not_settle_the_disagreement(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, house.team.first)
    assert "article" not in shown_by(draw("disagreements"))


def test_the_words_of_a_catalogue_are_shown_and_not_run(
    url: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction(url) as session:
        record = session.get(
            Record, session.exec(select(RosterEntry.record_id).where(RosterEntry.batch_id == 1)).all()[1]
        )
        record.title = '<img src=x onerror="alert(1)">通知'
        session.add(record)
    as_person(monkeypatch, house.team.third)
    shown = shown_by(draw("review"))
    assert "&lt;img src=x" in shown
    assert "<img src=x" not in shown
