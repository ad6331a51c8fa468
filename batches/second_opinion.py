"""How a language model is asked and what of its answer counts (语言模型旁证): it may point, never open."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.record import Description
from models.second_opinion import Heard
from models.vocabulary import Access, Ground

SEEN = ("title", "creator", "document_number", "remarks")
"""What of an item is sent: nothing that the reviewer does not read on the card."""
_FENCED = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of an answer (所答); the passage is ``field[start:end]`` of the record."""

    heard: Heard
    ground: Ground | None = None
    field: str | None = None
    start: int | None = None
    end: int | None = None


def seen(description: Description) -> dict[str, str]:
    """The item as it is sent (所示著录): filled fields only."""
    return {name: value for name in SEEN if (value := getattr(description, name))}


def question(instructions: str, grounds: Mapping[Ground, str], description: Description) -> list[dict[str, str]]:
    """The messages of one question (提问). The item stands as JSON, so that its text cannot pass for instructions."""
    listed = "\n".join(f"{ground.value}: {label}" for ground, label in grounds.items())
    item = json.dumps(seen(description), ensure_ascii=False, sort_keys=True)
    return [{"role": "system", "content": f"{instructions.strip()}\n{listed}"}, {"role": "user", "content": item}]


def read(answer: str, description: Description) -> Said:
    """Read an answer (读取答复): ``{"access", "ground", "quote"}`` and nothing else.

    What is not in that form is no suggestion. A quote that does not stand in the item, letter by letter, is
    discarded with its ground. ``open`` is heard as "saw no ground", which opens nothing.
    """
    told = _parsed(answer)
    if told is None:
        return Said(Heard.UNREADABLE)
    access, ground, quote = told.get("access"), told.get("ground"), told.get("quote")
    if access == Access.OPEN.value:
        return Said(Heard.NO_GROUND)
    if access != Access.RESTRICTED.value or not isinstance(ground, str) or not isinstance(quote, str):
        return Said(Heard.UNREADABLE)
    if ground not in Ground.__members__:
        return Said(Heard.UNREADABLE)
    for name, text in seen(description).items():
        start = text.find(quote)
        if quote.strip() and start >= 0:
            return Said(Heard.RESTRICTED, Ground(ground), name, start, start + len(quote))
    return Said(Heard.NOT_QUOTED)


def _parsed(answer: str) -> dict[str, Any] | None:
    text = _THOUGHT.sub("", answer[:LONGEST_ANSWER])
    if fenced := _FENCED.match(text):
        text = fenced[1]
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
