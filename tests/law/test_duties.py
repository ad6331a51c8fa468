"""The duties of consultation and delay as cases that a jurist can read (义务案例)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from batches import consultation, delay, machine
from batches.consultation import ConsultationStanding, ReceivedRule
from batches.guards import GUARDS, Facts
from models.agency import AgencyStanding
from models.consultation import AgencyAnswer, AskedAs, TalkOutcome
from models.delay import AuthorityAnswer
from models.errors import ProcedureError
from models.vocabulary import BatchAction, BatchState
from workbench.i18n import explain, speaking

DUTIES = yaml.safe_load((Path(__file__).parent / "duties.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Line:
    agency: str
    standing: AgencyStanding
    successor: str | None = None
    basis: str | None = None


def cases(part: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in DUTIES[part]]


@pytest.mark.parametrize("case", cases("who_is_asked"))
def test_who_must_be_asked(case: dict[str, Any]) -> None:
    known = case["register"]
    line = Line(**{**known, "standing": AgencyStanding(known["standing"])}) if known else None
    found = consultation.addressee(
        line, creator=case.get("creator"), fonds=case["fonds"], received=ReceivedRule(case.get("received", "own"))
    )
    assert (found.agency if found else None) == case["asked"]
    assert (found.asked_as.value if found else None) == case["as"]
    if found and found.asked_as in (AskedAs.SUCCESSOR, AskedAs.NOBODY):
        assert found.basis


@pytest.mark.parametrize("case", cases("what_an_answer_means"))
def test_what_an_answer_means_and_whether_consultation_may_end(case: dict[str, Any]) -> None:
    answer, talk = case["answer"], case.get("talk")
    found = consultation.standing(
        AskedAs(case["as"]), AgencyAnswer(answer) if answer else None, TalkOutcome(talk) if talk else None
    )
    assert found.value == case["standing"]
    facts = Facts(items=1, **({FACT[found]: ("1-1-1",)} if found in FACT else {}))
    row = machine.transition(BatchState.IN_CONSULTATION, BatchAction.CONCLUDE)
    assert (not [problem for name in row.guards for problem in GUARDS[name](facts, None)]) is case["may_conclude"]


FACT = {
    ConsultationStanding.WAITING: "unanswered",
    ConsultationStanding.ON_HOLD: "on_hold",
    ConsultationStanding.OBJECTED: "objections",
    ConsultationStanding.READ_AGAIN: "to_read_again",
}


@pytest.mark.parametrize("case", cases("what_may_not_be_skipped"))
def test_what_may_not_be_skipped_and_what_the_page_says(case: dict[str, Any]) -> None:
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in case["facts"].items()}
    row = machine.transition(BatchState(case["state"]), BatchAction(case["action"]))
    found = [problem for name in row.guards for problem in GUARDS[name](Facts(items=1, **known), None)]
    with speaking("zh_CN"):
        said = [explain(ProcedureError(problem.code, **problem.params)) for problem in found]
    assert [text for text in said if text.startswith(case["page_says"])], said
    without = [problem for name in row.guards for problem in GUARDS[name](_met(case), None)]
    assert case["page_says"] not in "".join(explain(ProcedureError(p.code, **p.params)) for p in without)


def _met(case: dict[str, Any]) -> Facts:
    """The same batch with the duty done."""
    return Facts(items=1, consultation_is_on=case["action"] != "skip-consultation", minutes_number="〔2026〕3号")


@pytest.mark.parametrize("case", cases("when_a_delay_is_final"))
def test_a_delay_is_final_only_with_consent(case: dict[str, Any]) -> None:
    answer = AuthorityAnswer(case["answer"]) if case["answer"] else None
    assert delay.standing(is_reported=case["reported"], answer=answer).value == case["standing"]


def test_each_duty_states_its_basis() -> None:
    assert [case["name"] for part in DUTIES.values() for case in part if not case.get("basis")] == []
