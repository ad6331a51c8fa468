"""A batch at one click (批次办理): assemble with its suggestions, take a step, and the table behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from batches import machine
from models import Batch, User
from models.vocabulary import BatchAction
from workbench.permissions import PERMISSIONS, require
from workbench.services import approving, batching, suggesting
from workbench.services.roster import load_batch


def assemble(
    *,
    session: Session,
    home: Path,
    title: str,
    by: User,
    at: datetime,
    on: date,
    fonds: Sequence[str] = (),
    years: tuple[int, int] | None = None,
    codes: Sequence[str] | None = None,
    early: bool = False,
    basis: str | None = None,
) -> Batch:
    """Freeze what is due into a batch and let the program speak on each item (成批并初判)."""
    batch = batching.assemble(
        session=session, title=title, by=by, at=at, on=on, fonds=fonds, years=years, codes=codes, early=early,
        basis=basis,
    )  # fmt: skip
    suggesting.suggest_batch(session=session, home=home, batch_id=int(batch.id or 0), by=by.name, at=at)
    return batch


def suggest_again(*, session: Session, home: Path, batch_id: int, by: User, at: datetime) -> dict[str, Any]:
    """Suggest for a batch once more (重新初判), after rules or classifier changed."""
    require(by, "suggest")
    return suggesting.suggest_batch(session=session, home=home, batch_id=batch_id, by=by.name, at=at)


def take(
    *, session: Session, batch_id: int, version: int, action: BatchAction, by: User, at: datetime, on: date,
    named_items: Sequence[str] = (),
) -> Batch:  # fmt: skip
    """Take one step with the batch that was on the screen (办理一步).

    Raises
    ------
    ProcedureError
        ``batch.stale_version`` when it is no longer the one on the screen, or a guard's problem.
    """
    if action is BatchAction.FAIL:
        return approving.fail(
            session=session, batch_id=batch_id, version=version, by=by, at=at, on=on, codes=named_items
        )  # fmt: skip
    batch = load_batch(session, batch_id, version=version)
    return batching.advance(
        session=session, batch=batch, action=action, by=by, at=at, on=on, named_items=named_items
    )  # fmt: skip


def state_table() -> list[dict[str, Any]]:
    """The state table as plain rows (状态表), for the audit page."""
    return [
        {
            "source": row.source,
            "action": row.action,
            "target": row.target,
            "role": row.role,
            "guards": list(row.guards),
        }
        for row in machine.TRANSITIONS
    ]


def permission_table() -> list[dict[str, Any]]:
    """Who may do what besides (权限表)."""
    return [{"action": action, "roles": list(roles)} for action, roles in PERMISSIONS.items()]
