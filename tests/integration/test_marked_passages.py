"""Where rules missed or wrongly flagged a title: marked by a reader, settled by whoever keeps the rules."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from builders import NOON, Team, a_batch, a_record, at_desk
from models import AuditEvent, Batch, MarkedPassage, Record
from models.errors import LawError, PermissionDenied, ReviewError
from models.marked_passage import Settlement, Slip
from workbench.services import local_rules, marked_passages, roster, rule_drafts

TITLE = "磨坊旧账清理与张某来信"


@pytest.fixture
def record(session: Session) -> Record:
    return a_record(session, "1-1", TITLE)


@pytest.fixture
def batch(session: Session, team: Team, record: Record) -> Batch:
    return a_batch(session, team)


def missed(session: Session, batch: Batch, record: Record, by, words=((0, 2), (2, 4))) -> MarkedPassage:
    return marked_passages.mark_missed(
        session=session, batch_id=batch.id, record_id=record.id, words=words, by=by, at=NOON
    )


def wrong(session: Session, batch: Batch, record: Record, by, rule_id: str) -> MarkedPassage:
    return marked_passages.mark_wrong(
        session=session, batch_id=batch.id, record_id=record.id, rule_id=rule_id, by=by, at=NOON
    )


def test_a_missed_passage_waits_with_its_title_until_a_rule_is_saved_for_it(
    session: Session, home: Path, team: Team, batch: Batch, record: Record
) -> None:
    made = missed(session, batch, record, team.first)
    (waiting,) = marked_passages.waiting(session)
    assert (waiting["text"], waiting["title"], waiting["slip"]) == ("磨坊旧账", TITLE, "missed")
    text = rule_drafts.draft(
        session, home, pack="house", name="磨坊旧账", passage=waiting["text"], title=waiting["title"],
        counter_example="磨坊新账制度", kind="other-law.audit",
    )  # fmt: skip
    saved = local_rules.save(session=session, home=home, text=text, by=team.lead, at=NOON)
    assert saved.is_changed
    given = {"session": session, "mark_id": made.id, "by": team.lead, "at": NOON}
    assert not marked_passages.mend(rule_id="opening.regulation", **given)  # finds nothing there
    assert marked_passages.mend(rule_id=saved.rule.id, **given)
    assert marked_passages.waiting(session) == []


def test_a_wrong_flag_is_mended_when_its_rule_is_silent_on_the_title(
    session: Session, home: Path, team: Team, batch: Batch, record: Record
) -> None:
    rule_id = "personal-information.masked-person"
    made = wrong(session, batch, record, team.first, rule_id)
    given = {"session": session, "mark_id": made.id, "rule_id": rule_id, "by": team.lead, "at": NOON}
    assert not marked_passages.mend(**given)
    local_rules.retire(session=session, home=home, rule_id=rule_id, by=team.lead, at=NOON)
    assert not marked_passages.mend(**given)  # put out of force, it would still say the same
    text, _ = local_rules.text_of(session, home, rule_id, wrong=TITLE)
    mended = text.replace("none_of:", "none_of:\n- terms: [磨坊旧账]", 1)
    local_rules.save(session=session, home=home, text=mended, by=team.lead, at=NOON)
    assert marked_passages.mend(**given)


def test_a_wrong_flag_names_a_rule_that_really_flags_the_title(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    made = wrong(session, batch, record, team.first, "personal-information.masked-person")
    assert made.slip is Slip.WRONG
    assert TITLE[made.start : made.end] == made.text != ""
    with pytest.raises(LawError, match=r"rule\.flags_nothing"):
        wrong(session, batch, record, team.first, "opening.regulation")
    with pytest.raises(LawError, match=r"rule\.unknown"):
        wrong(session, batch, record, team.first, "house.9999")


def test_the_same_mark_twice_is_one_mark(session: Session, team: Team, batch: Batch, record: Record) -> None:
    assert missed(session, batch, record, team.first).id == missed(session, batch, record, team.first).id
    assert len(marked_passages.waiting(session)) == 1


def test_the_ledger_holds_the_place_of_a_mark_and_never_its_words(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    made = missed(session, batch, record, team.first)
    marked_passages.withdraw(session=session, mark_id=made.id, by=team.first, at=NOON)
    sealed = [event for event in session.exec(select(AuditEvent)) if "slip" in event.action]
    assert [event.action for event in sealed] == ["review.mark_slip", "review.settle_slip"]
    assert "磨坊" not in json.dumps([event.payload for event in sealed], ensure_ascii=False)


def test_places_outside_the_title_and_foreign_marks_are_refused(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    for words in ((-1, 2),), ((0, 99),):
        with pytest.raises(ReviewError, match=r"review\.mark_nowhere"):
            missed(session, batch, record, team.first, words)
    with pytest.raises(ReviewError, match=r"review\.mark_nothing"):
        missed(session, batch, record, team.first, ())
    made = missed(session, batch, record, team.first)
    with pytest.raises(ReviewError, match=r"review\.no_such_mark"):
        marked_passages.withdraw(session=session, mark_id=made.id, by=team.second, at=NOON)


def test_only_who_keeps_the_rules_settles_a_mark_and_only_once(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    made = missed(session, batch, record, team.first)
    given = {"session": session, "mark_id": made.id, "settlement": Settlement.LAID_ASIDE, "at": NOON}
    with pytest.raises(PermissionDenied):
        marked_passages.settle(by=team.first, **given)
    marked_passages.settle(by=team.lead, **given)
    with pytest.raises(ReviewError, match=r"review\.no_such_mark"):
        marked_passages.settle(by=team.lead, **given)


def test_a_reader_is_shown_no_mark_of_another_one(session: Session, team: Team, batch: Batch, record: Record) -> None:
    missed(session, batch, record, team.first)
    found = roster.item(session, batch.id, record.id)
    assert [mark["text"] for mark in marked_passages.beside(session, found, team.first)] == ["磨坊旧账"]
    assert marked_passages.beside(session, found, team.second) == []
    desk = at_desk(session, batch, team.second)
    assert desk["card"]["slips_of_rules"] == []
