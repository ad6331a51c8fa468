from dataclasses import dataclass
from datetime import date

import pytest

from batches import review
from batches.review import Plan, Standing
from models.errors import ReviewError
from models.review import OpenOpinion, RestrictOpinion
from models.vocabulary import Access, Ground, ReviewStage

ON = date(2026, 11, 24)
TWO = Plan()


@dataclass
class Given:
    stage: ReviewStage
    reviewer_id: int
    access: Access = Access.OPEN
    ground: Ground | None = None


FIRST, SECOND = Given(ReviewStage.FIRST, 1), Given(ReviewStage.SECOND, 2)
AGAINST = Given(ReviewStage.SECOND, 2, Access.RESTRICTED, Ground.PERSONAL_INFORMATION)


def test_the_same_person_cannot_review_twice() -> None:
    with pytest.raises(ReviewError, match=r"review\.same_person"):
        review.check_turn([FIRST], TWO, reviewer_id=1, stage=ReviewStage.SECOND)


def test_the_arbitrator_gave_neither_opinion() -> None:
    with pytest.raises(ReviewError, match=r"review\.same_person"):
        review.check_turn([FIRST, AGAINST], TWO, reviewer_id=2, stage=None)
    assert review.check_turn([FIRST, AGAINST], TWO, reviewer_id=3, stage=None) is ReviewStage.ARBITRATION


def test_two_who_agree_settle_an_item() -> None:
    assert review.standing([FIRST, SECOND], TWO) is Standing.SETTLED
    assert review.decisive([FIRST, SECOND], TWO) is FIRST


def test_two_who_differ_are_settled_by_a_third() -> None:
    third = Given(ReviewStage.ARBITRATION, 3, Access.RESTRICTED, Ground.OTHER_LAW)
    assert review.standing([FIRST, AGAINST], TWO) is Standing.DISPUTED
    assert review.decisive([FIRST, AGAINST], TWO) is None
    assert review.decisive([FIRST, AGAINST, third], TWO) is third


def test_two_different_grounds_are_a_disagreement() -> None:
    other = Given(ReviewStage.FIRST, 1, Access.RESTRICTED, Ground.OTHER_LAW)
    assert review.standing([other, AGAINST], TWO) is Standing.DISPUTED


def test_one_opinion_settles_where_the_plan_asks_for_one() -> None:
    assert review.standing([FIRST], Plan(opinions=1)) is Standing.SETTLED


def test_a_settled_item_takes_no_more_opinions() -> None:
    with pytest.raises(ReviewError, match=r"review\.settled"):
        review.check_turn([FIRST, SECOND], TWO, reviewer_id=3, stage=None)


def test_the_second_reading_waits_for_the_first() -> None:
    with pytest.raises(ReviewError, match=r"review\.other_stage"):
        review.check_turn([], TWO, reviewer_id=1, stage=ReviewStage.SECOND)


def test_a_delay_has_ground_reason_and_date_and_none_is_defaulted() -> None:
    complete = {
        "access": Access.RESTRICTED,
        "ground": Ground.OTHER_LAW,
        "reason": "权属纠纷",
        "review_again_on": date(2036, 1, 1),
    }
    assert isinstance(review.opinion(**complete, on=ON), RestrictOpinion)  # type: ignore[arg-type]
    for missing in ("ground", "reason", "review_again_on"):
        with pytest.raises(ReviewError):
            review.opinion(**{**complete, missing: None}, on=ON)  # type: ignore[arg-type]
    with pytest.raises(ReviewError):
        review.opinion(**{**complete, "reason": "  "}, on=ON)  # type: ignore[arg-type]
    with pytest.raises(ReviewError, match="again_not_later"):
        review.opinion(**{**complete, "review_again_on": ON}, on=ON)  # type: ignore[arg-type]


def test_an_opening_carries_no_ground() -> None:
    assert review.opinion(access=Access.OPEN, ground=None, reason=None, review_again_on=None, on=ON) == OpenOpinion()
    with pytest.raises(ReviewError):
        review.opinion(access=Access.OPEN, ground=Ground.OTHER_LAW, reason=None, review_again_on=None, on=ON)


def test_an_opinion_without_outcome_is_refused() -> None:
    with pytest.raises(ReviewError, match=r"review\.no_outcome"):
        review.opinion(access=None, ground=None, reason=None, review_again_on=None, on=ON)
