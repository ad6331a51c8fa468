"""What a home gives a transformer classifier (编码器): its checkpoint, a place for unfinished work, progress."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classifiers.registry import TAKES_CHECKPOINT
from models.errors import LearnerError
from workbench.services.classifiers_kept import folder

UNFINISHED = ".unfinished"


def settings(
    home: Path, name: str, checkpoint: Path | None, *, on_epoch: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Parameters of a kind of classifier (分类器参数): none, but for one that stands on a local encoder.

    An interrupted training leaves its state under the home and goes on from there when it is started again
    with the same decisions and checkpoint. ``on_epoch`` is told ``{epoch, epochs, loss}``.

    Raises
    ------
    LearnerError
        ``classifier.takes_no_checkpoint`` when a checkpoint is given to a kind that has no use for it.
    """
    if name not in TAKES_CHECKPOINT:
        if checkpoint is not None:
            raise LearnerError("classifier.takes_no_checkpoint", name=name, kinds=", ".join(TAKES_CHECKPOINT))
        return {}
    if on_epoch is not None:
        log = logging.getLogger("classifiers.tuning")
        log.setLevel(logging.INFO)
        log.addHandler(_Teller(on_epoch))
    return {"checkpoint": str(checkpoint) if checkpoint else None, "work": str(folder(home) / UNFINISHED)}


class _Teller(logging.Handler):
    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self.tell({name: getattr(record, name) for name in ("epoch", "epochs", "loss")})
