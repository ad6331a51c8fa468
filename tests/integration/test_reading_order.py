"""In what order a batch is read, and that two readers meet the same order (阅读次序)."""

from datetime import timedelta

import pytest
from commands import must
from sqlmodel import Session, select

from builders import NOON, Team, a_batch, a_record, opens
from models import AuditEvent, Record, Suggestion
from models.errors import PermissionDenied, ReviewError
from models.vocabulary import Access, ReviewStage
from workbench import db
from workbench.services import reading_order, reading_queue, reviewing, setting_up, training
from workbench.services.reading_order import Strategy


def suggested(session: Session, record: Record, probability: float) -> None:
    lean = Access.RESTRICTED if probability >= 0.5 else None
    session.add(
        Suggestion(
            record_id=record.id, lean=lean, probability=probability, evidence=[], ruleset_digest="r", made_at=NOON
        )
    )
    session.flush()


def waiting(session: Session, batch, by, at=NOON) -> list[str]:
    return [
        record.reference_code
        for _, record in reading_queue.waiting(
            session, batch, by=by, at=at, stage=ReviewStage.FIRST, limit=100, skip_parked=False
        )
    ]


@pytest.fixture
def pile(session: Session) -> list[Record]:
    made = []
    for number, (volume, probability) in enumerate(
        (("v1", 0.1), ("v1", 0.2), ("v2", 0.9), (None, 0.5), ("v2", 0.3), (None, 0.05))
    ):
        record = a_record(session, f"1-{number}", f"题名{number}", volume_code=volume)
        suggested(session, record, probability)
        made.append(record)
    return made


def test_without_a_choice_a_batch_is_read_as_its_roster_was_frozen(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert reading_order.in_force(session, batch.id) is None


def test_the_likeliest_restricted_family_is_read_first_and_whole(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    made = reading_order.choose(
        session=session, batch_id=batch.id, strategy=Strategy.RISK, random_share=0, by=team.lead, at=NOON
    )
    assert made["families"] == 4
    assert waiting(session, batch, team.first) == ["1-2", "1-4", "1-3", "1-0", "1-1", "1-5"]


def test_the_most_instructive_comes_first(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    reading_order.choose(
        session=session, batch_id=batch.id, strategy=Strategy.INFORMATIVE, random_share=0, by=team.lead, at=NOON
    )
    assert waiting(session, batch, team.first)[0] == "1-3"


def test_two_readers_share_one_order_and_never_one_item(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    reading_order.choose(
        session=session, batch_id=batch.id, strategy=Strategy.RISK, random_share=0, by=team.lead, at=NOON
    )
    taken = []
    for turn in range(6):
        by = (team.first, team.third)[turn % 2]
        found = reading_queue.next_item(session=session, batch_id=batch.id, by=by, at=NOON, stage=ReviewStage.FIRST)
        assert found is not None
        taken.append(found.record.reference_code)
        if turn % 3:  # the others leave their item on the screen for a while
            opens(session, batch, found.record, by)
    assert len(set(taken)) >= 4
    assert taken[:2] == ["1-2", "1-4"]


def test_what_is_on_the_screen_stays_there_when_the_order_changes(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    found = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert found is not None and found.record.reference_code == "1-3"
    reading_order.choose(session=session, batch_id=batch.id, strategy=Strategy.RISK, by=team.lead, at=NOON)
    again = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert again is not None and again.record.reference_code == "1-3"
    later = NOON + timedelta(hours=1)
    assert waiting(session, batch, team.first, later)[0] != "1-3", "an hour later nobody has it on a screen any more"


def test_an_opinion_taken_back_brings_its_item_back_before_what_was_on_the_screen(
    session: Session, team: Team, pile
) -> None:
    batch = a_batch(session, team)
    given = {"session": session, "batch_id": batch.id, "by": team.first, "at": NOON}
    first = reading_queue.next_item(**given, stage=ReviewStage.FIRST)
    opens(session, batch, first.record, team.first)
    assert reading_queue.next_item(**given, stage=ReviewStage.FIRST).record.id != first.record.id
    reviewing.undo(**given)
    assert reading_queue.next_item(**given, stage=ReviewStage.FIRST).record.id == first.record.id


def test_new_suggestions_rank_the_unread_anew_and_seeds_stay_first(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    seed = pile[5]
    reading_order.choose(
        session=session, batch_id=batch.id, strategy=Strategy.RISK, random_share=0, seeds=[seed.id], by=team.lead,
        at=NOON,
    )  # fmt: skip
    suggested(session, pile[0], 0.99)
    reading_order.refresh(session, batch.id, by="审核组长", at=NOON)
    assert waiting(session, batch, team.first)[:3] == ["1-5", "1-0", "1-1"]


def test_the_settings_order_begins_with_the_first_reading_and_is_sealed(session: Session, team: Team, pile) -> None:
    setting_up.store(session, "reading_order", "risk")
    setting_up.store(session, "reading_random_share", "0")
    batch = a_batch(session, team)
    found = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert found is not None and found.record.reference_code == "1-2"
    sealed = session.exec(select(AuditEvent).where(AuditEvent.action == "review.order")).one()
    assert sealed.payload["strategy"] == "risk"
    assert sealed.subject == f"batch/{batch.id}"


def test_a_reader_may_not_change_the_order_and_a_stranger_is_no_seed(session: Session, team: Team, pile) -> None:
    batch = a_batch(session, team)
    with pytest.raises(PermissionDenied):
        reading_order.choose(session=session, batch_id=batch.id, strategy=Strategy.RISK, by=team.first, at=NOON)
    with pytest.raises(ReviewError, match=r"review\.not_on_roster"):
        reading_order.choose(
            session=session, batch_id=batch.id, strategy=Strategy.RISK, seeds=[9999], by=team.lead, at=NOON
        )


def test_what_is_kept_apart_for_the_certificate_does_not_depend_on_the_order(
    session: Session, team: Team, pile
) -> None:
    before = {record.id for record in pile if training._is_drawn(record.content_digest)}
    batch = a_batch(session, team)
    reading_order.choose(session=session, batch_id=batch.id, strategy=Strategy.RISK, by=team.lead, at=NOON)
    assert {record.id for record in pile if training._is_drawn(record.content_digest)} == before


def test_a_command_sets_the_order(url: str, tmp_path) -> None:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        team = Team(session)
        for number in range(4):
            suggested(session, a_record(session, f"1-{number}"), number / 4)
        number = a_batch(session, team).id
    seeds = tmp_path / "先审.txt"
    seeds.write_text("1-1\n", encoding="utf-8")
    made = must(
        "review", "order", number, "--strategy", "risk", "--random-share", 0, "--seeds", seeds, "--json", person="组长"
    ).json
    assert made == {"batch": number, "strategy": "risk", "random_share": 0.0, "items": 4, "seeds": 1, "families": 4}
    assert must("review", "next", number, "--json", person="审核员甲").json["reference_code"] == "1-1"
