"""Publishing and after (公布与公布之后): nothing restricted is public, nothing is half-written."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from publication_case import MARKERS, PUBLIC, SECRET_REASON, SECRET_TITLE, an_approved_batch, leaks, said_in
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team
from models import Batch, OpenEntry, Record, RosterEntry
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Access, BatchState, UseState
from workbench.services import batching, ledger_keeping, publishing, suspending

Use = Callable[..., suspending.Changed]


@pytest.fixture
def approved(session: Session, team: Team) -> Batch:
    return an_approved_batch(session, team)


@pytest.fixture
def published(session: Session, team: Team, approved: Batch, home: Path) -> Path:
    publishing.publish(session=session, batch_id=approved.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    (folder,) = (home / "published").iterdir()
    return folder


def test_nothing_restricted_is_anywhere_under_public(published: Path) -> None:
    names = {file.name for file in (published / "public").rglob("*")}
    assert names >= {"notice.docx", "notice.html", "open_catalogue.xlsx", "open_catalogue.csv"}
    assert leaks(published / "public", (PUBLIC,))  # the search does find what is there
    assert leaks(published / "public", MARKERS) == []


def test_the_internal_papers_do_hold_what_the_house_needs(published: Path) -> None:
    internal = said_in(published / "internal")
    for wanted in (SECRET_TITLE, SECRET_REASON, "1-1-2", "〔2026〕3号"):
        assert any(wanted in text for _, text in internal), wanted


def test_the_catalogue_neutralises_formulas_and_carries_the_ledger_head(session: Session, published: Path) -> None:
    text = (published / "public" / "open_catalogue.csv").read_text(encoding="utf-8-sig")
    assert "\n1,1-1-1,'=关于" in text or ",\"'=关于" in text
    publish = [event for event in ledger_keeping.events(session) if event.action == "batch.publish"]
    assert publish[0].previous_hash in text
    ledger_keeping.verify(session, head=publish[0].previous_hash)


def test_only_open_items_are_entries_and_the_roster_is_released(
    session: Session, approved: Batch, published: Path
) -> None:
    assert [entry.reference_code for entry in session.exec(select(OpenEntry))] == ["1-1-1", "1-1-3"]
    assert approved.state is BatchState.PUBLISHED
    assert not session.exec(select(RosterEntry).where(col(RosterEntry.is_live))).all()


def test_a_failed_publication_leaves_nothing_behind(session: Session, team: Team, approved: Batch, home: Path) -> None:
    with pytest.raises(PermissionDenied):
        publishing.publish(session=session, batch_id=approved.id, by=team.director, at=NOON, on=TODAY, home=home)
    assert not list((home / "published").glob("*")) if (home / "published").exists() else True
    assert approved.state is BatchState.APPROVED


def test_files_go_again_when_the_transaction_is_rolled_back(
    session: Session, team: Team, approved: Batch, home: Path
) -> None:
    publishing.publish(session=session, batch_id=approved.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    assert list((home / "published").glob("2026-*"))
    session.rollback()
    assert not list((home / "published").glob("*"))


def test_the_same_batch_gives_the_same_files(session: Session, team: Team, approved: Batch, home: Path) -> None:
    digests = []
    for _ in range(2):
        with session.begin_nested() as attempt:
            publishing.publish(session=session, batch_id=approved.id, by=team.publisher, at=NOON, on=TODAY, home=home)
            (folder,) = (home / "published").glob("2026-*")
            files = sorted((folder / "public").iterdir())
            digests.append([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
            attempt.rollback()
        for left in (home / "published").glob("2026-*"):
            for file in sorted(left.rglob("*"), reverse=True):
                file.unlink() if file.is_file() else file.rmdir()
            left.rmdir()
        session.refresh(approved)
    assert digests[0] == digests[1]


@pytest.fixture
def use(session: Session, team: Team, home: Path) -> Use:
    """Suspend, restore or withdraw the item 1-1-1, or what is named."""

    def change(state: UseState, code: str = "1-1-1", **known: object) -> suspending.Changed:
        who = team.archivist if state is UseState.SUSPENDED else team.director
        given = {"reason": "有人来电称涉及本人", "by": who, **known}
        at = NOON + timedelta(hours=1)
        return suspending.change_use(session=session, codes=[code], state=state, at=at, on=TODAY, home=home, **given)

    return change


def test_use_is_suspended_at_once_with_a_deadline_and_restored_by_the_director(
    session: Session, team: Team, published: Path, use: Use
) -> None:
    (change,) = use(UseState.SUSPENDED).changes
    assert change.deadline == TODAY + timedelta(days=30)
    assert [item.record.reference_code for item in suspending.standing(session, on=TODAY)] == ["1-1-1"]
    assert suspending.standing(session, on=date(2027, 1, 1))[0].is_overdue
    with pytest.raises(PermissionDenied):
        use(UseState.RESTORED, by=team.archivist)
    use(UseState.RESTORED)
    assert not suspending.standing(session, on=TODAY)
    actions = [event.action for event in ledger_keeping.events(session)][-4:]
    assert actions == ["use.suspend", "notice.edition", "use.restore", "notice.edition"]


def test_a_withdrawn_item_is_undecided_and_due_again(session: Session, published: Path, use: Use) -> None:
    use(UseState.SUSPENDED)
    use(UseState.WITHDRAWN)
    record = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
    assert record.access is None
    assert record in session.exec(batching.eligible(on=TODAY)).all()
    with pytest.raises(ProcedureError, match="use_cannot_follow"):
        use(UseState.RESTORED)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"code": "1-1-2"}, "not_published"),
        ({"reason": " "}, "use_reason_missing"),
        ({"deadline": date(2026, 1, 1)}, "deadline_past"),
    ],
)
def test_a_suspension_needs_a_published_item_a_reason_and_a_future_deadline(
    published: Path, use: Use, known: dict[str, object], code: str
) -> None:
    with pytest.raises(ProcedureError, match=code):
        use(UseState.SUSPENDED, **known)


def test_a_delayed_item_stays_delayed(session: Session, published: Path) -> None:
    record = session.exec(select(Record).where(Record.reference_code == "1-1-2")).one()
    assert record.access is Access.RESTRICTED
