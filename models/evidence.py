"""Evidence and suggestion (依据、初判建议): what the program says about a record, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, Effect, Ground


class Evidence(NamedTuple):
    """One reason, with the passage it rests on (依据); cheap to make by the million.

    ``start`` and ``end`` are code-point offsets into the *original* text of ``field``; ``weight`` is the
    term's part of the learner's log-odds (positive: towards restricted) and ``None`` for rules.
    """

    source: str  # "rule" | "detector" | "classifier" | "clearance"
    rule_id: str
    effect: Effect
    field: str
    start: int
    end: int
    text: str
    explanation: str = ""
    ground: Ground | None = None
    legal_basis: tuple[str, ...] = ()
    verified: bool = False
    weight: float | None = None

    def stored(self) -> dict[str, Any]:
        """Give plain values for storage (存储用): what is absent is left out, for they are stored by the million."""
        written = {
            "source": self.source, "rule_id": self.rule_id, "effect": self.effect, "field": self.field,
            "start": self.start, "end": self.end, "text": self.text,
        }  # fmt: skip
        if self.explanation:
            written["explanation"] = self.explanation
        if self.ground:
            written["ground"] = self.ground
        if self.legal_basis:
            written["legal_basis"] = self.legal_basis
        if self.verified:
            written["verified"] = True
        if self.weight is not None:
            written["weight"] = self.weight
        return written

    def to_dict(self) -> dict[str, Any]:
        """Give every field by its name (逐项)."""
        return self._asdict()

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Evidence":
        """Read back what ``stored`` or ``to_dict`` wrote (还原)."""
        ground = stored.get("ground")
        return cls(
            **{
                **stored,
                "effect": Effect(stored["effect"]),
                "ground": Ground(ground) if ground else None,
                "legal_basis": tuple(stored.get("legal_basis", ())),
            }
        )


class Advice(NamedTuple):
    """What the program proposes for one record (初判建议), before it is stored.

    ``access`` is ``None`` when a person must look; ``lean`` is the uncertified tendency;
    ``probability`` is P(restricted), calibrated, in [0, 1], or ``None`` without a classifier.
    """

    access: Access | None
    lean: Access | None
    ground: Ground | None
    probability: float | None
    evidence: tuple[Evidence, ...]

    def rule_ids(self, *effects: Effect) -> list[str]:
        """Ids of the rules that fired with one of these effects, in order, once each."""
        return list(dict.fromkeys(e.rule_id for e in self.evidence if e.source != "classifier" and e.effect in effects))


class Suggestion(Base, table=True):
    """A stored proposal (初判建议): never edited; the newest of a record counts.

    ``public_list_digest`` names the list of published documents that was looked up, if there was one;
    ``full_text_digest`` the full text that was read.
    """

    __tablename__ = "suggestion"

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    access: Access | None = Field(default=None, sa_type=text_enum(Access))
    lean: Access | None = Field(default=None, sa_type=text_enum(Access, "lean"))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    probability: float | None = None
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    ruleset_digest: str
    classifier_digest: str | None = None
    public_list_digest: str | None = None
    full_text_digest: str | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)

    def reasons(self) -> Sequence[Evidence]:
        """The stored evidence as values."""
        return [Evidence.from_dict(stored) for stored in self.evidence]
