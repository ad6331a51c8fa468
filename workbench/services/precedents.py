"""How this was decided before (以往如何定): the item itself, its volume, its likes by title and number.

Read beside each item by whoever gives a first opinion or settles a quarrel; a blind second reader is not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from batches import consistency
from batches.consistency import Decided
from models import Batch, PastDecision, Record, RecordKey, User
from models.vocabulary import Access, Ground, Level, ReviewStage
from workbench.services.roster import Item, load_batch, plan_of

SHOWN = 5
_LOOKED_AT = 40  # rows of one key; a template's title may have thousands, which are only counted


class Closeness(StrEnum):
    """How close a precedent is (与本条的关系), the closest first."""

    ITSELF = "itself"
    ITS_VOLUME = "its-volume"
    SAME_DOCUMENT = "same-document"
    SAME_TITLE = "same-title"
    SAME_NUMBER = "same-number"
    NEAR_TITLE = "near-title"


_ORDER = list(Closeness)


@dataclass(frozen=True, slots=True)
class Precedent:
    """One decision that was made before (一条先例): ``batch`` is its number here, ``batch_name`` what it is called."""

    closeness: Closeness
    record_id: int
    reference_code: str
    title: str
    fonds: str | None
    access: Access
    ground: Ground | None
    reason: str | None
    decided_on: date | None
    batch: int | None
    batch_name: str | None


@dataclass(frozen=True, slots=True)
class Precedents:
    """The closest ones, and how all like items were decided (先例及同类统计)."""

    closest: Sequence[Precedent]
    alike: dict[Access, int]

    @property
    def is_split(self) -> bool:
        """Whether like items were decided both ways (同类结论不一)."""
        return len({each.access for each in self.closest} | {kind for kind, number in self.alike.items() if number}) > 1

    def to_dict(self) -> dict[str, Any]:
        """Plain values for cards and the command line."""
        return {
            "closest": [asdict(each) for each in self.closest],
            "alike": {access.value: self.alike.get(access, 0) for access in Access},
            "is_split": self.is_split,
        }


def beside(session: Session, found: Item, by: User) -> dict[str, Any] | None:  # noqa: ARG001
    """Precedents for the card of an item (卡片旁的先例); ``None`` for a blind second reader."""
    plan = plan_of(load_batch(session, found.entry.batch_id))
    if plan.blind_second and found.waiting_for(plan) is ReviewStage.SECOND:
        return None
    return precedents(session, found.record).to_dict()


def precedents(session: Session, record: Record) -> Precedents:
    """How this item and its likes were decided before (查先例)."""
    keys = (consistency.title_key(record.title), consistency.number_key(record.document_number))
    likes = sorted(_likes(session, record, keys), key=lambda pair: _ORDER.index(pair[0]))[:SHOWN]
    found = [*_itself(session, record), *_its_volume(session, record)]
    found += [_standing(session, other, closeness) for closeness, other in likes]
    found.sort(key=lambda each: (_ORDER.index(each.closeness), -(each.decided_on or date.min).toordinal()))
    return Precedents(found[:SHOWN], _counted(session, record, keys[0]))


def _itself(session: Session, record: Record) -> Iterator[Precedent]:
    if record.decided_in is not None and record.access is not None:
        yield _standing(session, record, Closeness.ITSELF)
    query = select(PastDecision).where(PastDecision.record_id == record.id)
    for past in session.exec(query):
        yield _past(record, past, Closeness.ITSELF)


def _its_volume(session: Session, record: Record) -> Iterator[Precedent]:
    if record.volume_code is None:
        return
    volume = session.exec(
        select(Record).where(
            Record.fonds_key == record.fonds_key, Record.reference_code == record.volume_code,
            Record.level == Level.FILE, col(Record.access).is_not(None),
        )
    ).first()  # fmt: skip
    if volume is not None:
        yield _standing(session, volume, Closeness.ITS_VOLUME)


def _likes(session: Session, record: Record, keys: tuple[str, str | None]) -> Iterator[tuple[Closeness, Record]]:
    """Decided records that are alike, each with its closeness; of each kind the newest first."""
    title_key, number_key = keys
    mine = Decided(int(record.id or 0), record.title, record.document_number, title_key, number_key, Access.OPEN)
    decided = (
        select(Record, RecordKey)
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(col(Record.access).is_not(None), col(Record.id) != record.id)
        .order_by(col(RecordKey.record_id).desc())  # the order of the key's index: the newest are found at once
        .limit(_LOOKED_AT)
    )
    same_title = decided.where(RecordKey.title_key == title_key, Record.title == record.title)
    queries = [same_title, decided.where(RecordKey.title_key == title_key)]
    if number_key:
        queries.insert(0, decided.where(RecordKey.number_key == number_key))
    seen: set[int] = set()
    for query in queries:
        for other, key in session.exec(query).all():
            if key.record_id in seen or other.access is None:
                continue
            seen.add(key.record_id)
            theirs = Decided(
                key.record_id, other.title, other.document_number, key.title_key, key.number_key, other.access
            )
            if (likeness := consistency.likeness(mine, theirs)) is not None:
                yield Closeness(likeness.value), other


def _standing(session: Session, record: Record, closeness: Closeness) -> Precedent:
    """The outcome that stands on a record: decided here, or the past decision that gave it."""
    assert record.access is not None
    if record.decided_in is not None:
        batch = session.get(Batch, record.decided_in)
        on = batch.approved_at.date() if batch and batch.approved_at else None
        return Precedent(
            closeness, int(record.id or 0), record.reference_code, record.title, record.fonds, record.access,
            record.ground, None, on, record.decided_in, batch.title if batch else None,
        )  # fmt: skip
    past = session.exec(
        select(PastDecision)
        .where(PastDecision.record_id == record.id, PastDecision.access == record.access)
        .order_by(col(PastDecision.decided_on).is_(None), col(PastDecision.decided_on).desc(), col(PastDecision.id))
    ).first()
    if past is not None:
        return _past(record, past, closeness)
    return Precedent(
        closeness, int(record.id or 0), record.reference_code, record.title, record.fonds, record.access,
        record.ground, None, None, None, None,
    )  # fmt: skip


def _past(record: Record, past: PastDecision, closeness: Closeness) -> Precedent:
    return Precedent(
        closeness, int(record.id or 0), record.reference_code, record.title, record.fonds, past.access, past.ground,
        past.reason, past.decided_on, None, past.batch_name,
    )  # fmt: skip


def _counted(session: Session, record: Record, title_key: str) -> dict[Access, int]:
    """Outcomes of all items whose masked title is the same, this one left out."""
    query = (
        select(Record.access, func.count())
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(RecordKey.title_key == title_key, col(Record.id) != record.id)
        .where(col(Record.access).is_not(None))
        .group_by(col(Record.access))
    )
    return {Access(access): number for access, number in session.exec(query) if access is not None}
