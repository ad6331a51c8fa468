"""The files of a publication (公布文件): ``public/`` for anybody, ``internal/`` for the house, nothing in between."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from batches.publication import Approved, OpenLine, Snapshot, canonical, keyed
from models.vocabulary import Access, UseState
from workbench.i18n import t, term
from workbench.writers import pages, papers, pdf
from workbench.writers.pdf_text import check_characters
from workbench.writers.reading_back import ReadPaper, read_back
from workbench.writers.tables import Row, Sheet, write_csv, write_xlsx
from workbench.writers.templates import Fonts

HTML_ROWS = 5_000  # a longer catalogue would make the page unreadable; xlsx and csv hold all of it
COLUMNS = ("number", "reference_code", "title", "creator", "date_text", "fonds")
DELAY_COLUMNS = (*COLUMNS, "level", "ground", "reason", "review_again_on", "rules")
WRITE_BACK_COLUMNS = ("fonds_code", "fonds", "reference_code", "mark", "published_on", "notice")


@dataclass(frozen=True, slots=True)
class Edition:
    """All that the files of one publication are made from (公布版本).

    ``turn`` counts the editions under one number; ``unused`` are the records that the public may not use now.
    """

    frozen: Snapshot
    year: int
    number: int
    on: date
    at: datetime
    head: str
    fonts: Fonts
    templates: Path
    pdf: str  # "auto" | "on" | "off"
    notice: dict[str, Any]
    sheet: dict[str, Any]
    marks: dict[Access, str]
    use_marks: dict[UseState, str]
    secret: bytes
    turn: int = 1
    unused: Mapping[int, UseState] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The notice's title."""
        return t("publication.title", archive=self.notice["archive"], year=self.year, number=self.number)

    @property
    def footer(self) -> list[str]:
        """What outsiders keep as witness: snapshot digest and ledger head."""
        return [t("publication.digest", digest=self.frozen.public_digest()), t("publication.head", head=self.head)]


def catalogue_rows(lines: Sequence[OpenLine]) -> list[Row]:
    """The open catalogue's rows (开放目录行), by ``COLUMNS``."""
    return [(ln.number, ln.reference_code, ln.title, ln.creator, ln.date_text, ln.fonds) for ln in lines]


def titles_of(columns: Sequence[str]) -> list[str]:
    """Column titles (表头)."""
    return [t(f"publication.columns.{name}") for name in columns]


def notice_paper(edition: Edition) -> bytes:
    """The notice as docx (公告)."""
    template = papers.template("notice", edition.fonts, edition.templates)
    return papers.fill(template, edition.notice, name="notice", at=edition.at)


def notice_page(edition: Edition, paper: ReadPaper, later: Sequence[pages.Link] = ()) -> str:
    """The notice as a page, with links to ``later`` notices on it and with its catalogue (公告网页)."""
    rows = catalogue_rows(edition.frozen.lines)
    long = t("publication.long_catalogue", count=len(rows)) if len(rows) > HTML_ROWS else None
    catalogue = pages.Catalogue(t("publication.catalogue"), titles_of(COLUMNS), rows, long) if rows else None
    return pages.page(paper, title=edition.title, catalogue=catalogue, footer=edition.footer, links=later)


def write_public(folder: Path, edition: Edition) -> None:
    """Write what anybody may read (写公开文件): notice, its page and fragment, the open catalogue, pdf if wanted."""
    folder.mkdir(parents=True)
    docx = notice_paper(edition)
    paper = read_back(docx)
    write_paper(folder, "notice", docx, paper, edition)
    (folder / "notice.html").write_text(notice_page(edition, paper), encoding="utf-8")
    write_catalogue(folder, edition)


def write_paper(
    folder: Path, name: str, docx: bytes, paper: ReadPaper, edition: Edition, *, title: str | None = None
) -> None:
    """Write a public paper as docx, as a fragment for a site's editor, and as pdf if wanted (写公文)."""
    (folder / f"{name}.docx").write_bytes(docx)
    (folder / f"{name}_fragment.html").write_text(pages.fragment(paper), encoding="utf-8")
    if edition.pdf == "on" or (edition.pdf == "auto" and pdf.is_available()):
        file = folder / f"{name}.pdf"
        pdf.write_pdf(file, paper, title=title or edition.title, fonts=edition.fonts, at=edition.at)
        check_characters(file, paper)


def write_catalogue(folder: Path, edition: Edition) -> None:
    """Write the open catalogue (写开放目录): xlsx with the ledger head on its last sheet, csv with it on its last line.

    The csv's last line has one cell only, so that whoever reads by column finds no code in it.
    """
    rows, headers = catalogue_rows(edition.frozen.lines), titles_of(COLUMNS)
    last = [
        (t("publication.about.notice"), edition.title),
        (t("publication.about.on"), edition.on),
        (t("publication.about.turn"), t("publication.turn", number=edition.turn)),
        (t("publication.about.quantity"), edition.notice["quantity"]),
        (t("publication.about.digest"), edition.frozen.public_digest()),
        (t("publication.about.head"), edition.head),
    ]
    sheets = [
        Sheet(t("publication.catalogue"), headers, rows, (7, 26, 70, 24, 14, 24)),
        Sheet(t("publication.about.name"), titles_of(("about", "content")), last, (16, 72)),
    ]
    write_xlsx(folder / "open_catalogue.xlsx", sheets, at=edition.at)
    write_csv(folder / "open_catalogue.csv", headers, rows, last=t("publication.head", head=edition.head))


def write_internal(folder: Path, edition: Edition) -> None:
    """Write what stays in the house (写内部文件): write-back and delay lists, approval sheet, snapshot."""
    folder.mkdir(parents=True)
    write_write_back(folder, edition)
    write_xlsx(
        folder / "delay_list.xlsx",
        [Sheet(t("publication.delay_list"), titles_of(DELAY_COLUMNS), delay_rows(edition.frozen.delayed),
               (7, 26, 60, 20, 14, 24, 10, 24, 40, 14, 40))],
        at=edition.at,
    )  # fmt: skip
    sheet = papers.fill(
        papers.template("approval_sheet", edition.fonts, edition.templates), edition.sheet, name="approval_sheet",
        at=edition.at,
    )  # fmt: skip
    (folder / "approval_sheet.docx").write_bytes(sheet)
    write_snapshot(folder, edition)


def write_snapshot(folder: Path, edition: Edition, changes: Sequence[Mapping[str, object]] = ()) -> None:
    """Write the snapshot as it is kept (写快照): the public part under a plain digest, the whole under a keyed one.

    ``changes`` says why a later edition was made. The parts stand as they were hashed, in their one canonical text.
    """
    frozen = edition.frozen
    internal = canonical(frozen.internal_content())
    about = {
        "notice": {
            "year": edition.year, "number": edition.number, "edition": edition.turn, "on": edition.on.isoformat(),
        },
        "ledger_head": edition.head,
        "public_digest": frozen.public_digest(),
        "internal_digest": keyed(edition.secret, internal),
        "changes": list(changes),
    }  # fmt: skip
    parts = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
    parts += [f'"public": {canonical(frozen.public_content())}', f'"internal": {internal}']
    (folder / "snapshot.json").write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def write_write_back(folder: Path, edition: Edition) -> None:
    """Write the list for the holdings system (写回写清单), xlsx and csv."""
    back, headers = write_back_rows(edition), titles_of(WRITE_BACK_COLUMNS)
    write_xlsx(
        folder / "write_back.xlsx", [Sheet(t("publication.write_back"), headers, back, (10, 24, 28, 12, 14, 18))],
        at=edition.at,
    )  # fmt: skip
    write_csv(folder / "write_back.csv", headers, back)


def write_back_rows(edition: Edition) -> list[Row]:
    """开放标识 by 档号 for the holdings system (回写清单): codes as the archive knows them."""
    name = t("publication.short", year=edition.year, number=edition.number)
    return [
        (item.fonds_code, item.fonds, item.reference_code, _mark(edition, item), edition.on, name)
        for item in edition.frozen.everything
    ]


def _mark(edition: Edition, item: Approved) -> str:
    state = edition.unused.get(item.record_id)
    return edition.marks[item.access] if state is None else edition.use_marks[state]


def delay_rows(delayed: Sequence[Approved]) -> list[Row]:
    """The delayed items (延期清单), by ``DELAY_COLUMNS``."""
    return [
        (number, item.reference_code, item.title, item.creator, item.date_text, item.fonds, term(item.level),
         term(item.ground) if item.ground else None, item.reason, item.review_again_on, "; ".join(item.rule_ids))
        for number, item in enumerate(delayed, start=1)
    ]  # fmt: skip
