"""Like items decided as a group, each with its own opinion (成组审核)."""

import pytest
from commands import must
from sqlmodel import Session, select

from batches.grouping import differences
from builders import NOON, TODAY, Team, a_batch, a_record, opens, restricts
from models import AuditEvent, Batch, Record, Review, Suggestion
from models.errors import ReviewError
from models.vocabulary import Access, ReviewStage
from workbench import db
from workbench.services import group_reading, reviewing, roster, setting_up
from workbench.services.group_reading import Tie

FIRST, SECOND = ReviewStage.FIRST, ReviewStage.SECOND


@pytest.fixture
def likes(session: Session) -> list[Record]:
    towns = ("青石镇", "东岭镇", "西冲镇", "南湾镇", "北渡镇", "石桥镇")
    made = [a_record(session, f"1-{at}", f"关于{town}小学校舍修缮经费的批复") for at, town in enumerate(towns)]
    a_record(session, "1-8", "职工离婚调解笔录")
    return made


@pytest.fixture
def batch(session: Session, team: Team, likes: list[Record]) -> Batch:
    return a_batch(session, team)


def groups(session: Session, batch: Batch, by, stage=FIRST, tie=Tie.NEAR) -> list[list[int]]:
    found = group_reading.listed(session, batch.id, tie=tie, by=by, at=NOON, stage=stage)
    return [each["record_ids"] for each in found]


def open_the_draw(session: Session, batch: Batch, by, members: list[int]) -> None:
    for number in group_reading.drawn(batch.id, by.id, members):
        group_reading.open_item(session=session, batch_id=batch.id, record_id=number, by=by, at=NOON)


def decide(session: Session, batch: Batch, by, members: list[int], **known: object) -> list[Review]:
    given = {"access": Access.OPEN, **known}
    return group_reading.decide(
        session=session, batch_id=batch.id, record_ids=members, tie=Tie.NEAR, by=by, at=NOON, on=TODAY, **given
    )


def test_like_titles_wait_as_one_group(session: Session, team: Team, batch: Batch, likes: list[Record]) -> None:
    assert [set(found) for found in groups(session, batch, team.first)] == [{each.id for each in likes}]


def test_a_group_is_not_decided_before_its_draw_was_opened(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    with pytest.raises(ReviewError, match=r"review\.group_not_opened"):
        decide(session, batch, team.first, members)
    lot = group_reading.drawn(batch.id, team.first.id, members)
    assert len(lot) == 2
    group_reading.open_item(session=session, batch_id=batch.id, record_id=lot[0], by=team.first, at=NOON)
    with pytest.raises(ReviewError, match=r"review\.group_not_opened"):
        decide(session, batch, team.first, members)
    group_reading.open_item(session=session, batch_id=batch.id, record_id=lot[1], by=team.first, at=NOON)
    assert len(decide(session, batch, team.first, members)) == len(members)


def test_what_another_person_opened_counts_for_that_person_only(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    for number in members:
        group_reading.open_item(session=session, batch_id=batch.id, record_id=number, by=team.third, at=NOON)
    with pytest.raises(ReviewError, match=r"review\.group_not_opened"):
        decide(session, batch, team.first, members)


def test_leaving_the_odd_ones_out_casts_the_lot_anew(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    lot = group_reading.drawn(batch.id, team.first.id, members)
    kept = [number for number in members if number != lot[0]]
    again = group_reading.drawn(batch.id, team.first.id, kept)
    assert lot[1] in again and lot[0] not in again and len(again) == 2


def test_each_item_gets_its_own_review_and_the_act_is_sealed(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    open_the_draw(session, batch, team.first, members)
    made = decide(session, batch, team.first, members)
    assert {review.record_id for review in made} == set(members)
    assert len({review.group_id for review in made}) == 1
    sealed = session.exec(select(AuditEvent).where(AuditEvent.action == "review.decide_group")).one()
    assert sealed.payload["reviews"] == [review.id for review in made]
    assert sealed.payload["tie"] == "near"
    assert set(sealed.payload["opened"]) == set(group_reading.drawn(batch.id, team.first.id, members))
    single = session.exec(select(AuditEvent).where(AuditEvent.action == "review.decide")).all()
    assert len(single) == len(members)


def test_one_person_cannot_decide_both_readings_of_a_group(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    open_the_draw(session, batch, team.first, members)
    decide(session, batch, team.first, members)
    assert groups(session, batch, team.first, SECOND) == []
    with pytest.raises(ReviewError, match=r"review\.same_person"):
        decide(session, batch, team.first, members)
    assert [set(each) for each in groups(session, batch, team.second, SECOND)] == [set(members)]


def test_a_blind_second_reader_of_a_group_sees_no_suggestion_and_no_rule(
    session: Session, team: Team, batch: Batch, likes: list[Record]
) -> None:
    reason = {
        "source": "rule", "rule_id": "personal-information.case", "effect": "caution", "field": "title", "start": 0,
        "end": 2, "text": "关于", "explanation": "慎重", "ground": None, "legal_basis": [], "verified": True,
    }  # fmt: skip
    session.add(Suggestion(record_id=likes[0].id, evidence=[reason], ruleset_digest="r", made_at=NOON))
    session.flush()
    members = groups(session, batch, team.first)[0]
    first = group_reading.shown(session, batch.id, members, by=team.first)
    assert {row["record_id"]: row["ruled"] for row in first}[likes[0].id] is True
    open_the_draw(session, batch, team.first, members)
    with pytest.raises(ReviewError, match=r"review\.open_against_rules"):
        decide(session, batch, team.first, members)
    decide(session, batch, team.first, members, reason="校舍修缮经费不涉及个人")
    second = group_reading.shown(session, batch.id, members, by=team.second)
    assert {row["ruled"] for row in second} == {None}
    card = group_reading.open_item(session=session, batch_id=batch.id, record_id=likes[0].id, by=team.second, at=NOON)
    assert card["blind"] and card["evidence"] == [] and card["opinions"] == []


def test_a_group_is_taken_back_as_one(session: Session, team: Team, batch: Batch) -> None:
    members = groups(session, batch, team.first)[0]
    open_the_draw(session, batch, team.first, members)
    decide(session, batch, team.first, members)
    reviewing.undo(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert [set(each) for each in groups(session, batch, team.first)] == [set(members)]


def test_items_decided_meanwhile_are_in_no_group(
    session: Session, team: Team, batch: Batch, likes: list[Record]
) -> None:
    opens(session, batch, likes[0], team.third)
    restricts(session, batch, likes[1], team.third)
    assert set(groups(session, batch, team.first)[0]) == {each.id for each in likes[2:]}


def test_the_same_number_ties_items_of_two_fonds(session: Session, team: Team) -> None:
    one = a_record(session, "1-1", "转发关于清理库存物资的通知", document_number="云政发〔1986〕12号")
    other = a_record(
        session,
        "1-2",
        "关于清库的通知（转）",
        document_number="云政发[1986]12号",
        fonds="云溪县商业局",
        fonds_key="云溪县商业局",
    )
    a_record(session, "1-3", "别的通知", document_number="云政发〔1986〕13号")
    batch = a_batch(session, team)
    assert [set(each) for each in groups(session, batch, team.first, tie=Tie.NUMBER)] == [{one.id, other.id}]


def test_a_volume_stays_whole_in_a_subject_group(session: Session, team: Team) -> None:
    for number in range(4):
        a_record(session, f"1-7-{number}", f"关于水库大坝第{number}次检查的报告", volume_code="1-7")
    stranger = a_record(session, "1-7-9", "食堂餐券", volume_code="1-7")
    batch = a_batch(session, team)
    assert stranger.id in groups(session, batch, team.first, tie=Tie.SUBJECT)[0]
    assert len(groups(session, batch, team.first, tie=Tie.VOLUME)[0]) == 5


def test_differences_are_marked_where_titles_differ() -> None:
    titles = ["关于青石镇小学修缮的批复", "关于东岭镇小学修缮的批复"]
    assert [[titles[at][a:b] for a, b in spans] for at, spans in enumerate(differences(titles))] == [["青石"], ["东岭"]]


def test_a_list_of_codes_is_decided_by_command_and_named_in_the_ledger(url: str, tmp_path) -> None:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        team = Team(session)
        for number in range(3):
            a_record(session, f"1-{number}")
        number = a_batch(session, team).id
    codes = tmp_path / "组.txt"
    codes.write_text("1-0\n1-2\n", encoding="utf-8")
    made = must("review", "decide", number, "--group", codes, "--open", "--json", person="审核员甲").json
    assert [row["code"] for row in made] == ["1-0", "1-2"]
    with db.reading(url) as session:
        sealed = session.exec(select(AuditEvent).where(AuditEvent.action == "review.decide_group")).one()
        assert (len(sealed.payload["reviews"]), sealed.payload["tie"]) == (2, None)
        assert len(roster.opinions_in_force(session, number)) == 2
