"""What was edited outside the program: the doctor names the file, the line and what is wrong with it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from commands import workbench
from sqlmodel import Session

from builders import NOON, Team
from models.errors import LawError
from workbench.services import hand_edits, local_rules, own_lexicons, paper_templates, rule_book

RULE = """\
id: house.mill-accounts
name: 磨坊旧账
version: 1
effect: caution
ground: OTHER_LAW
kind: other-law.audit
legal_basis:
- instrument: opening-measures
  article: 8(4)
any_of:
- terms:
  - 磨坊旧账
explanation: 磨坊旧账涉及未了结的往来
must_match:
- 云溪磨坊旧账清理一事
must_not_match:
- 云溪磨坊新账制度
"""
Look = Callable[[Session, Path], Sequence[hand_edits.Fault]]


@pytest.fixture
def rule(session: Session, home: Path) -> Path:
    local_rules.save(session=session, home=home, text=RULE, by="test", at=NOON)
    return local_rules.rule_file(home, "house.mill-accounts")


@pytest.fixture
def words(session: Session, home: Path, team: Team) -> Path:
    own_lexicons.save(
        session=session, home=home, lexicon="mill-words", terms=["磨坊秘法", "石臼账"], by=team.lead, at=NOON
    )
    return own_lexicons.file_of(home, "mill-words")


def line_of(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1) if text in line)


def said(look: Look, session: Session, home: Path) -> str:
    return "\n".join(map(str, look(session, home)))


def test_what_nobody_touched_is_well(session: Session, home: Path, rule: Path, words: Path) -> None:
    for look in (hand_edits.in_rules, hand_edits.in_lexicons, hand_edits.in_templates):
        assert not look(session, home)
    assert [hand_edits.size(home, kind) for kind in ("own_rules", "own_lexicons", "templates")] == [1, 1, 0]


def test_carriage_returns_of_an_editor_are_no_change(session: Session, home: Path, rule: Path, words: Path) -> None:
    for file in (rule, words):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert not hand_edits.in_rules(session, home)
    assert not hand_edits.in_lexicons(session, home)


def test_a_changed_rule_is_named_from_its_first_changed_line(session: Session, home: Path, rule: Path) -> None:
    line = line_of(rule, "caution")
    rule.write_text(rule.read_text(encoding="utf-8").replace("caution", "restrict"), encoding="utf-8")
    (fault,) = hand_edits.in_rules(session, home)
    assert (fault.file, fault.line) == ("rules/house/mill-accounts.yaml", line)
    assert "第 1 版" in fault.text


def test_a_rule_whose_example_fails_after_the_edit_is_named_with_the_example(
    session: Session, home: Path, rule: Path
) -> None:
    rule.write_text(rule.read_text(encoding="utf-8").replace("- 磨坊旧账", "- 水车旧账"), encoding="utf-8")
    failed = next(fault for fault in hand_edits.in_rules(session, home) if "例句" in fault.text)
    assert failed.line == line_of(rule, "云溪磨坊旧账清理一事")
    assert "云溪磨坊旧账清理一事" in failed.text


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("name: 磨坊旧账", "name: [磨坊旧账", 3, "YAML"),
        ("effect: caution", "effect: perhaps", 4, "effect"),
        ("  article: 8(4)", "  articles: 8(4)", 9, "articles"),
    ],
)
def test_a_rule_that_does_not_read_is_named_by_line_and_nothing_falls_over(
    session: Session, home: Path, rule: Path, old: str, new: str, line: int, says: str
) -> None:
    rule.write_text(RULE.replace(old, new), encoding="utf-8")
    broken = hand_edits.in_rules(session, home)[0]
    assert (broken.line, says in broken.text) == (line, True)


def test_a_word_list_that_was_changed_broken_added_or_lost_is_named(session: Session, home: Path, words: Path) -> None:
    kept = words.read_text(encoding="utf-8")
    words.write_text(kept.replace("石臼账", "石臼的账"), encoding="utf-8")
    (fault,) = hand_edits.in_lexicons(session, home)
    assert (fault.file, fault.line) == ("rules/lexicons/mill-words.yaml", line_of(words, "石臼的账"))
    words.write_text(kept + "- 断\n  : [", encoding="utf-8")
    assert "YAML" in said(hand_edits.in_lexicons, session, home)
    words.write_bytes(kept.encode("gb18030"))
    first = hand_edits.in_lexicons(session, home)[0]
    assert "UTF-8" in first.text
    assert first.line == 3
    words.write_text("terms: 石臼账\n", encoding="utf-8")
    assert "id 有误" in said(hand_edits.in_lexicons, session, home)
    words.unlink()
    assert "不见了" in said(hand_edits.in_lexicons, session, home)
    words.write_text(kept, encoding="utf-8")
    words.with_name("other.yaml").write_text(yaml.safe_dump({"id": "other", "terms": ["a"]}), encoding="utf-8")
    (added,) = hand_edits.in_lexicons(session, home)
    assert added.file == "rules/lexicons/other.yaml"


def test_a_broken_list_is_an_error_with_its_file_and_no_crash(session: Session, home: Path, words: Path) -> None:
    words.write_bytes("id: mill-words\nterms: [磨坊]\n".encode("gb18030"))
    with pytest.raises(LawError, match=r"rule\.not_utf8"):
        rule_book.ruleset(session)
    words.write_text("- 磨坊\n", encoding="utf-8")
    with pytest.raises(LawError, match=r"rule\.bad_shape"):
        rule_book.ruleset(session)


def test_a_template_put_there_by_hand_is_named_and_so_is_one_that_no_paper_uses(
    session: Session, home: Path, team: Team
) -> None:
    content = paper_templates.built_in(session, "notice")
    paper_templates.take(session=session, name="notice", content=content, home=home, by=team.archivist, at=NOON)
    assert not hand_edits.in_templates(session, home)
    folder = paper_templates.folder(home)
    (folder / "notice.docx").write_bytes(b"not a document")
    (folder / "公告.docx").write_bytes(content)
    faults = {fault.file: fault.text for fault in hand_edits.in_templates(session, home)}
    assert set(faults) == {"templates/notice.docx", "templates/公告.docx"}
    assert "审计账" in faults["templates/notice.docx"]


def test_the_doctor_says_file_and_line_and_fails(session: Session, home: Path, rule: Path, words: Path) -> None:
    session.commit()
    assert workbench("doctor").code == 0
    words.write_text(words.read_text(encoding="utf-8").replace("石臼账", "石臼的账"), encoding="utf-8")
    rule.write_text(RULE.replace("name: 磨坊旧账", "name: [磨坊旧账"), encoding="utf-8")
    answer = workbench("doctor")
    assert answer.code == 1
    assert "rules/lexicons/mill-words.yaml 第" in answer.out
    assert "rules/house/mill-accounts.yaml 第" in answer.out
