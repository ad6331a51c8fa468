"""What fine-tuning an encoder rests on (微调的准备): the checkpoint, the rows, their numbers, their order.

BERT, RoBERTa, MacBERT and their like: whatever ``AutoModel`` opens and ``tokenizers`` can cut. Nothing is ever
downloaded: the checkpoint is a folder, the libraries are an optional extra, and either missing is a clear error.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.arrays import Floats, Integers
from classifiers.calibration import Labels
from models.errors import LearnerError

EXTRA = ("torch", "transformers", "tokenizers", "onnx", "onnxscript", "onnxruntime")
POOL = 50
"""Steps whose rows are shuffled together and then sorted by length, so that little of a step is padding."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How an encoder is fine-tuned (微调参数).

    ``longest`` counts signs of a title, ``rows`` those of one step, ``rate`` is the highest learning rate;
    learning stops after ``patience`` epochs without gain on rows that it does not learn from.
    """

    checkpoint: str
    longest: int = 64
    epochs: int = 4
    patience: int = 1
    rows: int = 32
    rate: float = 5e-5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """What is learned from (学习样本): texts, outcomes, weights; ``stops`` are the rows that only say when to stop."""

    texts: Sequence[str]
    is_restricted: Labels
    weight: Floats
    stops: Integers

    @property
    def learns(self) -> Integers:
        """The rows that teach."""
        return np.setdiff1d(np.arange(len(self.texts)), self.stops)

    def balanced(self) -> Floats:
        """Weights under which both outcomes count alike (类别加权)."""
        share = np.array([self.weight[~self.is_restricted].sum(), self.weight[self.is_restricted].sum()])
        return np.asarray(self.weight * (share.sum() / (2 * share))[self.is_restricted.astype(int)])


def require(checkpoint: str | None) -> Path:
    """The checkpoint's folder, when it and the libraries are here (检查依赖与检查点).

    Raises
    ------
    LearnerError
        ``classifier.extra_missing`` without the optional packages, ``classifier.no_checkpoint`` without a folder
        given, ``classifier.bad_checkpoint`` when the folder holds no model.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise LearnerError("classifier.extra_missing", packages=", ".join(missing))
    if not checkpoint:
        raise LearnerError("classifier.no_checkpoint")
    folder = Path(checkpoint)
    if not (folder / "config.json").is_file():
        raise LearnerError("classifier.bad_checkpoint", path=str(folder), missing="config.json")
    return folder


def digest_of(checkpoint: Path) -> str:
    """SHA-256 over the names and bytes of a checkpoint's files (检查点摘要)."""
    found = hashlib.sha256()
    for file in sorted(path for path in checkpoint.iterdir() if path.is_file()):
        with file.open("rb") as stream:
            found.update(f"{file.name} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()


def cut(cutter: Any, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Token numbers of each text (分词编号), at most ``longest`` of them."""
    cutter.enable_truncation(longest)
    cutter.no_padding()
    return [encoded.ids for encoded in cutter.encode_batch(list(texts))]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """Token numbers side by side with zeros behind, and which of them count (补齐)."""
    width = max(1, max(map(len, rows)))
    numbers = np.zeros((len(rows), width), dtype=np.int64)
    counts = np.zeros((len(rows), width), dtype=np.int64)
    for at, row in enumerate(rows):
        numbers[at, : len(row)], counts[at, : len(row)] = row, 1
    return numbers, counts


def steps(lengths: Integers, rows: int, seed: Sequence[int]) -> Iterator[Integers]:
    """The rows of each step of an epoch (分步): shuffled, and of like length inside a step."""
    drawn = np.random.default_rng(list(seed))
    order = drawn.permutation(len(lengths))
    for start in range(0, len(order), rows * POOL):
        pool = order[start : start + rows * POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        parts = [pool[at : at + rows] for at in range(0, len(pool), rows)]
        for at in drawn.permutation(len(parts)):
            yield parts[at]


def key_of(rows: Rows, tuning: Tuning, checkpoint_digest: str) -> str:
    """What an interrupted run is known by (续训标识): the same rows, the same way, the same checkpoint."""
    found = hashlib.sha256(repr((checkpoint_digest, {**asdict(tuning), "checkpoint": ""})).encode())
    for part in (rows.is_restricted, rows.weight, rows.stops):
        found.update(np.ascontiguousarray(part).tobytes())
    found.update("\n".join(rows.texts).encode())
    return found.hexdigest()[:32]
