"""Lists of corrections (纠错查询): the register by state, what lies over a record, counts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Correction, CorrectionStep, Record
from models.correction import CorrectedField, CorrectionState
from workbench.queries.rosters import of_fonds

Listed = tuple[Correction, Record]
_PORTION = 500


def register(
    session: Session, *, states: Sequence[CorrectionState] = (), fonds: Sequence[str] = (), after: int = 0,
    limit: int | None = None,
) -> list[Listed]:  # fmt: skip
    """Corrections with their records (纠错登记簿), by number behind ``after``."""
    query = (
        select(Correction, Record)
        .join(Record, col(Record.id) == col(Correction.record_id))
        .where(col(Correction.id) > after)
        .order_by(col(Correction.id))
        .limit(limit)
    )
    if states:
        query = query.where(col(Correction.state).in_(states))
    if fonds:
        query = query.where(of_fonds(list(fonds)))
    return [(correction, record) for correction, record in session.exec(query)]


def steps(session: Session, correction_ids: Sequence[int]) -> dict[int, list[CorrectionStep]]:
    """What was done about each (经过), in order."""
    found: dict[int, list[CorrectionStep]] = defaultdict(list)
    for start in range(0, len(correction_ids), _PORTION):
        query = (
            select(CorrectionStep)
            .where(col(CorrectionStep.correction_id).in_(correction_ids[start : start + _PORTION]))
            .order_by(col(CorrectionStep.id))
        )
        for step in session.exec(query):
            found[step.correction_id].append(step)
    return found


def of_record(session: Session, record_id: int) -> Sequence[Correction]:
    """Everything proposed of one record (该条目的纠错)."""
    return session.exec(select(Correction).where(Correction.record_id == record_id).order_by(col(Correction.id))).all()


def accepted(session: Session, record_ids: Sequence[int]) -> Iterator[Correction]:
    """Accepted corrections of these records (已采纳的更正)."""
    for start in range(0, len(record_ids), _PORTION):
        yield from session.exec(
            select(Correction).where(
                col(Correction.record_id).in_(record_ids[start : start + _PORTION]),
                Correction.state == CorrectionState.ACCEPTED,
            )
        )


def accepted_of(session: Session, record_id: int, field: CorrectedField) -> Correction | None:
    """The wording that lies over one field now (现行更正)."""
    return session.exec(
        select(Correction).where(
            Correction.record_id == record_id, Correction.field == field,
            Correction.state == CorrectionState.ACCEPTED,
        )
    ).first()  # fmt: skip


def counts(session: Session) -> dict[CorrectionState, int]:
    """Number by state (纠错计数)."""
    query = select(Correction.state, func.count()).group_by(col(Correction.state))
    found = {CorrectionState(state): int(size) for state, size in session.exec(query)}
    return {state: found.get(state, 0) for state in CorrectionState}
