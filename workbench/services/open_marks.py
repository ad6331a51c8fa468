"""Read 开放标识 (读开放标识): what archives write for open and not open; words are data, the unknown is asked."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from models.errors import ImportFailure
from models.text import plain
from models.vocabulary import Access, Ground
from workbench.i18n import term


class Mark(StrEnum):
    """What a cell of the 开放标识 column means (开放标识的含义)."""

    OPEN = "open"
    RESTRICTED = "restricted"
    UNDECIDED = "undecided"
    PROPOSED_OPEN = "proposed_open"
    PROPOSED_RESTRICTED = "proposed_restricted"

    @property
    def decided(self) -> Access | None:
        """The outcome that was decided, or ``None``: a proposal is none."""
        return {Mark.OPEN: Access.OPEN, Mark.RESTRICTED: Access.RESTRICTED}.get(self)

    @property
    def label(self) -> Access | None:
        """What a learner may take it for: a proposal is a label too."""
        if self is Mark.UNDECIDED:
            return None
        return Access.OPEN if self in (Mark.OPEN, Mark.PROPOSED_OPEN) else Access.RESTRICTED


Meanings = Mapping[str, Mark]  # what a person said that marks mean here, by folded mark

SAYABLE = (Mark.OPEN, Mark.RESTRICTED, Mark.UNDECIDED)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = resources.files("workbench.services").joinpath("open_marks.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@lru_cache(maxsize=1)
def _words() -> dict[str, Mark]:
    return {folded(str(word)): mark for mark in Mark for word in _data()[mark.value]}


@lru_cache(maxsize=8)
def _list(name: str) -> frozenset[str]:
    return frozenset(folded(str(word)) for word in _data()[name])


def folded(written: str) -> str:
    """A mark without width, blanks and case (归一的标识)."""
    return "".join(plain(written).casefold().split())


def read(written: str, header: str = "", meanings: Meanings | None = None) -> Mark | None:
    """What a mark means under its header (识别开放标识); ``None`` when only a person can say.

    是 under 是否开放 is open, under 是否控制 restricted, under 开放标识 unknown.
    """
    word = folded(written)
    if meanings and word in meanings:
        return meanings[word]
    if known := _words().get(word):
        return known
    name = folded(header)
    for question, yes, no in (
        ("asks_whether_open", Mark.OPEN, Mark.RESTRICTED),
        ("asks_whether_restricted", Mark.RESTRICTED, Mark.OPEN),
    ):
        if name in _list(question):
            return yes if word in _list("yes") else no if word in _list("no") else None
    return None


def read_meanings(pairs: Mapping[str, str]) -> dict[str, Mark]:
    """Check what a person said of unknown marks (核对指明的含义): mark → open, restricted or undecided.

    Raises
    ------
    ImportFailure
        ``import.bad_meaning`` with the words there are.
    """
    checked = {}
    for written, meaning in pairs.items():
        if meaning not in SAYABLE or not folded(written):
            raise ImportFailure("import.bad_meaning", mark=written, meaning=meaning, known=", ".join(SAYABLE))
        checked[folded(written)] = Mark(meaning)
    return checked


def ground_named(*texts: str | None) -> Ground | None:
    """The ground that one of these texts names (识别延期理由), by its code, its label, or a word for it."""
    exact = {ground.value: ground for ground in Ground} | {term(ground): ground for ground in Ground}
    for text in filter(None, texts):
        if text.strip() in exact:
            return exact[text.strip()]
    for text in filter(None, texts):
        word = folded(text)
        for name, words in _data()["grounds"].items():
            if any(folded(known) in word for known in words):
                return Ground(name)
    return None
