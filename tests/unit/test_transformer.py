"""The local encoder (本地编码器): learns, resumes, stays offline, and reads only what the linear one is unsure of."""

import socket
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tiny_checkpoint
from batches.features import frame
from classifiers import encoder, primer, registry
from models.errors import LearnerError
from models.record import Description

pytestmark = pytest.mark.torch
needs_torch = pytest.mark.skipif(not tiny_checkpoint.HAS_TORCH, reason="needs the torch extra")
SETTINGS = {"epochs": 3, "folds": 2, "rate": 3e-3, "patience": 3}


@pytest.fixture(scope="module")
def lesson() -> tuple[pd.DataFrame, list[str], list[int]]:
    rows = primer.primer()
    descriptions = [Description(title=one.title, date_from=date(1960 + at % 40, 1, 1)) for at, one in enumerate(rows)]
    return (
        frame(descriptions, [()] * len(rows)),
        [one.access.value for one in rows],
        [at % 4 for at in range(len(rows))],
    )


@pytest.fixture(scope="module")
def checkpoint(lesson: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_checkpoint.write(tmp_path_factory.mktemp("checkpoint"), lesson[0]["text"]))


@pytest.fixture(scope="module")
def fitted(lesson: Any, checkpoint: str) -> Any:
    columns, labels, groups = lesson
    made = registry.make("transformer", checkpoint=checkpoint, band=(0.05, 0.95), **SETTINGS)
    return made.fit(columns, labels, groups=groups)


@needs_torch
def test_the_encoder_alone_learns_what_is_restricted(fitted: Any, lesson: Any) -> None:
    scores, restricted = fitted.encoder_.score(list(lesson[0]["text"])), np.array(lesson[1]) == "restricted"
    above = (scores[restricted][:, None] > scores[~restricted][None, :]).mean()
    assert above > 0.8


@needs_torch
def test_outside_the_band_the_linear_probability_stands(fitted: Any, lesson: Any) -> None:
    linear, stacked = fitted.first_.predict_proba(lesson[0])[:, 1], fitted.predict_proba(lesson[0])[:, 1]
    unsure = (linear >= 0.05) & (linear <= 0.95)
    assert unsure.any() and not unsure.all()
    assert np.allclose(stacked[~unsure], linear[~unsure])
    assert not np.allclose(stacked[unsure], linear[unsure])


@needs_torch
def test_scores_do_not_depend_on_what_is_read_beside_them(fitted: Any, lesson: Any) -> None:
    texts = list(lesson[0]["text"])[:60]
    together = fitted.encoder_.score(texts)
    assert np.allclose(together[:5], fitted.encoder_.score(texts[:5]), atol=0.05)
    assert np.allclose(together[::-1], fitted.encoder_.score(texts[::-1]), atol=0.05)


@needs_torch
def test_eight_bits_are_kept_only_with_their_measurement(fitted: Any) -> None:
    learned = fitted.learned_
    assert learned["int8"] is (learned["int8_moved"] <= 0.05 and learned["auc_int8"] >= learned["auc_full"] - 0.002)


@needs_torch
def test_no_path_of_this_machine_is_stored(fitted: Any, checkpoint: str) -> None:
    assert checkpoint not in repr(fitted.__getstate__())
    assert fitted.learned_["checkpoint_digest"] == encoder.digest_of(Path(checkpoint))


@needs_torch
def test_nothing_is_asked_of_any_network(lesson: Any, checkpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifiers import network

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    cutter, _ = network.open_checkpoint(checkpoint)
    assert encoder.cut(cutter, ["关于表彰先进的决定"], 8)[0]


@needs_torch
def test_an_interrupted_run_goes_on_and_learns_the_same(
    lesson: Any, checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classifiers import network

    monkeypatch.setattr(network, "KEPT_EVERY", 3)
    texts = list(lesson[0]["text"])[:200]
    truth = np.array(lesson[1][:200]) == "restricted"
    rows = encoder.Rows(texts, truth, np.ones(200), np.arange(0, 200, 10))
    tuning = encoder.Tuning(checkpoint, epochs=2, rows=16, rate=1e-3)

    def run(place: Path | None) -> Any:
        with network.seeded(0):
            cutter, made = network.open_checkpoint(checkpoint)
        return network.Run(made, cutter, rows, tuning, place)

    whole = run(None).learn()
    broken, calls = run(tmp_path / "run"), 0
    step = broken._one_step

    def power_cut(chosen: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 17:
            raise KeyboardInterrupt
        step(chosen)

    broken._one_step = power_cut
    with pytest.raises(KeyboardInterrupt):
        broken.learn()
    resumed = run(tmp_path / "run")
    again = resumed.learn()
    numbers = encoder.cut(network.open_checkpoint(checkpoint)[0], texts, 64)
    assert np.allclose(network.scores(whole, numbers), network.scores(again, numbers), atol=1e-6)


@needs_torch
def test_a_folder_without_a_model_is_named() -> None:
    from classifiers import network

    with pytest.raises(LearnerError, match=r"classifier\.bad_checkpoint"):
        network.open_checkpoint(str(Path(__file__).parent))


def test_no_checkpoint_is_a_clear_error(lesson: Any) -> None:
    columns, labels, groups = lesson
    with pytest.raises(LearnerError, match=r"classifier\.(no_checkpoint|extra_missing)"):
        registry.make("transformer").fit(columns, labels, groups=groups)


def test_without_the_extra_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda _: None)
    with pytest.raises(LearnerError) as caught:
        encoder.require("anywhere")
    assert "torch" in caught.value.params["packages"]


def test_rows_of_a_step_are_of_like_length_and_each_comes_once() -> None:
    lengths = np.random.default_rng(0).integers(3, 60, 1000)
    parts = list(encoder.steps(lengths, 16, (0, 1)))
    assert sorted(np.concatenate(parts)) == list(range(1000))
    assert np.mean([np.ptp(lengths[part]) for part in parts]) < 5
