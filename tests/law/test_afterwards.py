"""The duties after publication as cases that a jurist can read (公布之后的义务案例): ``duties.yaml``."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from publication_case import OPEN_TITLE, an_approved_batch, leaks, said_in
from sqlmodel import Session, select

from builders import NOON, TODAY, Team
from models import Record
from models.complaint import ComplaintChannel, ComplaintOutcome
from models.errors import WorkbenchError
from models.vocabulary import Access, Role, UseState
from workbench.i18n import explain, speaking
from workbench.services import batching, complaints, publishing, setting_up, suspending

DUTIES = yaml.safe_load((Path(__file__).parent / "duties.yaml").read_text(encoding="utf-8"))
CODE = "1-1-1"
Change = Callable[..., suspending.Changed]


def cases(part: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in DUTIES[part]]


@pytest.fixture
def public(session: Session, team: Team, home: Path) -> Path:
    batch = an_approved_batch(session, team)
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    return home / "published" / "2026-1" / "public"


@pytest.fixture
def change(session: Session, team: Team, home: Path, public: Path) -> Change:
    hours = iter(range(1, 9))

    def to(state: str, by: str = "director", **known: Any) -> suspending.Changed:
        given = {"reason": "待核", **{name: value for name, value in known.items() if value is not None}}
        return suspending.change_use(
            session=session, codes=[CODE], state=UseState(state), by=team.holder(Role(by)), on=TODAY, home=home,
            at=NOON + timedelta(hours=next(hours)), **given,
        )  # fmt: skip

    assert public.is_dir()
    return to


@pytest.mark.parametrize("case", cases("how_use_may_change"))
def test_how_use_may_change_and_what_the_public_reads(case: dict[str, Any], public: Path, change: Change) -> None:
    for state in case["before"]:
        change(state)
    known = {"reason": case.get("reason"), "deadline": case.get("deadline")}
    if "page_says" in case:
        with speaking("zh_CN"), pytest.raises(WorkbenchError) as refusal:
            change(case["to"], case["by"], **known)
        assert case["page_says"] in explain(refusal.value)
        return
    change(case["to"], case["by"], **known)
    kind = "withdrawal" if case["to"] == "withdrawn" else "correction"
    newest = sorted(public.glob(f"{kind}-*_fragment.html"))[-1]
    words = newest.read_text(encoding="utf-8")
    assert case["public_says"] in words
    assert OPEN_TITLE[1:] not in words


@pytest.mark.parametrize("case", cases("what_a_change_leaves"))
def test_what_a_change_leaves(case: dict[str, Any], session: Session, public: Path, change: Change) -> None:
    for state in case["changes"]:
        change(state)
    catalogue = " ".join(text for name, text in said_in(public) if name == "open_catalogue.csv")
    assert (OPEN_TITLE[1:] in catalogue) is case["in_catalogue"]
    assert bool(leaks(public, (OPEN_TITLE[1:],))) is case["in_catalogue"]
    record = session.exec(select(Record).where(Record.reference_code == CODE)).one()
    assert record.access == (Access(case["access"]) if case["access"] else None)
    assert (record in session.exec(batching.eligible(on=TODAY)).all()) is case["due"]


@pytest.mark.parametrize("case", cases("how_complaints_are_kept"))
def test_how_complaints_are_kept(case: dict[str, Any], session: Session, team: Team) -> None:
    setting_up.store(session, "complaint_days", case["days"])
    if "page_says" in case:
        with speaking("zh_CN"), pytest.raises(WorkbenchError) as refusal:
            _keep(session, team, case)
        assert case["page_says"] in explain(refusal.value)
        return
    _keep(session, team, case)
    (found,) = complaints.register(session, on=case["today"])
    assert found.standing == case["standing"]
    assert found.complaint.due_on == case["received"] + timedelta(days=case["days"])


def _keep(session: Session, team: Team, case: dict[str, Any]) -> None:
    on: date = case["today"]
    kept = complaints.record(
        session=session, text=case.get("text", "目录中有我的家事"), channel=ComplaintChannel.LETTER,
        received_on=case["received"], by=team.archivist, at=NOON, on=on,
    )  # fmt: skip
    if "answer" in case:
        complaints.answer(
            session=session, complaint_id=int(kept.id or 0), outcome=ComplaintOutcome.UPHELD, text=case["answer"],
            answered_on=case["answered"], by=team.lead, at=NOON, on=on,
        )  # fmt: skip
