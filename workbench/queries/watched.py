"""Decisions beside the probability that stood before them (监测所需), in order of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from models import Review, Suggestion
from models.vocabulary import ReviewStage


def decided_after(
    session: Session, classifier: str, trained_at: datetime, stages: Sequence[ReviewStage]
) -> Sequence[Row[Any]]:
    """Opinions of these stages given after a classifier was trained, each with its newest probability by then."""
    newest = (
        select(col(Review.id).label("review"), func.max(col(Suggestion.id)).label("suggestion"))
        .join(Suggestion, col(Suggestion.record_id) == col(Review.record_id))
        .where(
            Suggestion.classifier_digest == classifier, col(Suggestion.probability).is_not(None),
            col(Suggestion.made_at) <= col(Review.at), col(Review.at) > trained_at,
            col(Review.stage).in_(stages), col(Review.withdrawn_at).is_(None),
        )
        .group_by(col(Review.id))
        .subquery()
    )  # fmt: skip
    query = (
        sqlalchemy.select(col(Review.at), col(Review.access), col(Suggestion.probability))
        .join(newest, newest.c.review == col(Review.id))
        .join(Suggestion, col(Suggestion.id) == newest.c.suggestion)
        .order_by(col(Review.at), col(Review.id))
    )
    return session.execute(query).all()
