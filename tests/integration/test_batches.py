"""A batch from the due list to the director's desk (批次全程)."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Record, Review
from models.errors import PermissionDenied, ProcedureError, ReviewError
from models.vocabulary import Access, BatchAction, BatchState, Ground, Level, ReviewStage
from workbench.services import approving, batching, overview, reading_queue, reviewing, titles

A = BatchAction


def test_a_batch_freezes_what_is_due_and_nothing_else(session: Session, team: Team) -> None:
    due = a_record(session, "1-1-1")
    a_record(session, "1-1-2", due_on=TODAY + timedelta(days=1))
    a_record(session, "1-1-3", date_from=None, date_to=None, due_on=None)
    batch = a_batch(session, team)
    later = a_record(session, "1-1-4")
    rows = overview.roster_rows(session, batch)
    assert [row["record_id"] for row in rows] == [due.id]
    again = a_batch(session, team)
    assert [row["record_id"] for row in overview.roster_rows(session, again)] == [later.id]


def test_a_record_is_in_one_live_batch_at_most(session: Session, team: Team) -> None:
    a_record(session, "1-1-1")
    a_batch(session, team)
    with pytest.raises(ProcedureError, match=r"batch\.nothing_due"):
        a_batch(session, team)


def test_a_live_mark_never_enters_a_roster(session: Session, team: Team) -> None:
    a_record(session, "1-1-1", security_class="机密★20年")
    with pytest.raises(ProcedureError, match=r"batch\.nothing_due"):
        a_batch(session, team)


def test_a_volume_with_items_is_derived_and_one_without_is_a_unit_of_decision(session: Session, team: Team) -> None:
    a_record(session, "1-1-7", "一九九七年农业生产", level=Level.FILE)
    item = a_record(session, "1-1-7-1", volume_code="1-1-7")
    bare = a_record(session, "1-1-8", "一九九七年水利建设", level=Level.FILE)
    rows = overview.roster_rows(session, a_batch(session, team))
    assert {row["record_id"] for row in rows} == {item.id, bare.id}


def test_early_opening_needs_its_basis(session: Session, team: Team) -> None:
    a_record(session, "1-1-1", due_on=TODAY + timedelta(days=400))
    with pytest.raises(ProcedureError, match=r"batch\.basis_missing"):
        batching.assemble(session=session, title="提前", by=team.archivist, at=NOON, on=TODAY, early=True)
    batch = batching.assemble(
        session=session, title="提前", by=team.archivist, at=NOON, on=TODAY, early=True, basis="档案法第二十七条"
    )
    move(session, batch, team, A.START)
    assert batch.state is BatchState.IN_REVIEW


def test_the_same_person_cannot_review_twice(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    opens(session, batch, record, team.first)
    with pytest.raises(ReviewError, match=r"review\.same_person"):
        opens(session, batch, record, team.first)


def test_the_database_itself_refuses_a_second_opinion_of_one_person(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    opens(session, batch, record, team.first)
    twin = session.exec(select(Review)).one().model_dump(exclude={"id"}) | {"stage": ReviewStage.SECOND}
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Review.model_validate(twin))
        session.flush()


def test_review_cannot_finish_while_an_item_lacks_an_opinion_or_a_quarrel_is_open(session: Session, team: Team) -> None:
    one, two = a_record(session, "1-1-1"), a_record(session, "1-1-2")
    batch = a_batch(session, team)
    opens(session, batch, one, team.first)
    opens(session, batch, one, team.second)
    opens(session, batch, two, team.first)
    with pytest.raises(ProcedureError, match=r"batch\.lacking_opinions"):
        move(session, batch, team, A.FINISH)
    restricts(session, batch, two, team.second)
    with pytest.raises(ProcedureError, match=r"batch\.disagreements"):
        move(session, batch, team, A.FINISH)
    restricts(session, batch, two, team.third)
    move(session, batch, team, A.FINISH)
    assert batch.state is BatchState.REVIEWED


def reviewed(session: Session, team: Team) -> tuple[object, list[Record]]:
    records = [a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定")]
    switch_off(session, "consultation", "certification", "delay_report")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, records[0], person)
        restricts(session, batch, records[1], person)
    return move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT), records


def test_approval_gives_each_item_its_outcome_and_seals_the_decisions(session: Session, team: Team) -> None:
    batch, (one, two) = reviewed(session, team)
    assert one.access is None
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    assert (one.access, two.access, two.ground) == (Access.OPEN, Access.RESTRICTED, Ground.PERSONAL_INFORMATION)
    assert two.review_again_on == date(2036, 1, 1)


def test_a_returned_item_is_read_again_and_its_neighbours_are_not(session: Session, team: Team) -> None:
    batch, (one, two) = reviewed(session, team)
    approving.return_(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, note="请重审", codes=["1-1-2"]
    )
    move(session, batch, team, A.REOPEN)
    rows = {row["record_id"]: row for row in overview.roster_rows(session, batch)}
    assert (rows[one.id]["round"], rows[one.id]["standing"]) == (1, "settled")
    assert (rows[two.id]["round"], rows[two.id]["standing"]) == (2, "waiting")
    restricts(session, batch, two, team.first)
    assert len(session.exec(select(Review).where(Review.record_id == two.id)).all()) == 3  # nothing was overwritten


def test_a_return_without_note_is_refused(session: Session, team: Team) -> None:
    batch, _ = reviewed(session, team)
    with pytest.raises(ProcedureError, match=r"batch\.note_missing"):
        approving.return_(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, note=" ")


def test_a_reviewer_may_not_approve(session: Session, team: Team) -> None:
    batch, _ = reviewed(session, team)
    with pytest.raises(PermissionDenied):
        approving.approve(session=session, batch_id=batch.id, by=team.first, at=NOON, on=TODAY, minutes_number="1")


def test_a_restricted_item_is_due_again_on_its_review_date_and_never_opens_by_itself(
    session: Session, team: Team
) -> None:
    batch, (_, two) = reviewed(session, team)
    approving.approve(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="1")
    session.flush()
    from models import RosterEntry

    for entry in session.exec(select(RosterEntry)):
        entry.is_live = False
    session.flush()
    eligible = session.exec(batching.eligible(on=date(2035, 12, 31))).all()
    assert two not in eligible
    assert two in session.exec(batching.eligible(on=date(2036, 1, 1))).all()
    assert two.access is Access.RESTRICTED


def test_the_next_item_is_never_on_two_screens(session: Session, team: Team) -> None:
    a_record(session, "1-1-1")
    a_record(session, "1-1-2")
    batch = a_batch(session, team)
    one = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    other = reading_queue.next_item(session=session, batch_id=batch.id, by=team.second, at=NOON)
    assert one is not None
    assert other is not None
    assert one.record.id != other.record.id
    assert reading_queue.next_item(session=session, batch_id=batch.id, by=team.third, at=NOON) is None
    later = NOON + reading_queue.LEASE + timedelta(seconds=1)
    assert reading_queue.next_item(session=session, batch_id=batch.id, by=team.third, at=later) is not None


def test_the_queue_offers_what_the_rules_of_review_allow(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    opens(session, batch, record, team.first)

    def offered(person: object, stage: ReviewStage | None = None) -> bool:
        return bool(reading_queue.waiting(session, batch, by=person, at=NOON, stage=stage))

    assert not offered(team.first)
    assert offered(team.second, ReviewStage.SECOND)
    assert not offered(team.second, ReviewStage.ARBITRATION)
    restricts(session, batch, record, team.second)
    assert not offered(team.second)
    assert offered(team.third, ReviewStage.ARBITRATION)
    opens(session, batch, record, team.third)
    assert not offered(team.lead)


def test_a_blind_second_reader_sees_no_first_opinion_and_no_suggestion(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    restricts(session, batch, record, team.first)
    found = reading_queue.next_item(session=session, batch_id=batch.id, by=team.second, at=NOON)
    card = overview.item_card(session, batch, found)
    assert card["blind"]
    assert (card["opinions"], card["suggestion"], card["lean"], card["probability"], card["evidence"]) == (
        [], None, None, None, [],
    )  # fmt: skip


def test_an_opinion_is_undone_until_another_builds_on_it(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    opens(session, batch, record, team.first)
    reviewing.undo(session=session, batch_id=batch.id, by=team.first, at=NOON)
    restricts(session, batch, record, team.first)
    opens(session, batch, record, team.second)
    with pytest.raises(ReviewError, match=r"review\.nothing_to_undo"):
        reviewing.undo(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert len(session.exec(select(Review).where(col(Review.withdrawn_at).is_not(None))).all()) == 1


def test_a_parked_item_comes_back_only_when_nothing_else_is_left(session: Session, team: Team) -> None:
    one, two = a_record(session, "1-1-1"), a_record(session, "1-1-2")
    batch = a_batch(session, team)
    reviewing.park(session=session, batch_id=batch.id, record_id=one.id, text="是否本人?", by=team.first, at=NOON)
    found = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert found.record.id == two.id
    opens(session, batch, two, team.first)
    found = reading_queue.next_item(session=session, batch_id=batch.id, by=team.first, at=NOON)
    assert found.record.id == one.id


def test_an_open_title_that_names_a_punished_person_waits_for_a_public_title(session: Session, team: Team) -> None:
    record = a_record(session, "1-1-1", "关于给予周大海同志开除党籍处分的决定")
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="1")
    assert batching.facts(session, batch, on=TODAY).unchecked_titles == ("1-1-1",)
    titles.decide_title(
        session=session, batch_id=batch.id, record_id=record.id, public_title="关于×××处分问题的决定",
        by=team.archivist, at=NOON,
    )  # fmt: skip
    assert batching.facts(session, batch, on=TODAY).unchecked_titles == ()
    assert record.title == "关于给予周大海同志开除党籍处分的决定"
    assert record.public_title == "关于×××处分问题的决定"


def test_two_tabs_that_race_yield_one_step_and_one_clear_error(session: Session, team: Team) -> None:
    from workbench.services.roster import load_batch

    a_record(session, "1-1-1")
    batch = a_batch(session, team, start=False)
    seen = batch.version
    move(session, batch, team, A.START)
    with pytest.raises(ProcedureError, match=r"batch\.stale_version"):
        load_batch(session, batch.id, version=seen)
