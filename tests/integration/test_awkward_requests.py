"""What an outside script asks that is a little unusual, and is still answered as the contract says."""

import re
from pathlib import Path

import pytest

from commands import must, workbench
from workbench.i18n import t


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_screening_is_replayed_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    data, priors = tmp_path / "筛选.csv", tmp_path / "起始.txt"
    subjects = ["渠道整修", "水库加固", "会议通知", "任免通知", "工资调整"]
    lines = [f"关于{subjects[n % 5]}的第{n}号文,{int(n % 5 == 0)}" for n in range(40)]
    data.write_text("\n".join(["题名,入选", *lines]), encoding=encoding)
    priors.write_text("0\n1\n", encoding="utf-8")
    found = must("simulate", data, "--text", "题名", "--label", "入选", "--priors", priors, "--json").json
    assert set(found) == {"order", "loss", "recall_at_10", "wss95", "n95", "n100", "retrains", "seconds"}
    assert sorted(found["order"]) == list(range(2, 40))


def test_a_column_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("title,included\n甲,1\n", encoding="utf-8")
    answer = workbench("simulate", data, "--text", "abstract", "--label", "included", "--priors", data)
    assert answer.code == 1
    assert "title, included" in answer.err


@pytest.mark.usefixtures("home")
def test_a_labelled_file_needs_no_more_than_title_and_label(tmp_path: Path) -> None:
    data = tmp_path / "labelled.csv"
    titles = ["关于春耕生产的通知", "关于水库整修的报告", "关于给予刘某处分的决定", "刘某离婚案卷"] * 12
    rows = [f"{title}第{n}号,{'open' if n % 4 < 2 else 'restricted'}," for n, title in enumerate(titles)]
    data.write_text("\n".join(["title,label,ground", *rows]), encoding="utf-8")
    said = must("train", "--from", data, "--no-adopt").out
    assert t("learning.card.kept") in said
    figures = must("evaluate", data, "--json").json
    assert list(figures) == [
        "leak", "missed_share", "over_restriction", "coverage", "coverage_at_leak", "auc", "ece15", "n95", "n100",
    ]  # fmt: skip
    assert not re.search(r"[:：]\s*[01]$", said.splitlines()[0])
