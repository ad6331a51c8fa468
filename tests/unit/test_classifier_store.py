"""Classifier files: refused when a byte differs, or when they hold what no classifier of ours has."""

from pathlib import Path

import pytest
import skops.io
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from classifiers import store
from models.errors import LearnerError


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, str]:
    return tmp_path, store.save(tmp_path, RidgeClassifier().fit([[0], [1]], [0, 1]), {"name": "linear", "rows": 2})


@pytest.mark.parametrize("name", [store.MODEL, store.CARD])
def test_a_changed_byte_is_refused(kept: tuple[Path, str], name: str) -> None:
    folder, digest = kept
    file = folder / digest / name
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(LearnerError, match=r"classifier\.tampered"):
        store.load(folder, digest)


def test_a_card_of_another_classifier_is_refused(kept: tuple[Path, str]) -> None:
    folder, digest = kept
    (folder / digest / store.CARD).write_bytes(store.canonical({"name": "linear", "rows": 3}))
    with pytest.raises(LearnerError, match=r"classifier\.tampered"):
        store.load(folder, digest)


def test_a_missing_classifier_is_named(tmp_path: Path) -> None:
    with pytest.raises(LearnerError, match=r"classifier\.missing"):
        store.load(tmp_path, "0" * 64)


def test_a_file_with_code_of_others_is_not_run(tmp_path: Path) -> None:
    strange = Pipeline([("run", FunctionTransformer(func=skops.io.dumps)), ("learn", RidgeClassifier())])
    digest = store.save(tmp_path, strange, {})
    with pytest.raises(LearnerError, match=r"classifier\.strange_type"):
        store.load(tmp_path, digest)


def test_the_same_classifier_is_stored_once(kept: tuple[Path, str]) -> None:
    folder, digest = kept
    again, _ = store.load(folder, digest)
    assert store.save(folder, again, {"name": "linear", "rows": 2}) in {path.name for path in folder.iterdir()}
