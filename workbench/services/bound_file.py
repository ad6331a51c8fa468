"""A bound pdf taken apart and put together (合订本拆分、合并), by the bookmarks that say where papers begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from workbench.readers.pdfium import opened


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands in the bound file (起止页): its first page, from 1, and how many it has."""

    first: int
    pages: int


def places(bound: Path) -> list[Place]:
    """Where each paper stands (各件起止页), in order."""
    with opened(bound) as document:
        starts = [mark.get_dest().get_index() for mark in document.get_toc()]
        ends = [*starts[1:], len(document)]
    return [Place(start + 1, end - start) for start, end in zip(starts, ends, strict=True)]


def lacking(shown: Path, wanted: str) -> list[str]:
    """Characters that no page shows (缺字): no font of the machine has them, a box stands there."""
    left = dict.fromkeys(wanted)
    with opened(shown) as document:
        for page in document:
            text = page.get_textpage()
            for sign in set(text.get_text_range()):
                left.pop(sign, None)
            text.close()
            page.close()
    return list(left)


def split(bound: Path, wanted: Mapping[Path, Place]) -> None:
    """Write each paper as a pdf of its own (拆出单件)."""
    with opened(bound) as document:
        for target, place in wanted.items():
            part = pypdfium2.PdfDocument.new()
            try:
                part.import_pages(document, list(range(place.first - 1, place.first - 1 + place.pages)))
                part.save(target)
            finally:
                part.close()


def put_before(bound: Path, first: Path) -> None:
    """Put the contents list before the papers (目录置前); bookmarks of the papers stay."""
    whole = bound.with_suffix(".whole")
    with opened(bound) as document, opened(first) as before:
        document.import_pages(before, index=0)
        document.save(whole)
    whole.replace(bound)
