"""Publishing and after (公布与公布之后): nothing restricted is public, nothing is half-written."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pdfplumber
import pytest
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Batch, OpenEntry, Record, RosterEntry
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Access, BatchAction, BatchState, UseState
from workbench.services import approving, batching, ledger_keeping, publishing, suspending, titles

A = BatchAction
Use = Callable[..., suspending.Changed]
SECRET_TITLE = "关于给予某甲标记壹处分的决定"
SECRET_REASON = "理由标记贰不得外泄"
ORIGINAL = "关于周大海标记叁同志开除党籍处分的决定"
PUBLIC = "关于×××处分问题的决定"
MARKERS = ("标记壹", "标记贰", "标记叁", "周大海", "审核员甲", "审核员乙", "馆长标记", "1-1-2")


@pytest.fixture
def approved(session: Session, team: Team) -> Batch:
    """Three items: one open, one delayed, one open under a replaced title; all markers planted."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    one = a_record(session, "1-1-1", "=关于召开春耕生产会议的通知")
    two = a_record(session, "1-1-2", SECRET_TITLE, remarks="标记壹备注")
    three = a_record(session, "1-1-3", ORIGINAL)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, one, person, reason=SECRET_REASON)
        restricts(session, batch, two, person, reason=SECRET_REASON)
        opens(session, batch, three, person)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    titles.decide_title(
        session=session, batch_id=batch.id, record_id=three.id, public_title=PUBLIC, by=team.archivist, at=NOON
    )
    return batch


@pytest.fixture
def published(session: Session, team: Team, approved: Batch, home: Path) -> Path:
    publishing.publish(session=session, batch_id=approved.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    (folder,) = (home / "published").iterdir()
    return folder


def layers(name: str, content: bytes) -> list[tuple[str, str]]:
    """Every text that somebody could find in a file: its bytes, each part of a container, a PDF's text and data."""
    found = [(name, content.decode("utf-8", "replace")), (name, content.decode("utf-16-le", "replace"))]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            for part in container.infolist():
                found += layers(f"{name}/{part.filename}", container.read(part))
                found.append((f"{name}/{part.filename} comment", part.comment.decode("utf-8", "replace")))
    if content.startswith(b"%PDF"):
        with pdfplumber.open(io.BytesIO(content)) as document:
            found.append((name, "".join(page.extract_text() for page in document.pages) + str(document.metadata)))
    # Word splits a phrase over runs: what is read without the tags counts too.
    return found + [(f"{where} (text)", re.sub(r"<[^>]*>", "", text)) for where, text in found]


def test_nothing_restricted_is_anywhere_under_public(published: Path) -> None:
    files = [file for file in (published / "public").rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"notice.docx", "notice.html", "open_catalogue.xlsx", "open_catalogue.csv"}
    spoken = [layer for file in files for layer in layers(file.name, file.read_bytes())]
    assert any(PUBLIC in text for _, text in spoken)  # the search does find what is there
    leaks = [(marker, where) for marker in MARKERS for where, text in spoken if marker in text]
    assert leaks == []


def test_the_internal_papers_do_hold_what_the_house_needs(published: Path) -> None:
    internal = [layer for file in (published / "internal").rglob("*") for layer in layers(file.name, file.read_bytes())]
    for wanted in (SECRET_TITLE, SECRET_REASON, "1-1-2", "〔2026〕3号"):
        assert any(wanted in text for _, text in internal), wanted


def test_no_published_hash_gives_a_restricted_title_to_a_guesser(published: Path) -> None:
    """A dictionary attack in small: the right guesses, hashed plainly in the usual ways, match nothing public."""
    public = " ".join(
        text for file in (published / "public").rglob("*") for _, text in layers(file.name, file.read_bytes())
    )
    hashes = set(re.findall(r"[0-9a-f]{12,64}", public))
    assert hashes
    for guess in (SECRET_TITLE, ORIGINAL, SECRET_REASON, "1-1-2"):
        for kind in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            digest = kind(guess.encode()).hexdigest()
            assert not any(digest.startswith(short) or short in digest for short in hashes)


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
