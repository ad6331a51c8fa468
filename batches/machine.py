"""The state table of a batch (批次状态表): the only place that says what may follow what, and who may do it."""

from dataclasses import dataclass
from typing import Protocol

from batches.guards import GUARDS, Facts, Problem
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, BatchState, Role

S, A = BatchState, BatchAction


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table (状态转换): from, action, to, who, and the guards' names."""

    source: BatchState
    action: BatchAction
    target: BatchState
    role: Role
    guards: tuple[str, ...] = ()


TRANSITIONS = (
    Transition(S.DRAFT, A.START, S.IN_REVIEW, Role.ARCHIVIST,
               ("not_empty", "every_record_is_due", "no_live_mark", "no_limit_on_use", "no_volume_has_items")),
    Transition(S.IN_REVIEW, A.FINISH, S.REVIEWED, Role.GROUP_LEAD,
               ("not_empty", "no_volume_has_items", "every_record_has_the_opinions_its_plan_needs",
                "no_open_disagreement")),
    Transition(S.REVIEWED, A.CONSULT, S.IN_CONSULTATION, Role.ARCHIVIST,
               ("consultation_is_on", "every_fonds_has_an_agency")),
    Transition(S.REVIEWED, A.SKIP_CONSULTATION, S.AGREED, Role.GROUP_LEAD, ("consultation_is_off",)),
    Transition(S.IN_CONSULTATION, A.HOLD_BACK, S.IN_CONSULTATION, Role.GROUP_LEAD, ("items_named",)),
    Transition(S.IN_CONSULTATION, A.CONCLUDE, S.AGREED, Role.ARCHIVIST,
               ("every_agency_replied_or_has_no_successor", "no_open_objection")),
    Transition(S.AGREED, A.CERTIFY, S.CERTIFIED, Role.GROUP_LEAD,
               ("certification_is_on", "sample_read_twice", "bound_within_limit")),
    Transition(S.AGREED, A.SKIP_CERTIFICATION, S.CERTIFIED, Role.GROUP_LEAD, ("certification_is_off",)),
    Transition(S.AGREED, A.FAIL, S.IN_REVIEW, Role.GROUP_LEAD, ("restricted_found_in_sample",)),
    Transition(S.CERTIFIED, A.SUBMIT, S.SUBMITTED, Role.ARCHIVIST,
               ("no_volume_has_items", "no_unexplained_contradiction")),
    Transition(S.SUBMITTED, A.APPROVE, S.APPROVED, Role.DIRECTOR,
               ("no_volume_has_items", "no_limit_on_use", "approver_gave_no_opinion", "minutes_numbered")),
    Transition(S.SUBMITTED, A.RETURN, S.RETURNED, Role.DIRECTOR, ("note_given",)),
    Transition(S.RETURNED, A.REOPEN, S.IN_REVIEW, Role.ARCHIVIST),
    Transition(S.APPROVED, A.PUBLISH, S.PUBLISHED, Role.PUBLISHER,
               ("notice_complete", "public_titles_checked", "delayed_items_reported", "no_limit_since_approval")),
)  # fmt: skip


class Movable(Protocol):
    """What the table needs of a batch."""

    state: BatchState


class Person(Protocol):
    """What the table needs of a person."""

    id: int | None
    name: str

    def holds(self, role: Role) -> bool:
        """Whether the person holds the role."""
        ...


def possible(state: BatchState) -> tuple[Transition, ...]:
    """Rows that leave this state (可行动作)."""
    return tuple(row for row in TRANSITIONS if row.source is state)


def transition(state: BatchState, action: BatchAction) -> Transition:
    """The row for an action in a state (查状态表).

    Raises
    ------
    ProcedureError
        ``batch.illegal_transition`` with the actions that are possible now.
    """
    for row in possible(state):
        if row.action is action:
            return row
    allowed = tuple(row.action for row in possible(state))
    raise ProcedureError("batch.illegal_transition", state=state, action=action, allowed=allowed)


def require_role(row: Transition, by: Person) -> None:
    """Refuse who may not take a step (检查步骤权限).

    Raises
    ------
    PermissionDenied
        ``permission.denied`` for a person without the row's role.
    """
    if not by.holds(row.role):
        raise PermissionDenied("permission.denied", user=by.name, action=row.action, roles=(row.role,))


def problems(row: Transition, facts: Facts, by: Person) -> list[Problem]:
    """Everything that stands against a transition (障碍), all at once."""
    return [problem for name in row.guards for problem in GUARDS[name](facts, by.id)]


def advance(batch: Movable, action: BatchAction, *, by: Person, facts: Facts) -> Transition:
    """Move a batch (推进批次): the only writer of ``batch.state``.

    Raises
    ------
    ProcedureError
        ``batch.illegal_transition``, or the first guard's problem (``batch.*``) when there is one.
    PermissionDenied
        ``permission.denied`` for a person without the row's role.
    """
    row = transition(batch.state, action)
    require_role(row, by)
    found = problems(row, facts, by)
    if found:
        raise ProcedureError(found[0].code, **found[0].params)
    batch.state = row.target
    return row


def to_mermaid() -> str:
    """The table as a Mermaid state diagram (状态图), as printed in the README."""
    lines = ["stateDiagram-v2", f"    [*] --> {S.DRAFT.value}"]
    lines += [
        f"    {row.source.value} --> {row.target.value}: {row.action.value} ({row.role.value})" for row in TRANSITIONS
    ]
    return "\n".join([*lines, f"    {S.PUBLISHED.value} --> [*]"])
