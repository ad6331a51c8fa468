import pytest

from batches import machine
from batches.guards import GUARDS, Facts
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import BatchAction, BatchState, Role


class ABatch:
    def __init__(self, state: BatchState) -> None:
        self.state = state


class Somebody:
    id = 7
    name = "某人"

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def holds(self, role: Role) -> bool:
        return role in self.roles


LEGAL = {(row.source, row.action) for row in machine.TRANSITIONS}


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("action", BatchAction)
def test_a_step_outside_the_table_is_refused(state: BatchState, action: BatchAction) -> None:
    if (state, action) in LEGAL:
        assert machine.transition(state, action).target in BatchState
        return
    batch = ABatch(state)
    with pytest.raises(ProcedureError) as refusal:
        machine.advance(batch, action, by=Somebody(*Role), facts=Facts(items=1))
    assert refusal.value.code == "batch.illegal_transition"
    assert batch.state is state


@pytest.mark.parametrize("state", [state for state in BatchState if state is not BatchState.PUBLISHED])
def test_every_state_but_the_last_has_a_way_out(state: BatchState) -> None:
    assert machine.possible(state)


def test_every_state_can_be_reached() -> None:
    reached = {BatchState.DRAFT}
    while True:
        wider = reached | {row.target for row in machine.TRANSITIONS if row.source in reached}
        if wider == reached:
            break
        reached = wider
    assert reached == set(BatchState)


def test_each_guard_named_in_the_table_exists_and_each_guard_is_used() -> None:
    assert {name for row in machine.TRANSITIONS for name in row.guards} == set(GUARDS)


@pytest.mark.parametrize("row", machine.TRANSITIONS, ids=lambda row: f"{row.source.value}-{row.action.value}")
def test_only_the_role_of_the_table_may_take_a_step(row: machine.Transition) -> None:
    others = [role for role in Role if role is not row.role]
    with pytest.raises(PermissionDenied):
        machine.advance(ABatch(row.source), row.action, by=Somebody(*others), facts=Facts(items=1))


def test_who_gave_an_opinion_may_not_approve() -> None:
    batch = ABatch(BatchState.SUBMITTED)
    known = Facts(items=1, minutes_number="〔2026〕3号", opinion_givers=frozenset({7}))
    with pytest.raises(ProcedureError) as refusal:
        machine.advance(batch, BatchAction.APPROVE, by=Somebody(Role.DIRECTOR), facts=known)
    assert refusal.value.code == "batch.approver_gave_opinion"
    assert batch.state is BatchState.SUBMITTED


def test_an_approval_without_minutes_is_refused() -> None:
    with pytest.raises(ProcedureError, match=r"batch\.minutes_missing"):
        machine.advance(
            ABatch(BatchState.SUBMITTED), BatchAction.APPROVE, by=Somebody(Role.DIRECTOR), facts=Facts(items=1)
        )


def test_consultation_is_skipped_only_where_a_setting_says_so() -> None:
    lead = Somebody(Role.GROUP_LEAD)
    with pytest.raises(ProcedureError, match=r"batch\.consultation_is_on"):
        machine.advance(ABatch(BatchState.REVIEWED), BatchAction.SKIP_CONSULTATION, by=lead, facts=Facts(items=1))
    off = Facts(items=1, consultation_is_on=False)
    batch = ABatch(BatchState.REVIEWED)
    machine.advance(batch, BatchAction.SKIP_CONSULTATION, by=lead, facts=off)
    assert batch.state is BatchState.AGREED
