"""What the home asks of a reader is there to be read, and the audit trail speaks the words of the house."""

import re

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from batches.machine import TRANSITIONS
from builders import NOON, Team, a_batch, a_record, opens, restricts
from models.vocabulary import ReviewStage
from workbench import db
from workbench.i18n import LANGUAGES, act, texts
from workbench.pages import publishing
from workbench.permissions import PERMISSIONS
from workbench.services import reading_queue, setting_up, signing_in


def test_only_batches_with_something_to_read_wait_for_a_reader(session: Session, team: Team) -> None:
    read, fresh, disputed = (a_batch(session, team, codes=[a_record(session, f"X{n}").reference_code]) for n in "123")
    records = [reading_queue.waiting(session, batch, by=team.third, at=NOON)[0][1] for batch in (read, disputed)]
    opens(session, read, records[0], team.first)
    opens(session, disputed, records[1], team.second)
    restricts(session, disputed, records[1], team.third)
    given = {"batches": [read, fresh, disputed], "at": NOON}
    assert reading_queue.where_waiting(session, by=team.first, **given) == {
        fresh.id: ReviewStage.FIRST, disputed.id: ReviewStage.ARBITRATION,
    }  # fmt: skip
    assert reading_queue.where_waiting(session, by=team.second, **given) == {
        read.id: ReviewStage.SECOND, fresh.id: ReviewStage.FIRST,
    }  # fmt: skip


def draw_home() -> AppTest:
    def one() -> None:
        from workbench.pages import home

        home.page()

    return AppTest.from_function(one, default_timeout=60).run()


def test_the_home_of_a_reader_leads_to_what_waits(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction(url) as session:
        team = Team(session)
        batches = [a_batch(session, team, codes=[a_record(session, f"X{n}").reference_code]) for n in "12"]
        batches[0].title, batches[1].title = "看过的批次", "没看的批次"
        for batch in batches[:1]:
            (found,) = reading_queue.waiting(session, batch, by=team.first, at=NOON)
            opens(session, batch, found[1], team.first)
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: team.first)
    drawn = draw_home()
    assert not drawn.exception
    shown = " ".join(element.proto.body for element in drawn.get("html"))
    assert "没看的批次" in shown
    assert "看过的批次" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_guard_and_right_has_a_name(language: str) -> None:
    guards = {f"guards.{name}" for row in TRANSITIONS for name in row.guards}
    assert sorted((guards | {f"actions.{name}" for name in PERMISSIONS}) - texts(language).keys()) == []


def test_what_was_done_is_named_and_an_unknown_act_stays_as_it_stands() -> None:
    named = [act(action) for action in ("review.decide", "batch.finish", "use.suspend", "catalogue.import", "suggest")]
    assert not re.search("[a-z]", "".join(named))
    assert act("strange.thing") == "strange.thing"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("notice.docx", "公告（notice.docx）"),
        ("correction-2_fragment.html", "更正公告网页片段（correction-2_fragment.html）"),
        ("withdrawal-1.pdf", "撤回公告（withdrawal-1.pdf）"),
        ("something-else.txt", "something-else.txt"),
    ],
)
def test_a_published_file_says_what_it_is(name: str, called: str) -> None:
    assert publishing._called(name) == called


def test_a_setting_is_said_in_words_and_kept_as_the_command_line_writes_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction(url) as session:
        team = Team(session)
    monkeypatch.setattr(signing_in, "current_user", lambda _cookies: team.administrator)

    def one() -> None:
        from workbench.pages import people

        people.settings()

    app = AppTest.from_function(one, default_timeout=60).run()
    app.selectbox(key="setting.key").select("consultation").run()
    chosen = app.selectbox(key="setting.value.consultation")
    assert (chosen.options, chosen.value) == (["开", "关"], "on")
    chosen.select("off")
    app.button[0].click().run()
    assert not app.exception
    with db.reading(url) as session:
        assert setting_up.get(session, "consultation") is False
