"""``train --classifier transformer --checkpoint`` (训练变换器分类器), by commands, on the synthetic sample."""

import csv
import json
from itertools import islice
from pathlib import Path

import pytest
from commands import must, workbench

import tiny_checkpoint

SAMPLE = Path(__file__).parents[2] / "workbench" / "demo" / "sample.csv"
pytestmark = pytest.mark.torch


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Every fifth row of the sample."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(islice(reader, 0, None, 5)), reader.fieldnames
    file = tmp_path / "labelled.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names or ())
        writer.writeheader()
        writer.writerows(rows)
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.skipif(not tiny_checkpoint.HAS_TORCH, reason="needs the torch extra")
def test_a_home_trains_adopts_and_scores_with_a_local_encoder(home: Path, tmp_path: Path, labelled: Path) -> None:
    titles = [row["title"] for row in rows_of(labelled)]
    checkpoint = tiny_checkpoint.write(tmp_path / "checkpoint", titles)
    card = must("train", "--from", labelled, "--classifier", "transformer", "--checkpoint", checkpoint, "--json").json
    assert card["adopted"] and card["params"]["checkpoint"] == "checkpoint"
    assert str(tmp_path) not in json.dumps(card)
    assert not list((home / "classifiers" / ".unfinished").glob("*")), "a finished training leaves nothing unfinished"
    must("score", labelled, tmp_path / "out.csv")
    scored = rows_of(tmp_path / "out.csv")
    assert [row["title"] for row in scored] == titles
    assert all(0 <= float(row["probability"]) <= 1 for row in scored)
    assert len({row["probability"] for row in scored}) > len(titles) / 2


def test_a_kind_without_use_for_a_checkpoint_says_so(home: Path, tmp_path: Path, labelled: Path) -> None:
    told = workbench("train", "--from", labelled, "--checkpoint", tmp_path)
    assert told.code == 1 and "transformer" in told.err


def test_without_a_checkpoint_the_remedy_is_named(home: Path, labelled: Path) -> None:
    told = workbench("train", "--from", labelled, "--classifier", "transformer")
    assert told.code == 1 and ("--checkpoint" in told.err or "kaijian[torch]" in told.err)
