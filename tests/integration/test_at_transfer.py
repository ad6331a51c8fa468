"""What came with an item at transfer is evidence with its source, and never a decision."""

from pathlib import Path

import pytest
from catalogue_files import write_csv
from sqlmodel import Session, select

from batches.suggest import Scorer, suggest
from builders import NOON, TODAY, Team, a_batch, at_desk, opens
from models import Record
from models.record import Description
from models.vocabulary import Access, Effect
from workbench.services import rule_book
from workbench.services.importing import import_catalogue

TITLE = "关于召开春耕生产会议的通知"
HEAD = ["全宗名称", "档号", "题名", "形成日期", "移交单位开放意见", "政府信息公开情况"]


def bring_in(session: Session, folder: Path, *rows: list[str], head: list[str] = HEAD) -> Path:
    path = folder / "移交目录.csv"
    write_csv(path, [head, *rows])
    import_catalogue(session=session, path=path, by="档案员", at=NOON, on=TODAY)
    return path


class Certain:
    """A learner that is sure that everything may be opened."""

    def predict_proba(self, rows: object) -> object:
        import numpy as np

        return np.tile([0.99, 0.01], (len(rows), 1))  # type: ignore[arg-type]


def advised(**cells: str) -> tuple[Access | None, set[str]]:
    scorer = Scorer(Certain(), "0" * 64, open_below=0.5, restrict_above=0.9, may_open=True)
    (advice,) = suggest(
        [Description(title=TITLE, **cells)], ruleset=rule_book.library(), scorer=scorer, explained=False
    )  # fmt: skip
    return advice.access, {each.rule_id for each in advice.evidence if each.effect in (Effect.CAUTION, Effect.OPEN)}


def test_the_columns_are_kept_as_written_and_decide_nothing(session: Session, tmp_path: Path) -> None:
    bring_in(session, tmp_path, ["云溪县农业局", "1-1-1", TITLE, "19970503", "控制使用", "不予公开"])
    record = session.exec(select(Record)).one()
    assert (record.transfer_opinion, record.disclosure, record.access) == ("控制使用", "不予公开", None)


def test_a_row_without_them_keeps_the_identity_it_had(session: Session, tmp_path: Path) -> None:
    bring_in(session, tmp_path, ["云溪县农业局", "1-1-1", TITLE, "19970503"], head=HEAD[:4])
    again = tmp_path / "补移交意见.csv"
    write_csv(again, [HEAD, ["云溪县农业局", "1-1-1", TITLE, "19970503", "", ""]])
    report = import_catalogue(session=session, path=again, by="档案员", at=NOON, on=TODAY)
    assert (report.duplicates, report.conflicts) == (1, 0)


@pytest.mark.parametrize("opinion", ["控制使用", "不同意开放", "建议延期开放", "暂不开放"])
def test_an_opinion_against_opening_vetoes_the_learner(opinion: str) -> None:
    assert advised()[0] is Access.OPEN
    access, rules = advised(transfer_opinion=opinion)
    assert access is None and "other-law.transfer-opinion-against" in rules


def test_an_opinion_for_opening_speaks_for_it_and_opens_nothing_against_a_caution() -> None:
    access, rules = advised(transfer_opinion="同意开放", disclosure="主动公开")
    assert access is Access.OPEN
    assert {"opening.transfer-opinion-for", "opening.disclosed-at-transfer"} <= rules
    access, _ = advised(transfer_opinion="同意开放", disclosure="不予公开")
    assert access is None


def test_every_reader_sees_what_came_at_transfer_with_its_source(session: Session, team: Team, tmp_path: Path) -> None:
    bring_in(session, tmp_path, ["云溪县农业局", "1-1-1", TITLE, "19970503", "同意开放", "主动公开"])
    batch = a_batch(session, team)
    record = session.exec(select(Record)).one()
    first = at_desk(session, batch, team.first)["card"]["at_transfer"]
    assert first[0] == {
        "kind": "transfer_opinion", "says": "同意开放", "file": "移交目录.csv", "sheet": None, "row": 2,
    }  # fmt: skip
    opens(session, batch, record, team.first)
    second = at_desk(session, batch, team.second)["card"]
    assert second["blind"] and second["at_transfer"] == first
