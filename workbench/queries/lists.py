"""Lists for screens (页面清单): keyset-paged, small."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import AuditEvent, Batch, Catalogue, OpeningNotice, Record
from models.vocabulary import BatchState


def batches_in(session: Session, *states: BatchState) -> Sequence[Batch]:
    """Batches in these states, or all, newest first (批次)."""
    query = select(Batch).order_by(col(Batch.id).desc())
    return session.exec(query.where(col(Batch.state).in_(states)) if states else query).all()


def audit_page(session: Session, *, before: int | None, limit: int, subject: str | None = None) -> Sequence[AuditEvent]:
    """Lines of the ledger, newest first, below a ``seq`` (审计行); ``subject`` by its beginning."""
    query = select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEvent.seq) < before)
    if subject:
        query = query.where(col(AuditEvent.subject).startswith(subject, autoescape=True))
    return session.exec(query).all()


def catalogues(session: Session, limit: int = 20) -> Sequence[Catalogue]:
    """The newest imports (近次导入)."""
    return session.exec(select(Catalogue).order_by(col(Catalogue.id).desc()).limit(limit)).all()


def notices(session: Session) -> Sequence[OpeningNotice]:
    """All publications, newest first (历次公布)."""
    return session.exec(select(OpeningNotice).order_by(col(OpeningNotice.id).desc())).all()


def due_count(session: Session, on: date) -> int:
    """Number of undecided records whose day has come (到期未审数); an index answers it."""
    query = select(func.count()).select_from(Record).where(col(Record.access).is_(None), col(Record.due_on) <= on)
    return session.exec(query).one()


def fonds_names(session: Session, limit: int = 2000) -> Sequence[str]:
    """Names of the fonds in the home (全宗)."""
    query = (
        select(Record.fonds).where(col(Record.fonds).is_not(None)).distinct().order_by(col(Record.fonds)).limit(limit)
    )
    return [name for name in session.exec(query) if name]
