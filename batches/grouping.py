"""Items that may be decided as one (成组条目): how they belong together, and in what their titles differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

import numpy as np

from batches.consistency import number_key
from classifiers import groups
from classifiers.arrays import Integers
from models.text import plain
from rules.names import person_name

Span = tuple[int, int]


class Tie(StrEnum):
    """What ties the items of a group together (成组依据)."""

    NEAR = "near"
    NUMBER = "number"
    VOLUME = "volume"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Groupable:
    """The part of an item that groups rest on (成组要素)."""

    record_id: int
    title: str
    document_number: str | None = None
    fonds_key: str = ""
    year: int | None = None
    volume_code: str | None = None


@lru_cache(maxsize=8)
def grouped(items: tuple[Groupable, ...], tie: Tie) -> tuple[tuple[int, ...], ...]:
    """Groups of two and more items, as numbers of records, in the order of their first item (成组).

    ``NEAR``: titles of one template or nearly so; ``NUMBER``: one 文号, whatever the fonds; ``VOLUME``: one volume;
    ``SUBJECT``: titles of one subject inside a fonds and year, volumes kept whole.
    """
    number = _numbers(items, tie)
    found: dict[int, list[int]] = {}
    for item, at in zip(items, number.tolist(), strict=True):
        if at != groups.ALONE:
            found.setdefault(at, []).append(item.record_id)
    return tuple(tuple(members) for members in found.values())


def _numbers(items: Sequence[Groupable], tie: Tie) -> Integers:
    match tie:
        case Tie.NEAR:
            keys = [groups.template_key(item.title, person_name(plain(item.title))) for item in items]
            return groups.near_duplicates(keys)
        case Tie.NUMBER:
            return groups.numbered_keys([number_key(item.document_number) for item in items])
        case Tie.VOLUME:
            return groups.numbered_keys([_volume(item) for item in items])
        case Tie.SUBJECT:
            blocks = [f"{item.fonds_key}\n{item.year or ''}" for item in items]
            return _families_whole(items, groups.semantic_groups([item.title for item in items], blocks))


def _volume(item: Groupable) -> str | None:
    return f"{item.fonds_key}\n{item.volume_code}" if item.volume_code else None


def _families_whole(items: Sequence[Groupable], found: Integers) -> Integers:
    """The items of a volume follow its first item that is in a group."""
    first: dict[str, int] = {}
    for item, at in zip(items, found, strict=True):
        volume = _volume(item)
        if volume and at != groups.ALONE:
            first.setdefault(volume, int(at))
    return np.array([first.get(_volume(item) or "", int(at)) for item, at in zip(items, found, strict=True)])


def differences(titles: Sequence[str]) -> list[list[Span]]:
    """For each title, what of it the first one does not have; for the first, what the second does not (相异之处).

    Places in the titles as written, so that a page can mark them.
    """
    if len(titles) < 2:
        return [[] for _ in titles]
    return [_unlike(titles[1], titles[0]), *(_unlike(titles[0], title) for title in titles[1:])]


def _unlike(model: str, title: str) -> list[Span]:
    same = SequenceMatcher(None, model, title, autojunk=False).get_matching_blocks()
    spans, at = [], 0
    for block in same:
        if block.b > at:
            spans.append((at, block.b))
        at = block.b + block.size
    return spans
