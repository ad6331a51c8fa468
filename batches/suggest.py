"""Rules and learner joined (初判建议): the one table that says who outranks whom, and who may say "open"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from batches.features import frame
from classifiers.explain import Term, terms
from models.collecting import uncollected
from models.evidence import Advice, Evidence
from models.record import Description
from models.text import is_aligned, normalise
from models.vocabulary import Access, Effect, Ground
from rules.full_text import is_poor, poor_text

TERMS_SHOWN = 4
FEWEST_SIGNS = 3
MOST_BLANKS = 0.1
BLANK = "□"
"""Stands for an unreadable sign in folded text: what could not be read is no evidence for opening."""


class Rules(Protocol):
    """What is asked of a rule set (规则集)."""

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        """What the rules say about each record."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """A classifier in use (在用分类器): pipeline, card digest, thresholds, and whether it may open anything here.

    ``open_below`` is the certified λ; ``may_open`` says whether that certificate counts in this home.
    """

    pipeline: Any
    digest: str
    open_below: float | None
    restrict_above: float | None
    may_open: bool

    def on_the_bench(self) -> "Scorer":
        """The same scorer with its certificate taken as valid (评测用): for labelled rows only, never for records."""
        return replace(self, may_open=True)


def may_open(*, certified_on: str | None, is_demo: bool) -> bool:
    """Whether "open" may be suggested in this home (能否建议开放): the rule stands here and nowhere else.

    Only a threshold certified on the archive's own double-read decisions opens anything; a certificate from a
    labelled file gives a lean, except in a demo home, whose rows are as synthetic as the file.
    """
    return certified_on == OWN_DECISIONS or (is_demo and certified_on == LABELLED_FILE)


OWN_DECISIONS = "own decisions"
LABELLED_FILE = "labelled file"


class Standing(NamedTuple):
    """What precedence looks at (判断要素): what rules said, and where the probability lies.

    ``is_low``: below the certified threshold; ``is_high``: at or above the upper one; ``is_likely``: an even chance
    of restriction or more.
    """

    effects: frozenset[Effect]
    is_low: bool = False
    is_high: bool = False
    is_likely: bool = False
    is_legible: bool = True
    has_poor_text: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the precedence table (优先次序)."""

    name: str
    holds: Callable[[Standing], bool]
    access: Access | None


# The first line that holds decides. An "open" rule alone opens nothing, a "mark" decides nothing.
PRECEDENCE = (
    Row("restricting_rule", lambda at: Effect.RESTRICT in at.effects, Access.RESTRICTED),
    Row("cautioning_rule", lambda at: Effect.CAUTION in at.effects, None),
    Row("title_says_too_little", lambda at: at.is_low and not at.is_legible, None),
    Row("full_text_poorly_read", lambda at: at.is_low and at.has_poor_text, None),
    Row("below_certified_threshold", lambda at: at.is_low, Access.OPEN),
    Row("open_rule_against_learner", lambda at: at.is_high and Effect.OPEN in at.effects, None),
    Row("above_upper_threshold", lambda at: at.is_high, Access.RESTRICTED),
    Row("undecided", lambda _: True, None),
)


def says_enough(folded: str) -> bool:
    """Whether a folded title says enough to open anything by (题名是否足以判断): three signs, hardly any blanks."""
    if folded[:FEWEST_SIGNS].isalnum() and len(folded) >= FEWEST_SIGNS and BLANK not in folded:
        return True
    signs = [sign for sign in folded if sign.isalnum() or sign == BLANK]
    blanks = signs.count(BLANK)
    return len(signs) - blanks >= FEWEST_SIGNS and blanks <= MOST_BLANKS * len(signs)


def decide(standing: Standing) -> Row:
    """The line of the table that applies (适用的一行)."""
    return next(row for row in PRECEDENCE if row.holds(standing))


def suggest(
    descriptions: Sequence[Description], *, ruleset: Rules, scorer: Scorer | None, explained: bool = True
) -> list[Advice]:
    """Propose an access for each record, with reasons (初判建议), in order.

    Without ``scorer`` the rules speak alone and ``probability`` is ``None``. ``explained=False`` leaves the
    learner's own terms out, for runs that only count.
    """
    with uncollected():
        return _suggested(descriptions, ruleset, scorer, explained)


def _suggested(
    descriptions: Sequence[Description], ruleset: Rules, scorer: Scorer | None, explained: bool
) -> list[Advice]:
    evidence = ruleset.evidence_many(descriptions)
    if scorer is None or not descriptions:
        return [
            _advice(item, reasons, (), None, "", None) for item, reasons in zip(descriptions, evidence, strict=True)
        ]
    columns = frame(descriptions, evidence)
    probabilities = scorer.pipeline.predict_proba(columns)[:, 1].tolist()
    found = terms(scorer.pipeline, columns, limit=TERMS_SHOWN) if explained else [()] * len(descriptions)
    rows = zip(descriptions, evidence, found, probabilities, columns["text"].tolist(), strict=True)
    return [_advice(item, reasons, words, chance, text, scorer) for item, reasons, words, chance, text in rows]


def _advice(
    description: Description, evidence: tuple[Evidence, ...], words: Sequence[Term], probability: float | None,
    folded: str, scorer: Scorer | None,
) -> Advice:  # fmt: skip
    """Advice for one record; ``folded`` is its title, looked at only where there is a probability."""
    has_poor_text = is_poor(description.text_quality)
    effects = frozenset([reason.effect for reason in evidence]) if evidence else _SILENCE
    standing = Standing(effects, has_poor_text=has_poor_text)
    if scorer is not None and probability is not None:
        below, above = scorer.open_below, scorer.restrict_above
        is_low = below is not None and probability < below
        is_high = above is not None and probability >= above
        is_legible = not is_low or says_enough(folded)
        standing = Standing(effects, is_low, is_high, probability >= 0.5, is_legible, has_poor_text)
    access, lean = _verdict(standing)
    if access is Access.OPEN and not (scorer and scorer.may_open):
        access = None
    ground = _ground(evidence) if access is Access.RESTRICTED else None
    if words:
        evidence = (*evidence, *_term_evidence(description.title, folded, words))
    if has_poor_text and description.text_quality is not None:
        evidence = (*evidence, poor_text(description.text_quality))
    return Advice(access, lean, ground, probability, evidence)


_SILENCE: frozenset[Effect] = frozenset()


@lru_cache(maxsize=1024)
def _verdict(standing: Standing) -> tuple[Access | None, Access | None]:
    """Access and lean: the lean is the table's own word, else restricted where a rule or an even chance says so."""
    row = decide(standing)
    if row.access is not None:
        return row.access, row.access
    if Effect.CAUTION in standing.effects or standing.is_likely:
        return None, None if Effect.OPEN in standing.effects else Access.RESTRICTED
    return None, None


def _ground(reasons: Sequence[Evidence]) -> Ground | None:
    """Ground of the strongest rule; the learner names none."""
    for effect in (Effect.RESTRICT, Effect.CAUTION, Effect.MARK):
        for reason in reasons:
            if reason.effect is effect and reason.ground:
                return reason.ground
    return None


def _term_evidence(title: str, folded: str, words: Sequence[Term]) -> Iterator[Evidence]:
    way_back = None if is_aligned(title, folded) else normalise(title)
    for word in words:
        start, end = way_back.original_span(word.start, word.end) if way_back else (word.start, word.end)
        yield Evidence(
            source="classifier",
            rule_id="classifier.term",
            effect=Effect.MARK,
            field="title",
            start=start,
            end=end,
            text=title[start:end],
            explanation="",
            weight=round(word.weight, 4),
        )
