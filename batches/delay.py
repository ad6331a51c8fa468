"""When a delay is final (延期开放报批的规则): only the 档案主管部门's consent makes it so (条例 art. 31)."""

from datetime import date
from enum import StrEnum

from models.delay import AuthorityAnswer
from models.errors import ProcedureError


class DelayStanding(StrEnum):
    """Where a delayed item stands with the 档案主管部门 (报批状态)."""

    UNREPORTED = "unreported"
    REPORTED = "reported"
    CONSENTED = "consented"
    REFUSED = "refused"


def standing(*, is_reported: bool, answer: AuthorityAnswer | None) -> DelayStanding:
    """Where an item stands (报批状态), by its newest answer."""
    if answer is AuthorityAnswer.CONSENT:
        return DelayStanding.CONSENTED
    if answer is AuthorityAnswer.REFUSE:
        return DelayStanding.REFUSED
    return DelayStanding.REPORTED if is_reported else DelayStanding.UNREPORTED


def check_answer(
    found: DelayStanding,
    *,
    answer: AuthorityAnswer | None,
    document_number: str | None,
    answered_on: date | None,
    reason: str | None,
    requested_on: date | None,
    on: date,
) -> None:
    """Whether an answer may be recorded (核对批复).

    A refusal cannot be taken back here: it has sent the item on to a later batch.

    Raises
    ------
    ProcedureError
        ``delay.not_reported``, ``delay.no_answer``, ``delay.number_missing``, ``delay.date_missing``,
        ``delay.reason_missing``, ``delay.in_future``, ``delay.before_request`` or ``delay.already_refused``.
    """
    if found is DelayStanding.UNREPORTED or requested_on is None:
        raise ProcedureError("delay.not_reported")
    if found is DelayStanding.REFUSED:
        raise ProcedureError("delay.already_refused")
    if answer is None:
        raise ProcedureError("delay.no_answer")
    if not (document_number or "").strip():
        raise ProcedureError("delay.number_missing")
    if answered_on is None:
        raise ProcedureError("delay.date_missing")
    if answer is AuthorityAnswer.REFUSE and not (reason or "").strip():
        raise ProcedureError("delay.reason_missing")
    if answered_on > on:
        raise ProcedureError("delay.in_future", day=answered_on.isoformat())
    if answered_on < requested_on:
        raise ProcedureError("delay.before_request", day=answered_on.isoformat(), requested=requested_on.isoformat())
