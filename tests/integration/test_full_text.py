"""Full texts are read page by page, feed the rules, and silence in a poor one opens nothing."""

from pathlib import Path

import numpy as np
import pytest
from catalogue_files import write_pdf
from commands import must, workbench
from PIL import Image
from scanned_pages import paint, recognises, write_scan
from sqlmodel import Session, select

from batches.suggest import Scorer, suggest
from builders import NOON, TODAY, Team, a_batch, a_record, at_desk
from models import AuditEvent, FullText, PageText, Suggestion
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Access, TextSource
from workbench import db
from workbench.readers import page_text, scan_page
from workbench.readers.page_text import PageReading
from workbench.services import full_text, known_text, rule_book, setting_up, suggesting

NUMBER = "身份证号码110199199003070017"  # of no division that exists


@pytest.fixture
def folder(tmp_path: Path, session: Session) -> Path:
    made = tmp_path / "原文"
    made.mkdir()
    setting_up.store(session, "page_files", str(made))
    return made


def printed(path: Path, *pages: str) -> None:
    write_pdf(path, *([[line] for line in page.split("\n")] for page in pages), ruled=False)


def read_all(session: Session, folder: Path, **how: object) -> dict[str, int]:
    documents = [full_text.read(each) for each in full_text.look(session, folder, **how).waiting]
    return full_text.keep(session=session, documents=documents, by="test", at=NOON)


def text_of(session: Session, record_id: int | None) -> list[str]:
    pages = session.exec(select(PageText).where(PageText.record_id == record_id).order_by(PageText.page)).all()
    return [known_text.text_of(page) for page in pages]


def test_a_text_layer_is_read_page_by_page_with_its_quality(session: Session, folder: Path) -> None:
    record = a_record(session, "J043/1")
    printed(folder / "J043_1.pdf", "关于整修渠道的通知\n各乡人民政府：", "第二页正文内容")
    assert read_all(session, folder) == {
        "documents": 1, "pages": 2, "unread_pages": 0, "failed": 0, "refused": 0,
    }  # fmt: skip
    assert text_of(session, record.id) == ["关于整修渠道的通知\n各乡人民政府：", "第二页正文内容"]
    known = session.get(FullText, record.id)
    assert known is not None
    assert (known.pages, known.quality, known.poorest, known.file) == (2, 1.0, 1.0, "J043_1.pdf")


def test_what_was_read_before_is_left_alone_until_it_changes(session: Session, folder: Path) -> None:
    a_record(session, "J1")
    a_record(session, "J2")
    printed(folder / "J1.pdf", "原来的正文内容")
    read_all(session, folder)
    again = full_text.look(session, folder)
    assert (again.unchanged, again.waiting, again.without_file) == (1, [], 1)
    printed(folder / "J1.pdf", "改过的正文内容，更长一些")
    assert [each.reference_code for each in full_text.look(session, folder).waiting] == ["J1"]


def test_the_text_of_a_live_mark_is_refused_when_found_and_again_when_kept(session: Session, folder: Path) -> None:
    record = a_record(session, "J1", security_class="机密★10年")
    later = a_record(session, "J2", "另一件的题名文字")
    for name in ("J1", "J2"):
        printed(folder / f"{name}.pdf", "不得读取的正文内容")
    found = full_text.look(session, folder)
    assert (found.refused, [each.record_id for each in found.waiting]) == (1, [later.id])
    documents = [full_text.read(each) for each in found.waiting]
    later.security_class = "秘密"
    assert full_text.keep(session=session, documents=documents, by="test", at=NOON)["refused"] == 1
    assert session.exec(select(PageText)).all() == []
    assert known_text.beside(session, record) is None


def test_only_who_may_read_files_in_reads_full_texts(session: Session, team: Team, folder: Path) -> None:
    with pytest.raises(PermissionDenied):
        full_text.keep(session=session, documents=[], by=team.first, at=NOON)
    full_text.keep(session=session, documents=[], by=team.archivist, at=NOON)


def test_a_damaged_file_is_reported_and_stops_nobody(session: Session, folder: Path) -> None:
    a_record(session, "J1")
    good = a_record(session, "J2", "另一件的题名文字")
    (folder / "J1.pdf").write_bytes(b"%PDF-1.4 nothing")
    printed(folder / "J2.pdf", "完好的正文内容")
    assert read_all(session, folder)["failed"] == 1
    assert text_of(session, good.id) == ["完好的正文内容"]


def test_no_word_of_the_text_reaches_the_ledger(session: Session, folder: Path) -> None:
    a_record(session, "J1")
    printed(folder / "J1.pdf", "不该出现在账里的正文")
    read_all(session, folder)
    (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "full_text.read"))
    assert "正文" not in str(event.payload)
    assert event.payload["documents"] == 1


def test_rules_read_the_full_text_and_say_where(session: Session, team: Team, folder: Path, home: Path) -> None:
    record = a_record(session, "J1")
    printed(folder / "J1.pdf", "关于发放补助的名单", f"申请人{NUMBER}")
    read_all(session, folder)
    batch = a_batch(session, team)
    suggesting.suggest_batch(session=session, home=home, batch_id=batch.id, by="test", at=NOON)
    stored = session.exec(select(Suggestion)).one()
    hit = next(each for each in stored.evidence if each["field"] == "text" and "identity" in each["rule_id"])
    assert stored.access is Access.RESTRICTED
    shown = known_text.beside(session, record)
    assert shown is not None
    page = shown["pages"][1]
    assert page["start"] <= hit["start"]
    assert "110199199003070017" in page["text"][hit["start"] - page["start"] : hit["end"] - page["start"]]
    card = at_desk(session, batch, team.first)["card"]
    assert card["full_text"]["pages"][1]["text"] == page["text"]


def test_a_new_full_text_brings_a_new_suggestion_and_an_old_one_does_not(
    session: Session, folder: Path, home: Path
) -> None:
    a_record(session, "J1")
    ask = {"session": session, "home": home, "by": "test", "at": NOON, "on": TODAY}
    assert suggesting.suggest_due(**ask)["suggested"] == 1
    assert suggesting.suggest_due(**ask)["suggested"] == 0
    printed(folder / "J1.pdf", f"申请人{NUMBER}")
    read_all(session, folder)
    assert suggesting.suggest_due(**ask)["suggested"] == 1
    assert suggesting.suggest_due(**ask)["suggested"] == 0
    known = session.exec(select(FullText)).one()
    newest = session.exec(select(Suggestion).order_by(Suggestion.id)).all()[-1]
    assert newest.full_text_digest == known.text_digest


class _SaysOpen:
    """A classifier that finds everything harmless."""

    def predict_proba(self, columns: object) -> np.ndarray:
        return np.tile([0.99, 0.01], (len(columns), 1))  # type: ignore[arg-type]


def test_silence_in_a_poor_text_opens_nothing_and_says_why(session: Session) -> None:
    scorer = Scorer(_SaysOpen(), "0" * 64, open_below=0.2, restrict_above=0.8, may_open=True)
    rules = rule_book.rules_and_list(session)
    good = rule_book.description(a_record(session, "J1"), known_text.KnownText("各乡人民政府", 0.97))
    poor = good._replace(text_quality=0.41)
    none = good._replace(text=None, text_quality=None)
    advices = suggest([good, poor, none], ruleset=rules, scorer=scorer, explained=False)
    assert [advice.access for advice in advices] == [Access.OPEN, None, Access.OPEN]
    assert [advice.lean for advice in advices] == [Access.OPEN, None, Access.OPEN]
    (why,) = [each for each in advices[1].evidence if each.rule_id == "full-text.poor"]
    assert "0.41" in why.explanation
    assert not any(each.rule_id == "full-text.poor" for advice in (advices[0], advices[2]) for each in advice.evidence)


def test_a_restricting_rule_speaks_in_a_poor_text_too(session: Session) -> None:
    rules = rule_book.rules_and_list(session)
    poor = rule_book.description(a_record(session, "J1"), known_text.KnownText(f"申请人{NUMBER}", 0.41))
    (advice,) = suggest([poor], ruleset=rules, scorer=None)
    assert advice.access is Access.RESTRICTED


def test_without_recognition_a_scan_counts_as_unread_and_poor(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.readers.scan_page.is_available", lambda: False)
    record = a_record(session, "J1")
    Image.new("L", (300, 200), 255).save(folder / "J1.png")
    assert read_all(session, folder)["unread_pages"] == 1
    shown = known_text.beside(session, record)
    assert shown is not None and shown["is_poor"]
    assert shown["pages"][0]["legibility"] == "unread"
    monkeypatch.setattr("workbench.readers.scan_page.is_available", lambda: True)
    assert len(full_text.look(session, folder).waiting) == 1


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("关于整修渠道的通知 1987", 1, 1),
        ("關於發給補助的通知", 1, 1),
        ("\ue001\ue002\ufffd通知", 0, 0.5),
        ("燊喆淼劊", 0.4, 1),
    ],
)
def test_a_text_layer_is_as_good_as_its_signs(text: str, least: float, most: float) -> None:
    share = page_text.legible_share(text)
    assert share is not None and least <= share <= most
    assert page_text.legible_share(" \n") is None


class TestRecognised:
    pytestmark = recognises

    LINES = [["关于召开春耕生产会议的通知"], ["各公社革命委员会，县直各单位："], ["定于三月十五日召开春耕生产会议。"]]

    @pytest.mark.parametrize("turn", [0, 90, 180])
    def test_a_scan_is_read_whichever_way_it_lies(self, turn: int, tmp_path: Path) -> None:
        page = paint(self.LINES, widths=[1500], size=(1700, 500), ruled=False, lean=0.7, noise=10)
        write_scan(tmp_path / "a.png", page.rotate(turn, expand=True))
        (found,) = page_text.read_pages(tmp_path / "a.png")
        assert found.text.splitlines() == [line[0] for line in self.LINES]
        assert found.source is TextSource.RECOGNISED
        assert found.quality is not None and found.quality > 0.9

    def test_a_smudged_page_is_poor_and_a_blank_one_has_no_quality(self, tmp_path: Path) -> None:
        page = paint(self.LINES, widths=[1500], size=(1700, 500), ruled=False)
        smudged = page.resize((240, 70)).resize(page.size)
        write_scan(tmp_path / "a.tiff", smudged, Image.new("L", (1700, 500), 255))
        first, second = page_text.read_pages(tmp_path / "a.tiff")
        assert first.quality is None or first.quality < 0.85
        assert second == PageReading(2, TextSource.RECOGNISED, None, "")

    def test_writing_that_was_passed_over_lowers_the_quality(self) -> None:
        page = paint(self.LINES * 4, widths=[1500], size=(1700, 900), ruled=False)
        found = scan_page.whole_page(page)
        assert found.quality is not None and found.quality > 0.95 and found.unread < 0.02
        fewer = scan_page.PageFound(found.pieces[:6], scan_page._unread_share(np.asarray(page), found.pieces[:6]))
        assert fewer.unread == pytest.approx(0.5, abs=0.1)
        assert fewer.quality is not None and fewer.quality < 0.6


def test_the_commands_read_list_and_go_on(home: Path, url: str, tmp_path: Path) -> None:
    with db.transaction(url) as session:
        a_record(session, "J1")
        a_record(session, "J2", "另一件的题名文字", security_class="机密")
    for name in ("J1", "J2"):
        printed(tmp_path / f"{name}.pdf", "各乡人民政府通知")
    told = must("fulltext", "read", "--folder", tmp_path, "--json").json
    assert (told["documents"], told["refused"], told["unchanged"]) == (1, 1, 0)
    assert must("fulltext", "read", "--folder", tmp_path, "--json").json["unchanged"] == 1
    (row,) = must("fulltext", "list", "--json").json
    assert (row["reference_code"], row["pages"], row["poorest"]) == ("J1", 1, 1.0)
    assert must("fulltext", "list", "--poor", "--json").json == []
    refused = workbench("fulltext", "read")
    assert refused.code == 1 and "page_files" in refused.err


def test_without_a_folder_the_remedy_is_named(session: Session, tmp_path: Path) -> None:
    for given, code in ((None, "full_text.no_folder"), (tmp_path / "nowhere", "full_text.not_a_folder")):
        with pytest.raises(ProcedureError) as refusal:
            full_text.folder_of(session, given)
        assert refusal.value.code == code


def test_a_folder_of_images_is_read_page_after_page_and_again_when_one_is_added(
    session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = a_record(session, "J7")
    pages = folder / "J7"
    pages.mkdir()
    for number in (1, 2):
        Image.new("L", (60, 80), 255).save(pages / f"{number}.png")
    monkeypatch.setattr(
        full_text, "read_pages", lambda file: iter([PageReading(1, TextSource.RECOGNISED, 0.9, f"第{file.stem}页")])
    )
    assert read_all(session, folder)["pages"] == 2
    assert text_of(session, record.id) == ["第1页", "第2页"]
    assert full_text.look(session, folder).unchanged == 1
    Image.new("L", (60, 80), 255).save(pages / "10.png")
    assert read_all(session, folder)["pages"] == 3
    assert text_of(session, record.id) == ["第1页", "第2页", "第10页"]
