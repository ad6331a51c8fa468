"""Replays of a reading: the order, and the figures counted by hand."""

import csv
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from commands import must, workbench

from classifiers.simulate import figures, replay


def testfigures_of_a_perfect_and_of_the_worst_order() -> None:
    best = figures(list(range(10)), np.array([True] * 2 + [False] * 8), 3)
    worst = figures(list(range(10)), np.array([False] * 8 + [True] * 2), 3)
    assert (best.loss, best.n95, best.n100, best.recall_at_10) == (0.0, 0.2, 0.2, 0.5)
    assert (worst.loss, worst.n100, worst.recall_at_10) == (1.0, 1.0, 0.0)
    assert best.wss95 == pytest.approx(0.75)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = resources.files("workbench.demo").joinpath("sample.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(source.splitlines()))[:400]
    path = tmp_path_factory.mktemp("simulate") / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["title", "creator", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def priors_of(path: Path) -> list[int]:
    with path.open(encoding="utf-8", newline="") as stream:
        labels = [row["label"] for row in csv.DictReader(stream)]
    return [labels.index("restricted"), labels.index("open")]


def test_a_replay_reads_every_row_once_and_saves_reading(sample: Path, tmp_path: Path) -> None:
    priors = tmp_path / "priors.json"
    priors.write_text(json.dumps(priors_of(sample)))
    command = ("simulate", sample, "--text", "title,creator", "--label", "label", "--priors", priors, "--seed", "1")
    found, again = must(*command, "--json").json, must(*command, "--json").json
    assert sorted([*found["order"], *priors_of(sample)]) == list(range(400))
    assert found["order"] == again["order"]
    assert found["loss"] < 0.35  # reading at random loses .5
    assert found["wss95"] > 0.1
    assert found["retrains"] < 80


def test_priors_of_one_kind_are_refused(sample: Path, tmp_path: Path) -> None:
    priors = tmp_path / "priors.txt"
    priors.write_text(f"{priors_of(sample)[0]}\n")
    answer = workbench("simulate", sample, "--text", "title", "--label", "label", "--priors", priors)
    assert answer.code == 1


def test_a_missing_column_is_named(sample: Path, tmp_path: Path) -> None:
    priors = tmp_path / "priors.txt"
    priors.write_text("0\n1\n")
    answer = workbench("simulate", sample, "--text", "abstract", "--label", "label", "--priors", priors)
    assert "abstract" in answer.err


def test_latin_texts_are_read_by_word() -> None:
    texts = [f"trial of drug {at} in patients with asthma" for at in range(20)]
    texts += [f"survey of bridges and roads number {at}" for at in range(60)]
    relevant = np.array([True] * 20 + [False] * 60)
    found = replay(texts, relevant, [0, 79], seed=0)
    assert found.n100 <= 0.3
