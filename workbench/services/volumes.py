"""Volumes (案卷): coverage by inner lists, what their items make of them, and what gives way on a roster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, select

from batches import volumes as rules
from batches.volumes import Contradiction, Dates, ItemFacts, VolumeFacts
from models import Catalogue, Record, User
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState, Level, VolumeStatus
from workbench.permissions import require
from workbench.queries import volumes as queries
from workbench.queries.rosters import of_fonds
from workbench.readers.headers import places_pages
from workbench.services.ledger_keeping import seal
from workbench.services.roster import leave, load_batch

# Once a batch lies before the director, or was decided, its roster stands; it is returned first.
MAY_GIVE_WAY = (
    BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.REVIEWED, BatchState.IN_CONSULTATION, BatchState.AGREED,
    BatchState.CERTIFIED, BatchState.RETURNED,
)  # fmt: skip


def find(session: Session, code: str, fonds: str | None = None) -> Record:
    """The volume of a 档号 (取案卷).

    Raises
    ------
    ProcedureError
        ``volume.unknown``; ``volume.ambiguous`` when two fonds have it and none is named.
    """
    query = select(Record).where(Record.reference_code == code.strip(), Record.level == Level.FILE)
    if fonds:
        query = query.where(of_fonds([fonds]))
    found = session.exec(query).all()
    if not found:
        raise ProcedureError("volume.unknown", code=code)
    if len(found) > 1:
        raise ProcedureError("volume.ambiguous", code=code, count=len(found))
    return found[0]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many volumes of a fonds have their list (一个全宗的卷内目录覆盖)."""

    fonds_key: str
    fonds: str | None
    volumes: int
    listed: int
    items: int

    @property
    def unlisted(self) -> int:
        """Volumes without a list: decided as a whole until they have one."""
        return self.volumes - self.listed

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        counts = {"volumes": self.volumes, "with_items": self.listed, "without_items": self.unlisted}
        return {"fonds": self.fonds or self.fonds_key, **counts, "items": self.items}


def coverage(session: Session) -> list[Coverage]:
    """By fonds: volumes, with and without items (卷内目录覆盖)."""
    return [Coverage(**row._mapping) for row in queries.coverage(session)]


def rows(
    session: Session, *, fonds: str | None = None, listed: bool | None = None, after: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Volumes with their items and what these make of them (案卷清单); ``after`` and ``limit`` page it."""
    keys = session.exec(select(Record.fonds_key).where(of_fonds([fonds])).distinct()).all() if fonds else ()
    if fonds and not keys:
        return []
    found = queries.volumes(session, fonds_keys=keys, listed=listed, after=after, limit=limit)
    return [_row(each) for each in found]


def _row(each: Row[Any]) -> dict[str, Any]:
    return {
        "record_id": each.id, "reference_code": each.reference_code, "title": each.title,
        "fonds": each.fonds or each.fonds_key or None, "date_text": each.date_text, "items": each.held or 0,
        "open": each.open_ or 0, "restricted": each.restricted or 0, "access": each.access,
        "status": _status(each), "batch": each.batch_id,
    }  # fmt: skip


def _status(each: Row[Any]) -> VolumeStatus | None:
    open_, restricted = each.open_ or 0, each.restricted or 0
    return rules.status(open_=open_, restricted=restricted, undecided=(each.held or 0) - open_ - restricted)


def statuses(session: Session) -> dict[int, VolumeStatus]:
    """What the items make of every volume that has some (案卷状态), by record."""
    found = {each.id: _status(each) for each in queries.volumes(session, listed=True)}
    return {number: status for number, status in found.items() if status is not None}


def derived_access(status: VolumeStatus | None) -> dict[str, Access | None]:
    """The ``access`` of a volume that has items (案卷的开放与否): theirs where they agree, none where they do not."""
    if status is None:
        return {}
    return {"access": {VolumeStatus.OPEN: Access.OPEN, VolumeStatus.RESTRICTED: Access.RESTRICTED}.get(status)}


def status_of(session: Session, volume: Record) -> VolumeStatus | None:
    """What its items make of one volume (案卷状态); ``None`` while it has none."""
    for each in queries.volumes(session, record_ids=[int(volume.id or 0)]):
        return _status(each)
    return None


def check(session: Session, volume: Record) -> list[Contradiction]:
    """Where a volume and the list of its items contradict each other (核对卷内目录)."""
    return rules.contradictions(_facts(volume), list(_item_facts(session, volume)))


def _facts(volume: Record) -> VolumeFacts:
    return VolumeFacts(
        volume.reference_code, _dates(volume), rules.number_in(volume.pages), rules.number_in(volume.item_count)
    )


def _dates(record: Record) -> Dates | None:
    return Dates(record.date_from, record.date_to) if record.date_from and record.date_to else None


def _item_facts(session: Session, volume: Record) -> Iterator[ItemFacts]:
    counting: dict[int, bool] = {}
    for item in queries.items_of(session, volume.fonds_key, volume.reference_code):
        if item.catalogue_id not in counting:
            counting[item.catalogue_id] = counts_pages(session, item.catalogue_id)
        yield ItemFacts(
            item.reference_code, item.row, item.code_generated, _dates(item), item.pages, counting[item.catalogue_id]
        )


def counts_pages(session: Session, catalogue_id: int) -> bool:
    """Whether a list's page column counts pages (页数) and does not say where an item begins (页号)."""
    lists = session.get_one(Catalogue, catalogue_id).headers.get("lists", [])
    headers = [each["fields"]["pages"] for each in lists if "pages" in each.get("fields", {})]
    return not any(places_pages(header) for header in headers)


def with_items(session: Session, batch_id: int) -> tuple[str, ...]:
    """档号 of a batch's volumes whose items have come in (已有卷内文件的案卷), for the guard."""
    return tuple(code for _, _, code in queries.on_roster_with_items(session, batch_id))


def give_way(*, session: Session, batch_id: int, by: User, at: datetime, version: int | None = None) -> Sequence[str]:
    """Take volumes off a roster whose items have come in since (案卷让位于卷内文件), sealed; gives their 档号.

    The items wait for the next batch, for a roster is frozen; opinions on the volume are kept.

    Raises
    ------
    ProcedureError
        ``volume.batch_stands`` when the batch lies before the director or was decided; ``volume.none_to_give_way``.
    """
    require(by, "batch.new")
    batch = load_batch(session, batch_id, version=version)
    if batch.state not in MAY_GIVE_WAY:
        raise ProcedureError("volume.batch_stands", batch=batch_id, state=batch.state)
    found = queries.on_roster_with_items(session, batch_id)
    if not found:
        raise ProcedureError("volume.none_to_give_way", batch=batch_id)
    payload = leave(session, batch, [record_id for _, record_id, _ in found])
    seal(session, actor=by.name, action="batch.give-way", subject=f"batch/{batch.id}", payload=payload, at=at)
    return [code for _, _, code in found]
