"""The offline round trip (线下审核): export what waits for a person, read back what they wrote, show conflicts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session

from models import User
from models.errors import ReviewError, WorkbenchError
from models.vocabulary import Access, Ground, ReviewStage
from workbench import i18n
from workbench.i18n import explain, proposed, t, term
from workbench.permissions import require
from workbench.readers import review_sheet as reader
from workbench.services import open_marks, overview, reading_queue, reviewing
from workbench.services.roster import item, load_batch
from workbench.writers import review_sheet as writer

Term = TypeVar("Term", bound=StrEnum)

FIELDS = (
    "batch", "record_id", "round", "stage", "reference_code", "title", "fonds", "creator", "document_number",
    "date_text", "evidence", "access", "ground", "reason", "review_again_on",
)  # fmt: skip
EVERYTHING = 1_000_000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not taken, where and why (未登记行)."""

    where: str
    text: str


@dataclass(slots=True)
class SheetReport:
    """What became of a returned sheet (回收结果)."""

    recorded: int = 0
    blank: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def _headers() -> dict[str, str]:
    return {name: t(f"sheet.{name}") for name in FIELDS}


def export(
    *, session: Session, batch_id: int, out: Path, by: User, at: datetime, stage: ReviewStage | None = None
) -> int:
    """Write what waits for this person (导出线下审核表), give the number; blind readers see no evidence."""
    require(by, "review.opine")
    batch = load_batch(session, batch_id)
    rows = []
    waiting = reading_queue.waiting(session, batch, by=by, at=at, stage=stage, limit=EVERYTHING, skip_parked=False)
    for entry, record in waiting:
        card = overview.item_card(session, batch, item(session, batch_id, entry.record_id))
        reasons = dict.fromkeys(str(reason["explanation"]) for reason in card["evidence"])
        rows.append(
            {
                **{name: card.get(name) for name in FIELDS[4:10]},
                "batch": batch_id,
                "record_id": record.id,
                "round": entry.round,
                "stage": term(ReviewStage(card["stage"])),
                "evidence": "；".join(reasons) or None,
            }
        )
    choices = {"access": [proposed(access) for access in Access], "ground": [_listable(ground) for ground in Ground]}
    writer.write(out, sheet=t("sheet.name"), headers=_headers(), rows=rows, choices=choices)
    return len(rows)


def _listable(value: StrEnum) -> str:
    """The label, unless a drop-down list would break it at its comma."""
    return value.value if "," in term(value) else term(value)


def import_(*, session: Session, file: Path, by: User, at: datetime, on: date) -> SheetReport:
    """Record the opinions of a returned sheet (回收线下审核表): good rows count, each conflict is named."""
    require(by, "review.opine")
    report = SheetReport()
    # A sheet written in one language may come back while another is spoken.
    titles = {i18n.texts(language)[f"sheet.{name}"]: name for language in i18n.LANGUAGES for name in FIELDS}
    for sheet, number, cells in reader.read(file, headers=titles):
        where = t("sheet.where", file=file.name, sheet=sheet, row=number)
        if not any(cells.get(name) for name in ("access", "ground", "reason", "review_again_on")):
            report.blank += 1
            continue
        try:
            with session.begin_nested():
                _record(session, cells, by=by, at=at, on=on)
            report.recorded += 1
        except WorkbenchError as error:
            report.problems.append(RowProblem(where, explain(error)))
    return report


def _record(session: Session, cells: Mapping[str, str], *, by: User, at: datetime, on: date) -> None:
    batch_id, record_id = _number(cells, "batch"), _number(cells, "record_id")
    found = item(session, batch_id, record_id)
    if found.record.reference_code != cells.get("reference_code"):
        raise ReviewError("review.sheet_code_changed", code=cells.get("reference_code", ""))
    if str(found.entry.round) != cells.get("round", str(found.entry.round)):
        raise ReviewError("review.sheet_old_round", code=found.record.reference_code)
    reviewing.decide(
        session=session, batch_id=batch_id, record_id=record_id, by=by, at=at, on=on,
        access=_access(cells), ground=_term(Ground, cells, "ground"), reason=cells.get("reason"),
        review_again_on=_date(cells, "review_again_on"), stage=_term(ReviewStage, cells, "stage"),
    )  # fmt: skip


def _number(cells: Mapping[str, str], name: str) -> int:
    try:
        return int(cells[name])
    except (KeyError, ValueError):
        raise ReviewError("review.sheet_bad_cell", column=t(f"sheet.{name}"), value=cells.get(name, "")) from None


def _access(cells: Mapping[str, str]) -> Access | None:
    """The outcome by its label, or by any word that archives write for it (延期, 控制, 不开放)."""
    mark = open_marks.read(cells["access"]) if "access" in cells else None
    return mark.label if mark is not None and mark.label else _term(Access, cells, "access")


def _term(kind: type[Term], cells: Mapping[str, str], name: str) -> Term | None:
    written = cells.get(name)
    if written is None:
        return None
    for value in kind:
        keys = [f"terms.{kind.__name__.lower()}.{value.value}", f"pages.words.proposed.{value.value}"]
        labels = {i18n.texts(language).get(key) for language in i18n.LANGUAGES for key in keys}
        if written == value.value or written in labels:
            return value
    raise ReviewError("review.sheet_bad_cell", column=t(f"sheet.{name}"), value=written)


def _date(cells: Mapping[str, str], name: str) -> date | None:
    written = cells.get(name)
    if written is None:
        return None
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(written, form).date()
        except ValueError:
            continue
    raise ReviewError("review.sheet_bad_cell", column=t(f"sheet.{name}"), value=written)
