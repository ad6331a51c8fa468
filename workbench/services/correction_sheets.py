"""Corrections on paper (纠错清单): out to the unit to be checked, back with its answers, on to the holdings system."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models import Correction, CorrectionStep, User
from models.consultation import AgencyAnswer
from models.correction import CorrectedField, CorrectionState
from models.errors import ProcedureError
from workbench.i18n import t, term
from workbench.permissions import require
from workbench.queries import corrections as registered
from workbench.readers import filled_sheet
from workbench.services import correcting
from workbench.services.returned_sheets import Columns, ReturnReport
from workbench.writers import list_sheet, tables
from workbench.writers.list_sheet import ListSheet

S = CorrectionState
TO_FILL = ("answer", "answer_number", "answered_on", "answer_note")
FIELDS = (
    "number", "fonds_code", "fonds", "reference_code", "field", "original", "proposed", "source", "state", "asked_of",
    "document_number", "settled_on", "note", "reported_by", "reported_on",
)  # fmt: skip
COLUMNS = Columns("correction.columns", (*FIELDS, *TO_FILL))
CHECKED = ("number", "fonds_code", "fonds", "reference_code", "field", "original", "proposed", "source", "asked_of")


def rows(
    session: Session, *, states: Sequence[CorrectionState] = (), fonds: Sequence[str] = (), after: int = 0,
    limit: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The register as plain rows (纠错登记簿), by number behind ``after``."""
    listed = registered.register(session, states=states, fonds=fonds, after=after, limit=limit)
    steps = registered.steps(session, [int(correction.id or 0) for correction, _ in listed])
    return [
        {
            **_plain(correction, steps[int(correction.id or 0)]),
            "record_id": record.id, "reference_code": record.reference_code, "fonds": record.fonds,
            "fonds_code": record.fonds_code, "title": record.title,
        }
        for correction, record in listed
    ]  # fmt: skip


def _plain(correction: Correction, steps: Sequence[CorrectionStep]) -> dict[str, Any]:
    last = steps[-1] if steps else None
    asked = next((step.asked_of for step in reversed(steps) if step.asked_of), None)
    is_settled = last is not None and last.state not in (S.REPORTED, S.ASKED)
    return {
        "number": correction.id, "field": correction.field, "original": correction.original,
        "proposed": correction.proposed, "source": correction.source, "slip": correction.slip,
        "state": correction.state, "batch": correction.batch_id, "asked_of": asked,
        "document_number": last.document_number if last else None,
        "settled_on": last.on if last and is_settled else None, "settled_by": last.by if last and is_settled else None,
        "note": last.note if last else None, "reported_by": correction.reported_by,
        "reported_on": correction.reported_at.date(),
    }  # fmt: skip


def of_record(session: Session, record_id: int) -> list[dict[str, Any]]:
    """What was proposed of one record, newest first, for its card (该条目的纠错)."""
    found = list(registered.of_record(session, record_id))
    steps = registered.steps(session, [int(each.id or 0) for each in found])
    return [_plain(each, steps[int(each.id or 0)]) for each in reversed(found)]


def export(session: Session, out: Path, *, states: Sequence[CorrectionState] = (), fonds: Sequence[str] = ()) -> int:
    """Write the register (导出纠错清单) and give its rows: xlsx or csv, original beside corrected, with the basis.

    A list of what still waits has blank columns for the unit's answer, and comes back with ``import_``; a list of
    what was accepted is what the holdings system is corrected by.
    """
    listed = [_written(row) for row in rows(session, states=states, fonds=fonds)]
    waits = bool(states) and all(state in (S.REPORTED, S.ASKED) for state in states)
    names = (*CHECKED, *TO_FILL) if waits else FIELDS
    titles = COLUMNS.titles()
    if out.suffix.lower() == ".csv":
        tables.write_csv(out, [titles[name] for name in names], [[row.get(name) for name in names] for row in listed])
        return len(listed)
    shape = ListSheet(
        name=t("correction.sheet"), headers={name: titles[name] for name in names}, fill=TO_FILL if waits else (),
        choices={"answer": [term(answer) for answer in AgencyAnswer]} if waits else {}, locked=waits,
    )  # fmt: skip
    list_sheet.write(out, shape, listed)
    return len(listed)


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "field": term(CorrectedField(row["field"])), "state": term(CorrectionState(row["state"]))}


def import_(*, session: Session, file: Path, by: User, at: datetime, on: date) -> ReturnReport:
    """Read the list with the unit's answers (回收纠错清单): agreed is accepted, objected is refused, blank waits.

    Good rows count, each bad one is named; the same list again changes nothing.
    """
    require(by, "correction.settle")
    report = ReturnReport()
    needed = ("number", "reference_code", "proposed", "answer")
    for sheet, number, cells in filled_sheet.read(file, headers=COLUMNS.known(), needed=needed):
        if not any(cells.get(name) for name in TO_FILL):
            report.blank += 1
            continue
        with report.row(session, t("consultation.where", file=file.name, sheet=sheet, row=number)):
            is_new = _take(session, cells, by=by, at=at, on=on)
            report.recorded += is_new
            report.unchanged += not is_new
    return report


def _take(session: Session, cells: dict[str, str], *, by: User, at: datetime, on: date) -> bool:
    number = COLUMNS.number(cells, "number")
    found = session.get(Correction, number)
    if found is None:
        raise ProcedureError("correction.unknown", number=number)
    COLUMNS.unchanged(cells, "proposed", found.proposed)
    answer = COLUMNS.term(AgencyAnswer, cells, "answer")
    if answer is None:
        raise ProcedureError("correction.no_answer")
    state = S.ACCEPTED if answer is AgencyAnswer.AGREE else S.REFUSED
    if found.state is state:
        return False
    correcting.settle(
        session=session, correction_id=number, state=state, by=by, at=at, on=on, day=COLUMNS.day(cells, "answered_on"),
        document_number=cells.get("answer_number"),
        note=cells.get("answer_note") or (t("correction.unit_agreed") if state is S.ACCEPTED else None),
    )  # fmt: skip
    return True


def counts(session: Session) -> dict[str, int]:
    """Reported and corrected (纠错计数): ``reported`` is everything put forward and not taken back before an answer."""
    found = registered.counts(session)
    return {
        "reported": sum(size for state, size in found.items() if state is not S.TAKEN_BACK),
        "waiting": found[S.REPORTED], "asked": found[S.ASKED], "accepted": found[S.ACCEPTED],
        "refused": found[S.REFUSED], "taken_back": found[S.TAKEN_BACK],
    }  # fmt: skip
