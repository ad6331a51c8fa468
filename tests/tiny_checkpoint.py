"""A checkpoint small enough for tests (极小检查点), made on the spot: two layers, random weights, no download."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

HAS_TORCH = all(find_spec(name) for name in ("torch", "transformers", "onnx", "onnxruntime", "onnxscript"))
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def write(folder: Path, texts: Iterable[str]) -> Path:
    """Write a BERT of 2 × 32 whose vocabulary is the signs of ``texts``."""
    import torch
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    signs = sorted(set("".join(texts)))
    folder.joinpath("vocab.txt").write_text("\n".join((*SPECIAL, *signs)), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(signs), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=80,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertModel(config).save_pretrained(folder)
    return folder
