"""Precedence of rules and learner, and who may say "open"."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from batches import suggest as suggesting
from batches.suggest import LABELLED_FILE, OWN_DECISIONS, Scorer, may_open, suggest
from models.evidence import Advice, Evidence
from models.record import Description
from models.vocabulary import Access, Effect, Ground


class Says:
    """Rules that say what the title says: ``restrict``, ``caution``, ``mark``, ``open``."""

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        return [self.evidence(item.title) for item in descriptions]

    def evidence(self, title: str) -> tuple[Evidence, ...]:
        return tuple(
            Evidence("rule", f"test.{effect.value}", effect, "title", 0, 1, title[:1], "…", Ground.PERSONAL_INFORMATION)
            for effect in Effect
            if effect.value in title
        )


class Fixed:
    """A learner that gives every row the same probability."""

    def __init__(self, probability: float) -> None:
        self.probability = probability

    def predict_proba(self, columns: pd.DataFrame) -> np.ndarray:
        return np.tile([1 - self.probability, self.probability], (len(columns), 1))


def advise(title: str, probability: float | None, *, may_open: bool = True) -> Advice:
    scorer = None
    if probability is not None:
        scorer = Scorer(Fixed(probability), "d" * 64, open_below=0.05, restrict_above=0.9, may_open=may_open)
    return suggest([Description(title=title)], ruleset=Says(), scorer=scorer)[0]


@pytest.mark.parametrize(
    ("title", "probability", "access"),
    [
        ("restrict", 0.01, Access.RESTRICTED),
        ("restrict and open", 0.01, Access.RESTRICTED),
        ("caution", 0.01, None),
        ("caution", 0.99, None),
        ("nothing", 0.01, Access.OPEN),
        ("mark", 0.01, Access.OPEN),
        ("nothing", 0.05, None),
        ("nothing", 0.5, None),
        ("nothing", 0.9, Access.RESTRICTED),
        ("open", 0.95, None),
        ("open", 0.5, None),
        ("open", None, None),
        ("nothing", None, None),
        ("restrict", None, Access.RESTRICTED),
    ],
)
def test_the_first_line_of_the_table_that_holds_decides(
    title: str, probability: float | None, access: Access | None
) -> None:
    assert advise(title, probability).access is access


def test_every_line_of_the_table_is_reached() -> None:
    reached = {
        suggesting.decide(suggesting.Standing(frozenset(effects), is_low, is_high, is_high, is_legible, poor)).name
        for effects in ((), (Effect.RESTRICT,), (Effect.CAUTION,), (Effect.OPEN,))
        for is_low, is_high in ((True, False), (False, False), (False, True))
        for is_legible in (True, False)
        for poor in (True, False)
    }
    assert reached == {row.name for row in suggesting.PRECEDENCE}


@pytest.mark.parametrize("title", ["", "  ", "通知", "□□□□情况", "关于□□同志的□□", "——"])
def test_what_says_too_little_is_never_opened(title: str) -> None:
    advice = advise(title, 0.01)
    assert (advice.access, advice.lean) == (None, None)


@pytest.mark.parametrize("title", ["档案法", "關於召開會議的通知", "ABC 1998"])
def test_short_but_readable_titles_may_be_opened(title: str) -> None:
    assert advise(title, 0.01).access is Access.OPEN


def test_without_a_certificate_of_this_archive_open_is_only_a_lean() -> None:
    advice = advise("nothing", 0.01, may_open=False)
    assert (advice.access, advice.lean) == (None, Access.OPEN)


@pytest.mark.parametrize(
    ("certified_on", "is_demo", "allowed"),
    [
        (OWN_DECISIONS, False, True), (OWN_DECISIONS, True, True), (LABELLED_FILE, True, True),
        (LABELLED_FILE, False, False), (None, False, False), (None, True, False),
    ],
)  # fmt: skip
def test_only_own_decisions_open_on_a_real_home(certified_on: str | None, is_demo: bool, allowed: bool) -> None:
    assert may_open(certified_on=certified_on, is_demo=is_demo) is allowed


def test_a_cautioned_record_never_leans_to_open() -> None:
    assert advise("caution", 0.01).lean is Access.RESTRICTED


def test_the_ground_is_that_of_the_strongest_rule_and_only_a_restriction_has_one() -> None:
    assert advise("restrict", 0.99).ground is Ground.PERSONAL_INFORMATION
    assert advise("caution", 0.99).ground is None


def test_no_records_get_no_advice() -> None:
    assert suggest([], ruleset=Says(), scorer=None) == []
