"""A volume and its items (案卷与卷内文件): what the items make of it, and where a list contradicts its volume."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.page_cells import Pages, read_pages
from models.vocabulary import VolumeStatus
from rules.due_dates import is_later_than_volume

_NUMBER = re.compile(r"\d+")
_SHOWN = 10


def status(*, open_: int, restricted: int, undecided: int) -> VolumeStatus | None:
    """What a volume is by its items (案卷状态), or ``None`` for one that has none: that is decided as a whole."""
    if not open_ + restricted + undecided:
        return None
    if undecided:
        return VolumeStatus.UNDECIDED
    if open_ and restricted:
        return VolumeStatus.PARTLY_OPEN
    return VolumeStatus.OPEN if open_ else VolumeStatus.RESTRICTED


class Fault(StrEnum):
    """What does not agree between a volume and its list (矛盾)."""

    OUTSIDE_VOLUME = "code-outside-volume"
    NO_NUMBER = "no-number"
    LATER = "later-than-volume"
    EARLIER = "earlier-than-volume"
    BEYOND_PAGES = "beyond-pages"
    PAGES_BACKWARD = "pages-backward"
    PAGES_DIFFER = "pages-differ"
    COUNT_DIFFERS = "count-differs"
    NUMBERS_MISSING = "numbers-missing"


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last possible day (起止日期)."""

    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """What a volume says of itself (案卷著录): ``pages`` and ``items`` as numbers, ``None`` where it does not say."""

    code: str
    dates: Dates | None
    pages: int | None
    items: int | None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What its list says of one item (卷内文件著录).

    ``counts_pages`` says whether ``pages`` is how many the item has (页数) or where it begins (页号).
    """

    code: str
    row: int
    is_generated: bool
    dates: Dates | None
    pages: str | None
    counts_pages: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that does not agree (一处矛盾): of an item by its 档号, or of the whole list."""

    fault: Fault
    code: str | None = None
    row: int | None = None
    item_says: str | None = None
    volume_says: str | None = None


def number_in(text: str | None) -> int | None:
    """The one number in a cell (单元格中的数): 85, 85页, 共85张; ``None`` for none or several."""
    found = _NUMBER.findall(text or "")
    return int(found[0]) if len(found) == 1 else None


def _pages(text: str | None) -> Pages | None:
    """A page cell, also one with words around its number (共85张)."""
    found = None if text is None else read_pages(text)
    if found is None and (single := number_in(text)) is not None:
        return Pages(single)
    return found


def number_of(item: ItemFacts, volume: VolumeFacts) -> int | None:
    """The item's number in its volume (卷内顺序号), read from its 档号."""
    if item.is_generated or not item.code.startswith(volume.code):
        return None
    return number_in(item.code[len(volume.code) :])


def contradictions(volume: VolumeFacts, items: Sequence[ItemFacts]) -> list[Contradiction]:
    """Everything in which the list and its volume do not agree (核对卷内目录); nothing is mended."""
    found: list[Contradiction] = []
    for item in items:
        found += _of_item(volume, item)
    found += _of_pages(volume, items)
    if volume.items is not None and volume.items != len(items):
        found.append(_whole(Fault.COUNT_DIFFERS, str(len(items)), str(volume.items)))
    numbers = sorted(number for item in items if (number := number_of(item, volume)) is not None)
    if numbers and (missing := sorted(set(range(1, numbers[-1] + 1)) - set(numbers))):
        shown = ", ".join(map(str, missing[:_SHOWN])) + (" …" if len(missing) > _SHOWN else "")
        found.append(_whole(Fault.NUMBERS_MISSING, shown, None))
    return found


def _whole(fault: Fault, item_says: str, volume_says: str | None) -> Contradiction:
    return Contradiction(fault, item_says=item_says, volume_says=volume_says)


def _of_item(volume: VolumeFacts, item: ItemFacts) -> Iterator[Contradiction]:
    if item.is_generated:
        yield Contradiction(Fault.NO_NUMBER, item.code, item.row)
    elif not item.code.startswith(volume.code):
        yield Contradiction(Fault.OUTSIDE_VOLUME, item.code, item.row, item.code, volume.code)
    if item.dates is None or volume.dates is None:
        return
    if is_later_than_volume(item.dates, volume.dates):
        says = (item.dates.latest.isoformat(), volume.dates.latest.isoformat())
        yield Contradiction(Fault.LATER, item.code, item.row, *says)
    if item.dates.earliest < volume.dates.earliest:
        says = (item.dates.earliest.isoformat(), volume.dates.earliest.isoformat())
        yield Contradiction(Fault.EARLIER, item.code, item.row, *says)


@dataclass(slots=True)
class _Walk:
    """The pages as the list is walked through."""

    last: int = 0
    total: int = 0
    counted: int = 0
    found: list[Contradiction] = field(default_factory=list)


def _of_pages(volume: VolumeFacts, items: Sequence[ItemFacts]) -> list[Contradiction]:
    walk, says = _Walk(), str(volume.pages)
    for item in items:
        pages = _pages(item.pages)
        if pages is None:
            continue
        if item.counts_pages:
            walk.total, walk.counted = walk.total + pages.count, walk.counted + 1
            continue
        first, last = pages.place
        if volume.pages is not None and last > volume.pages:
            walk.found.append(Contradiction(Fault.BEYOND_PAGES, item.code, item.row, str(last), says))
        if first < walk.last:
            walk.found.append(Contradiction(Fault.PAGES_BACKWARD, item.code, item.row, str(first), str(walk.last)))
        walk.last = max(walk.last, first)
    if volume.pages is not None and walk.counted == len(items) > 0 and walk.total != volume.pages:
        walk.found.append(_whole(Fault.PAGES_DIFFER, str(walk.total), says))
    return walk.found
