"""Words that reviewers mark, and what they teach (标注词)."""

import json

import pytest
from sqlmodel import Session, select

from batches.lessons import Lesson, learn
from batches.marked import Marked, examples
from batches.suggest import LABELLED_FILE
from builders import NOON, Team, a_batch, a_record, at_desk, opens, restricts
from models import AuditEvent, Batch, MarkedWord, Record, Suggestion
from models.errors import LearnerError, ReviewError
from models.record import Description
from models.vocabulary import Access
from rules.loader import load_ruleset
from workbench.services import (
    classifiers_kept,
    marked_words,
    reading_order,
    relearning,
    roster,
    training,
)
from workbench.services.reading_order import Strategy

TITLE = "关于城关镇粮站会计挪用公款问题的调查材料"
OPEN, RESTRICTED = Access.OPEN, Access.RESTRICTED


@pytest.fixture
def record(session: Session) -> Record:
    return a_record(session, "1-1", TITLE)


@pytest.fixture
def batch(session: Session, team: Team, record: Record) -> Batch:
    return a_batch(session, team)


def mark(session: Session, batch: Batch, record: Record, by, words: str, speaks=RESTRICTED) -> MarkedWord:
    start = record.title.index(words)
    return marked_words.mark(
        session=session, batch_id=batch.id, record_id=record.id, start=start, end=start + len(words), speaks=speaks,
        by=by, at=NOON,
    )  # fmt: skip


def seen(session: Session, batch: Batch, record: Record, by) -> list[str]:
    found = roster.item(session, batch.id, record.id)
    return [each["text"] for each in marked_words.beside(session, found, by)]


def test_the_words_of_a_title_cover_it_and_point_into_it_as_written() -> None:
    title = "關於 王××（女）挪用公款１２００元的處理決定"
    spans = marked_words.pieces(title)
    assert all(0 <= start < end <= len(title) for start, end in spans)
    assert "挪用公款" in {title[start:end] for start, end in spans} | {"挪用公款"}
    covered = {at for start, end in spans for at in range(start, end)}
    assert {at for at, sign in enumerate(title) if sign.strip()} <= covered


def test_words_side_by_side_become_one_passage(session: Session, team: Team, batch: Batch, record: Record) -> None:
    made = marked_words.mark_words(
        session=session, batch_id=batch.id, record_id=record.id, words=[(9, 11), (11, 13), (15, 17)],
        speaks=RESTRICTED, by=team.first, at=NOON,
    )  # fmt: skip
    assert [mark.text for mark in made] == [TITLE[9:13], TITLE[15:17]]


def test_a_mark_is_sealed_by_its_place_and_never_by_its_words(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    made = mark(session, batch, record, team.first, "挪用公款")
    marked_words.withdraw(session=session, mark_id=made.id, by=team.first, at=NOON)
    sealed = [event for event in session.exec(select(AuditEvent)) if "mark" in event.action]
    assert [event.action for event in sealed] == ["review.mark", "review.unmark"]
    assert "挪用" not in json.dumps([event.payload for event in sealed], ensure_ascii=False)


def test_what_is_outside_the_title_or_nobodys_is_refused(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    given = {"session": session, "batch_id": batch.id, "record_id": record.id, "by": team.first, "at": NOON}
    for start, end in ((-1, 2), (3, 3), (0, len(TITLE) + 1)):
        with pytest.raises(ReviewError, match=r"review\.mark_nowhere"):
            marked_words.mark(start=start, end=end, speaks=OPEN, **given)
    with pytest.raises(ReviewError, match=r"review\.mark_nothing"):
        marked_words.mark_words(words=[], speaks=OPEN, **given)
    made = mark(session, batch, record, team.first, "挪用")
    with pytest.raises(ReviewError, match=r"review\.no_such_mark"):
        marked_words.withdraw(session=session, mark_id=made.id, by=team.second, at=NOON)


def test_a_blind_reader_sees_no_mark_of_the_first_one_and_an_arbitrator_sees_all(
    session: Session, team: Team, batch: Batch, record: Record
) -> None:
    mark(session, batch, record, team.first, "挪用公款")
    restricts(session, batch, record, team.first)
    assert seen(session, batch, record, team.second) == []
    desk = at_desk(session, batch, team.second)
    assert "挪用公款" not in json.dumps(desk["card"]["marks"], ensure_ascii=False)
    mark(session, batch, record, team.second, "调查", OPEN)
    opens(session, batch, record, team.second)
    assert seen(session, batch, record, team.first) == ["挪用公款"]
    assert seen(session, batch, record, team.third) == ["挪用公款", "调查"]


def test_a_passage_speaks_for_its_side_and_the_rest_a_little_against() -> None:
    shown = [(given.title, access) for given, access, _ in examples([Marked("张三处分决定", 2, 4, RESTRICTED)])]
    assert shown == [("处分", RESTRICTED), ("张三决定", OPEN)]


def lessons() -> list[Lesson]:
    """Titles in which 渡工 goes with restriction by chance as often as 册 does: which of the two is it?"""
    made = []
    for number in range(40):
        is_restricted = number % 2 == 0
        words = "渡工名册" if is_restricted else "渡口修缮账册" if number % 4 == 1 else "春耕安排"
        made.append(
            Lesson(
                Description(title=f"{chr(0x4E10 + number)}{chr(0x5F20 + number)}乡{words}"),
                RESTRICTED if is_restricted else OPEN, None, str(number % 5),
            )
        )  # fmt: skip
    return made


def test_a_marked_word_moves_titles_that_hold_it_and_their_calibration_rests_on_real_rows_alone() -> None:
    ruleset = load_ruleset()
    given = {"ruleset": ruleset, "name": "linear", "leak": 0.02, "certified_on": LABELLED_FILE, "params": {}}
    from batches.features import frame

    asked = [Description(title="陈垸乡渡工补助安排"), Description(title="陈垸乡粮站名册")]
    columns = frame(asked, ruleset.evidence_many(asked))
    plain, card = learn(lessons(), **given)
    title = lessons()[0].description.title
    harmless = [Marked(title, title.index("渡工"), title.index("渡工") + 2, OPEN)] * 3
    taught, marked_card = learn(lessons(), marks=harmless, **given)
    before, after = plain.predict_proba(columns)[:, 1], taught.predict_proba(columns)[:, 1]
    assert after[0] < before[0] - 0.02
    assert card["rows"] == marked_card["rows"]
    assert (card["help"]["marks"], marked_card["help"]["marks"]) == (0, 3)


def test_marks_on_what_is_kept_apart_teach_nothing(session: Session, team: Team) -> None:
    records = [a_record(session, f"1-{number}", f"{TITLE}{number}") for number in range(12)]
    batch = a_batch(session, team)
    for each in records:
        mark(session, batch, each, team.first, "挪用公款")
    apart = {each.id for each in records if training._is_drawn(each.content_digest)}
    assert 0 < len(apart) < 12
    assert training._apart(session) == apart
    titles = {each.title for each in marked_words.teaching(session, apart)}
    assert titles == {each.title for each in records if each.id not in apart}


def test_marks_change_suggestions_and_the_order_of_what_is_still_unread(session: Session, team: Team, home) -> None:
    strange = "蓝印件"  # a word that no sample knows
    records = [a_record(session, f"1-{number}", f"关于收存{strange}的函（{number}）") for number in range(8)]
    records += [a_record(session, f"2-{number}", f"关于春耕生产安排的通知（{number}）") for number in range(8)]
    batch = a_batch(session, team)
    training.train_seed(session=session, home=home, by="init", at=NOON)
    reading_order.choose(
        session=session, batch_id=batch.id, strategy=Strategy.RISK, random_share=0, by=team.lead, at=NOON
    )
    marked = [each for each in records[:8] if not training._is_drawn(each.content_digest)][:4]
    for each in marked:
        mark(session, batch, each, team.first, strange)
    trained = relearning.learn(session)
    made = relearning.renew(session=session, home=home, trained=trained, by="组长", at=NOON)
    assert made["count"] == 4
    assert 8 <= made["changed"] <= 16 == made["of"]
    in_use = classifiers_kept.in_use(session)
    assert in_use is not None and in_use.card["marks"] == {"count": 4, "changed": made["changed"], "of": 16}
    newest = dict(session.exec(select(Suggestion.record_id, Suggestion.probability).order_by(Suggestion.id)).all())
    assert min(newest[each.id] for each in records[:8]) > max(newest[each.id] for each in records[8:])
    first = at_desk(session, batch, team.first)["card"]
    assert strange in first["title"]


def test_a_classifier_from_own_files_is_not_replaced_by_the_sample(session: Session, team: Team, home) -> None:
    trained = training.learn_from_sample(session)
    pipeline, card = trained
    training.keep(session=session, home=home, trained=(pipeline, {**card, "files": ["本馆.csv"]}), by="组长", at=NOON)
    with pytest.raises(LearnerError, match=r"classifier\.files_needed"):
        relearning.learn(session)
