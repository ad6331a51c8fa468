"""The pages beside an item (手边的原文): its own file, or its volume's, opened where the item begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from models import Record
from models.errors import PermissionDenied
from models.page_cells import Pages, read_pages
from models.vocabulary import Level
from rules import clearance
from workbench.queries import volumes as queries
from workbench.services import page_files, volumes


@dataclass(frozen=True, slots=True)
class AtHand:
    """What can be shown (可看的原文): pages 1 to ``count`` of a file; ``first`` is where the item begins.

    ``volume`` is the 档号 of the volume whose file it is; ``last`` where the item ends, if that is known. Both are
    absent where the file is the item's own.
    """

    file: Path
    count: int
    first: int = 1
    last: int | None = None
    volume: str | None = None


def at_hand(session: Session, record: Record) -> AtHand | None:
    """The pages of an item (取手边的原文), or ``None`` when there are none.

    Raises
    ------
    PermissionDenied
        ``page_file.live_mark`` for an item under a live mark, and for one whose volume holds anything under one.
    """
    own = page_files.find(session, int(record.id or 0))
    if own is not None:
        return AtHand(own, _count(own))
    volume = _volume_of(session, record)
    if volume is None or (file := page_files.find(session, int(volume.id or 0))) is None:
        return None
    items = queries.items_of(session, volume.fonds_key, volume.reference_code)
    if any(clearance.is_live(each.security_class, each.declassification) for each in items):
        raise PermissionDenied("page_file.live_mark", code=volume.reference_code)
    count, place = _count(file), place_in(session, record, items)
    if place is None:
        return AtHand(file, count, volume=volume.reference_code)
    first, last = place
    return AtHand(file, count, min(first, count), min(last or count, count), volume.reference_code)


def _volume_of(session: Session, record: Record) -> Record | None:
    if record.volume_code is None:
        return None
    query = select(Record).where(
        Record.fonds_key == record.fonds_key, Record.reference_code == record.volume_code, Record.level == Level.FILE
    )
    return session.exec(query).first()


def place_in(session: Session, record: Record, items: Sequence[Record]) -> tuple[int, int | None] | None:
    """First and last page of an item in its volume (卷内起止页), ``None`` where its list does not say.

    A bare 12 in a column of page places begins on page 12 and ends where the next item begins; the last has no end.
    """
    pages = _placed(session, record)
    if pages is None:
        return None
    if pages.first is not None:
        return pages.place
    later = [found.place[0] for each in items if (found := _placed(session, each)) and found.place[0] > pages.count]
    return pages.count, min(later) - 1 if later else None


def _placed(session: Session, record: Record) -> Pages | None:
    """The item's page cell where it says a place: a span, or a number in a column of page places."""
    found = read_pages(record.pages) if record.pages else None
    is_place = found is not None and (found.first is not None or not volumes.counts_pages(session, record.catalogue_id))
    return found if is_place else None


def _count(file: Path) -> int:
    """A damaged file must not stop the reading: it shows as one page that the browser cannot draw."""
    try:
        return max(1, page_files.page_count(file))
    except (OSError, ValueError, RuntimeError):
        return 1
