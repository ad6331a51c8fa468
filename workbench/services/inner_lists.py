"""Turn a volume's inner list into its items (卷转件): imported, linked, and checked against the volume."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from batches.volumes import Contradiction
from models import Record
from models.errors import ImportFailure, ProcedureError
from models.vocabulary import Level
from workbench.queries import volumes as queries
from workbench.readers import READERS
from workbench.services import volumes
from workbench.services.import_report import ImportReport
from workbench.services.importing import import_catalogue
from workbench.services.inner_rows import InnerList, scheme_of


@dataclass(frozen=True, slots=True)
class InnerReport:
    """What an inner list did (卷内目录导入结果): the account of an import, and what does not agree.

    ``batch`` is the batch on whose roster the volume stands now: it gives way there before the batch can go on.
    """

    volume: str
    report: ImportReport
    contradictions: Sequence[Contradiction] = ()
    batch: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys of an import, with the volume and the contradictions."""
        found = [
            {
                "fault": each.fault.value, "reference_code": each.code, "row": each.row, "item_says": each.item_says,
                "volume_says": each.volume_says,
            }
            for each in self.contradictions
        ]  # fmt: skip
        return {"volume": self.volume, **self.report.to_dict(), "contradictions": found, "batch": self.batch}


@dataclass(frozen=True, slots=True)
class InnerReports:
    """Several lists (多份卷内目录): ``failed`` are files that belong to no volume or could not be read."""

    made: Sequence[InnerReport] = ()
    failed: Sequence[tuple[Path, ImportFailure | ProcedureError]] = field(default_factory=list)


def import_inner_list(
    *,
    session: Session,
    path: Path,
    volume: str,
    by: str,
    at: datetime,
    fonds: str | None = None,
    dry_run: bool = False,
    report: Path | None = None,
    **reading: Any,
) -> InnerReport:
    """Import the inner list of one volume (装入卷内目录); ``reading`` are the options of ``import_catalogue``.

    Raises
    ------
    ProcedureError
        ``volume.unknown``, ``volume.ambiguous``.
    ImportFailure
        When the file cannot be read as a list.
    """
    record = volumes.find(session, volume, fonds)
    trial = session.begin_nested() if dry_run else None
    try:
        made = import_catalogue(
            session=session, path=path, by=by, at=at, amend=placed_in(session, record), report=report,
            **{**reading, "level": Level.ITEM},
        )  # fmt: skip
        waiting = queries.on_roster_with_items(session, record_id=record.id)
        return InnerReport(
            record.reference_code, made, volumes.check(session, record), waiting[0][0] if waiting else None
        )
    finally:
        if trial is not None:
            trial.rollback()
            session.expire_all()


def placed_in(session: Session, volume: Record) -> InnerList:
    """What every row of the volume's list has from the volume (案卷已知的著录项)."""
    scheme = scheme_of(queries.sample_codes(session, volume.fonds_key), volume.reference_code)
    return InnerList(volume.reference_code, volume.fonds, volume.fonds_code, scheme)


def import_folder(
    *, session: Session, paths: Sequence[Path], by: str, at: datetime, fonds: str | None = None, dry_run: bool = False,
    **reading: Any,
) -> InnerReports:  # fmt: skip
    """Import lists named by their volume's 档号 (按档号命名的卷内目录); a bad file does not stop the others."""
    made: list[InnerReport] = []
    failed: list[tuple[Path, ImportFailure | ProcedureError]] = []
    for path in lists_in(paths):
        try:
            made.append(
                import_inner_list(
                    session=session, path=path, volume=named_by(path), by=by, at=at, fonds=fonds, dry_run=dry_run,
                    **reading,
                )
            )  # fmt: skip
        except (ImportFailure, ProcedureError) as failure:
            failed.append((path, failure))
    return InnerReports(made, failed)


def lists_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and the lists that lie in folders (清单文件), in order of name.

    A folder inside a folder is one list: the scanned pages of the volume that it is named by.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix.lower() in READERS or each.is_dir())
        else:
            yield path


def named_by(path: Path) -> str:
    """档号 that a file is named by (文件名中的档号): the name without suffix, width of signs folded."""
    return unicodedata.normalize("NFC", path.name if path.is_dir() else path.stem).strip()
