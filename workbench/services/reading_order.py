"""Set the order in which a batch is read (排定阅读次序): kept, so that all readers meet the same item next."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from classifiers import active
from models import Batch, ReadingOrder, ReadingPlace, User
from models.errors import ReviewError
from models.reading_order import Strategy
from models.vocabulary import Access
from workbench.permissions import named
from workbench.queries.orders import to_rank
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.roster import load_batch

__all__ = ["Strategy", "begin", "choose", "in_force", "refresh"]


def choose(
    *,
    session: Session,
    batch_id: int,
    strategy: Strategy,
    by: User | str,
    at: datetime,
    random_share: float | None = None,
    seeds: Sequence[int] = (),
) -> dict[str, Any]:
    """Choose how a batch is read from now on (选定次序): what was read stays read, the rest is ranked anew.

    ``seeds`` are records to be read first. ``random_share`` of the places go to items drawn by lot, so that what
    is read is not only what the classifier expected; by default the setting ``reading_random_share``.

    Raises
    ------
    ReviewError
        ``review.not_on_roster`` for a seed that is not in the batch.
    """
    actor = named(by, "review.order")
    load_batch(session, batch_id)
    share = float(setting_up.get(session, "reading_random_share")) if random_share is None else random_share
    order = session.get(ReadingOrder, batch_id)
    if order is None:
        order = ReadingOrder(
            batch_id=batch_id, strategy=strategy, random_share=share, seed=batch_id, ranked_by=actor, ranked_at=at
        )
    order.strategy, order.random_share, order.ranked_by, order.ranked_at = strategy, share, actor, at
    session.add(order)
    session.flush()
    return _rank(session, order, seeds)


def refresh(session: Session, batch_id: int, *, by: str, at: datetime) -> dict[str, Any] | None:
    """Rank a batch anew after its suggestions changed (重排); ``None`` when nobody chose an order for it."""
    order = session.get(ReadingOrder, batch_id)
    if order is None or order.strategy is Strategy.ROSTER:
        return None
    order.ranked_by, order.ranked_at = by, at
    session.add(order)
    return _rank(session, order, _seeds_of(session, batch_id))


def begin(session: Session, batch: Batch, *, by: str, at: datetime) -> None:
    """Give a batch the archive's own order when its reading begins (按设置排序), unless one was chosen."""
    batch_id = int(batch.id or 0)
    if session.get(ReadingOrder, batch_id) is None:
        strategy = Strategy(setting_up.get(session, "reading_order"))
        if strategy is not Strategy.ROSTER:
            choose(session=session, batch_id=batch_id, strategy=strategy, by=by, at=at)


def in_force(session: Session, batch_id: int) -> ReadingOrder | None:
    """The order that was chosen for a batch (现行次序); ``None``: as the roster was frozen."""
    return session.get(ReadingOrder, batch_id)


def _rank(session: Session, order: ReadingOrder, seeds: Sequence[int]) -> dict[str, Any]:
    rows = to_rank(session, order.batch_id)
    at_row = {row.record_id: number for number, row in enumerate(rows)}
    strangers = [seed for seed in seeds if seed not in at_row]
    if strangers:
        raise ReviewError("review.not_on_roster", batch=order.batch_id, count=len(strangers))
    # An item without a volume is a family of its own.
    families: dict[tuple[str, str], int] = {}
    family = [
        families.setdefault((row.fonds_key, row.volume_code or f"\n{row.record_id}"), len(families)) for row in rows
    ]
    made = active.arrange(
        _value(order.strategy, rows),
        np.array(family, dtype=np.int64),
        seeds=[at_row[seed] for seed in seeds],
        random_share=0.0 if order.strategy is Strategy.ROSTER else order.random_share,
        seed=order.seed,
    )
    ranked = [rows[number].record_id for number in made.rows]
    session.execute(delete(ReadingPlace).where(col(ReadingPlace.batch_id) == order.batch_id))
    if ranked:
        session.execute(insert(ReadingPlace), [
            {"batch_id": order.batch_id, "record_id": record_id, "place": place, "why": str(why)}
            for place, (record_id, why) in enumerate(zip(ranked, made.why, strict=True), start=1)
        ])  # fmt: skip
    told = {
        "strategy": order.strategy.value, "random_share": order.random_share, "items": len(ranked),
        "seeds": len(seeds), "families": len(families),
    }  # fmt: skip
    payload = {
        **told, "random_share": str(order.random_share), "seed": order.seed,
        "order": hashlib.sha256(" ".join(map(str, ranked)).encode()).hexdigest(),
    }  # fmt: skip
    subject = f"batch/{order.batch_id}"
    seal(session, actor=order.ranked_by, action="review.order", subject=subject, payload=payload, at=order.ranked_at)
    return told


def _value(strategy: Strategy, rows: Sequence[Any]) -> Any:
    if strategy is Strategy.ROSTER:
        return np.zeros(len(rows))
    probability = np.array([np.nan if row.probability is None else row.probability for row in rows], dtype=float)
    if strategy is Strategy.RISK:
        return active.risk(probability, np.array([row.lean is Access.RESTRICTED for row in rows], dtype=bool))
    from classifiers import groups  # scikit-learn, which readers of a batch in its old order need not wait for

    likeness = groups.near_duplicates([groups.template_key(row.title) for row in rows])
    return active.information(probability, likeness)


def _seeds_of(session: Session, batch_id: int) -> list[int]:
    return list(
        session.exec(
            select(ReadingPlace.record_id)
            .where(ReadingPlace.batch_id == batch_id, ReadingPlace.why == active.SEED)
            .order_by(col(ReadingPlace.place))
        )
    )
