"""The life of a classifier: curve, doubts, drift (学习曲线、存疑结论、漂移监测)."""

from datetime import timedelta

import numpy as np
import pytest
from commands import must
from sqlmodel import Session

from batches.curve import learning_curve
from batches.lessons import Lesson
from builders import NOON, TODAY, Team, a_batch, a_record, opens, restricts
from models import Classifier, Record, Suggestion
from models.errors import PermissionDenied
from models.record import Description
from models.vocabulary import Access, Ground
from rules.loader import load_ruleset
from workbench import db
from workbench.services import classifiers_kept, examining, reviewing, setting_up, training, watching
from workbench.settings import environment

CARD = {"rows": {"taught": 10}, "certificate": {"threshold": None}, "restrict_above": None, "certified_on": "x"}


def in_use(session: Session, **card: object) -> Classifier:
    kept = Classifier(
        digest="c" * 64, name="linear", card={**CARD, **card}, trained_by="组长", trained_at=NOON, is_adopted=True
    )
    session.add(kept)
    session.flush()
    return kept


def own_lessons(count: int) -> list[Lesson]:
    drawn = np.random.default_rng(0)
    harm, plain = ("处分决定", "离婚案卷", "病历登记"), ("春耕通知", "水利规划", "统计年报")
    made = []
    for number in range(count):
        is_restricted = bool(drawn.integers(2))
        words = drawn.choice(harm if is_restricted else plain)
        made.append(
            Lesson(
                Description(title=f"{chr(0x4E00 + number)}乡{words}{chr(0x5000 + number)}"),
                Access.RESTRICTED if is_restricted else Access.OPEN,
                Ground.PERSONAL_INFORMATION if is_restricted else None,
                f"1-{number % 10}",
            )
        )
    return made


def test_the_learning_curve_grows_and_each_point_has_its_intervals() -> None:
    points = learning_curve(own_lessons(400), ruleset=load_ruleset(), name="linear", leak=0.02)
    assert [point["rows"] for point in points] == [40, 80, 160, 320]
    for point in points:
        for figure in ("auc", "coverage"):
            assert point[figure]["low"] <= point[figure]["value"] <= point[figure]["high"]
    assert points[-1]["auc"]["value"] > 0.99
    assert points[-1]["coverage"]["value"] > 0.3
    assert points[-1]["leak"]["n"] == points[-1]["coverage"]["k"]


def test_few_decisions_have_no_curve() -> None:
    assert learning_curve(own_lessons(30), ruleset=load_ruleset(), name="linear", leak=0.02) == []


def test_decisions_far_from_their_held_out_probability_are_doubted() -> None:
    listed = training.doubts([7, 8, 9, 10], [True, False, False, True], np.array([0.02, 0.97, 0.5, 0.9]))
    assert listed == [{"record": 7, "probability": 0.02}, {"record": 8, "probability": 0.97}]


def test_a_doubted_decision_is_listed_until_it_is_changed(session: Session) -> None:
    records = [a_record(session, f"1-{number}") for number in range(3)]
    for record in records:
        record.access = Access.OPEN
        session.add(record)
    in_use(session, doubts=[{"record": record.id, "probability": 0.95} for record in records])
    records[1].access = Access.RESTRICTED  # decided anew meanwhile: the doubt is settled
    session.flush()
    assert [row["reference_code"] for row in watching.doubted(session)] == ["1-0", "1-2"]
    assert len(watching.doubted(session, limit=1)) == 1


def suggested(session: Session, record: Record, probability: float, at=NOON) -> None:
    session.add(
        Suggestion(
            record_id=record.id, probability=probability, evidence=[], ruleset_digest="r", classifier_digest="c" * 64,
            made_at=at,
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize(("truth", "state"), [(0.1, "holds"), (0.8, "drifted")])
def test_blind_second_opinions_tell_whether_the_probabilities_hold(
    session: Session, team: Team, truth: float, state: str
) -> None:
    in_use(session)
    drawn = np.random.default_rng(1)
    records = [a_record(session, f"1-{number}") for number in range(60)]
    batch = a_batch(session, team)
    for record in records:
        suggested(session, record, 0.1)
        opens(session, batch, record, team.first)
    assert watching.drifts(session)["count"] == 0, "a first reader saw the suggestion: that proves nothing"
    later = NOON + timedelta(days=1)
    for record in records:
        is_restricted = drawn.uniform() < truth
        given = (
            {"access": Access.RESTRICTED, "ground": Ground.PERSONAL_INFORMATION, "reason": "个人",
             "review_again_on": later.date() + timedelta(days=900)}
            if is_restricted else {"access": Access.OPEN}
        )  # fmt: skip
        reviewing.decide(
            session=session, batch_id=batch.id, record_id=record.id, by=team.second, at=later, on=later.date(), **given
        )
    found = watching.drifts(session)
    assert (found["count"], found["state"]) == (60, state)
    assert [week["restricted"]["n"] for week in found["weeks"]] == [60]
    assert found["weeks"][0]["expected"] == pytest.approx(0.1)


def test_a_suggestion_made_after_the_opinion_is_no_witness(session: Session, team: Team) -> None:
    in_use(session)
    record = a_record(session, "1-1")
    batch = a_batch(session, team)
    suggested(session, record, 0.1, NOON + timedelta(days=3))
    opens(session, batch, record, team.first)
    restricts(session, batch, record, team.second)
    assert watching.drifts(session)["count"] == 0


def test_without_a_classifier_there_is_nothing_to_watch(session: Session) -> None:
    assert watching.drifts(session) is None
    assert watching.doubted(session) == []


def test_only_who_may_adopts(session: Session, team: Team) -> None:
    kept = in_use(session)
    with pytest.raises(PermissionDenied):
        classifiers_kept.adopt(session=session, digest=kept.digest, by=team.first, at=NOON)
    assert classifiers_kept.adopt(session=session, digest=kept.digest, by=team.lead, at=NOON).is_adopted


def test_commands_and_the_doctor_speak_of_doubts_and_drift(url: str) -> None:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        record = a_record(session, "1-1")
        record.access = Access.OPEN
        in_use(session, doubts=[{"record": record.id, "probability": 0.95}])
    assert [row["reference_code"] for row in must("classifier", "doubts", "--json").json] == ["1-1"]
    assert must("classifier", "watch", "--json").json["state"] == "too_few"
    finding = next(each for each in examining.examine(environment(), on=TODAY) if each.name == "drift")
    assert finding.is_well
