"""Keep the ledger (记账、验账): append one sealed line, verify, export."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from batches import ledger
from models import AuditEvent
from models.errors import LedgerBroken

_LOCK = 0x6B61696A69616E  # the advisory lock of PostgreSQL: any fixed number of ours


def seal(
    session: Session, *, actor: str, action: str, subject: str, payload: Mapping[str, Any], at: datetime
) -> AuditEvent:
    """Append one event in this transaction (记账).

    ``payload`` holds ids, digests, counts and user names; never titles or reasons: text is referenced by
    row id, so that it can be kept from eyes that read the ledger.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, ledger.GENESIS)
    sealed = ledger.seal(previous, seq=seq, at=at, actor=actor, action=action, subject=subject, payload=payload)
    event = AuditEvent(
        seq=seq, at=at, actor=actor, action=action, subject=subject, payload=dict(payload), previous_hash=previous,
        hash=sealed,
    )  # fmt: skip
    session.add(event)
    session.flush()
    return event


def head(session: Session) -> str:
    """Hash of the newest line (链头); ``GENESIS`` when the ledger is empty."""
    newest = session.exec(select(AuditEvent.hash).order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    return newest or ledger.GENESIS


def events(session: Session) -> Iterator[AuditEvent]:
    """All lines in order, streamed (全部审计行)."""
    yield from session.exec(select(AuditEvent).order_by(col(AuditEvent.seq)).execution_options(yield_per=2000))


def verify(session: Session, *, head: str | None = None) -> int:
    """Walk the whole chain (验账) and give the number of lines.

    Raises
    ------
    LedgerBroken
        ``ledger.broken_sequence``, ``_previous``, ``_content`` or ``_tail``, with the line's ``seq``.
    """
    broken = ledger.first_break(events(session), head=head)
    if broken:
        raise LedgerBroken(f"ledger.broken_{broken.reason}", seq=broken.seq)
    last = session.exec(select(AuditEvent.seq).order_by(col(AuditEvent.seq).desc()).limit(1)).first()
    return last or 0


def plain(event: AuditEvent) -> dict[str, Any]:
    """A line as plain values (审计行), instants as ISO-8601 UTC with microseconds, as they were hashed."""
    return {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "payload": event.payload,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
