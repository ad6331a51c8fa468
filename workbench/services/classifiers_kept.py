"""Classifiers of this home (分类器管理): keep, adopt, roll back, load only what the ledger knows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from batches.suggest import Scorer, may_open
from classifiers import store
from models import AuditEvent, Classifier, User
from models.errors import LearnerError
from workbench.permissions import named
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal

ADOPTED = "classifier.adopted"
_loaded: dict[tuple[Path, str], Any] = {}  # read-only once loaded; a digest names one content for ever


def folder(home: Path) -> Path:
    """Where classifier files lie (分类器目录)."""
    return home / "classifiers"


def keep(*, session: Session, home: Path, pipeline: Any, card: dict[str, Any], by: str, at: datetime) -> Classifier:
    """Store a trained classifier and its card (存分类器), sealed; it is not in use yet."""
    signed = {**card, "trained_by": by, "trained_at": at.isoformat()}
    digest = store.save(folder(home), pipeline, signed)
    kept = session.get(Classifier, digest)
    if kept is None:
        kept = Classifier(digest=digest, name=signed["name"], card=signed, trained_by=by, trained_at=at)
        session.add(kept)
        session.flush()
        payload = {"digest": digest, "data": signed.get("data_digest"), "rows": signed["rows"]["taught"]}
        seal(session, actor=by, action="classifier.trained", subject=_subject(digest), payload=payload, at=at)
    return kept


def adopt(*, session: Session, digest: str, by: User | str, at: datetime) -> Classifier:
    """Put a kept classifier into use (采用分类器), sealed.

    Raises
    ------
    PermissionDenied
        For a person without the right.
    LearnerError
        ``classifier.unknown`` when no or more than one kept classifier begins with ``digest``.
    """
    actor = named(by, "classifier.adopt")
    chosen, before = find(session, digest), in_use(session)
    for row in session.exec(select(Classifier).where(col(Classifier.is_adopted))):
        row.is_adopted = False
        session.add(row)
    chosen.is_adopted, chosen.adopted_at = True, at
    session.add(chosen)
    session.flush()
    payload = {"digest": chosen.digest, "before": before.digest if before else None}
    seal(session, actor=actor, action=ADOPTED, subject=_subject(chosen.digest), payload=payload, at=at)
    return chosen


def roll_back(*, session: Session, by: User | str, at: datetime) -> Classifier:
    """Take the classifier that was in use before this one (退回上一分类器), sealed as an adoption.

    Raises
    ------
    LearnerError
        ``classifier.nothing_before`` when there was none.
    """
    last = session.exec(
        select(AuditEvent).where(AuditEvent.action == ADOPTED).order_by(col(AuditEvent.seq).desc()).limit(1)
    ).first()
    before = last.payload.get("before") if last else None
    if not before:
        raise LearnerError("classifier.nothing_before")
    return adopt(session=session, digest=before, by=by, at=at)


def find(session: Session, digest: str) -> Classifier:
    """A kept classifier by the beginning of its digest (按摘要查分类器)."""
    found = session.exec(select(Classifier).where(col(Classifier.digest).startswith(digest, autoescape=True))).all()
    if len(found) != 1 or not digest:
        raise LearnerError("classifier.unknown", digest=digest, count=len(found))
    return found[0]


def everything(session: Session) -> list[Classifier]:
    """All kept classifiers, newest first (分类器清单)."""
    return list(session.exec(select(Classifier).order_by(col(Classifier.trained_at).desc())))


def in_use(session: Session) -> Classifier | None:
    """The adopted classifier, if any (在用分类器)."""
    return session.exec(select(Classifier).where(col(Classifier.is_adopted))).first()


def scorer(session: Session, home: Path) -> Scorer | None:
    """The adopted classifier, loaded and ready (在用评分器); ``None`` when none is adopted.

    Raises
    ------
    LearnerError
        ``classifier.not_in_ledger`` when no sealed adoption names its digest; ``classifier.tampered``,
        ``classifier.missing`` from the store.
    """
    adopted = in_use(session)
    if adopted is None:
        return None
    _require_sealed(session, adopted.digest)
    pipeline, card = load(home, adopted.digest)
    certified_on = card.get("certified_on")
    return Scorer(
        pipeline=pipeline,
        digest=adopted.digest,
        open_below=card["certificate"]["threshold"],
        restrict_above=card["restrict_above"],
        may_open=may_open(certified_on=certified_on, is_demo=setting_up.is_demo(session)),
    )


def _require_sealed(session: Session, digest: str) -> None:
    sealed = session.exec(
        select(AuditEvent).where(AuditEvent.action == ADOPTED, AuditEvent.subject == _subject(digest))
    ).all()
    if not any(event.payload.get("digest") == digest for event in sealed):
        raise LearnerError("classifier.not_in_ledger", digest=digest[:12])


def load(home: Path, digest: str) -> tuple[Any, dict[str, Any]]:
    """Read a classifier's files once a process (读取分类器); checked against its digest."""
    key = (folder(home).resolve(), digest)
    if key not in _loaded:
        while len(_loaded) >= 2:
            _loaded.pop(next(iter(_loaded)))
        _loaded[key] = store.load(*key)
    found: tuple[Any, dict[str, Any]] = _loaded[key]
    return found


def _subject(digest: str) -> str:
    return f"classifier/{digest}"
