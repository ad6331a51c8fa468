"""What a certificate rests on, and what the invented titles say (认证所依的条目、入门样例)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from batches.features import frame
from batches.lessons import Lesson, learn
from batches.suggest import LABELLED_FILE, OWN_DECISIONS
from classifiers import primer
from classifiers.facts import rule_voice
from classifiers.linear import linear
from models.evidence import Evidence
from models.record import Description
from models.vocabulary import Access, Effect, Ground
from rules.loader import load_ruleset


class StopsAll:
    """Rules that caution about every title."""

    def evidence_many(self, descriptions: Sequence[Description]) -> list[tuple[Evidence, ...]]:
        one = Evidence("rule", "test.all", Effect.CAUTION, "title", 0, 1, "关", "皆须看")
        return [(one,)] * len(descriptions)


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    """The primer as if it were the rows of four catalogues."""
    return [
        Lesson(Description(title=one.title, creator=one.creator, date_from=date(1980, 1, 1)), one.access, one.ground,
               group=str(at % 4))
        for at, one in enumerate(primer.primer())
    ]  # fmt: skip


def test_a_labelled_file_certifies_without_the_veto_of_rules_and_own_decisions_with_it(lessons: list[Lesson]) -> None:
    settings: dict[str, Any] = {"ruleset": StopsAll(), "name": "linear", "leak": 0.05, "params": {}}
    _, of_files = learn(lessons, certified_on=LABELLED_FILE, **settings)
    _, of_own = learn(lessons, certified_on=OWN_DECISIONS, **settings)
    assert of_files["certificate"]["judged"] == len(lessons)
    assert of_own["certificate"]["judged"] == 0
    assert of_files["coverage"] == of_own["coverage"] == 0, "rules that stop every row leave nothing to open"


def test_rules_of_both_kinds_speak_loudest_and_silence_says_nothing() -> None:
    said = rule_voice(
        ["", "a effect:mark", "a effect:caution", "a effect:restrict", "a effect:restrict effect:caution"]
    )
    assert said[0] == said[1] == 0
    assert np.all(np.diff(said[1:]) > 0)
    assert said[-1] == pytest.approx(1)


def test_the_voice_of_rules_raises_the_score_by_its_measure_and_no_more(lessons: list[Lesson]) -> None:
    taught = [lesson.description for lesson in lessons]
    silent = frame(taught, [()] * len(taught))
    fitted = linear().fit(silent, [lesson.access.value for lesson in lessons], groups=[one.group for one in lessons])
    spoken = silent.iloc[:50].assign(rule_hits="a effect:restrict effect:caution")
    raised = fitted.decision_function(spoken) - fitted.decision_function(silent.iloc[:50])
    assert np.allclose(raised, fitted.voice)


def test_every_invented_title_stands_once_and_each_ground_is_taught() -> None:
    titles = [one.title for one in primer.primer()]
    assert len(titles) == len(set(titles))
    assert {one.ground for one in primer.primer()} == {None, *Ground}
    assert all((one.access is Access.OPEN) == (one.ground is None) for one in primer.primer())


def test_rules_stop_most_delayed_titles_of_the_primer_and_few_open_ones() -> None:
    rows = primer.primer()
    found = load_ruleset().evidence_many([Description(title=one.title, creator=one.creator) for one in rows])
    stopped = np.array([any(each.effect in (Effect.RESTRICT, Effect.CAUTION) for each in mine) for mine in found])
    delayed = np.array([one.access is Access.RESTRICTED for one in rows])
    assert stopped[delayed].mean() > 0.8
    assert stopped[~delayed].mean() < 0.15
