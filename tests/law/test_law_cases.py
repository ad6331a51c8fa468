"""The law as cases that a jurist can read (法律案例)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.clearance import is_live, read_mark
from rules.due_dates import due_date, early_due, limited_due

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Created:
    latest: date


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in yaml.safe_load((HERE / name).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", cases("due_dates.yaml"))
def test_a_document_opens_on_the_day_the_law_says(case: dict[str, Any]) -> None:
    created = Created(case["latest"]) if case["latest"] else None
    due = due_date(
        created, on=case["as_of"], whole_year=case.get("whole_year", False), review_again_on=case.get("review_again_on")
    )
    if "early_on" in case:
        due = early_due(due, decided_on=case["early_on"])
    due = limited_due(due, limits=case.get("limits", []))
    assert due.due_on == case["due"]
    assert due.basis == case.get("basis", "closure_period")
    assert due.verified is case.get("verified", True)


@pytest.mark.parametrize("case", cases("clearance.yaml"))
def test_a_mark_stands_until_evidence_lifts_it(case: dict[str, Any]) -> None:
    mark = read_mark(case["mark"])
    assert (mark.level.name if mark else None) == case.get("level")
    assert (mark.term_years if mark else None) == case.get("years")
    assert is_live(case["mark"], case.get("declassification")) is case["live"]
