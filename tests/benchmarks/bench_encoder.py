"""What reading again by an encoder costs (编码器的速度): torch, ONNX, ONNX of eight bits, the same titles in one run.

``python tests/benchmarks/bench_encoder.py``. The network is of random weights, made on the spot: it says how fast an
encoder of that size is, nothing of how well one reads. Sorting by length is compared with the order of the file.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import tiny_checkpoint  # noqa: E402

SIZES = {"2 x 128": (2, 128, 512), "3 x 768": (3, 768, 256)}
"""Layers, width, titles measured."""


def titles(count: int) -> list[str]:
    with (ROOT / "workbench" / "demo" / "sample.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [row["title"] for row in csv.DictReader(stream)][:count]


def build(folder: Path, texts: list[str], layers: int, width: int) -> str:
    from transformers import BertConfig, BertModel

    tiny_checkpoint.write(folder, texts)
    signs = len(folder.joinpath("vocab.txt").read_text(encoding="utf-8").split("\n"))
    BertModel(
        BertConfig(vocab_size=signs, hidden_size=width, num_hidden_layers=layers, num_attention_heads=width // 64,
                   intermediate_size=4 * width, max_position_embeddings=128)
    ).save_pretrained(folder)  # fmt: skip
    return str(folder)


def rate(work: Callable[[], Any], count: int) -> float:
    """Rows a second, the better of two runs."""
    found = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        found.append(count / (time.perf_counter() - start))
    return max(found)


def main() -> None:
    if not tiny_checkpoint.HAS_TORCH:
        print("skipped: needs the torch extra")
        return
    from classifiers import encoder, network
    from classifiers.exported import export, quantised

    print("size      torch   torch unsorted   ONNX   ONNX int8   rows/s   int8 MB / ONNX MB")
    for name, (layers, width, count) in SIZES.items():
        texts = titles(count)
        with tempfile.TemporaryDirectory() as folder:
            cutter, made = network.open_checkpoint(build(Path(folder), texts, layers, width))
        numbers = encoder.cut(cutter, texts, 64)
        plain = rate(lambda numbers=numbers, made=made: [network.scores(made, numbers[at : at + 64])
                     for at in range(0, len(numbers), 64)], count)  # fmt: skip
        sorted_ = rate(lambda numbers=numbers, made=made: network.scores(made, numbers), count)
        whole = export(made, cutter, 64)
        small = quantised(whole)
        full, coarse = (rate(lambda each=each, texts=texts: each.score(texts), count) for each in (whole, small))
        megabytes = [each.network.size / 1e6 for each in (small, whole)]
        print(f"{name:8} {sorted_:6.0f} {plain:16.0f} {full:6.0f} {coarse:11.0f}            "
              f"{megabytes[0]:.1f} / {megabytes[1]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
