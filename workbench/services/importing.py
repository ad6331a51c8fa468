"""Import a catalogue (导入目录): parse into staging, compare with the home, insert at once, seal one event.

::

    file ─▶ readers ─▶ Drafter ─▶ Staging ─┬─ (short transaction) ─▶ Record … one insert, one sealed event
                                           └─▶ report.csv: what did not simply come in, and why

Nothing touches the database before the whole file is parsed: a killed import leaves it as it was, and reviewers
are never blocked by a long parse.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from sqlmodel import Session, col, select

from models import Record
from models.errors import ImportFailure
from models.vocabulary import Level
from workbench.readers import CatalogueFile, SourceRow, open_catalogue
from workbench.readers.scans import pictures_in
from workbench.services.import_report import ImportReport, write_report
from workbench.services.row_drafts import Draft, Drafter, Rejected
from workbench.services.staging import Staging, staging_path
from workbench.services.storing import store
from workbench.settings import environment

Progress = Callable[[int], None]
REPORT_EVERY = 2000


class Amend(Protocol):
    """What is known of a file's rows from elsewhere (另知的著录项): the volume they lie in, their fonds.

    ``key`` names what it does to rows, so that a staging file made without it is not taken for one made with it.
    """

    @property
    def key(self) -> str:
        """Digest of what is known."""

    def __call__(self, row: SourceRow, /) -> SourceRow:
        """The row with what is known of it."""


def import_catalogue(
    *,
    session: Session,
    path: Path,
    by: str,
    at: datetime,
    on: date,
    level: Level | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None,
    restore_zeros: bool = False,
    dry_run: bool = False,
    report: Path | None = None,
    live_mark: str = "quarantine",
    whole_year: bool = False,
    amend: Amend | None = None,
    stands_for_title: Sequence[str] = (),
    progress: Progress | None = None,
) -> ImportReport:
    """Import one file (导入一个目录文件), all of it accounted for.

    ``profiles`` are mappings by header shape (``import_profiles``); ``restore_zeros`` fills up codes that a
    spreadsheet shortened, the code as written kept beside. ``progress`` is called with the number of rows parsed so
    far; what it raises cancels the import. ``amend`` completes each row before it is drafted, ``stands_for_title`` says
    which columns make do without one of titles. ``report`` defaults to
    a file under the home. A row's fault is in the report; only a file that gives no rows is refused.

    Raises
    ------
    ImportFailure
        When the file as a whole cannot be read.
    """
    staging = stage(
        path=path, on=on, level=level, sheet=sheet, encoding=encoding, mapping=mapping, live_mark=live_mark,
        whole_year=whole_year, profiles=profiles, restore_zeros=restore_zeros, amend=amend,
        stands_for_title=stands_for_title, progress=progress,
    )  # fmt: skip
    try:
        _compare_with_home(session, staging)
        counts = staging.counts(on.isoformat())
        catalogue = None if dry_run else store(session, staging, counts, by=by, at=at)
        report = report or _report_path(path, at)
        write_report(report, file=path.name, staging=staging)
        made = ImportReport(
            file=path.name, **counts, catalogue=catalogue, report=report, skipped=len(staging.meta("skipped")),
            reader=staging.meta("reader"), encoding=staging.meta("encoding"), headers=staging.meta("headers"),
            hidden_sheets=staging.meta("hidden_sheets"), hidden_rows=staging.meta("hidden_rows"),
            page_quality=staging.meta("page_quality") or [],
        )  # fmt: skip
        # Kept after a dry run or a failure: the import that follows need not parse again.
        staging.close(remove=not dry_run)
        return made
    finally:
        staging.close()


def stage(
    *,
    path: Path,
    on: date,
    level: Level | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None,
    restore_zeros: bool = False,
    live_mark: str = "quarantine",
    whole_year: bool = False,
    amend: Amend | None = None,
    stands_for_title: Sequence[str] = (),
    progress: Progress | None = None,
    on_open: Callable[[CatalogueFile], None] | None = None,
) -> Staging:
    """Parse a file into its staging file (解析暂存), or take the finished one; the database is not touched.

    ``on_open`` is given the opened file, which knows how much of it has been read.
    """
    if not path.exists():
        raise ImportFailure("import.no_file", file=str(path))
    options = {
        "on": on, "level": level, "sheet": sheet, "encoding": encoding, "mapping": dict(mapping or {}),
        "live_mark": live_mark, "whole_year": whole_year, "name": path.name, "amend": amend.key if amend else None,
        "profiles": dict(profiles or {}), "restore_zeros": restore_zeros,
        **({"stands_for_title": list(stands_for_title)} if stands_for_title else {}),
    }  # fmt: skip
    file_digest = digest_of(path)
    staging = Staging(staging_path(environment().home, file_digest=file_digest, options=options))
    if staging.is_finished:
        return staging
    try:
        opened = open_catalogue(
            path, sheet=sheet, encoding=encoding, mapping=mapping, profiles=profiles,
            stands_for_title=stands_for_title,
        )  # fmt: skip
        if on_open:
            on_open(opened)
        _parse(opened, staging, Drafter(on, level, live_mark, whole_year), amend, progress)
        staging.finish(
            {
                "file": path.name, "file_digest": file_digest, "reader": opened.reader, "encoding": opened.encoding,
                "headers": [header._asdict() for header in opened.header_maps],
                "skipped": [list(skipped) for skipped in opened.skipped], "hidden_sheets": opened.hidden_sheets,
                "hidden_rows": opened.hidden_rows,
                "page_quality": [[*place, quality] for place, quality in opened.page_quality.items()],
            },
            restore_zeros=restore_zeros,
        )  # fmt: skip
    except BaseException:
        staging.close(remove=True)
        raise
    return staging


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes (文件摘要); of a folder, of its pictures in their order."""
    if path.is_dir():
        pages = "".join(f"{page.name}\n{digest_of(page)}\n" for page in pictures_in(path))
        return hashlib.sha256(pages.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parse(
    opened: CatalogueFile, staging: Staging, drafter: Drafter, amend: Amend | None, progress: Progress | None
) -> None:
    maps, done = opened.header_maps, 0
    add = staging.add
    for row in map(amend, opened) if amend else opened:
        outcome = drafter.draft(row, maps[-1] if maps and row.problem != "no_header" else None)
        if type(outcome) is Draft:
            add(outcome, drafter.changes)
        elif isinstance(outcome, Rejected):
            staging.reject(outcome)
        else:
            staging.quarantine(row.sheet, row.row, row.page)
        done += 1
        if progress and done % REPORT_EVERY == 0:
            progress(done)
    if not done:
        raise ImportFailure("import.no_rows", file=opened.name)
    if progress:
        progress(done)


def _compare_with_home(session: Session, staging: Staging) -> None:
    """Mark rows whose key the home already has: same content is a duplicate, other content a conflict."""
    staging.forget_home()
    keys = staging.fonds_keys()
    known = set(session.exec(select(Record.fonds_key).where(col(Record.fonds_key).in_(keys)).distinct()))
    if not known:
        return
    outcomes: list[tuple[str, str, int]] = []
    for key, portion in staging.by_fonds():
        if key not in known:
            continue
        codes = [code for _, code, _ in portion]
        found = {
            code: (digest, number)
            for code, digest, number in session.exec(
                select(Record.reference_code, Record.content_digest, Record.id).where(
                    Record.fonds_key == key, col(Record.reference_code).in_(codes)
                )
            )
        }
        for position, code, digest in portion:
            if code in found:
                outcome = "duplicate" if found[code][0] == digest else "conflict"
                outcomes.append((outcome, f'{{"record": {found[code][1]}}}', position))
    staging.judge(outcomes)


def _report_path(path: Path, at: datetime) -> Path:
    """A name of its own under the home (默认报告路径)."""
    return environment().home / "reports" / f"{path.stem[:60]}-{at:%Y%m%dT%H%M%S%f}.csv"
