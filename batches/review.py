"""Two persons, blindness, disagreement, arbitration (两人审核、盲审、分歧、会商): pure rules over opinions given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from models.errors import ReviewError
from models.review import OpenOpinion, Opinion, RestrictOpinion
from models.vocabulary import Access, Ground, ReviewStage


class Given(Protocol):
    """What these rules need of an opinion in force."""

    stage: ReviewStage
    reviewer_id: int
    access: Access
    ground: Ground | None


class Standing(StrEnum):
    """Where an item stands in its round (条目审核状态)."""

    WAITING = "waiting"
    DISPUTED = "disputed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people read an item, and whether the second is blind (审核方案)."""

    opinions: int = 2
    blind_second: bool = True


def by_stage(given: Sequence[Given]) -> dict[ReviewStage, Given]:
    """Opinions in force by stage."""
    return {opinion.stage: opinion for opinion in given}


def agree(one: Given, other: Given) -> bool:
    """Whether two opinions say the same (意见是否一致): outcome, and ground when restricted."""
    return one.access is other.access and one.ground == other.ground


def standing(given: Sequence[Given], plan: Plan) -> Standing:
    """Where the item stands (条目状态)."""
    stages = by_stage(given)
    if ReviewStage.ARBITRATION in stages:
        return Standing.SETTLED
    if len(stages) < plan.opinions:
        return Standing.WAITING
    opinions = list(stages.values())
    return Standing.SETTLED if all(agree(opinions[0], other) for other in opinions[1:]) else Standing.DISPUTED


def decisive(given: Sequence[Given], plan: Plan) -> Given | None:
    """The opinion that decides a settled item (定案意见): the arbitrator's, else the first."""
    if standing(given, plan) is not Standing.SETTLED:
        return None
    stages = by_stage(given)
    return stages.get(ReviewStage.ARBITRATION) or stages[ReviewStage.FIRST]


def next_stage(given: Sequence[Given], plan: Plan) -> ReviewStage | None:
    """The stage that the item waits for (待审环节), or ``None`` when settled."""
    stages = by_stage(given)
    match standing(given, plan):
        case Standing.SETTLED:
            return None
        case Standing.DISPUTED:
            return ReviewStage.ARBITRATION
        case _:
            return ReviewStage.SECOND if ReviewStage.FIRST in stages else ReviewStage.FIRST


def check_turn(given: Sequence[Given], plan: Plan, *, reviewer_id: int, stage: ReviewStage | None) -> ReviewStage:
    """Whether this person may give an opinion now, and for which stage (轮到谁审).

    Raises
    ------
    ReviewError
        ``review.settled``, ``review.other_stage`` or ``review.same_person``.
    """
    # The same person first: someone who tries to sign twice should hear that, not a remark on stages.
    if any(opinion.reviewer_id == reviewer_id for opinion in given):
        raise ReviewError("review.same_person")
    waiting = next_stage(given, plan)
    if waiting is None:
        raise ReviewError("review.settled")
    if stage is not None and stage is not waiting:
        raise ReviewError("review.other_stage", stage=stage, waiting=waiting)
    return waiting


def opinion(
    *, access: Access | None, ground: Ground | None, reason: str | None, review_again_on: date | None, on: date
) -> Opinion:
    """Make an opinion of what a form or command gave (成立意见); nothing is defaulted.

    Raises
    ------
    ReviewError
        ``review.no_outcome``, ``review.missing_ground``, ``review.missing_reason``,
        ``review.missing_again``, ``review.again_not_later`` or ``review.open_with_ground``.
    """
    reason = (reason or "").strip() or None
    if access is None:
        raise ReviewError("review.no_outcome")
    if access is Access.OPEN:
        if ground is not None or review_again_on is not None:
            raise ReviewError("review.open_with_ground")
        return OpenOpinion(reason)
    if ground is None:
        raise ReviewError("review.missing_ground")
    if reason is None:
        raise ReviewError("review.missing_reason")
    if review_again_on is None:
        raise ReviewError("review.missing_again")
    if review_again_on <= on:
        raise ReviewError("review.again_not_later", again=review_again_on.isoformat())
    return RestrictOpinion(ground, reason, review_again_on)
