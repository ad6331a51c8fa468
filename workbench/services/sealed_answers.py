"""Seal answers that others gave (回复记账): how many of each kind, which, and a digest of what they said."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from batches.ledger import canonical
from models import AuditEvent, User
from workbench.services.ledger_keeping import seal


def seal_answers(
    session: Session, *, action: str, batch_id: int, kinds: type[StrEnum], lines: Sequence[Mapping[str, Any]],
    numbers: tuple[str, Sequence[int]], by: User, at: datetime,
) -> AuditEvent:  # fmt: skip
    """Append one event for answers recorded together (登记回复入账).

    Each line has an ``answer``, counted by its kind; ``numbers`` names the rows that hold what the digest covers.
    """
    name, ids = numbers
    payload = {
        **{kind.value: sum(1 for line in lines if line["answer"] == kind.value) for kind in kinds},
        name: list(ids),
        "content": hashlib.sha256(canonical({"lines": list(lines)}).encode()).hexdigest(),
    }
    return seal(session, actor=by.name, action=action, subject=f"batch/{batch_id}", payload=payload, at=at)
