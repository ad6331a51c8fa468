"""Like items, opposite decisions (一致性核对): like items are decided alike, or somebody says why not."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.text import plain
from models.vocabulary import Access
from rules.names import masked_name, person_name


class Likeness(StrEnum):
    """In what two items are alike (相似之处), the strongest first."""

    SAME_DOCUMENT = "same-document"
    SAME_NUMBER = "same-number"
    SAME_TITLE = "same-title"
    NEAR_TITLE = "near-title"


def folded(text: str) -> str:
    """Letters and digits of a folded text (归一文本): width, variants and punctuation do not tell items apart."""
    return "".join(sign for sign in plain(text) if unicodedata.category(sign)[0] in "LN" or sign == "×")


def masked(title: str) -> str:
    """A title without what changes from case to case (抹去人名、数字的题名): persons become ×, numerals 0."""
    text = plain(title)
    for start, end in sorted({*person_name(text), *masked_name(text)}, reverse=True):
        text = f"{text[:start]}×{text[end:]}"
    kept: list[str] = []
    for sign in folded(text):
        shown = "0" if unicodedata.numeric(sign, None) is not None else sign
        if not (kept and shown == kept[-1] and shown in "0×"):
            kept.append(shown)
    return "".join(kept)


def title_key(title: str) -> str:
    """Key of a masked title (题名比对键), 16 hex digits."""
    return _digest(masked(title))


def number_key(document_number: str | None) -> str | None:
    """Key of a 文号 (文号比对键), or ``None`` for one that names no issuer: a bare 12 says nothing."""
    number = folded(document_number or "")
    tells = any(sign.isalpha() for sign in number) and any(sign.isdigit() for sign in number)
    return _digest(number) if tells else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decided:
    """An item with its outcome, as these rules see it (已定条目)."""

    record_id: int
    title: str
    document_number: str | None
    title_key: str
    number_key: str | None
    access: Access


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two like items with opposite outcomes (不一致)."""

    item: Decided
    other: Decided
    likeness: Likeness


def likeness(one: Decided, other: Decided) -> Likeness | None:
    """In what two items are alike, or ``None``."""
    numbers = one.number_key is not None and one.number_key == other.number_key
    titles = one.title_key == other.title_key and folded(one.title) == folded(other.title)
    if numbers:
        return Likeness.SAME_DOCUMENT if titles else Likeness.SAME_NUMBER
    if titles:
        return Likeness.SAME_TITLE
    return Likeness.NEAR_TITLE if one.title_key == other.title_key else None


def contradictions(items: Iterable[Decided], others: Iterable[Decided]) -> Iterator[Contradiction]:
    """Each pair of an item and an other that are alike and decided otherwise (不一致清单)."""
    by_key: dict[str, dict[int, Decided]] = {}
    for other in others:
        for key in filter(None, (other.title_key, other.number_key)):
            by_key.setdefault(key, {})[other.record_id] = other
    for item in items:
        alike = {**by_key.get(item.title_key, {}), **(by_key.get(item.number_key, {}) if item.number_key else {})}
        for other in alike.values():
            if other.access is item.access or other.record_id == item.record_id:
                continue
            found = likeness(item, other)
            if found:
                yield Contradiction(item, other, found)
