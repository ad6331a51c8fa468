"""The wording of papers (公文用语): what each paper says, as data that anybody can read and correct."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml


class Kind(StrEnum):
    """What a paragraph is in a paper (段落类别); the value names its style in the docx template."""

    TITLE = "title"
    NUMBER = "number"
    ADDRESSEE = "addressee"
    HEADING = "heading"
    BODY = "body"
    ATTACHMENT = "attachment"
    SIGNATURE = "signature"
    DATE = "date"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Words:
    """One paragraph (段落)."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """Blocks that stand only under a condition (条件段落)."""

    condition: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Each:
    """Blocks that are said again for each of a list (逐项段落); ``loop`` is ``line in lines``."""

    loop: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a row for each of a list (清单表): ``columns`` are (title, cell, width in mm)."""

    loop: str
    columns: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form with labels and values in turn (表格): ``rows`` of two or four cells."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page (另页)."""


Block = Words | When | Each | Grid | Form | NewPage


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper's wording (公文).

    ``grid`` sets 28 characters by 22 lines, ``wide`` turns the sheet, ``counted`` numbers the pages with their sum;
    ``sample`` holds a value for every field a template may use: what a template is tried with.
    """

    name: str
    blocks: tuple[Block, ...]
    grid: bool = False
    wide: bool = False
    counted: bool = False
    sample: dict[str, Any] = field(default_factory=dict)


def names() -> list[str]:
    """All papers that have a wording (公文种类)."""
    folder = resources.files(__package__).joinpath("wordings")
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


@lru_cache
def paper(name: str) -> Paper:
    """Read a paper's wording (取公文用语)."""
    file = resources.files(__package__).joinpath("wordings", f"{name}.yaml")
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    switches = {switch: found.get(switch, False) for switch in ("grid", "wide", "counted")}
    return Paper(name, tuple(_blocks(found["blocks"])), **switches, sample=found.get("sample", {}))


def _blocks(written: Sequence[dict[str, Any]]) -> Iterator[Block]:
    for block in written:
        match block:
            case {"when": condition, "blocks": inner}:
                yield When(condition, tuple(_blocks(inner)))
            case {"each": loop, "blocks": inner}:
                yield Each(loop, tuple(_blocks(inner)))
            case {"table": {"rows": loop, "columns": columns}}:
                yield Grid(loop, tuple((str(title), str(cell), int(width)) for title, cell, width in columns))
            case {"form": rows}:
                yield Form(tuple(tuple(map(str, row)) for row in rows))
            case {"page": _}:
                yield NewPage()
            case _:
                ((kind, text),) = block.items()
                yield Words(Kind(kind), str(text))
