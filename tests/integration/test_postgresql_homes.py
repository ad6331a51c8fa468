"""A home on a real PostgreSQL that is older than the program, and what is done after publication there."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from publication_case import an_approved_batch
from sqlmodel import select

from builders import NOON, TODAY, Team, a_record
from models import OpenEntry, PastDecision, Record, UseLimit, User
from models.complaint import ComplaintChannel
from models.errors import ProcedureError
from models.intake import JobKind
from models.tally import Selection
from models.vocabulary import Access, UseState
from workbench import db
from workbench.services import (
    complaints,
    jobs,
    ledger_keeping,
    limited_items,
    past_decisions,
    publishing,
    statistics,
    suspending,
    suspending_together,
    use_limits,
)

pytestmark = pytest.mark.postgresql


@pytest.fixture
def filled(pg: str, tmp_path: Path) -> str:
    """A home with a publication, a complaint and a job."""
    with db.transaction(pg) as session:
        team = Team(session)
        batch = an_approved_batch(session, team)
        publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=tmp_path)
        complaints.record(
            session=session, text="整批都不该开放", channel=ComplaintChannel.LETTER, received_on=TODAY,
            batch_id=batch.id, by=team.archivist, at=NOON, on=TODAY,
        )  # fmt: skip
        jobs.enqueue(session=session, kind=JobKind.TRAIN, subject="x", options={}, by="test", at=NOON)
    return pg


def revisions(url: str) -> list[str]:
    """All versions of the tables, the oldest first."""
    scripts = ScriptDirectory.from_config(db.alembic_config(url))
    return [each.revision for each in reversed(list(scripts.walk_revisions()))]


def test_a_filled_home_comes_up_through_every_version_from_the_one_before_limits_on_use(filled: str) -> None:
    known = revisions(filled)
    since = known[known.index("0009") :]
    command.downgrade(db.alembic_config(filled), "0009")
    for revision in since[1:]:
        command.upgrade(db.alembic_config(filled), revision)
    db.require_current(filled)
    command.check(db.alembic_config(filled))
    with db.reading(filled) as session:
        assert ledger_keeping.verify(session) > 5
        assert len(session.exec(select(Record)).all()) == 3
        assert len(session.exec(select(OpenEntry)).all()) == 2


def test_each_version_goes_down_and_comes_up_again_alone(filled: str) -> None:
    config = db.alembic_config(filled)
    for revision in reversed(revisions(filled)[1:]):
        command.downgrade(config, "-1")
        command.upgrade(config, revision)
        command.downgrade(config, "-1")
    command.upgrade(config, "head")
    command.check(config)
    with db.reading(filled) as session:
        assert len(session.exec(select(Record)).all()) == 3


def test_a_limit_holds_in_the_database_what_it_may_and_nothing_else(filled: str) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.transaction(filled) as session:
        session.add(UseLimit(record_id=999, imposed_by="x", basis="x", recorded_by="x", recorded_at=NOON))
        session.flush()


def test_a_late_limit_is_found_and_its_items_are_suspended_in_one_act(filled: str, tmp_path: Path) -> None:
    given = {"on": TODAY, "home": tmp_path, "at": NOON + timedelta(hours=1)}
    with db.transaction(filled) as session:
        archivist = next(each for each in session.exec(select(User)) if each.name == "档案员")
        use_limits.impose(
            session=session, fonds="云溪县农业局", imposed_by="柳氏后人", basis="协议", by=archivist, at=NOON
        )
        found = limited_items.open_to_the_public(session, on=TODAY)
        assert [each.reference_code for each in found] == ["1-1-1", "1-1-3"]
        limited_items.suspend(session=session, by=archivist, **given)
    with db.reading(filled) as session:
        assert not limited_items.open_to_the_public(session, on=TODAY)
        assert len(suspending.standing(session, on=TODAY)) == 2


def test_a_batch_is_suspended_and_decided_together(filled: str, tmp_path: Path) -> None:
    given = {"on": TODAY, "home": tmp_path}
    with db.transaction(filled) as session:
        people = {each.name: each for each in session.exec(select(User))}
        suspending_together.suspend_complained(
            session=session, complaint_id=1, by=people["档案员"], at=NOON + timedelta(hours=1), **given
        )
        with pytest.raises(ProcedureError):
            suspending_together.suspend_complained(
                session=session, complaint_id=1, by=people["档案员"], at=NOON + timedelta(hours=1), **given
            )
    with db.transaction(filled) as session:
        director = next(each for each in session.exec(select(User)) if each.name == "馆长")
        made = suspending_together.decide_together(
            session=session, code="1-1-1", state=UseState.WITHDRAWN, reason="确系误开", by=director,
            at=NOON + timedelta(hours=2), **given,
        )  # fmt: skip
        assert len(made.changes) == 2
        ledger_keeping.verify(session)


def test_publications_history_and_decisions_list_their_rows(filled: str) -> None:
    with db.transaction(filled) as session:
        record = a_record(session, "9-1-1")
        record.access = Access.OPEN
        session.add(record)
        for day in (date(2019, 3, 1), None):
            session.add(
                PastDecision(record_id=record.id, access=Access.OPEN, decided_on=day, mark="开放", is_applied=True,
                             decision_key=str(day), file="历年.xlsx", file_digest="x", row=2, imported_by="x",
                             imported_at=NOON)
            )  # fmt: skip
    with db.reading(filled) as session:
        for wanted, size in (
            (Selection(published_in=2026), 2), (Selection(past_in=2019), 1), (Selection(past_undated=True), 1),
            (Selection(access=Access.OPEN, decided_in=2026), 2), (Selection(overturned=True, decided_in=2026), 0),
        ):  # fmt: skip
            rows = statistics.behind(session, wanted, on=TODAY, limit=None)
            assert len(rows) == size, wanted
            assert all(statistics.written(row, wanted)["reference_code"] for row in rows)


def test_a_list_without_titles_is_matched_by_its_codes(filled: str, tmp_path: Path) -> None:
    path = tmp_path / "无题名.csv"
    path.write_text("档号,开放标识\n1-1-2,控制\n9-9-9,开放\n", encoding="utf-8")
    with db.transaction(filled) as session:
        prepared = past_decisions.prepare(session=session, path=path, on=TODAY)
        made = past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
        assert (made["accepted"], made["rejected"]) == (1, 1)
