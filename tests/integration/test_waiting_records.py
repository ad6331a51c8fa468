"""Records that wait for a suggestion are walked in portions, and none twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from builders import NOON, TODAY, a_record
from models import Suggestion
from workbench import db
from workbench.services import suggesting, waiting_records


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_records, "PORTION", 3)


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    with db.transaction(url) as session:
        yield session


def suggest(session: Session, home: Path, **more: int | None) -> dict[str, object]:
    return suggesting.suggest_due(session=session, home=home, by="李档案", at=NOON, on=TODAY, **more)


def test_every_record_gets_one_suggestion_whatever_the_portions(session: Session, home: Path) -> None:
    numbers = [a_record(session, f"1-1-{at}", title=f"第{at}次会议的通知").id for at in range(8)]
    assert suggest(session, home)["suggested"] == 8
    assert sorted(session.exec(select(Suggestion.record_id))) == numbers
    assert suggest(session, home)["suggested"] == 0


def test_a_work_in_portions_goes_on_where_it_ended(session: Session, home: Path) -> None:
    numbers = [a_record(session, f"1-1-{at}", title=f"第{at}次会议的通知").id for at in range(8)]
    last, each = 0, []
    while (made := suggest(session, home, at_most=4, after=last))["suggested"]:
        each.append(made["suggested"])
        last = int(str(made["last"]))
    assert each == [4, 4]
    assert sorted(session.exec(select(Suggestion.record_id))) == numbers
    assert suggest(session, home, at_most=4)["suggested"] == 0, "begun anew, it passes over what is done"


def test_a_suggestion_of_other_rules_is_made_anew(session: Session, home: Path) -> None:
    for at in range(5):
        a_record(session, f"1-1-{at}", title=f"第{at}次会议的通知")
    suggest(session, home)
    second = session.exec(select(Suggestion).order_by(Suggestion.record_id)).all()[1]
    second.ruleset_digest = "another"
    session.add(second)
    session.flush()
    assert suggest(session, home)["suggested"] == 1
    assert len(session.exec(select(Suggestion).where(Suggestion.record_id == second.record_id)).all()) == 2


def test_what_is_stored_is_read_back_whole(session: Session, home: Path) -> None:
    a_record(session, "1-1-1", title="关于给予柳长河开除处分的决定")
    suggest(session, home)
    stored = session.exec(select(Suggestion)).one()
    assert stored.reasons()
    for reason in stored.reasons():
        assert type(reason).from_dict(reason.to_dict()) == reason
        assert type(reason).from_dict(reason.stored()) == reason
        assert reason.explanation and reason.legal_basis is not None
