"""The reading desk (审读台): one item on one person's screen, with all that stands beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import User
from models.errors import PermissionDenied
from models.vocabulary import BatchState, ReviewStage
from workbench.queries import reading
from workbench.services import (
    at_transfer,
    correction_sheets,
    known_text,
    marked_passages,
    marked_words,
    overview,
    precedents,
    reading_queue,
    second_opinions,
    suspecting,
)
from workbench.services.pages_at_hand import AtHand, at_hand
from workbench.services.roster import Item, item, load_batch

_PACE_WITHIN = timedelta(minutes=30)
READINGS = (ReviewStage.FIRST, ReviewStage.SECOND)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is on a person's screen (在审条目): a record, or none when nothing waits."""

    record_id: int | None


def on_screen(
    session: Session, *, batch_id: int, by: User, at: datetime, stages: Sequence[ReviewStage] = READINGS
) -> Taken | None:
    """What this person has on the screen and keeps (在审条目), without writing; ``None`` when one has to be taken.

    A page is drawn many times an item: were each of them to write, readers in a hurry would wait for each other.
    """
    batch = load_batch(session, batch_id)
    if batch.state is not BatchState.IN_REVIEW:
        return None  # whoever takes is told why
    for stage in stages:
        found = reading_queue.first_waiting(session, batch, by=by, at=at, stage=stage)
        if found is not None:
            return Taken(found) if reading_queue.keeps(session, batch_id, found, stage, by=by, at=at) else None
    return Taken(None)


def take_next(
    *, session: Session, batch_id: int, by: User, at: datetime, stages: Sequence[ReviewStage] = READINGS
) -> Taken:
    """Put the next waiting item of these stages on the screen (取下一条): a short act, and the only one that writes."""
    for stage in stages:
        found = reading_queue.next_item(session=session, batch_id=batch_id, by=by, at=at, stage=stage)
        if found is not None:
            return Taken(found.entry.record_id)
    return Taken(None)


def desk(session: Session, *, batch_id: int, taken: Taken, by: User, at: datetime) -> dict[str, Any]:
    """The item on the screen with all that stands beside it, progress and pace (审读台); ``card`` may be ``None``."""
    shown = None if taken.record_id is None else card(session, batch_id, item(session, batch_id, taken.record_id), by)
    return {"card": shown, **_beside(session, batch_id, by, at)}


def card(session: Session, batch_id: int, found: Item, by: User) -> dict[str, Any]:
    """The card of an item with all that stands beside it (审核卡片), as this person may see it."""
    shown = overview.item_card(session, load_batch(session, batch_id), found)
    return {**shown, **{name: ask(session, found, by) for name, ask in BESIDE.items()}}


def _question(session: Session, found: Item, by: User) -> str | None:
    return reading.open_question(session, found.entry.batch_id, found.entry.record_id, int(by.id or 0))


def _pages_at_hand(session: Session, found: Item, by: User) -> AtHand | None:  # noqa: ARG001
    try:
        return at_hand(session, found.record)
    except PermissionDenied:
        return None


def _volume(session: Session, found: Item, by: User) -> list[dict[str, Any]]:  # noqa: ARG001
    return [
        {"reference_code": each.reference_code, "title": each.title, "access": each.access}
        for each in reading.same_volume(session, found.record)
    ]


# What comes with a card besides the item itself, by the name under which panels find it; one more is one more line.
# A blind second reader gets all of it: nothing here may tell what the first one thought, or what was suggested.
BESIDE: dict[str, Callable[[Session, Item, User], Any]] = {
    "question": _question,
    "pages_at_hand": _pages_at_hand,
    "volume": _volume,
    "full_text": lambda session, found, _by: known_text.beside(session, found.record),
    "marks": marked_words.beside,
    "slips_of_rules": marked_passages.beside,
    "decided_before": precedents.beside,
    "at_transfer": at_transfer.beside,
    "corrections": lambda session, found, _by: correction_sheets.of_record(session, found.entry.record_id),
    "slips": lambda session, found, _by: suspecting.of_record(session, found.entry.record_id),
    "pointed_at": lambda session, found, _by: second_opinions.evidence_of(session, found.record),
}


def _beside(session: Session, batch_id: int, by: User, at: datetime) -> dict[str, Any]:
    times = [time for time in reading.newest_decisions(session, batch_id, int(by.id or 0)) if at - time < _PACE_WITHIN]
    hours = (times[0] - times[-1]).total_seconds() / 3600 if len(times) > 1 else 0.0
    return {
        "counts": reading.stage_counts(session, batch_id),
        "parked": reading.parked(session, batch_id, int(by.id or 0)),
        "pace": round((len(times) - 1) / hours) if hours else None,  # items an hour
    }
