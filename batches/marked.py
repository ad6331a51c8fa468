"""What marked words teach (标注词的用法): the passage speaks for its side, the title without it a little against.

A marked passage becomes a short example of its own ("annotator rationales" after Zaidan, Eisner and Piatko, 2007): a
learner of few titles then need not find out by itself which of twenty words it was. How much the two count was chosen
on four of the synthetic catalogues; ``tests/benchmarks/bench_words.py`` prints what they do on the others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.record import Description
from models.vocabulary import Access

PASSAGE, REST = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage of a title and what it speaks for (标注词); places are those of the title as written."""

    title: str
    start: int
    end: int
    speaks: Access


def examples(marks: Iterable[Marked]) -> Iterator[tuple[Description, Access, float]]:
    """Short examples with their weights (标注样例): each passage, and each marked title without its passages.

    All passages of one title that speak for the same side are taken out together.
    """
    by_title: dict[tuple[str, Access], list[Marked]] = {}
    for mark in marks:
        by_title.setdefault((mark.title, mark.speaks), []).append(mark)
        yield Description(title=mark.title[mark.start : mark.end]), mark.speaks, PASSAGE
    for (title, speaks), mine in by_title.items():
        taken = {at for mark in mine for at in range(mark.start, mark.end)}
        rest = "".join(sign for at, sign in enumerate(title) if at not in taken)
        if rest.strip():
            other = Access.OPEN if speaks is Access.RESTRICTED else Access.RESTRICTED
            yield Description(title=rest), other, REST
