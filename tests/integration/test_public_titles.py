"""Public titles (公开题名): the program proposes, a person decides, the original stays."""

from commands import must
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, opens
from models import Batch
from workbench import db
from workbench.services import batching, titles

PUNISHED = "关于给予陈某某行政记过处分的决定"
NUMBERED = "关于刘海兰同志（电话13800001234）来访的登记"


def a_read_batch(session: Session, team: Team, *written: str) -> Batch:
    records = [a_record(session, f"1-1-{number}", title) for number, title in enumerate(written, start=1)]
    batch = a_batch(session, team)
    for record in records:
        for person in (team.first, team.second):
            opens(session, batch, record, person, reason="已由本人公开")
    return batch


def test_a_proposal_masks_names_and_numbers_and_leaves_the_rest(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, PUNISHED, NUMBERED, "关于召开春耕生产会议的通知")
    rows = {row["title"]: row for row in titles.waiting_rows(session, batch.id)}
    assert rows[PUNISHED]["proposal"] == "关于给予×××行政记过处分的决定"
    assert rows[NUMBERED]["proposal"] == "关于×××同志（电话×××）来访的登记"
    assert [found["what"] for found in rows[NUMBERED]["findings"]] == ["name", "number"]
    assert len(rows) == 2


def test_a_name_that_no_rule_touches_still_waits_for_a_person(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, "模范营业员何婉卿先进经验介绍")
    assert [row["proposal"] for row in titles.waiting_rows(session, batch.id)] == ["模范营业员×××先进经验介绍"]


def test_a_name_in_an_act_that_was_public_waits_for_nobody(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, "关于林春生等三位同志任职的通知")
    assert titles.proposal("关于林春生等三位同志任职的通知") == "关于×××等三位同志任职的通知"
    assert titles.waiting_rows(session, batch.id) == []


def test_a_title_whose_trouble_is_no_name_gets_no_proposal(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, "新华里副霍乱疫点病人名册")
    (row,) = titles.waiting_rows(session, batch.id)
    assert row["proposal"] is None


def test_a_proposal_decides_nothing(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, PUNISHED)
    titles.waiting_rows(session, batch.id)
    (waiting,) = titles.titles_to_check(session, batch.id)
    assert waiting.record.public_title is None
    titles.decide_title(
        session=session, batch_id=batch.id, record_id=waiting.record.id, public_title=None, by=team.first, at=NOON
    )
    assert titles.waiting_rows(session, batch.id) == []
    assert waiting.record.title == PUNISHED


def test_the_command_lists_what_waits_with_a_proposal(url: str) -> None:
    with db.transaction(url) as session:
        batch_id = a_read_batch(session, Team(session), PUNISHED).id
    (row,) = must("review", "titles", batch_id, "--json").json
    assert (row["reference_code"], row["proposal"]) == ("1-1-1", "关于给予×××行政记过处分的决定")
    assert "关于给予×××行政记过处分的决定" in must("review", "titles", batch_id).out


def test_facts_of_a_batch_without_names_are_not_held_up(session: Session, team: Team) -> None:
    batch = a_read_batch(session, team, "关于召开春耕生产会议的通知")
    assert batching.facts(session, batch, on=TODAY).unchecked_titles == ()
    assert titles.titles_to_check(session, batch.id) == []
