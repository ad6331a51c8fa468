"""How a batch stands (批次概览): counts, possible steps with what stands against them, rows for lists."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from batches import machine
from batches.guards import GUARDS, Problem
from batches.review import Standing
from models import Batch, Record
from models.errors import ProcedureError
from models.vocabulary import Access, ReviewStage
from workbench.i18n import explain
from workbench.services import item_history
from workbench.services.batching import facts
from workbench.services.roster import Item, items, newest_suggestion, plan_of

# What the step itself asks for (minutes, note, items) is not yet an obstacle to it.
ASKED_WITH_THE_STEP = ("batch.minutes_missing", "batch.note_missing", "batch.items_not_named")


def progress(session: Session, batch: Batch, roster: Sequence[Item] | None = None) -> dict[str, int]:
    """Counts of a batch (进度): items, by stage given, by standing, by outcome of the settled."""
    plan = plan_of(batch)
    roster = items(session, int(batch.id or 0)) if roster is None else roster
    standing = Counter(item.standing(plan) for item in roster)
    settled = [decisive for item in roster if (decisive := item.decisive(plan))]
    return {
        "items": len(roster),
        "first": sum(1 for item in roster if item.opinions),
        "second": sum(1 for item in roster if len(item.opinions) > 1),
        "waiting": standing[Standing.WAITING],
        "disputed": standing[Standing.DISPUTED],
        "settled": standing[Standing.SETTLED],
        "open": sum(1 for opinion in settled if opinion.access is Access.OPEN),
        "restricted": sum(1 for opinion in settled if opinion.access is Access.RESTRICTED),
    }


def steps(session: Session, batch: Batch, *, on: date) -> list[dict[str, Any]]:
    """Steps of the state table that are possible now, each with its problems as sentences (可行步骤)."""
    known = facts(session, batch, on=on)
    return [
        {
            "action": row.action.value,
            "to": row.target.value,
            "role": row.role.value,
            "problems": [
                sentence(problem)
                for name in row.guards
                for problem in GUARDS[name](known, None)
                if problem.code not in ASKED_WITH_THE_STEP
            ],
        }
        for row in machine.possible(batch.state)
    ]  # fmt: skip


def sentence(problem: Problem) -> str:
    """A guard's problem as people read it."""
    return explain(ProcedureError(problem.code, **problem.params))


def batch_card(session: Session, batch: Batch, *, on: date) -> dict[str, Any]:
    """Everything a screen or ``batch show`` says about a batch (批次卡片)."""
    return {
        "batch": batch.id,
        "title": batch.title,
        "state": batch.state.value,
        "version": batch.version,
        "created_by": batch.created_by,
        "early_basis": batch.early_basis,
        "review_plan": batch.review_plan,
        "roster_digest": batch.roster_digest,
        "note": batch.note,
        "skipped": batch.skipped,
        "minutes_number": batch.minutes_number,
        "approved_by": batch.approved_by,
        **progress(session, batch),
        "steps": steps(session, batch, on=on),
    }


def roster_rows(session: Session, batch: Batch, *, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """The roster as plain rows, with each item's standing and outcome (名册清单); opinions in force are named.

    ``after`` is the position that a page of ``limit`` rows begins behind.
    """
    plan = plan_of(batch)
    rows = []
    for item in items(session, int(batch.id or 0), after=after, limit=limit):
        decisive, waiting = item.decisive(plan), item.waiting_for(plan)
        rows.append(
            {
                "position": item.entry.position,
                "record_id": item.record.id,
                "reference_code": item.record.reference_code,
                "title": item.record.title,
                "public_title": item.entry.public_title,
                "fonds": item.record.fonds,
                "round": item.entry.round,
                "standing": item.standing(plan).value,
                "waiting_for": waiting.value if waiting else None,
                "access": decisive.access.value if decisive else None,
                "ground": decisive.ground.value if decisive and decisive.ground else None,
                "stages": [opinion.stage.value for opinion in item.opinions],
            }
        )
    return rows


def code_of(session: Session, record_id: int) -> str:
    """档号 of a record."""
    record = session.get(Record, record_id)
    return record.reference_code if record else str(record_id)


def item_card(session: Session, batch: Batch, item: Item) -> dict[str, Any]:
    """What a reviewer sees of an item (审核卡片).

    A blind second reader gets neither the first opinion nor the suggestion, its probability or evidence;
    an arbitrator sees both opinions.
    """
    plan = plan_of(batch)
    stage = item.waiting_for(plan)
    record = item.record
    blind = stage is ReviewStage.SECOND and plan.blind_second
    suggestion = None if blind else newest_suggestion(session, item.entry.record_id)
    return {
        "batch": batch.id,
        "version": batch.version,
        "record_id": record.id,
        "position": item.entry.position,
        "round": item.entry.round,
        "stage": stage.value if stage else None,
        "blind": blind,
        "reference_code": record.reference_code,
        "title": record.title,
        "level": record.level.value,
        "fonds": record.fonds,
        "creator": record.creator,
        "document_number": record.document_number,
        "date_text": record.date_text,
        "due_on": record.due_on,
        "retention_period": record.retention_period,
        "pages": record.pages,
        "remarks": record.remarks,
        "volume_code": record.volume_code,
        "notes": record.notes,
        "suggestion": suggestion.access.value if suggestion and suggestion.access else None,
        "lean": suggestion.lean.value if suggestion and suggestion.lean else None,
        "ground": suggestion.ground.value if suggestion and suggestion.ground else None,
        "probability": suggestion.probability if suggestion else None,
        "evidence": [reason.to_dict() for reason in suggestion.reasons()] if suggestion else [],
        "said_before": item_history.said_before(session, item.entry.record_id),
        "opinions": [
            {
                "stage": opinion.stage.value,
                "access": opinion.access.value,
                "ground": opinion.ground.value if opinion.ground else None,
                "reason": opinion.reason,
                "review_again_on": opinion.review_again_on,
            }
            for opinion in item.opinions
            if stage is ReviewStage.ARBITRATION or (stage is ReviewStage.SECOND and not blind)
        ],
    }
