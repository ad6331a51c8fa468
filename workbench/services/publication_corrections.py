"""The files of a later edition (更正、撤回后的公布文件): a notice of what changed, and the catalogue as it is now.

The opening notice stays word for word as it was published; only what lists items is written anew.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import ProcedureError
from models.vocabulary import UseState
from workbench.i18n import count, day, t
from workbench.services import publication_files
from workbench.services.publication_files import Edition
from workbench.writers import pages, papers
from workbench.writers.reading_back import ReadPaper, read_back

# What of the edition before is public still; everything else is made anew, so that nothing withdrawn is carried on.
_STAYS_PUBLIC = re.compile(
    r"notice(_fragment\.html|\.docx|\.pdf)|(correction|withdrawal)-\d+(_fragment)?\.(html|docx|pdf)"
)
_MADE_ANEW = ("write_back.xlsx", "write_back.csv", "snapshot.json")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the catalogue that changed, as a notice may name it (更正条目): never its title.

    ``code`` is absent where it was made from the title: it would give the title away to whoever tries titles.
    """

    number: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What the notice of a later edition says (更正内容): ``number`` counts the notices of its kind."""

    state: UseState
    number: int
    lines: tuple[ChangedLine, ...]
    published_on: date

    @property
    def kind(self) -> str:
        """``correction`` for what may come back, ``withdrawal`` for what was withdrawn."""
        return "withdrawal" if self.state is UseState.WITHDRAWN else "correction"

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.kind}-{self.number}"

    def title(self, edition: Edition) -> str:
        """The notice's title (公告标题)."""
        return t(
            f"afterwards.title.{self.kind}", archive=edition.notice["archive"], year=edition.year,
            number=edition.number,
        )  # fmt: skip


def values_of(correction: Correction, edition: Edition) -> dict[str, Any]:
    """What the notice's template is filled with (更正公告填写项)."""
    known = edition.notice
    return {
        **{name: known[name] for name in ("archive", "place", "contact", "year", "number", "quantity")},
        "on": day(edition.on),
        "published_on": day(correction.published_on),
        "correction": correction.number,
        "suspended": correction.state is UseState.SUSPENDED,
        "count": count(len(correction.lines)),
        "lines": [{"number": line.number, "code": line.code} for line in correction.lines],
    }


def write_public(folder: Path, edition: Edition, correction: Correction, *, before: Path) -> None:
    """Write the public files of a later edition (写更正后公开文件) beside what stays of the one in ``before``.

    Raises
    ------
    ProcedureError
        ``publication.template_*`` and what the pdf writer says.
    """
    folder.mkdir(parents=True)
    for file in sorted(before.iterdir()):
        if _STAYS_PUBLIC.fullmatch(file.name):
            shutil.copyfile(file, folder / file.name)
    paper_name = f"{correction.kind}_notice"
    docx = papers.fill(
        papers.template(paper_name, edition.fonts, edition.templates), values_of(correction, edition), name=paper_name,
        at=edition.at,
    )  # fmt: skip
    paper, title = read_back(docx), correction.title(edition)
    _write_paper(folder, correction, docx, paper, edition, title=title)
    shown = pages.page(paper, title=title, catalogue=None, footer=edition.footer)
    (folder / f"{correction.name}.html").write_text(shown, encoding="utf-8")
    notice = read_back((folder / "notice.docx").read_bytes())
    whole = publication_files.notice_page(edition, notice, links_to(folder))
    (folder / "notice.html").write_text(whole, encoding="utf-8")
    publication_files.write_catalogue(folder, edition)


def _write_paper(
    folder: Path, correction: Correction, docx: bytes, paper: ReadPaper, edition: Edition, *, title: str
) -> None:
    """What may do harm is taken off at once: fonts that fail its notice's pdf must not hold a suspension up."""
    try:
        publication_files.write_paper(folder, correction.name, docx, paper, edition, title=title)
    except ProcedureError:
        if correction.state is not UseState.SUSPENDED:
            raise
        (folder / f"{correction.name}.pdf").unlink(missing_ok=True)
        publication_files.write_paper(folder, correction.name, docx, paper, replace(edition, pdf="off"), title=title)


def links_to(folder: Path) -> list[pages.Link]:
    """Links to the correction and withdrawal notices in a folder (更正公告链接), in order."""
    found = []
    for kind in ("correction", "withdrawal"):
        numbers = sorted(int(file.stem.rpartition("-")[2]) for file in folder.glob(f"{kind}-*.docx"))
        found += [
            pages.Link(t(f"afterwards.link.{kind}", number=number), f"{kind}-{number}.html") for number in numbers
        ]
    return found


def write_internal(folder: Path, edition: Edition, *, before: Path, why: Sequence[Mapping[str, object]]) -> None:
    """Write the internal files of a later edition (写更正后内部文件): new write-back list and snapshot, the rest kept.

    ``why`` says of each change what the public does not read: reason, deadline, who.
    """
    shutil.copytree(before, folder, ignore=shutil.ignore_patterns(*_MADE_ANEW))
    publication_files.write_write_back(folder, edition)
    publication_files.write_snapshot(folder, edition, why)
