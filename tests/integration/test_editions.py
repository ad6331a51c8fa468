"""After a change of use (公布版次): a new edition for the public, the old one as it was, a notice that tells little."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from publication_case import MARKERS, OPEN_TITLE, an_approved_batch, approved, leaks, said_in
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, name_the_archive, opens, switch_off
from models import NoticeEdition, OpeningNotice, Record
from models.errors import ProcedureError
from models.vocabulary import UseState
from workbench.services import examining, folder_swap, ledger_keeping, publication_now, publishing, suspending, titles
from workbench.services.folder_swap import digest_of
from workbench.settings import Environment

REASON = "有人来电称涉及本人家事"
Use = Callable[..., suspending.Changed]


@pytest.fixture
def notice(session: Session, team: Team, home: Path) -> OpeningNotice:
    batch = an_approved_batch(session, team)
    return publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)


@pytest.fixture
def folder(home: Path, notice: OpeningNotice) -> Path:
    return home / "published" / notice.folder


@pytest.fixture
def use(session: Session, team: Team, home: Path) -> Use:
    clock = [NOON]

    def change(state: UseState, *codes: str, **known: object) -> suspending.Changed:
        clock[0] += timedelta(hours=1)
        who = team.archivist if state is UseState.SUSPENDED else team.director
        given = {"reason": REASON, "by": who, "home": home, **known}
        return suspending.change_use(
            session=session, codes=codes or ["1-1-1"], state=state, at=clock[0], on=TODAY, **given
        )

    return change


def codes_in(folder: Path) -> list[tuple[str, str]]:
    text = (folder / "open_catalogue.csv").read_text(encoding="utf-8-sig")
    return [(row["序号"], row["档号"]) for row in csv.DictReader(io.StringIO(text)) if row["档号"]]


def words_of(file: Path) -> str:
    return "".join(text for name, text in said_in(file.parent) if name == f"{file.name}/word/document.xml (text)")


def test_a_suspended_item_leaves_the_catalogue_and_the_old_edition_is_kept_as_it_was(folder: Path, use: Use) -> None:
    before, signed = digest_of(folder / "public"), (folder / "public" / "notice.docx").read_bytes()
    assert codes_in(folder / "public") == [("1", "1-1-1"), ("2", "1-1-3")]
    use(UseState.SUSPENDED)
    assert digest_of(folder / "earlier" / "1" / "public") == before
    assert codes_in(folder / "public") == [("2", "1-1-3")]
    assert (folder / "public" / "notice.docx").read_bytes() == signed
    page = (folder / "public" / "notice.html").read_text(encoding="utf-8")
    assert 'href="correction-1.html"' in page
    assert "1-1-1" not in page
    names = {file.name for file in (folder / "public").iterdir()}
    assert names >= {"correction-1.docx", "correction-1.html", "correction-1_fragment.html", "notice_fragment.html"}


def test_a_restored_item_stands_under_its_old_number_again(folder: Path, use: Use) -> None:
    use(UseState.SUSPENDED)
    use(UseState.RESTORED)
    assert codes_in(folder / "public") == [("1", "1-1-1"), ("2", "1-1-3")]
    assert sorted(each.name for each in (folder / "earlier").iterdir()) == ["1", "2"]
    assert {"correction-1.docx", "correction-2.docx"} <= {file.name for file in (folder / "public").iterdir()}


@pytest.mark.parametrize(
    ("states", "file", "says"),
    [
        ([UseState.SUSPENDED], "correction-1.docx", "暂停提供利用"),
        ([UseState.SUSPENDED, UseState.RESTORED], "correction-2.docx", "恢复提供利用"),
        ([UseState.SUSPENDED, UseState.WITHDRAWN], "withdrawal-1.docx", "撤销开放"),
        ([UseState.WITHDRAWN], "withdrawal-1.docx", "撤销开放"),
    ],
)
def test_the_notice_names_number_and_code_and_neither_title_nor_reason(
    folder: Path, use: Use, states: list[UseState], file: str, says: str
) -> None:
    for state in states:
        use(state)
    words = words_of(folder / "public" / file)
    assert says in words
    assert "2026年第1号" in words
    assert "开放目录序号1（档号1-1-1）" in words
    assert not [secret for secret in (OPEN_TITLE[1:], REASON, "档案员", "馆长：") if secret in words]


def test_nothing_withdrawn_or_restricted_is_left_under_public(folder: Path, use: Use) -> None:
    use(UseState.SUSPENDED)
    use(UseState.WITHDRAWN)
    assert leaks(folder / "public", (*MARKERS, OPEN_TITLE[1:], REASON, "档案员")) == []
    for earlier in (folder / "earlier").iterdir():
        assert leaks(earlier / "public", MARKERS) == []
    assert any(REASON in text for _, text in said_in(folder / "internal"))  # the house does know why


def test_a_code_made_from_the_title_is_not_named_when_the_item_is_withdrawn(
    session: Session, team: Team, home: Path, use: Use
) -> None:
    """Whoever tries titles would find it: the catalogue that told it is gone, the notice must not tell it again."""
    code, title = "~0123456789ab", "关于召开秋收工作会议的通知"
    batch = an_approved_batch(session, team)
    record = a_record(session, code, title, code_generated=True)
    other = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, other, record, person)
    approved(session, team, other)
    publishing.publish(session=session, batch_id=other.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    use(UseState.WITHDRAWN, code)
    public = home / "published" / "2026-1" / "public"
    assert "开放目录序号1。" in words_of(public / "withdrawal-1.docx")
    assert leaks(public, (code, code[1:], title)) == []
    assert batch.id != other.id


def test_an_item_is_found_by_the_code_that_the_public_knows(session: Session, team: Team, home: Path, use: Use) -> None:
    """Whoever complains quotes the published catalogue: a replaced title hides the house's own code."""
    record = a_record(session, "~0123456789ab", "关于周大海同志处分问题的决定", code_generated=True)
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    approved(session, team, batch)
    titles.decide_title(
        session=session, batch_id=batch.id, record_id=record.id, public_title="关于×××同志处分问题的决定",
        by=team.archivist, at=NOON,
    )  # fmt: skip
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    ((_, known),) = codes_in(home / "published" / "2026-1" / "public")
    assert known != record.reference_code
    (change,) = use(UseState.SUSPENDED, known).changes
    assert change.record_id == record.id


def test_one_act_on_several_items_makes_one_edition(folder: Path, use: Use) -> None:
    changed = use(UseState.SUSPENDED, "1-1-3", "1-1-1")
    assert [edition.number for _, edition in changed.editions] == [2]
    assert codes_in(folder / "public") == []
    assert "开放目录序号1（档号1-1-1）、开放目录序号2（档号1-1-3）" in words_of(folder / "public" / "correction-1.docx")


def test_the_edition_is_sealed_with_the_bytes_of_its_files(session: Session, folder: Path, use: Use) -> None:
    before = digest_of(folder / "public")
    ((_, edition),) = use(UseState.SUSPENDED).editions
    event = [event for event in ledger_keeping.events(session) if event.action == "notice.edition"][-1]
    assert event.payload["files"] == edition.files_digest == digest_of(folder / "public")
    assert event.payload["files_before"] == before
    assert event.previous_hash == edition.ledger_head
    assert edition.ledger_head in (folder / "public" / "correction-1.html").read_text(encoding="utf-8")
    ledger_keeping.verify(session)


def test_the_holdings_system_is_told_the_mark_of_each_state(folder: Path, use: Use) -> None:
    def mark() -> object:
        sheet = load_workbook(folder / "internal" / "write_back.xlsx").worksheets[0]
        return next(row[3] for row in sheet.iter_rows(values_only=True) if row[2] == "1-1-1")

    assert mark() == "开放"
    for state, wanted in ((UseState.SUSPENDED, "控制"), (UseState.RESTORED, "开放"), (UseState.WITHDRAWN, "未审核")):
        use(state)
        assert mark() == wanted
    snapshot = json.loads((folder / "internal" / "snapshot.json").read_text(encoding="utf-8"))
    assert snapshot["changes"][0]["reason"] == REASON
    assert [line[0] for line in snapshot["public"]["lines"]] == [2]


def test_everything_goes_back_when_the_transaction_does(
    session: Session, team: Team, notice: OpeningNotice, home: Path, folder: Path
) -> None:
    session.commit()
    before = digest_of(folder)
    for _ in range(2):
        suspending.change_use(
            session=session, codes=["1-1-1"], state=UseState.SUSPENDED, reason=REASON, by=team.archivist,
            at=NOON + timedelta(hours=1), on=TODAY, home=home,
        )  # fmt: skip
        assert digest_of(folder) != before
        session.rollback()
        assert digest_of(folder) == before
    assert len(publication_now.editions(session, int(notice.id or 0))) == 1


def test_a_run_cut_off_between_files_and_database_is_put_right(
    session: Session, notice: OpeningNotice, folder: Path, use: Use, tmp_path: Path
) -> None:
    session.commit()
    before = digest_of(folder / "public")
    use(UseState.SUSPENDED)
    shutil.copytree(folder, tmp_path / "cut off")
    session.rollback()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "cut off", folder)  # the power went after the files and before the database
    use(UseState.WITHDRAWN)
    assert digest_of(folder / "earlier" / "1" / "public") == before
    assert not list((folder / "public").glob("correction-*"))
    assert len(publication_now.editions(session, int(notice.id or 0))) == 2


def test_a_publication_whose_files_are_gone_is_named_and_nothing_changes(
    session: Session, folder: Path, use: Use
) -> None:
    head = ledger_keeping.head(session)
    shutil.rmtree(folder / "public")
    with pytest.raises(ProcedureError, match="folder_missing"), session.begin_nested():
        use(UseState.SUSPENDED)
    assert ledger_keeping.head(session) == head
    assert not suspending.standing(session, on=TODAY)


def test_a_failure_while_writing_leaves_the_public_folder_as_it_was(
    session: Session, folder: Path, use: Use, home: Path
) -> None:
    before = digest_of(folder)
    (home / "templates").mkdir()
    (home / "templates" / "correction_notice.docx").write_bytes(b"not a docx")
    with pytest.raises(ProcedureError, match="template_unreadable"), session.begin_nested():
        use(UseState.SUSPENDED)
    assert digest_of(folder) == before
    assert not (folder / "earlier" / "1").exists()


def test_folders_change_places_where_the_system_has_no_call_for_it(
    folder: Path, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_swap, "_exchange_at_one_stroke", lambda *_: False)
    before = digest_of(folder / "public")
    use(UseState.SUSPENDED)
    assert digest_of(folder / "earlier" / "1" / "public") == before
    assert codes_in(folder / "public") == [("2", "1-1-3")]


def test_an_item_published_again_is_suspended_in_its_new_publication_only(
    session: Session, team: Team, home: Path, folder: Path, use: Use
) -> None:
    use(UseState.WITHDRAWN)
    batch = a_batch(session, team, codes=["1-1-1"])
    record = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    approved(session, team, batch)
    later = NOON + timedelta(days=1)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=later, on=TODAY, home=home)
    old = digest_of(folder / "public")
    changed = suspending.change_use(
        session=session, codes=["1-1-1"], state=UseState.SUSPENDED, reason=REASON, by=team.archivist,
        at=later + timedelta(hours=1), on=TODAY, home=home,
    )  # fmt: skip
    assert [notice.folder for notice, _ in changed.editions] == ["2026-2"]
    assert digest_of(folder / "public") == old
    first = session.get_one(OpeningNotice, 1)
    assert list(publication_now.unused(session, first).values()) == [UseState.WITHDRAWN]


def test_the_doctor_finds_a_changed_public_file_in_any_edition(
    session: Session, home: Path, folder: Path, use: Use
) -> None:
    use(UseState.SUSPENDED)
    session.commit()
    environment = Environment(home=home)

    def found() -> examining.Finding:
        return next(each for each in examining.examine(environment, on=TODAY) if each.name == "publications")

    assert found().is_well
    for file in (folder / "earlier" / "1" / "public" / "notice.html", folder / "public" / "open_catalogue.csv"):
        kept = file.read_bytes()
        file.write_bytes(kept + b" ")
        assert not found().is_well
        file.write_bytes(kept)
    assert found().is_well
    assert session.get(NoticeEdition, 2) is not None
