"""A fine-tuned encoder as ONNX (导出的编码器): bytes that are stored with the classifier and run without torch."""

import io
import logging
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from classifiers.arrays import Floats
from classifiers.encoder import cut, padded

Bytes = npt.NDArray[np.uint8]
ROWS = 64


class ExportedEncoder(BaseEstimator):  # type: ignore[misc]
    """Titles → scores through ONNX Runtime (编码器打分).

    ``network`` is an ONNX file's bytes, ``cutter`` the tokenizer's JSON, ``longest`` the most tokens read.
    """

    def __init__(self, network: Bytes, cutter: str, longest: int) -> None:
        self.network = network
        self.cutter = cutter
        self.longest = longest

    def score(self, texts: Sequence[str]) -> Floats:
        """Uncalibrated scores, higher towards restricted (分值), in order; computed in order of length."""
        if not texts:
            return np.zeros(0)
        session, cutter = self._opened()
        numbers = cut(cutter, texts, self.longest)
        order = np.argsort([len(each) for each in numbers], kind="stable")
        found = np.zeros(len(numbers))
        for at in range(0, len(order), ROWS):
            chosen = order[at : at + ROWS]
            ids, counts = padded([numbers[row] for row in chosen])
            found[chosen] = session.run(None, {"input_ids": ids, "attention_mask": counts})[0]
        return found

    def _opened(self) -> tuple[Any, Any]:
        """Session and tokenizer, made once an object; never stored."""
        if not hasattr(self, "_ready"):
            from onnxruntime import InferenceSession, SessionOptions, get_available_providers
            from tokenizers import Tokenizer

            options = SessionOptions()
            options.log_severity_level = 3
            wanted = [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in
                      get_available_providers()]  # fmt: skip
            session = InferenceSession(self.network.tobytes(), options, providers=wanted)
            self._ready = (session, Tokenizer.from_str(self.cutter))
        return self._ready

    def __getstate__(self) -> dict[str, Any]:
        """What is stored: the bytes, never the open session."""
        return {name: value for name, value in super().__getstate__().items() if name != "_ready"}


def export(network: Any, cutter: Any, longest: int) -> ExportedEncoder:
    """The network as it was learned (导出), in full precision."""
    import torch

    example = [torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64)]
    rows, signs = torch.export.Dim("rows"), torch.export.Dim("signs")
    shape = {0: rows, 1: signs}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")  # the exporter speaks of its own insides
        file = Path(folder) / "network.onnx"
        torch.onnx.export(
            network.cpu().eval(), tuple(example), file, input_names=["input_ids", "attention_mask"],
            output_names=["score"], dynamo=True, external_data=False, verbose=False,
            dynamic_shapes={"input_ids": shape, "attention_mask": shape},
        )  # fmt: skip
        written = file.read_bytes()
    return ExportedEncoder(_bytes(written), cutter.to_str(), longest)


def quantised(exported: ExportedEncoder) -> ExportedEncoder:
    """The same network with weights of eight bits (八位量化): a quarter of the size, several times the speed."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder, _quiet():
        target = Path(folder) / "small.onnx"
        quantize_dynamic(onnx.load(io.BytesIO(exported.network.tobytes())), target, weight_type=QuantType.QInt8)
        return ExportedEncoder(_bytes(target.read_bytes()), exported.cutter, exported.longest)


def _bytes(written: bytes) -> Bytes:
    return np.frombuffer(written, dtype=np.uint8).copy()


class _quiet:  # noqa: N801 - reads as a word in a with statement
    """Keep the exporter's own log lines off the screen (静默)."""

    def __enter__(self) -> None:
        self.before = logging.root.manager.disable
        logging.disable(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        logging.disable(self.before)
