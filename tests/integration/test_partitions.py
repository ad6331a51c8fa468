"""Suggestions are the same whoever computes them (分片并行)."""

from importlib.util import find_spec

import pytest
from commands import workbench
from sqlmodel import select

from batches.partitions import Adviser, advise
from builders import NOON, TODAY, a_record
from models import Suggestion
from models.errors import LearnerError
from models.record import Description
from rules.loader import load_ruleset
from workbench import db
from workbench.services import suggesting

TITLES = [
    "关于给予赵甲记过处分的决定",
    "关于印发年度计划的通知",
    "某某县人口统计公报",
    "赵甲离婚一案调解书",
    "□□的批复",
]
ENGINES = [
    "loky",
    pytest.param("dask", marks=pytest.mark.skipif(find_spec("distributed") is None, reason="needs the cluster extra")),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_advice_is_the_same_and_in_order_whoever_computes_it(engine: str) -> None:
    portions = [[Description(title=f"{title}（{at}）") for title in TITLES] for at in range(9)]
    adviser = Adviser(load_ruleset(), None)
    assert adviser.ruleset.evidence_many(portions[0]), "compiled here before it is sent"
    assert list(advise(adviser, portions, engine=engine, processes=2)) == list(advise(adviser, portions))


def test_a_home_suggests_with_processes_what_it_suggests_alone(url: str, home: object) -> None:
    with db.transaction(url) as session:
        for at, title in enumerate(TITLES):
            a_record(session, f"1-1-{at}", title=title)
    stored = []
    for engine in (None, "loky"):
        with db.transaction(url) as session:
            given = {"session": session, "home": home, "by": "李档案", "at": NOON, "on": TODAY}
            made = suggesting.suggest_due(engine=engine, **given)
            assert made["suggested"] == len(TITLES)
            rows = session.exec(select(Suggestion).order_by(Suggestion.record_id)).all()
            stored.append([(row.record_id, row.access, row.lean, row.evidence) for row in rows])
            session.rollback()
    assert stored[0] == stored[1]


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(LearnerError, match=r"engine\.unknown"):
        list(advise(Adviser(load_ruleset(), None), [], engine="abacus"))


@pytest.mark.skipif(find_spec("distributed") is None, reason="needs the cluster extra")
def test_a_scheduler_that_is_not_there_is_one_line(home: object) -> None:
    told = workbench("suggest", "--scheduler", "tcp://127.0.0.1:1")
    assert told.code == 1 and "127.0.0.1:1" in told.err
