"""Past decisions (以往结论) teach the learner and certify nothing."""

import csv
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from commands import must
from sqlmodel import Session

from batches.lessons import Lesson, learn
from batches.suggest import OWN_DECISIONS
from builders import NOON, TODAY
from workbench.services import labelled_rows, past_decisions, rule_book, training
from workbench.services.open_marks import read_meanings


def sample(rows: int, folder: Path) -> Path:
    """The first rows of the synthetic sample, as a list of past decisions."""
    text = resources.files("workbench.demo").joinpath("sample.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    path = folder / "历次鉴定.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines[: rows + 1])
    return path


def bring_in(session: Session, path: Path) -> None:
    prepared = past_decisions.prepare(
        session=session, path=path, on=TODAY, mapping={"open_mark": "label"}, meanings=read_meanings({})
    )
    past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)


def test_an_archive_learns_from_its_past_on_the_first_day_and_opens_nothing_by_it(
    session: Session, tmp_path: Path
) -> None:
    bring_in(session, sample(400, tmp_path))
    _, card = training.learn_from_decisions(session)
    rows, certificate = card["rows"], card["certificate"]
    assert rows["past"] == rows["taught"] > 300 and rows["apart"] == 0
    assert card["certified_on"] == OWN_DECISIONS
    assert (certificate["threshold"], certificate["judged"], card["needed"] > 0) == (None, 0, True)
    assert card["held_out"]["auc"]["value"] > 0.7


def test_the_certificate_counts_only_what_was_decided_here(session: Session, tmp_path: Path) -> None:
    rows = labelled_rows.labelled_rows([sample(600, tmp_path)])
    lessons = [
        Lesson(row.description, row.access, row.ground, group=f"{at % 10}", is_past=at % 2 == 0)
        for at, row in enumerate(rows)
    ]
    given = {"ruleset": rule_book.library(), "name": "linear", "leak": 0.02, "certified_on": OWN_DECISIONS}
    _, card = learn(lessons, params={}, **given)
    _, alone = learn([replace(lesson, is_past=False) for lesson in lessons], params={}, **given)
    assert card["certificate"]["judged"] <= len(lessons) / 2 < alone["certificate"]["judged"] * 1.5
    assert any("past" in weights for weights in card["help"]["auc_by_weights"])
    assert not any("past" in weights for weights in alone["help"]["auc_by_weights"])


@pytest.mark.usefixtures("url")
def test_what_was_learned_says_how_much_of_it_is_past(tmp_path: Path) -> None:
    path = sample(300, tmp_path)
    must("import", "--decided", path, "--map", "open_mark=label")
    card = must("train", "--json").json
    assert card["rows"]["past"] == card["rows"]["taught"]
    assert must("suggest", "--json").json["open"] == 0
