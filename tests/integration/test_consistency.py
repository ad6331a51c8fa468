"""Like items, opposite decisions (一致性核对): found across fonds, batches and past decisions."""

import pytest
from sqlmodel import Session, col, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import AuditEvent, Batch, Record
from models.errors import ProcedureError
from models.vocabulary import Access, BatchAction, BatchState, Ground
from workbench.services import batching, consistency, setting_up

A = BatchAction
OTHER_FONDS = {"fonds": "云溪县供销社", "fonds_key": "云溪县供销社"}


def decided(session: Session, code: str, title: str, access: Access, **known: object) -> Record:
    record = a_record(session, code, title, **{**OTHER_FONDS, **known})
    record.access = access
    record.ground = Ground.OTHER_LAW if access is Access.RESTRICTED else None
    session.add(record)
    session.flush()
    return record


def certified(session: Session, team: Team, to_open: list[Record], to_restrict: list[Record]) -> Batch:
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    batch = a_batch(session, team, codes=[record.reference_code for record in to_open + to_restrict])
    for person in (team.first, team.second):
        for record in to_open:
            opens(session, batch, record, person)
        for record in to_restrict:
            restricts(session, batch, record, person)
    return move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION)


def likenesses(session: Session, batch: Batch) -> dict[str, list[str]]:
    return {
        row["reference_code"]: [other["likeness"] for other in row["others"]]
        for row in consistency.rows(session, batch)
    }


@pytest.mark.parametrize(
    ("title", "number", "past_title", "past_number", "likeness"),
    [
        ("关于调整粮价的通知", "云政〔1997〕8号", "关于调整粮价的通知", "云政[1997]8号", "same-document"),
        ("关于调整粮价的通知", "云政〔1997〕8号", "转发关于粮价的通知", "云政〔1997〕8号", "same-number"),
        ("关于调整粮价的通知", None, "关于調整糧價的通知", None, "same-title"),
        ("1997年第三季度总结", None, "1996年第四季度总结", None, "near-title"),
        ("关于周大海同志任职的通知", None, "关于林××同志任职的通知", None, "near-title"),
    ],
)
def test_a_like_item_with_the_opposite_past_decision_is_found(
    session: Session,
    team: Team,
    title: str,
    number: str | None,
    past_title: str,
    past_number: str | None,
    likeness: str,
) -> None:
    decided(session, "9-1-1", past_title, Access.RESTRICTED, document_number=past_number)
    record = a_record(session, "1-1-1", title, document_number=number)
    assert likenesses(session, certified(session, team, [record], [])) == {"1-1-1": [likeness]}


@pytest.mark.parametrize(
    ("title", "number", "past_title", "past_number", "access"),
    [
        ("关于调整粮价的通知", None, "关于调整粮价的通知", None, Access.OPEN),
        ("关于调整粮价的通知", None, "关于调整油价的通知", None, Access.RESTRICTED),
        ("关于调整粮价的通知", "12", "关于防汛的通知", "12", Access.RESTRICTED),
    ],
)
def test_what_is_alike_in_nothing_or_decided_alike_is_not_listed(
    session: Session,
    team: Team,
    title: str,
    number: str | None,
    past_title: str,
    past_number: str | None,
    access: Access,
) -> None:
    decided(session, "9-1-1", past_title, access, document_number=past_number)
    record = a_record(session, "1-1-1", title, document_number=number)
    assert likenesses(session, certified(session, team, [record], [])) == {}


def test_a_batch_with_an_unexplained_contradiction_is_not_submitted(session: Session, team: Team) -> None:
    decided(session, "9-1-1", "关于调整粮价的通知", Access.RESTRICTED)
    record = a_record(session, "1-1-1", "关于调整粮价的通知")
    batch = certified(session, team, [record], [])
    with pytest.raises(ProcedureError, match=r"batch\.contradictions"):
        move(session, batch, team, A.SUBMIT)
    with pytest.raises(ProcedureError, match=r"consistency\.text_missing"):
        explain(session, team, batch, record, " ")
    explain(session, team, batch, record, "供销社一件附有未公开的个人名单")
    move(session, batch, team, A.SUBMIT)
    assert batch.state is BatchState.SUBMITTED


@pytest.mark.parametrize(
    ("strictness", "past_title", "holds_up"),
    [
        ("same", "关于调整粮价的通知", True),
        ("same", "关于调整1996年粮价的通知", False),
        ("near", "关于调整1996年粮价的通知", True),
        ("off", "关于调整1997年粮价的通知", False),
    ],
)
def test_the_setting_says_how_alike_two_items_must_be_to_hold_a_submission_up(
    session: Session, team: Team, strictness: str, past_title: str, holds_up: bool
) -> None:
    setting_up.store(session, "consistency_check", strictness)
    decided(session, "9-1-1", past_title, Access.RESTRICTED)
    title = past_title if holds_up and strictness == "same" else "关于调整1997年粮价的通知"
    batch = certified(session, team, [a_record(session, "1-1-1", title)], [])
    assert consistency.find(session, batch)
    assert bool(batching.facts(session, batch, on=TODAY).contradictions) is holds_up


def explain(session: Session, team: Team, batch: Batch, record: Record, text: str) -> None:
    consistency.explain(session=session, batch_id=batch.id, record_ids=[record.id], text=text, by=team.lead, at=NOON)


def test_a_note_speaks_only_of_the_contradictions_known_when_it_was_written(session: Session, team: Team) -> None:
    decided(session, "9-1-1", "关于调整粮价的通知", Access.RESTRICTED)
    record = a_record(session, "1-1-1", "关于调整粮价的通知")
    batch = certified(session, team, [record], [])
    explain(session, team, batch, record, "供销社一件附有未公开的个人名单")
    decided(session, "9-1-2", "关于调整粮价的通知", Access.RESTRICTED)
    assert batching.facts(session, batch, on=TODAY).contradictions == ("1-1-1",)


def test_within_one_batch_a_pair_is_explained_once(session: Session, team: Team) -> None:
    one, two = (a_record(session, code, "关于调整粮价的通知") for code in ("1-1-1", "1-1-2"))
    batch = certified(session, team, [one], [two])
    assert set(batching.facts(session, batch, on=TODAY).contradictions) == {"1-1-1", "1-1-2"}
    explain(session, team, batch, two, "附件含个人名单")
    assert batching.facts(session, batch, on=TODAY).contradictions == ()


def test_what_another_batch_proposes_counts_once_its_readers_are_done(session: Session, team: Team) -> None:
    one, two = (a_record(session, code, "关于调整粮价的通知") for code in ("1-1-1", "1-1-2"))
    certified(session, team, [], [two])
    batch = certified(session, team, [one], [])
    (row,) = consistency.rows(session, batch)
    assert [other["reference_code"] for other in row["others"]] == ["1-1-2"]


def test_stored_keys_find_what_fresh_ones_find(session: Session, team: Team) -> None:
    decided(session, "9-1-1", "关于调整粮价的通知", Access.RESTRICTED)
    decided(session, "9-1-2", "另一件", Access.RESTRICTED, document_number="云政〔1997〕8号")
    record = a_record(session, "1-1-1", "关于调整粮价的通知", document_number="云政〔1997〕8号")
    batch = certified(session, team, [record], [])
    fresh = likenesses(session, batch)
    assert consistency.keep_keys(session) == 2
    assert consistency.keep_keys(session) == 0
    assert likenesses(session, batch) == fresh == {"1-1-1": ["same-title", "same-number"]}


def test_the_ledger_names_the_notes_not_their_text(session: Session, team: Team) -> None:
    decided(session, "9-1-1", "关于调整粮价的通知", Access.RESTRICTED)
    record = a_record(session, "1-1-1", "关于调整粮价的通知")
    batch = certified(session, team, [record], [])
    explain(session, team, batch, record, "附有个人名单")
    event = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc())).first()
    assert event is not None
    assert event.action == "consistency.explain"
    assert "个人名单" not in str(event.payload)
