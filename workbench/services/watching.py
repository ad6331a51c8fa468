"""Watch over the classifier in use (分类器监测): do its probabilities hold, and which decisions does it doubt?"""

from dataclasses import asdict
from itertools import groupby
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from classifiers import drift
from classifiers.evaluate import rate
from models import Record
from models.vocabulary import Access, ReviewStage
from workbench.queries.watched import decided_after
from workbench.services import classifiers_kept, setting_up

FEWEST = 30
"""Decisions below which nothing is said about drift."""


def drifts(session: Session) -> dict[str, Any] | None:
    """Whether the probabilities of the classifier in use still hold (漂移监测); ``None`` without one.

    Judged by opinions given after it was trained, the blind second ones where there are two: they were given
    without knowing any suggestion. ``state`` is ``too_few``, ``holds``, ``warning`` or ``drifted``; ``highest`` is
    the most that the test martingale reached; ``weeks`` compares expected and met restrictions week by week.
    """
    in_use = classifiers_kept.in_use(session)
    if in_use is None:
        return None
    two = int(setting_up.get(session, "opinions_per_item")) > 1 and bool(setting_up.get(session, "blind_second"))
    stages = [ReviewStage.SECOND] if two else [ReviewStage.FIRST]
    rows = decided_after(session, in_use.digest, in_use.trained_at, stages)
    probability = np.array([row.probability for row in rows], dtype=float)
    is_restricted = np.array([row.access == Access.RESTRICTED for row in rows], dtype=bool)
    path = drift.wealth(drift.surprise(probability, is_restricted))
    highest = float(path.max()) if len(path) else 1.0
    weeks = []
    for (year, week), found in groupby(enumerate(rows), key=lambda pair: pair[1].at.isocalendar()[:2]):
        at = [number for number, _ in found]
        weeks.append(
            {
                "week": f"{year}-W{week:02d}",
                "expected": float(probability[at].mean()),
                "restricted": asdict(rate(int(is_restricted[at].sum()), len(at))),
            }
        )
    return {"digest": in_use.digest, "count": len(rows), "highest": highest, "state": _state(len(rows), highest),
            "weeks": weeks}  # fmt: skip


def _state(count: int, highest: float) -> str:
    if highest >= drift.ALARM:
        return "drifted"
    if count < FEWEST:
        return "too_few"
    return "warning" if highest >= drift.WARNING else "holds"


def doubted(session: Session, *, limit: int = 50) -> list[dict[str, Any]]:
    """Past decisions that the classifier in use doubts (存疑结论), strangest first, as they stand now.

    Those whose decision changed since are left out; each was scored by a part of the classifier that never saw it.
    """
    in_use = classifiers_kept.in_use(session)
    listed = {} if in_use is None else {each["record"]: each["probability"] for each in in_use.card.get("doubts", [])}
    if not listed:
        return []
    found = {record.id: record for record in session.exec(select(Record).where(col(Record.id).in_(listed)))}
    rows = []
    for number, probability in listed.items():
        record = found.get(number)
        if record is None or record.access is None or (record.access is Access.RESTRICTED) == (probability >= 0.5):
            continue
        rows.append(
            {
                "record_id": number,
                "reference_code": record.reference_code,
                "fonds": record.fonds,
                "title": record.title,
                "access": record.access.value,
                "ground": record.ground.value if record.ground else None,
                "batch": record.decided_in,
                "probability": probability,
            }
        )
    return rows[:limit]
