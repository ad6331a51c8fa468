"""What a publication is made of (公布所据): approved items, the archive's name and words, as plain values."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from batches import publication
from batches.publication import Approved, Scope, Snapshot
from models import Batch, OpeningNotice, Setting, Suggestion
from models.errors import ProcedureError
from models.vocabulary import Access, BatchAction, Effect
from workbench.clock import legal_day
from workbench.i18n import count, day, t
from workbench.services import setting_up
from workbench.services.roster import Item, items, plan_of
from workbench.writers.templates import Fonts

SECRET = "publication_secret"
_CHUNK = 900  # ids in one IN clause: SQLite's oldest limit is 999


def secret_of(session: Session) -> bytes | None:
    """The home's secret for keyed digests (密钥); ``None`` before the first publication."""
    row = session.get(Setting, SECRET)
    return None if row is None else bytes.fromhex(row.value)


def make_secret(session: Session) -> bytes:
    """The home's secret, made when there is none yet (生成密钥); it stays in the database."""
    known = secret_of(session)
    if known is None:
        known = secrets.token_bytes(32)
        setting_up.store(session, SECRET, known.hex())
    return known


def approved_items(session: Session, batch: Batch, roster: Sequence[Item] | None = None) -> list[Approved]:
    """The roster with its outcomes (已定条目); ``roster`` when it was read already.

    Raises
    ------
    ProcedureError
        ``publication.undecided`` when an item has no outcome: nothing undecided may be published.
    """
    plan = plan_of(batch)
    roster = items(session, int(batch.id or 0)) if roster is None else roster
    decided = [(entry, entry.decisive(plan)) for entry in roster]
    open_ends = [entry.record.reference_code for entry, opinion in decided if opinion is None]
    if open_ends:
        raise ProcedureError("publication.undecided", count=len(open_ends), codes=", ".join(open_ends[:5]))
    delayed = [entry.record.id for entry, opinion in decided if opinion and opinion.access is Access.RESTRICTED]
    rules = _rule_ids(session, [int(number or 0) for number in delayed])
    return [
        _approved(entry, opinion.access, opinion.ground, opinion.reason, opinion.review_again_on, rules)
        for entry, opinion in decided
        if opinion is not None
    ]


def _approved(
    entry: Item, access: Access, ground: Any, reason: str | None, again: date | None, rules: dict[int, tuple[str, ...]]
) -> Approved:
    record, restricted = entry.record, access is Access.RESTRICTED
    return Approved(
        record_id=entry.entry.record_id,
        position=entry.entry.position,
        reference_code=record.reference_code,
        code_generated=record.code_generated,
        title=record.title,
        public_title=entry.entry.public_title,
        creator=record.creator,
        date_text=record.date_text,
        date_from=record.date_from,
        date_to=record.date_to,
        fonds=record.fonds or record.fonds_code,
        fonds_code=record.fonds_code,
        level=record.level,
        access=access,
        ground=ground if restricted else None,
        reason=reason,
        review_again_on=again if restricted else None,
        rule_ids=rules.get(entry.entry.record_id, ()),
    )


def _rule_ids(session: Session, record_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Rules that spoke against opening, by record, from the newest suggestion (规则依据)."""
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(record_ids), _CHUNK):
        chunk = record_ids[start : start + _CHUNK]
        newest = select(func.max(Suggestion.id)).where(col(Suggestion.record_id).in_(chunk)).group_by(
            col(Suggestion.record_id)
        )  # fmt: skip
        for suggestion in session.exec(select(Suggestion).where(col(Suggestion.id).in_(newest))):
            spoke = [
                reason.rule_id
                for reason in suggestion.reasons()
                if reason.source != "classifier" and reason.effect in (Effect.RESTRICT, Effect.CAUTION)
            ]
            found[suggestion.record_id] = tuple(dict.fromkeys(spoke))
    return found


def next_number(session: Session, year: int) -> int:
    """The next number of the year's notices (本年公告序号)."""
    query = select(func.max(OpeningNotice.number)).where(OpeningNotice.year == year)
    return (session.exec(query).one() or 0) + 1


def fonts(session: Session) -> Fonts:
    """Fonts of papers by setting (公文字体)."""
    known = setting_up.all_values(session)
    body, fallback = known["notice_body_font"], known["notice_fallback_font"] or ""
    names = tuple(name.strip() for name in fallback.replace("，", ",").split(",") if name.strip())
    return Fonts(title=known["notice_title_font"] or body or names[0], body=body or names[0], fallback=names)


def quantity(files: int, documents: int) -> str | None:
    """卷 and 件 apart, never added (数量); ``None`` when there is nothing."""
    parts = [
        t(f"publication.quantity.{name}", count=count(number))
        for name, number in (("files", files), ("items", documents))
        if number
    ]
    return t("publication.quantity.joint").join(parts) or None


def notice_values(
    session: Session, batch: Batch, frozen: Snapshot, *, year: int, number: int, on: date
) -> dict[str, Any]:
    """What the notice's template is filled with (公告填写项)."""
    known = setting_up.all_values(session)
    scope = frozen.scope
    return {
        "archive": known["archive_name"],
        "place": known["archive_place"],
        "contact": known["archive_contact"],
        "hours": known["archive_hours"],
        "approving_body": known["approving_body"],
        "year": year,
        "number": number,
        "on": day(on),
        # A notice may not claim a consultation that was skipped.
        "consulted": BatchAction.SKIP_CONSULTATION.value not in batch.skipped,
        "early_basis": batch.early_basis,
        **scope_values(scope),
    }


def scope_values(scope: Scope) -> dict[str, Any]:
    """The scope in words (开放范围)."""
    return {
        "year_from": scope.year_from,
        "year_to": scope.year_to,
        "fonds_count": len(scope.fonds),
        "fonds": [
            {"name": line.fonds or t("publication.no_fonds"), "quantity": quantity(line.files, line.items)}
            for line in scope.fonds
        ],
        "quantity": quantity(scope.files, scope.items) or t("publication.quantity.none"),
        "quantity_before": quantity(scope.files_before_founding, scope.items_before_founding),
    }


def sheet_values(session: Session, batch: Batch, frozen: Snapshot, *, head: str) -> dict[str, Any]:
    """What the approval sheet is filled with (审批表填写项)."""
    plan = plan_of(batch)
    by_ground = Counter(item.ground for item in frozen.delayed)
    skipped = {
        action: t("publication.skipped" if action.value in batch.skipped else "publication.done")
        for action in (BatchAction.SKIP_CONSULTATION, BatchAction.SKIP_CERTIFICATION)
    }
    approval = None
    if batch.approved_by and batch.approved_at:
        approval = t("publication.approved", user=batch.approved_by, on=day(legal_day(batch.approved_at)))
    return {
        "archive": setting_up.get(session, "archive_name"),
        "batch": {
            "id": batch.id,
            "title": batch.title,
            "assembled_on": day(batch.assembled_on),
            "early_basis": batch.early_basis,
            "minutes": batch.minutes_number,
            "roster_digest": batch.roster_digest,
        },
        "counts": {
            "total": _counted(frozen.everything),
            "open": _counted([item for item in frozen.everything if item.access is Access.OPEN]),
            "delayed": _counted(frozen.delayed),
            "fonds": len({item.fonds for item in frozen.everything}),
        },
        "plan": t("publication.plan_blind" if plan.blind_second else "publication.plan_seen", count=plan.opinions)
        if plan.opinions > 1
        else t("publication.plan_single"),
        "consultation": skipped[BatchAction.SKIP_CONSULTATION],
        "certification": skipped[BatchAction.SKIP_CERTIFICATION],
        "approval": approval,
        "grounds": [
            {"ground": t(f"terms.ground.{ground.value}"), "count": number}
            for ground, number in sorted(by_ground.items(), key=lambda pair: str(pair[0]))
            if ground is not None
        ],
        "head": head,
    }


def _counted(group: Sequence[Approved]) -> str:
    scope = publication.count_levels(group)
    return quantity(*scope) or t("publication.quantity.none")
