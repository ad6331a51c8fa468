"""All papers of a batch (整批公文): gathered from the records, written in binding order, the printing sealed.

::

    gather()                 a reading session: what is due, with its values; what is left out, and why
    paper_printing.write()   no session: docx, pdf, contents, bound file — so that nobody waits for a long register
    record()                 one short transaction: that it was printed, by whom, with the digest of each file
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models import AuditEvent, PaperKind, User
from models.errors import ProcedureError
from workbench.clock import legal_day
from workbench.i18n import day, speaking, t, term
from workbench.permissions import named
from workbench.services import (
    ledger_keeping,
    paper_facts,
    paper_forms,
    paper_letters,
    paper_registers,
    paper_sampling,
    publication_facts,
    signed_sheets,
)
from workbench.services.consulting_papers import PAPERS_LANGUAGE
from workbench.services.paper_facts import Absent, Filled
from workbench.writers import pdf
from workbench.writers.templates import Fonts

K = PaperKind
# In binding order.
BUILDERS: Mapping[PaperKind, paper_facts.Builder] = {
    K.APPROVAL_SHEET: paper_forms.approval_sheet,
    K.APPRAISAL_REPORT: paper_forms.appraisal_report,
    K.MINUTES: paper_forms.minutes,
    K.REVIEW_REGISTER: paper_registers.review_register,
    K.DELAY_REGISTER: paper_registers.delay_register,
    K.ISSUE_LIST: paper_registers.issue_list,
    K.CONSULTATION_LETTER: paper_letters.consultation_letters,
    K.SAMPLING_RECORD: paper_sampling.sampling_record,
    K.DELAY_REQUEST: paper_letters.delay_papers,
    K.DELAY_APPRAISAL: paper_letters.delay_papers,
    K.RELEASE_CHECK: paper_forms.release_check,
    K.NOTICE: paper_letters.notice,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper that is due (待打印的一件): its number in the file, its name, what it is filled with."""

    number: int
    kind: PaperKind
    name: str
    filled: Filled


@dataclass(frozen=True, slots=True)
class Printing:
    """Everything that a printing needs, read from the records (待打印公文); no session behind it."""

    batch_id: int
    version: int
    batch_title: str
    archive: str
    sheets: Sequence[Sheet]
    absent: Sequence[tuple[PaperKind, Absent]]
    scans: Sequence[Mapping[str, Any]]
    fonts: Fonts
    templates: Path
    pdf: str  # "auto" | "on" | "off"
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """One paper as it lies in the folder (已写出的一件); pages are ``None`` where no pdf was made."""

    number: int
    kind: PaperKind
    name: str
    file: str
    digest: str
    pages: int | None = None
    begins: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "number": self.number, "paper": self.kind.value, "name": self.name, "file": self.file, "pages": self.pages,
            "begins": self.begins, "digest": self.digest,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """What was written (打印结果): ``warning`` says why there is no pdf although one was wanted if possible."""

    batch_id: int
    version: int
    folder: Path
    papers: Sequence[PrintedPaper]
    left_out: Sequence[Mapping[str, str]]
    pages: int | None = None
    bound: str | None = None
    warning: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return {
            "batch": self.batch_id, "folder": str(self.folder), "papers": [each.to_dict() for each in self.papers],
            "left_out": list(self.left_out), "pages": self.pages, "bound": self.bound, "warning": self.warning,
        }  # fmt: skip


def gather(session: Session, batch_id: int, *, home: Path, at: datetime, on: date) -> Printing:
    """Read what is due and what is left out (汇集公文).

    Raises
    ------
    ProcedureError
        ``batch.unknown``, ``papers.no_archive_name``; ``publication.no_typesetter`` where a pdf is a must.
    """
    facts = paper_facts.gather(session, batch_id, home=home, on=on)
    if facts.settings["papers_pdf"] == "on" and not pdf.is_available():
        raise ProcedureError("publication.no_typesetter")
    sheets: list[Sheet] = []
    absent: list[tuple[PaperKind, Absent]] = []
    with speaking(PAPERS_LANGUAGE):
        for kind in BUILDERS:
            found = BUILDERS[kind](facts)
            if isinstance(found, Absent):
                absent.append((kind, found))
                continue
            for filled in found:
                sheets.append(Sheet(len(sheets) + 1, kind, _name(kind, filled), filled))
    return Printing(
        batch_id=batch_id, version=facts.batch.version, batch_title=facts.batch.title,
        archive=facts.settings["archive_name"], sheets=sheets, absent=absent, scans=_scans(session, batch_id),
        fonts=publication_facts.fonts(session), templates=home / "templates", pdf=facts.settings["papers_pdf"], on=on,
        at=at,
    )  # fmt: skip


def _name(kind: PaperKind, filled: Filled) -> str:
    return t("papers.named", name=term(kind), agency=filled.suffix) if filled.suffix else term(kind)


def _scans(session: Session, batch_id: int) -> list[dict[str, Any]]:
    return [
        {
            "kind": each.paper, "name": term(each.paper), "pages": each.pages, "by": each.attached_by,
            "on": day(legal_day(each.at)), "digest": each.digest,
        }
        for each in signed_sheets.of_batch(session, batch_id)
    ]  # fmt: skip


def record(*, session: Session, printed: Printed, by: User | str, at: datetime) -> Printed:
    """Seal that the papers were printed (登记打印): each file's digest, the batch's version they speak of."""
    payload = {
        "version": printed.version, "pages": printed.pages,
        "papers": {each.file: each.digest for each in printed.papers},
        "counts": {each.file: each.pages for each in printed.papers},
        "left_out": {line["paper"]: f"{line['code']}.{line['reason']}" for line in printed.left_out},
    }  # fmt: skip
    ledger_keeping.seal(
        session, actor=named(by, "papers.print"), action="papers.print", subject=f"batch/{printed.batch_id}",
        payload=payload, at=at,
    )  # fmt: skip
    return printed


@dataclass(frozen=True, slots=True)
class LastPrinting:
    """The newest printing as the ledger has it (最近一次打印)."""

    at: datetime
    by: str
    version: int
    papers: Mapping[str, str]
    counts: Mapping[str, int | None]
    left_out: Mapping[str, str]

    def lies_in(self, folder: Path) -> bool:
        """Whether this folder holds that very printing."""
        return all(
            (folder / file).is_file() and hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
            for file, digest in self.papers.items()
        )


def last_printing(session: Session, batch_id: int) -> LastPrinting | None:
    """Who printed the batch last, when, and what (最近一次打印); ``None`` before the first time."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.action == "papers.print", AuditEvent.subject == f"batch/{batch_id}")
        .order_by(col(AuditEvent.seq).desc())
    )
    event = session.exec(query.limit(1)).first()
    if event is None:
        return None
    kept = {name: event.payload[name] for name in ("version", "papers", "counts", "left_out")}
    return LastPrinting(at=event.at, by=event.actor, **kept)
