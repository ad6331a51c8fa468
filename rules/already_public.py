"""Lists of what is public already (已公开清单): gazettes, disclosed documents, openings elsewhere.

The strongest reason to open: the same document, by its number or its exact title, was published before.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.evidence import Evidence
from models.record import Description
from models.text import plain
from models.vocabulary import Effect
from rules.schema import RuleSet

RULE_ID = "opening.already-public"
_SHORTEST_TITLE = 10  # a shorter title, like 通知, may be anyone's
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class PublicItem:
    """One published document (已公开文件): where it was published, by title, by number, or both."""

    source: str
    title: str | None = None
    document_number: str | None = None


def _key(text: str) -> str:
    return _NOT_A_WORD.sub("", plain(text))


class PublicList:
    """Published documents, looked up by number and title (已公开清单)."""

    def __init__(self, items: Iterable[PublicItem]) -> None:
        self._titles: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        for item in items:
            if item.title and len(title := _key(item.title)) >= _SHORTEST_TITLE:
                self._titles.setdefault(title, item.source)
            if item.document_number and any(character.isdecimal() for character in item.document_number):
                self._numbers.setdefault(_key(item.document_number), item.source)

    @staticmethod
    def takes(item: PublicItem) -> bool:
        """Whether an item can be found again (能否用于核对): a title of some length, or a number with a digit."""
        return len(PublicList([item])) > 0

    def __len__(self) -> int:
        return len(self._titles) + len(self._numbers)

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """Evidence for opening when the document was published before (已公开的依据), with its source."""
        found = []
        for field, known in (("document_number", self._numbers), ("title", self._titles)):
            value = getattr(description, field)
            source = known.get(_key(value)) if value else None
            if value and source:
                found.append(
                    Evidence(
                        source="rule",
                        rule_id=RULE_ID,
                        effect=Effect.OPEN,
                        field=field,
                        start=0,
                        end=len(value),
                        text=value,
                        explanation=f"已公开：{source}",
                    )
                )
        return tuple(found)


class RulesAndList:
    """A rule set that also knows what is public already (规则集与已公开清单): asked like a rule set."""

    def __init__(self, rules: RuleSet, public: PublicList) -> None:
        self.rules = rules
        self.public = public

    @property
    def digest(self) -> str:
        """Digest of the rules; the list has one of its own."""
        return self.rules.digest

    def evidence(self, description: Description) -> tuple[Evidence, ...]:
        """What rules and list say about one record (依据)."""
        return (*self.rules.evidence(description), *self.public.evidence(description))

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        """The same for many records, in their order (批量取依据)."""
        found = self.rules.evidence_many(descriptions)
        if not len(self.public):
            return found
        public = map(self.public.evidence, descriptions)
        return [(*reasons, *more) if more else reasons for reasons, more in zip(found, public, strict=True)]
