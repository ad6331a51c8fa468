"""Decisions → a classifier with its card (训练): learn, hold out, certify; pure, the caller says who and when."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product
from typing import Any

import numpy as np

from batches.features import frame
from batches.marked import Marked, examples
from batches.suggest import LABELLED_FILE, Rules
from classifiers import primer, registry
from classifiers.evaluate import area, auc, calibration_error, coverage_at
from classifiers.selective import Certificate, certify, fewest_rows, restrict_threshold, rows_needed
from models.evidence import Evidence
from models.record import Description
from models.vocabulary import Access, Effect, Ground

DELTA = 0.05
VERSIONED = ("kaijian", "scikit-learn", "numpy", "scipy", "skops")
HELP = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.1), (1.0, 0.3), (1.0, 1.0))
"""Weights tried for the primer and for borrowed rows; each is chosen by what it does for held-out own rows."""
OF_PAST = (1.0, 0.3)
"""Weights tried for decisions of earlier batches beside those made here; rows decided here say which is better."""
STOPPING = (Effect.RESTRICT, Effect.CAUTION)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A record whose outcome is known (已知结论的条目).

    ``group`` names what must stay together when rows are held out (catalogue, fonds, year). ``is_apart``
    marks a double-read row kept for the certificate and never learned from; ``is_past`` one that was decided
    before this program was here: it teaches, and certifies nothing, for nobody knows how it was read.
    """

    description: Description
    access: Access
    ground: Ground | None
    group: str
    is_apart: bool = False
    is_past: bool = False


def is_stopped(reasons: tuple[Evidence, ...]) -> bool:
    """Whether a rule keeps "open" from being suggested (规则否决)."""
    return any(reason.effect in STOPPING for reason in reasons)


def learn(
    lessons: Sequence[Lesson],
    *,
    ruleset: Rules,
    name: str,
    leak: float,
    certified_on: str,
    params: dict[str, Any],
    borrowed: Sequence[Lesson] = (),
    marks: Sequence[Marked] = (),
) -> tuple[Any, dict[str, Any]]:
    """Fit, calibrate on held-out groups and certify (训练并认证); gives pipeline and card.

    The certificate rests on the rows kept apart when there are any, else on held-out groups of what was
    learned, past decisions left out. Of an archive's own decisions the rows that a rule stops have no part in it.
    Of labelled files they have: rules may have been written with these very rows in sight, and would then stop more
    here than elsewhere, so the threshold must hold without their veto. ``leak`` is the limit ε as a share.
    ``borrowed`` are rows of others that may help while there are few of one's own: how much they count, and how
    much past decisions do, is chosen by what they do for the held-out rows; borrowed ones are never judged.
    ``marks`` are passages that reviewers marked; they help, and are never judged either.

    Raises
    ------
    LearnerError
        ``classifier.one_class_only``, ``classifier.too_few``, ``classifier.unknown_kind``.
    """
    taught = [lesson for lesson in lessons if not lesson.is_apart]
    apart = [lesson for lesson in lessons if lesson.is_apart]
    evidence = ruleset.evidence_many([lesson.description for lesson in taught])
    pipeline, tried = _best(taught, evidence, borrowed, marks, ruleset, lambda: registry.make(name, **params))
    held_out, is_restricted = pipeline.held_out_, restricted(taught)
    if apart:
        judged_evidence = ruleset.evidence_many([lesson.description for lesson in apart])
        judged = frame([lesson.description for lesson in apart], judged_evidence)
        probability, truth = pipeline.predict_proba(judged)[:, 1], restricted(apart)
    else:
        here = [place for place, lesson in enumerate(taught) if not lesson.is_past]
        judged_evidence, probability, truth = [evidence[place] for place in here], held_out[here], is_restricted[here]
    passed = np.array([not is_stopped(reasons) for reasons in judged_evidence], dtype=bool)
    asked = np.ones_like(passed) if certified_on == LABELLED_FILE else passed
    certificate = certify(probability[asked], truth[asked], limit=leak, delta=DELTA)
    opened = passed & (probability < (certificate.threshold or 0.0))
    card = {
        "name": name,
        "params": {**{given: value for given, value in params.items() if given != "work"}, **_learned(pipeline)},
        "certified_on": certified_on,
        "certificate": certificate.to_dict(),
        "coverage": float(opened.sum()) / max(1, len(truth)),
        "needed": _needed(certificate, probability[asked], truth[asked], leak),
        "restrict_above": restrict_threshold(held_out, is_restricted),
        "rows": _counts(taught, apart),
        "help": {"borrowed": len(borrowed), "auc_by_weights": tried, "marks": len(marks)},
        "held_out": {
            "groups": len({lesson.group for lesson in taught}),
            "auc": auc(is_restricted, held_out),
            "ece15": calibration_error(is_restricted, held_out),
            "coverage_at_0.02": coverage_at(is_restricted, held_out, 0.02).value,
        },
        "versions": {package: version(package) for package in VERSIONED},
    }
    return pipeline, card


def _needed(certificate: Certificate, probability: Any, truth: Any, leak: float) -> int | None:
    """Judged rows that are missing for a certificate; ``None`` when more rows of this classifier would not help."""
    if certificate.threshold is not None:
        return 0
    fewest = fewest_rows(leak, DELTA)
    if len(probability) < fewest:
        return fewest - len(probability)
    wanted = rows_needed(probability, truth, limit=leak, delta=DELTA)
    return None if wanted is None else max(1, wanted - len(probability))


def _best(
    taught: Sequence[Lesson],
    evidence: list[tuple[Evidence, ...]],
    borrowed: Sequence[Lesson],
    marks: Sequence[Marked],
    ruleset: Rules,
    make: Callable[[], Any],
) -> tuple[Any, dict[str, float]]:
    """The classifier whose weights for primer and borrowed rows order the held-out own rows best; every AUC."""
    beside = list(zip(borrowed, ruleset.evidence_many([lesson.description for lesson in borrowed]), strict=True))
    begun = [
        Lesson(Description(title=one.title, creator=one.creator), one.access, one.ground, "primer")
        for one in primer.primer()
    ]
    opened = list(zip(begun, ruleset.evidence_many([lesson.description for lesson in begun]), strict=True))
    marked = list(_marked(marks, ruleset))
    own = list(zip(taught, evidence, strict=True))
    found: dict[str, tuple[float, Any, Any, float]] = {}
    whole = make()
    # With many rows of one's own, help hardly matters and trying it out would take long.
    tried = [(1.0, 0.0)] if len(taught) >= primer.FADES_FROM else [pair for pair in HELP if borrowed or not pair[1]]
    judges = [place for place, lesson in enumerate(taught) if not lesson.is_past] or list(range(len(taught)))
    past = OF_PAST if 0 < len(judges) < len(taught) else OF_PAST[:1]
    for (for_primer, for_borrowed), for_past in product(tried, past):
        pipeline = registry.quick(whole)  # help is chosen by the part that is cheap to fit
        helping = [(*pair, primer.weight(len(taught))) for pair in opened if for_primer]
        helping += [(*pair, for_borrowed) for pair in beside if for_borrowed]
        helping += marked
        _fit(pipeline, own, helping, for_past)
        tried_as = f"{for_primer:g}+{for_borrowed:g}" + (f"+past {for_past:g}" if len(past) > 1 else "")
        reached = area(restricted(taught)[judges], pipeline.held_out_[judges])
        found[tried_as] = (reached, pipeline, helping, for_past)
    best = max(found, key=lambda weights: found[weights][0])
    _, chosen, helping, for_past = found[best]
    if type(chosen) is not type(whole):
        chosen = whole
        _fit(chosen, own, helping, for_past)
    return chosen, {weights: round(reached, 4) for weights, (reached, *_) in found.items()}


def _marked(marks: Sequence[Marked], ruleset: Rules) -> Iterator[tuple[Lesson, tuple[Evidence, ...], float]]:
    shown = list(examples(marks))
    for (description, access, weight), reasons in zip(
        shown, ruleset.evidence_many([description for description, _, _ in shown]), strict=True
    ):
        yield Lesson(description, access, None, "marked"), reasons, weight


def _fit(
    pipeline: Any,
    own: Sequence[tuple[Lesson, tuple[Evidence, ...]]],
    helping: Sequence[tuple[Lesson, tuple[Evidence, ...], float]],
    for_past: float,
) -> None:
    """Learn from one's own rows, past ones weighted, with weighted others beside them, which are never judged."""
    lessons = [*(lesson for lesson, _ in own), *(lesson for lesson, _, _ in helping)]
    evidence = [*(reasons for _, reasons in own), *(reasons for _, reasons, _ in helping)]
    pipeline.fit(
        frame([lesson.description for lesson in lessons], evidence),
        [lesson.access.value for lesson in lessons],
        groups=[lesson.group for lesson in lessons],
        sample_weight=[for_past if lesson.is_past else 1.0 for lesson, _ in own] + [weight for _, _, weight in helping],
        judged=[True] * len(own) + [False] * len(helping),
        grounds=[lesson.ground.value if lesson.ground else "" for lesson in lessons],
    )


def _learned(pipeline: Any) -> dict[str, Any]:
    """What a kind of classifier says of its own learning: the encoder's checkpoint, what eight bits cost."""
    said: dict[str, Any] = getattr(pipeline, "learned_", {})
    return said


def restricted(lessons: Sequence[Lesson]) -> Any:
    """Which of them ended restricted (是否延期), as an array."""
    return np.array([lesson.access is Access.RESTRICTED for lesson in lessons], dtype=bool)


def _counts(taught: Sequence[Lesson], apart: Sequence[Lesson]) -> dict[str, Any]:
    grounds = Counter(lesson.ground.value for lesson in taught if lesson.ground)
    eras = Counter(_era(lesson.description) for lesson in taught)
    return {
        "taught": len(taught),
        "apart": len(apart),
        "past": sum(1 for lesson in taught if lesson.is_past),
        "open": sum(1 for lesson in taught if lesson.access is Access.OPEN),
        "restricted": sum(1 for lesson in taught if lesson.access is Access.RESTRICTED),
        "by_ground": dict(sorted(grounds.items())),
        "by_decade": dict(sorted(eras.items())),
    }


def _era(description: Description) -> str:
    return f"{description.date_from.year // 10 * 10}s" if description.date_from else "undated"
