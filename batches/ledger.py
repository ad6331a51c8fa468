"""The hash chain (审计账): canonical text, digest, and where a chain breaks."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

GENESIS = "0" * 64


class Line(Protocol):
    """What the chain needs of an event (审计行)."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    payload: dict[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first line that does not hold (断点): its ``seq`` and why."""

    seq: int
    reason: str  # "sequence" | "previous" | "content" | "tail"


def canonical(payload: Mapping[str, Any]) -> str:
    """One text for one content (规范文本): sorted keys, no spaces, UTF-8, no NaN.

    Raises
    ------
    TypeError
        For a float: databases give floats back differently, so they enter the ledger as strings.
    """
    _refuse_floats(payload)
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float may not enter the ledger; write it as text")
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def digest(previous: str, content: Mapping[str, Any]) -> str:
    """Hash of a line over its predecessor's hash and its own content (链式摘要)."""
    return hashlib.sha256(f"{previous}\n{canonical(content)}".encode()).hexdigest()


def seal(
    previous: str, *, seq: int, at: datetime, actor: str, action: str, subject: str, payload: Mapping[str, Any]
) -> str:
    """Hash of one event; every column is inside (封存)."""
    # Microsecond UTC text: SQLite and PostgreSQL give back different types for the same instant.
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    content = {"seq": seq, "at": instant, "actor": actor, "action": action, "subject": subject, "payload": payload}
    return digest(previous, content)


def first_break(lines: Iterable[Line], *, head: str | None = None) -> Break | None:
    """Walk the chain from its beginning and give the first line that does not hold (验账).

    ``head`` is a hash an outsider kept (on a notice, say): it must occur, or the tail was cut or the
    whole chain rewritten.
    """
    previous, expected, witnessed = GENESIS, 1, head is None or head == GENESIS
    for line in lines:
        if line.seq != expected:
            return Break(expected, "sequence")
        if line.previous_hash != previous:
            return Break(line.seq, "previous")
        try:
            sealed = seal(
                previous, seq=line.seq, at=line.at, actor=line.actor, action=line.action, subject=line.subject,
                payload=line.payload,
            )  # fmt: skip
        except (TypeError, ValueError, AttributeError):  # an edited row may hold what no event ever held
            return Break(line.seq, "content")
        if sealed != line.hash:
            return Break(line.seq, "content")
        witnessed = witnessed or line.hash == head
        previous, expected = line.hash, expected + 1
    return None if witnessed else Break(expected, "tail")
