"""What may become of a proposed correction (纠错流程): reported, asked, accepted or refused; nothing in silence."""

from collections.abc import Mapping
from datetime import date

from models.correction import CorrectedField, CorrectionState
from models.dates import ArchivalDate, examine_date
from models.errors import ProcedureError

S = CorrectionState
FOLLOWS: Mapping[CorrectionState, tuple[CorrectionState, ...]] = {
    S.REPORTED: (S.ASKED, S.ACCEPTED, S.REFUSED, S.TAKEN_BACK),
    S.ASKED: (S.ACCEPTED, S.REFUSED, S.TAKEN_BACK),
    # An accepted wording may itself turn out wrong: it is taken back, openly.
    S.ACCEPTED: (S.TAKEN_BACK,),
    S.REFUSED: (),
    S.TAKEN_BACK: (),
}
OPEN = (S.REPORTED, S.ASKED)


def check_proposal(
    field: CorrectedField, *, original: str | None, proposed: str | None, source: str | None
) -> tuple[str, str]:
    """Whether a correction may be proposed (核对纠错建议), and its wording and source without blanks around.

    Raises
    ------
    ProcedureError
        ``correction.nothing_proposed``, ``correction.source_missing``, ``correction.unchanged`` or
        ``correction.bad_date`` for a date that cannot be read.
    """
    wording, known_from = (proposed or "").strip(), (source or "").strip()
    if not wording:
        raise ProcedureError("correction.nothing_proposed")
    if not known_from:
        raise ProcedureError("correction.source_missing")
    if wording == (original or "").strip():
        raise ProcedureError("correction.unchanged")
    if field is CorrectedField.DATE:
        read_date(wording)
    return wording, known_from


def read_date(text: str) -> ArchivalDate:
    """The corrected date as an interval (更正后的形成日期).

    Raises
    ------
    ProcedureError
        ``correction.bad_date``.
    """
    found = examine_date(text)
    if not isinstance(found, ArchivalDate):
        raise ProcedureError("correction.bad_date", value=text)
    return found


def check_step(
    before: CorrectionState, after: CorrectionState, *, asked_of: str | None, document_number: str | None,
    note: str | None, day: date, on: date,
) -> None:  # fmt: skip
    """Whether a step may follow (核对纠错步骤).

    Raises
    ------
    ProcedureError
        ``correction.cannot_follow``; ``correction.unit_missing`` when nobody is named to be asked;
        ``correction.basis_missing`` for an acceptance without a word on what it rests on (a reply, the document
        itself); ``correction.reason_missing`` for a refusal or withdrawal without reason; ``correction.in_future``.
    """
    if after not in FOLLOWS[before]:
        raise ProcedureError("correction.cannot_follow", state=before, wanted=after)
    if day > on:
        raise ProcedureError("correction.in_future", day=day.isoformat())
    if after is S.ASKED and not asked_of:
        raise ProcedureError("correction.unit_missing")
    if after is S.ACCEPTED and not (note or document_number):
        raise ProcedureError("correction.basis_missing")
    if after in (S.REFUSED, S.TAKEN_BACK) and not note:
        raise ProcedureError("correction.reason_missing")
