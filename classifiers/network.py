"""The network over an encoder and how it learns (网络与训练); imported only when the torch extra is in use."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from classifiers.arrays import Floats
from classifiers.encoder import Rows, Tuning, cut, padded, require, steps
from models.errors import LearnerError

log = logging.getLogger("classifiers.tuning")
KEPT_EVERY = 200
"""Steps between two savings of an unfinished run."""
CLIPPED = 1.0
WARMED = 0.1
"""Share of all steps over which the rate rises; then it falls to nothing."""


class TitleNetwork(nn.Module):  # type: ignore[misc]
    """Encoder, mean over the signs, one number (编码、平均、打分)."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(body.config.hidden_size, 1)

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Scores, one a row of ``input_ids``."""
        signs = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        counts = attention_mask[:, :, None].to(signs.dtype)
        mean = (signs * counts).sum(1) / counts.sum(1).clamp(min=1)
        return self.head(self.drop(mean))[:, 0]


def open_checkpoint(checkpoint: str) -> tuple[Any, TitleNetwork]:
    """Tokenizer and network of a local folder (打开检查点), one score a title, higher towards restricted.

    Raises
    ------
    LearnerError
        As ``require``; ``classifier.bad_checkpoint`` also for files that do not open.
    """
    folder = require(checkpoint)
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
        body = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=_holds_safetensors(folder))
        cutter = tokenizer.backend_tokenizer
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        raise LearnerError("classifier.bad_checkpoint", path=str(folder), missing=type(error).__name__) from error
    return cutter, TitleNetwork(body)


def _holds_safetensors(folder: Path) -> bool | None:
    return True if any(folder.glob("*.safetensors")) else None


def device() -> str:
    """Where to learn (运算设备): the graphics processor when there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw the same chances each time, and leave the program's own alone (固定随机数)."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


def scores(network: TitleNetwork, numbers: Sequence[Sequence[int]], rows: int = 64) -> Floats:
    """Scores of cut texts (打分), in order; computed in order of length."""
    network.eval()
    order = np.argsort([len(each) for each in numbers], kind="stable")
    found = np.zeros(len(numbers))
    place = next(network.parameters()).device
    with torch.inference_mode():
        for at in range(0, len(order), rows):
            chosen = order[at : at + rows]
            ids, counts = (torch.from_numpy(part).to(place) for part in padded([numbers[row] for row in chosen]))
            found[chosen] = network(ids, counts).float().cpu().numpy()
    return found


class Run:
    """One fine-tuning, which an interruption does not lose (一次微调).

    ``place`` is the folder of its unfinished state, ``None`` to keep none. State is weights and counts only and
    is read as such; nothing in it can run.
    """

    def __init__(self, network: TitleNetwork, cutter: Any, rows: Rows, tuning: Tuning, place: Path | None) -> None:
        self.tuning, self.place, self.network = tuning, place, network
        self.network.to(device())
        self.numbers = cut(cutter, rows.texts, tuning.longest)
        self.learns, self.stops = rows.learns, rows.stops
        self.truth, self.weight = rows.is_restricted.astype(float), rows.balanced()
        self.lengths = np.array([len(self.numbers[row]) for row in self.learns])
        self.in_epoch = -(-len(self.learns) // tuning.rows)
        total = max(1, self.in_epoch * tuning.epochs)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=tuning.rate, weight_decay=0.01)
        self.rate = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda at: min((at + 1) / (WARMED * total + 1), (total - at) / ((1 - WARMED) * total + 1))
        )
        self.epoch, self.step, self.idle = 0, 0, 0
        self.best: dict[str, Any] | None = None
        self.best_loss = float("inf")

    def learn(self) -> TitleNetwork:
        """Fine-tune to the best epoch (微调至最佳轮次), going on where an earlier run stopped."""
        self._resume()
        while self.epoch < self.tuning.epochs and self.idle <= self.tuning.patience:
            self._one_epoch()
        if self.best is not None:
            self.network.load_state_dict(self.best)
        self.network.eval()
        return self.network

    def _one_epoch(self) -> None:
        self.network.train()
        for at, chosen in enumerate(steps(self.lengths, self.tuning.rows, (self.tuning.seed, self.epoch))):
            if at < self.step:
                continue
            with seeded(self.tuning.seed + 7919 * self.epoch + at):
                self._one_step(chosen)
            self.step = at + 1
            if self.step % KEPT_EVERY == 0:
                self._keep()
        loss = self._stopping_loss()
        log.info("epoch", extra={"epoch": self.epoch + 1, "epochs": self.tuning.epochs, "loss": loss})
        if loss < self.best_loss:
            self.best_loss, self.idle = loss, 0
            self.best = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        else:
            self.idle += 1
        self.epoch, self.step = self.epoch + 1, 0
        self._keep()

    def _one_step(self, chosen: Any) -> None:
        rows = self.learns[chosen]
        ids, counts = (torch.from_numpy(part).to(device()) for part in padded([self.numbers[row] for row in rows]))
        truth, weight = (torch.from_numpy(part[rows]).float().to(device()) for part in (self.truth, self.weight))
        found = self.network(ids, counts)
        loss = (nn.functional.binary_cross_entropy_with_logits(found, truth, reduction="none") * weight).mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIPPED)
        self.optimizer.step()
        self.rate.step()

    def _stopping_loss(self) -> float:
        found, truth = scores(self.network, [self.numbers[row] for row in self.stops]), self.truth[self.stops]
        share = self.weight[self.stops] / self.weight[self.stops].sum()
        return float(share @ (np.logaddexp(0, found) - truth * found))

    def _keep(self) -> None:
        if self.place is None:
            return
        self.place.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(),
            "rate": {"last_epoch": self.rate.last_epoch}, "best": self.best, "best_loss": self.best_loss,
            "epoch": self.epoch, "step": self.step, "idle": self.idle,
        }  # fmt: skip
        beside = self.place / "state.part"
        torch.save(state, beside)
        beside.replace(self.place / "state.pt")

    def _resume(self) -> None:
        if self.place is None or not (self.place / "state.pt").is_file():
            return
        state = torch.load(self.place / "state.pt", map_location=device(), weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.rate.last_epoch = state["rate"]["last_epoch"]
        self.best, self.best_loss = state["best"], state["best_loss"]
        self.epoch, self.step, self.idle = state["epoch"], state["step"], state["idle"]
