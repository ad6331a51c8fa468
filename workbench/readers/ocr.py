"""Text recognition (文字识别): RapidOCR on this machine's processor, with the models that its package carries.

Optional (``pip install kaijian[ocr]``). Nothing is ever fetched: models are named by their place in the package, and
a package without them is refused. Sizes on disk: models and code 33 MB, onnxruntime 78 MB, opencv 153 MB.
"""

import importlib.util
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from models.errors import ImportFailure
from workbench.readers.alignment import Piece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
"""Grey picture (灰度图): shape (height, width), 0 is black."""

_NEEDED = ("rapidocr", "onnxruntime", "cv2")
_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_BRACKETS = frozenset("[]［］【】〔〕()（）")
_ONE_AT_A_TIME = threading.Lock()
# The models have no sign for 〔 〕 and read [ ]; in a document number the standard (GB/T 9704) has only the former.
_YEAR = re.compile(r"(?<=[\u4e00-\u9fff])\s*[\[［【〔]{1,2}\s*((?:19|20)\d{2})\s*[\]］】〕]{1,2}\s*(?=第?\d+\s*号)")


class Reading(NamedTuple):
    """A recognised line (识别结果): its text, the mean confidence and that of its least certain character, in [0, 1].

    One wrong character hardly lowers the mean of a long line; ``least`` tells.
    """

    text: str
    score: float
    least: float


@lru_cache
def is_available() -> bool:
    """Whether the optional packages are installed (是否装了文字识别)."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def require(file: str) -> None:
    """Refuse clearly where text recognition is not installed (须装文字识别).

    Raises
    ------
    ImportFailure
        ``import.no_recognition`` with the remedy.
    """
    if not is_available():
        raise ImportFailure("import.no_recognition", file=file)


@lru_cache(maxsize=1)
def _engine() -> Any:
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    models = {key: folder / name for key, name in _MODELS.items()}
    missing = [path.name for path in models.values() if not path.is_file()]
    if missing:
        raise ImportFailure("import.no_models", files=", ".join(missing))
    return rapidocr.RapidOCR(
        params={
            **{key: str(path) for key, path in models.items()},
            "Global.log_level": "critical",  # what it would log may be text of the page
            "Global.text_score": 0.0,  # doubtful text is kept, and said to be doubtful
            "Global.max_side_len": 4000,
            "Global.use_cls": False,
        }
    )


def read_lines(crops: Sequence["Picture"]) -> list[Reading]:
    """Recognise pictures of single lines (识别单行图像), in order."""
    if not crops:
        return []
    with _ONE_AT_A_TIME:
        engine = _engine()
        engine.return_word_box = True  # only then are the confidences of single characters given
        found = engine.recognize_txt([_coloured(crop) for crop in crops])
    return [_reading(*line) for line in zip(found.txts, found.scores, found.word_results, strict=True)]


def _reading(text: str, score: float, signs: Any) -> Reading:
    """Brackets do not count: those of a year are known to be read wrong, and mended."""
    characters = [character for word in signs.words for character in word] if signs else []
    sure = list(signs.confs) if signs and len(signs.confs) == len(characters) else []
    if not sure:
        return Reading(text.strip(), float(score), float(score))
    least = min(
        (sure_ for character, sure_ in zip(characters, sure, strict=True) if character not in _BRACKETS), default=1.0
    )
    return Reading(text.strip(), float(score), float(least))


def read_page(picture: "Picture") -> list[Piece]:
    """Find and recognise all text of a straightened page (识别整页); places in pixels."""
    with _ONE_AT_A_TIME:
        found = _engine()(_coloured(picture), use_cls=False, use_rec=False)
    if getattr(found, "boxes", None) is None:
        return []
    boxes = [(*box.min(axis=0).astype(int), *(box.max(axis=0).astype(int) + 1)) for box in found.boxes]
    crops = [_upright(picture[max(top, 0) : bottom, max(left, 0) : right]) for left, top, right, bottom in boxes]
    return [
        Piece(reading.text, float(left), float(top), float(right), float(bottom), reading.score, reading.least)
        for (left, top, right, bottom), reading in zip(boxes, read_lines(crops), strict=True)
        if reading.text
    ]


def _upright(crop: "Picture") -> "Picture":
    """A line that runs downwards is laid on its side, as the models know lines."""
    import numpy as np

    high, wide = crop.shape
    return np.ascontiguousarray(np.rot90(crop) if high >= 1.5 * wide and high > 60 else crop)


def mended(text: str) -> str:
    """The year of a document number in the brackets that it has on paper (还原文号括号); all else as recognised."""
    return _YEAR.sub(r"〔\1〕", text)


def _coloured(grey: "Picture") -> Any:
    import cv2

    return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
