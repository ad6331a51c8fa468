"""The public title check (题名核定): an open title that names a private person is kept or replaced by a person."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from models import Record, User
from models.correction import CorrectedField
from models.errors import ReviewError
from models.evidence import Evidence
from models.vocabulary import Access, BatchState, Effect, Ground
from rules import public_title
from workbench.permissions import require
from workbench.queries import corrections
from workbench.services import rule_book
from workbench.services.ledger_keeping import seal
from workbench.services.roster import Item, item, items, load_batch, plan_of

_WITH_PUBLIC_TITLES = (
    BatchState.IN_REVIEW, BatchState.REVIEWED, BatchState.IN_CONSULTATION, BatchState.AGREED, BatchState.CERTIFIED,
    BatchState.SUBMITTED, BatchState.APPROVED,
)  # fmt: skip


# A batch is looked at many times while it waits; what stands in a title does not change.
_findings = lru_cache(maxsize=1 << 16)(public_title.title_findings)


def names_someone(evidence: Sequence[Evidence]) -> bool:
    """Whether the title itself carries personal information that a rule restricts or cautions."""
    return any(
        reason.field == "title"
        and reason.effect in (Effect.RESTRICT, Effect.CAUTION)
        and reason.ground is Ground.PERSONAL_INFORMATION
        for reason in evidence
    )


def wants_a_person(title: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a person must look at a title before it is public (题名须否核定).

    A rule that finds personal information asks for it; so does a number, an address or a date of birth; and so
    does a bare name, unless an ``open`` rule speaks for the title: appointments and regulations were public acts.
    """
    if names_someone(evidence):
        return True
    found = {finding.what for finding in _findings(title)}
    return bool(found - {"name"}) or bool(found and not any(reason.effect is Effect.OPEN for reason in evidence))


def titles_to_check(session: Session, batch_id: int, roster: Sequence[Item] | None = None) -> list[Item]:
    """Items to be opened whose titles still wait for a person's check (待核定题名).

    A title waits when ``wants_a_person`` says so; whether somebody named there is a private person, no program knows.
    So does a title that an accepted correction words otherwise: nobody has read that wording to open it.
    """
    plan = plan_of(load_batch(session, batch_id))
    opening = [
        entry
        for entry in (items(session, batch_id) if roster is None else roster)
        if entry.entry.title_checked_by is None
        and (decisive := entry.decisive(plan)) is not None
        and decisive.access is Access.OPEN
    ]
    found = rule_book.ruleset(session).evidence_many([rule_book.description(entry.record) for entry in opening])
    mended = corrected_titles(session, opening)
    return [
        entry
        for entry, evidence in zip(opening, found, strict=True)
        if entry.entry.record_id in mended or wants_a_person(entry.record.title, evidence)
    ]


def corrected_titles(session: Session, roster: Sequence[Item]) -> dict[int, str]:
    """What accepted corrections make of the titles (更正后的题名), by record; titles without any are absent."""
    accepted = corrections.accepted(session, [entry.entry.record_id for entry in roster])
    return {each.record_id: each.proposed for each in accepted if each.field is CorrectedField.TITLE}


def proposal(title: str) -> str | None:
    """A public title with names and numbers masked (拟公开题名), for a person to change; ``None``: none found."""
    return public_title.propose_title(title) if _findings(title) else None


def waiting_rows(session: Session, batch_id: int) -> list[dict[str, Any]]:
    """Titles that wait for a check, each with its proposal and what in it points to a person (待核定题名清单).

    The proposal begins from the corrected title, where there is one.
    """
    waiting = titles_to_check(session, batch_id)
    mended = corrected_titles(session, waiting)
    return [
        {
            "reference_code": entry.record.reference_code,
            "fonds": entry.record.fonds,
            "title": entry.record.title,
            "proposal": _proposal(entry.record.title, mended.get(entry.entry.record_id)),
            "findings": [
                {"what": found.what, "start": found.start, "end": found.end, "text": found.text}
                for found in _findings(entry.record.title)
            ],
            "record_id": entry.entry.record_id,
            "round": entry.entry.round,
        }
        for entry in waiting
    ]


def _proposal(title: str, corrected: str | None) -> str | None:
    return proposal(title) if corrected is None else proposal(corrected) or corrected


def decide_title(
    *, session: Session, batch_id: int, record_id: int, public_title: str | None, by: User, at: datetime
) -> Record:
    """Keep a title (``public_title`` None) or replace it in public (核定公开题名); the original is never changed.

    Raises
    ------
    ReviewError
        ``review.not_open``, ``review.title_missing`` or ``review.title_not_replaced``.
    """
    require(by, "review.title")
    batch = load_batch(session, batch_id)
    if batch.state not in _WITH_PUBLIC_TITLES:
        raise ReviewError("review.not_in_review", state=batch.state)
    found = item(session, batch_id, record_id)
    decisive = found.decisive(plan_of(batch))
    if decisive is not None and decisive.access is not Access.OPEN:
        raise ReviewError("review.not_open", code=found.record.reference_code)
    if public_title is not None:
        public_title = public_title.strip()
        if not public_title:
            raise ReviewError("review.title_missing")
        if public_title == found.record.title:
            raise ReviewError("review.title_not_replaced")
    found.entry.public_title, found.entry.title_checked_by = public_title, by.name
    found.record.public_title = public_title
    session.add(found.entry)
    session.add(found.record)
    seal(
        session, actor=by.name, action="review.title", subject=f"batch/{batch_id}/record/{record_id}",
        payload={"replaced": public_title is not None}, at=at,
    )  # fmt: skip
    return found.record
