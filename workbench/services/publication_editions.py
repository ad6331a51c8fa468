"""Editions of a publication (公布版次): every change of use makes a new one; the one before is kept as it was.

::

    published/2026-1/public      what the public finds, always here
                    /internal
                    /earlier/1   the first edition, public and internal, as it was when the second took its place
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from batches import publication
from batches.publication import Snapshot
from models import Batch, EditionChange, NoticeEdition, OpenEntry, OpeningNotice, Record, Suspension, User
from models.errors import ProcedureError
from models.vocabulary import Access, UseState
from workbench.i18n import speaking
from workbench.services import ledger_keeping, publication_corrections, publication_facts, setting_up
from workbench.services.folder_swap import digest_of, exchange, succeeding
from workbench.services.publication_corrections import ChangedLine, Correction
from workbench.services.publication_files import Edition
from workbench.services.publication_now import editions, published_lines, unused

# Papers of a Chinese archive are Chinese, whatever language the screen speaks.
PAPER_LANGUAGE = "zh_CN"
PREVIEW_SECRET = b"preview"  # keys codes of a preview in a home that has not published yet; never published
PARTS = ("public", "internal")


def edition_of(
    session: Session, batch: Batch, frozen: Snapshot, *, year: int, number: int, at: datetime, on: date, home: Path,
    turn: int = 1, unused: Mapping[int, UseState] | None = None,
) -> Edition:  # fmt: skip
    """Gather what the files are made from (公布版本); ``frozen`` is whole, ``unused`` is taken out here."""
    head, gone = ledger_keeping.head(session), dict(unused or {})
    shown = publication.without(frozen, frozenset(gone))
    return Edition(
        frozen=shown,
        year=year,
        number=number,
        on=on,
        at=at,
        head=head,
        fonts=publication_facts.fonts(session),
        templates=home / "templates",
        pdf=setting_up.get(session, "notice_pdf"),
        notice=publication_facts.notice_values(session, batch, shown, year=year, number=number, on=on),
        sheet=publication_facts.sheet_values(session, batch, frozen, head=head),
        marks={
            Access.OPEN: setting_up.get(session, "write_back_open"),
            Access.RESTRICTED: setting_up.get(session, "write_back_restricted"),
        },
        use_marks={
            UseState.SUSPENDED: setting_up.get(session, "write_back_suspended"),
            UseState.WITHDRAWN: setting_up.get(session, "write_back_withdrawn"),
        },
        secret=publication_facts.secret_of(session) or PREVIEW_SECRET,
        turn=turn,
        unused=gone,
    )


def reissue(
    *, session: Session, notice: OpeningNotice, changes: Sequence[Suspension], by: User, at: datetime, on: date,
    home: Path,
) -> NoticeEdition:  # fmt: skip
    """Make the next edition after a change of use (公布新版次), sealed; all ``changes`` are of one kind.

    Files go back when the transaction does.

    Raises
    ------
    ProcedureError
        ``publication.folder_missing`` when the files of the edition before are not there; ``publication.*``.
    """
    before = editions(session, int(notice.id or 0))[0]
    folder = home / "published" / notice.folder
    kept = folder / "earlier" / str(before.number)
    if not all((folder / part).is_dir() for part in PARTS):
        raise ProcedureError("publication.folder_missing", path=str(folder))
    _mend(folder, kept, before)
    entries = _entries(session, notice, changes)
    with speaking(PAPER_LANGUAGE):
        edition = _next(session, notice, turn=before.number + 1, at=at, on=on, home=home)
        correction = _correction(session, notice, changes[0].state, entries)
        with succeeding(session, folder, kept, PARTS) as writing:
            publication_corrections.write_public(writing / "public", edition, correction, before=folder / "public")
            publication_corrections.write_internal(
                writing / "internal", edition, before=folder / "internal", why=_why(changes)
            )
            made = record_edition(
                session, notice, edition, state=changes[0].state, files=digest_of(writing / "public"), by=by
            )
            _seal(session, notice, made, before=digest_of(folder / "public"), changes=changes)
    session.add_all(
        EditionChange(edition_id=int(made.id or 0), entry_id=int(entry.id or 0), suspension_id=int(change.id or 0))
        for change, (entry, _) in zip(changes, entries, strict=True)
    )
    session.flush()
    return made


def _mend(folder: Path, kept: Path, before: NoticeEdition) -> None:
    """Put right what a run left that was cut off between files and database (修复中断的换版)."""
    if not kept.exists() or before.files_digest is None:
        return
    if digest_of(folder / "public") != before.files_digest == digest_of(kept / "public"):
        for part in PARTS:
            exchange(kept / part, folder / part)
    shutil.rmtree(kept)


def _entries(session: Session, notice: OpeningNotice, changes: Sequence[Suspension]) -> list[tuple[OpenEntry, Record]]:
    found = {
        entry.record_id: (entry, record)
        for entry, record in session.exec(
            select(OpenEntry, Record)
            .join(Record, col(Record.id) == col(OpenEntry.record_id))
            .where(OpenEntry.notice_id == notice.id)  # all of it: a whole batch would be too many names for one IN
        )
    }
    return [found[change.record_id] for change in changes]


def _next(session: Session, notice: OpeningNotice, *, turn: int, at: datetime, on: date, home: Path) -> Edition:
    batch = session.get_one(Batch, notice.batch_id)
    lines = published_lines(session, notice)
    everything = publication.snapshot(
        publication_facts.approved_items(session, batch), secret=publication_facts.make_secret(session)
    )
    frozen = Snapshot(
        lines=lines, scope=publication.scope_of(lines), delayed=everything.delayed, everything=everything.everything
    )
    return edition_of(
        session, batch, frozen, year=notice.year, number=notice.number, at=at, on=on, home=home, turn=turn,
        unused=unused(session, notice),
    )  # fmt: skip


def _correction(
    session: Session, notice: OpeningNotice, state: UseState, entries: Sequence[tuple[OpenEntry, Record]]
) -> Correction:
    withdrawal = state is UseState.WITHDRAWN
    earlier = [each.state for each in editions(session, int(notice.id or 0)) if each.state is not None]
    number = 1 + sum((each is UseState.WITHDRAWN) is withdrawal for each in earlier)
    lines = sorted(
        (
            ChangedLine(entry.position, None if record.code_generated else entry.reference_code)
            for entry, record in entries
        ),
        key=lambda line: line.number,
    )
    return Correction(state, number, tuple(lines), notice.published_on)


def record_edition(
    session: Session, notice: OpeningNotice, edition: Edition, *, files: str, by: User, state: UseState | None = None
) -> NoticeEdition:
    """Keep an edition's row (登记版次): ``files`` is the digest of its public files."""
    made = NoticeEdition(
        notice_id=int(notice.id or 0), number=edition.turn, state=state,
        snapshot_digest=edition.frozen.public_digest(), files_digest=files, ledger_head=edition.head,
        opened=len(edition.frozen.lines), made_by=by.name, made_on=edition.on, made_at=edition.at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _seal(
    session: Session, notice: OpeningNotice, made: NoticeEdition, *, before: str, changes: Sequence[Suspension]
) -> None:
    payload = {
        "edition": made.number,
        "opened": made.opened,
        "public": made.snapshot_digest,
        "files": made.files_digest,
        "files_before": before,
        "changes": [change.id for change in changes],
        "head": made.ledger_head,
    }
    ledger_keeping.seal(
        session, actor=made.made_by, action="notice.edition", subject=f"notice/{notice.folder}", payload=payload,
        at=made.made_at,
    )  # fmt: skip


def _why(changes: Sequence[Suspension]) -> list[dict[str, object]]:
    return [
        {
            "record": change.record_id,
            "state": change.state.value,
            "reason": change.reason,
            "deadline": change.deadline.isoformat() if change.deadline else None,
            "by": change.by,
        }
        for change in changes
    ]
