"""Publish (公布): from an approved batch to a notice and an open catalogue, out of one frozen snapshot."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col

from batches import machine, publication
from batches.guards import GUARDS
from models import Batch, OpenEntry, OpeningNotice, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import BatchAction, BatchState
from workbench.i18n import explain, speaking
from workbench.services import publication_facts, sampling, sampling_report
from workbench.services.batching import advance, facts
from workbench.services.folder_swap import digest_of, prepared, undo_on_rollback
from workbench.services.publication_editions import PAPER_LANGUAGE, PREVIEW_SECRET, edition_of, record_edition
from workbench.services.publication_files import (
    COLUMNS,
    Edition,
    catalogue_rows,
    notice_page,
    notice_paper,
    titles_of,
    write_internal,
    write_public,
)
from workbench.services.roster import items, load_batch
from workbench.writers.reading_back import read_back
from workbench.writers.tables import Row


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published now (公布预览): nothing is written."""

    number: str
    title: str
    html: str
    headers: list[str]
    rows: list[Row]
    opened: int
    delayed: int
    problems: list[str]


def publish(
    *, session: Session, batch_id: int, by: User, at: datetime, on: date, home: Path, version: int | None = None
) -> OpeningNotice:
    """Publish an approved batch (公布): notice, open catalogue, lists and snapshot, whole or not at all.

    Files lie in ``<home>/published/<year>-<no>/``; they go again when the transaction is rolled back. The head
    printed on them is the ledger's as it stands before the publish event, which then seals the snapshot.

    Raises
    ------
    ProcedureError
        What the guards of the state table say; ``publication.*`` when files cannot be made.
    """
    batch = load_batch(session, batch_id, version=version)
    machine.require_role(machine.transition(batch.state, BatchAction.PUBLISH), by)  # refuse early: what follows is work
    # Kept until the end: the guards read the roster again, and rows that are still held need not be made anew.
    roster = items(session, batch_id)
    frozen = publication.snapshot(
        publication_facts.approved_items(session, batch, roster), secret=publication_facts.make_secret(session)
    )
    number = publication_facts.next_number(session, on.year)
    with speaking(PAPER_LANGUAGE):
        edition = edition_of(session, batch, frozen, year=on.year, number=number, at=at, on=on, home=home)
        target = home / "published" / f"{on.year}-{number}"
        with prepared(target) as folder:
            write_public(folder / "public", edition)
            write_internal(folder / "internal", edition)
            if sampling.newest(session, batch_id) is not None:
                sampling_report.write(session, batch_id, folder / "internal" / "sampling_report")
            files = digest_of(folder / "public")
            _seal(session, batch, edition, files=files, by=by)
    undo_on_rollback(session, lambda: shutil.rmtree(target, ignore_errors=True))
    return _record(session, batch, edition, folder=target.name, files=files, by=by)


def _seal(session: Session, batch: Batch, edition: Edition, *, files: str, by: User) -> None:
    frozen = edition.frozen
    payload = {
        "year": edition.year,
        "number": edition.number,
        "opened": len(frozen.lines),
        "delayed": len(frozen.delayed),
        "public": frozen.public_digest(),
        "files": files,
        "internal": frozen.internal_digest(edition.secret),
        "head": edition.head,
    }
    advance(
        session=session, batch=batch, action=BatchAction.PUBLISH, by=by, at=edition.at, on=edition.on, payload=payload
    )


def _record(session: Session, batch: Batch, edition: Edition, *, folder: str, files: str, by: User) -> OpeningNotice:
    frozen = edition.frozen
    notice = OpeningNotice(
        batch_id=int(batch.id or 0), year=edition.year, number=edition.number, folder=folder,
        snapshot_digest=frozen.public_digest(), ledger_head=edition.head, opened=len(frozen.lines),
        published_by=by.name, published_on=edition.on, published_at=edition.at,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    record_edition(session, notice, edition, files=files, by=by)
    if frozen.lines:
        session.execute(insert(OpenEntry), [_entry(notice, line) for line in frozen.lines])
    leave = update(RosterEntry).where(col(RosterEntry.batch_id) == batch.id).values(is_live=False)
    session.execute(leave)
    return notice


def _entry(notice: OpeningNotice, line: publication.OpenLine) -> dict[str, Any]:
    return {
        "notice_id": notice.id,
        "record_id": line.record_id,
        "position": line.number,
        "reference_code": line.reference_code,
        "title": line.title,
        "creator": line.creator,
        "date_text": line.date_text,
        "fonds": line.fonds,
    }


def preview(session: Session, batch_id: int, *, at: datetime, on: date, home: Path, rows: int = 50) -> Preview:
    """What publishing now would show, and what stands against it (公布预览); nothing is written.

    Raises
    ------
    ProcedureError
        ``batch.illegal_transition`` for a batch that is not approved; ``publication.template_*``.
    """
    batch = load_batch(session, batch_id)
    row = machine.transition(BatchState(batch.state), BatchAction.PUBLISH)
    secret = publication_facts.secret_of(session) or PREVIEW_SECRET
    frozen = publication.snapshot(publication_facts.approved_items(session, batch), secret=secret)
    number = publication_facts.next_number(session, on.year)
    known = facts(session, batch, on=on)
    found = [problem for name in row.guards for problem in GUARDS[name](known, None)]
    with speaking(PAPER_LANGUAGE):
        edition = edition_of(session, batch, frozen, year=on.year, number=number, at=at, on=on, home=home)
        html = notice_page(edition, read_back(notice_paper(edition)))
        headers, title = titles_of(COLUMNS), edition.title
    return Preview(
        number=f"{on.year}-{number}", title=title, html=html, headers=headers,
        rows=catalogue_rows(frozen.lines[:rows]), opened=len(frozen.lines), delayed=len(frozen.delayed),
        problems=[explain(ProcedureError(problem.code, **problem.params)) for problem in found],
    )  # fmt: skip
