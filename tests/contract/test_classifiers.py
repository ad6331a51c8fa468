"""What every registered classifier keeps to (分类器约定)."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import tiny_checkpoint
from batches.features import frame
from classifiers import primer, store
from classifiers.explain import character_weights
from classifiers.registry import CLASSIFIERS, make
from models.errors import LearnerError
from models.record import Description

Lesson = tuple[pd.DataFrame, list[str], list[int]]


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """The primer as rows of four invented catalogues."""
    rows = primer.primer()[::2]
    descriptions = [
        Description(title=one.title, creator="云溪县档案馆", date_from=date(1960 + at % 40, 1, 1))
        for at, one in enumerate(rows)
    ]
    return (
        frame(descriptions, [()] * len(rows)),
        [one.access.value for one in rows],
        [at % 4 for at in range(len(rows))],
    )


NEEDS_TORCH = pytest.mark.skipif(not tiny_checkpoint.HAS_TORCH, reason="needs the torch extra")
KINDS = [pytest.param(kind, marks=NEEDS_TORCH if kind == "transformer" else ()) for kind in sorted(CLASSIFIERS)]


@pytest.fixture(scope="module", params=KINDS)
def fitted(request: pytest.FixtureRequest, lesson: Lesson, tmp_path_factory: pytest.TempPathFactory) -> Any:
    columns, labels, groups = lesson
    settings: dict[str, Any] = {}
    if request.param == "transformer":
        folder = tiny_checkpoint.write(tmp_path_factory.mktemp("checkpoint"), columns["text"])
        settings = {"checkpoint": str(folder), "epochs": 2, "folds": 2, "rate": 2e-3}
    return make(request.param, **settings).fit(columns, labels, groups=groups)


def test_a_clone_is_unfitted_and_has_the_same_parameters(fitted: Any) -> None:
    copy = clone(fitted)
    assert not hasattr(copy, "classes_")
    assert str(copy.get_params()) == str(fitted.get_params())


def test_probabilities_are_two_columns_that_add_up_to_one(fitted: Any, lesson: Any) -> None:
    found = fitted.predict_proba(lesson[0])
    assert found.shape == (len(lesson[1]), 2)
    assert np.allclose(found.sum(axis=1), 1)
    assert ((found > 0) & (found < 1)).all()


def test_the_same_rows_teach_the_same_scores(fitted: Any, lesson: Any) -> None:
    columns, labels, groups = lesson
    again = clone(fitted).fit(columns, labels, groups=groups)
    assert np.array_equal(again.predict_proba(columns), fitted.predict_proba(columns))


def test_a_stored_classifier_scores_as_before(fitted: Any, lesson: Any, tmp_path: Path) -> None:
    digest = store.save(tmp_path, fitted, {"name": "test"})
    back, card = store.load(tmp_path, digest)
    assert card == {"name": "test"}
    assert np.array_equal(back.predict_proba(lesson[0]), fitted.predict_proba(lesson[0]))


def test_a_row_without_any_text_gets_a_probability(fitted: Any) -> None:
    found = fitted.predict_proba(frame([Description(title="")], [()]))
    assert 0 < found[0, 1] < 1


def test_no_rows_get_no_probabilities(fitted: Any) -> None:
    assert fitted.predict_proba(frame([], [])).shape == (0, 2)


def test_one_class_only_cannot_be_learned(fitted: Any, lesson: Any) -> None:
    with pytest.raises(LearnerError, match=r"classifier\.one_class_only"):
        clone(fitted).fit(lesson[0], ["open"] * len(lesson[1]))


def test_four_rows_of_a_class_are_too_few(fitted: Any, lesson: Any) -> None:
    labels = ["open"] * len(lesson[1])
    labels[:4] = ["restricted"] * 4
    with pytest.raises(LearnerError, match=r"classifier\.too_few"):
        clone(fitted).fit(lesson[0], labels, groups=lesson[2])


def test_an_unknown_label_is_refused(fitted: Any, lesson: Any) -> None:
    with pytest.raises(LearnerError, match=r"classifier\.bad_label"):
        clone(fitted).fit(lesson[0], ["maybe", *lesson[1][1:]])


def test_rows_that_are_not_judged_have_no_held_out_probability(fitted: Any, lesson: Any) -> None:
    columns, labels, groups = lesson
    judged = [group != 3 for group in groups]
    again = clone(fitted).fit(columns, labels, groups=groups, judged=judged)
    assert len(again.held_out_) == sum(judged)


def test_groups_that_were_held_out_are_ordered_better_than_by_chance(fitted: Any, lesson: Any) -> None:
    restricted = np.array(lesson[1]) == "restricted"
    held = fitted.held_out_
    above = (held[restricted][:, None] > held[~restricted][None, :]).mean()
    assert above > 0.8


def test_the_weights_of_characters_point_where_the_score_points(fitted: Any, lesson: Any) -> None:
    columns = lesson[0]
    weights = np.array([part.sum() for part in character_weights(fitted, columns)])
    assert np.corrcoef(weights, fitted.decision_function(columns))[0, 1] > 0.9


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(LearnerError, match=r"classifier\.unknown_kind"):
        make("oracle")
