"""The shape of a rule file (规则文件的形状): strict, so that a slip in a file is an error and not a silence."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.record import Description
from models.text import plain
from models.vocabulary import Effect, Ground, Level

FieldName = Literal[
    "title", "creator", "fonds", "document_number", "remarks", "text", "security_class", "transfer_opinion",
    "disclosure",
]  # fmt: skip
Status = Literal["draft", "active", "retired"]
Terms = Annotated[tuple[str, ...], AfterValidator(lambda terms: tuple(dict.fromkeys(map(plain, terms))))]


class Strict(BaseModel):
    """Parent of all shapes: frozen, no unknown keys (严格模式)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(Strict):
    """One thing to find in a text (匹配项): words, a word list, a pattern or a detector; exactly one of them."""

    terms: Terms = ()
    lexicon: str | None = None
    regex: str | None = None
    detector: str | None = None
    check: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(map(bool, (self.terms, self.lexicon, self.regex, self.detector))) != 1:
            raise ValueError("a part is one of terms, lexicon, regex, detector")
        if self.check and not self.regex:
            raise ValueError("a check belongs to a regex")
        return self


class Lexicon(BaseModel):
    """A word list file (词表文件): where its words come from is said beside them, in keys of its own."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: str = Field(min_length=1)
    terms: tuple[str, ...]


class Where(Strict):
    """A condition on other fields (其他字段的条件): any of the fields holds any of the parts."""

    fields: tuple[FieldName, ...] = Field(min_length=1)
    any_of: tuple[Part, ...] = Field(min_length=1)


class Citation(Strict):
    """An instrument and its article (法律依据); ``article`` is absent when the whole instrument is meant."""

    instrument: str
    article: str | None = None


class Applies(Strict):
    """Limits in time and level (适用范围), dates inclusive; a record without a date is inside."""

    created_from: date | None = None
    created_to: date | None = None
    levels: tuple[Level, ...] = ()


class Example(Strict):
    """A realistic row that the rule must, or must not, match (例); a bare string is a value of the first field."""

    title: str = ""
    creator: str | None = None
    fonds: str | None = None
    document_number: str | None = None
    remarks: str | None = None
    text: str | None = None
    security_class: str | None = None
    declassification: str | None = None
    transfer_opinion: str | None = None
    disclosure: str | None = None

    def description(self) -> Description:
        """The row as rules read it."""
        return Description(**self.model_dump())

    def __str__(self) -> str:
        return " | ".join(str(value) for value in self.model_dump().values() if value)


def _example(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


Examples = tuple[Annotated[Example, BeforeValidator(_example)], ...]


class Rule(Strict):
    """One rule (规则).

    It matches a field when any of ``any_of`` (if given) and each of ``all_of`` is found there, all inside
    ``within`` folded characters if that is set, outside every passage of ``not_inside``, with nothing of
    ``none_of`` in the field, with each ``where`` and no ``except_where`` true of the record;
    ``unless_declassified`` asks in addition that no evidence lifts the security mark. ``keywords`` are
    literals one of which every match must contain: without them, and without terms, a pattern is tried
    on every text.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")
    name: str = Field(min_length=1)
    version: int = Field(ge=1)
    status: Status = "active"
    overrides: bool = False
    effect: Effect
    ground: Ground | None = None
    kind: str | None = None
    legal_basis: tuple[Citation, ...] = ()
    fields: tuple[FieldName, ...] = ("title",)
    keywords: Terms = ()
    any_of: tuple[Part, ...] = ()
    all_of: tuple[Part, ...] = ()
    none_of: tuple[Part, ...] = ()
    not_inside: tuple[Part, ...] = ()
    within: int | None = Field(default=None, ge=1)
    where: tuple[Where, ...] = ()
    except_where: tuple[Where, ...] = ()
    unless_declassified: bool = False
    applies: Applies = Applies()
    explanation: str = Field(min_length=1)
    note: str | None = None
    must_match: Examples = Field(min_length=1)
    must_not_match: Examples = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.any_of or self.all_of):
            raise ValueError("a rule looks for something: any_of or all_of")
        if self.within and len(self.all_of) + bool(self.any_of) < 2:
            raise ValueError("within needs two things to be near each other")
        if self.effect in (Effect.RESTRICT, Effect.CAUTION) and not (self.ground and self.legal_basis and self.kind):
            raise ValueError("a restricting or cautioning rule needs ground, kind and legal_basis")
        return self

    def parts(self) -> Iterator[Part]:
        """Every part, wherever it stands."""
        yield from (*self.any_of, *self.all_of, *self.none_of, *self.not_inside)
        for condition in (*self.where, *self.except_where):
            yield from condition.any_of

    def examples(self) -> Iterator[tuple[str, Example]]:
        """Each example with its kind, ``must_match`` or ``must_not_match``."""
        yield from (("must_match", example) for example in self.must_match)
        yield from (("must_not_match", example) for example in self.must_not_match)


class Article(Strict):
    """One article of an instrument (条款)."""

    label: str
    gist: str


class Instrument(Strict):
    """A law or regulation that rules may cite (法规).

    ``read`` says how much of the text was verified: ``full``, ``partial`` (only the listed articles),
    ``gist`` (the cited point, not its article number) or ``none``.
    """

    id: str
    title: str
    short_title: str
    in_force_from: date | None
    read: Literal["full", "partial", "gist", "none"]
    articles: Mapping[str, Article] = {}

    @property
    def verified(self) -> bool:
        """Whether what rules cite of it was read (是否核对原文)."""
        return self.read != "none"

    def cite(self, article: str | None) -> str:
        """A citation as people write it, like 档案开放办法第八条（三）."""
        return self.short_title + (self.articles[article].label if article else "")


class Kind(Strict):
    """A sub-ground (子目)."""

    name: str
    ground: Ground
