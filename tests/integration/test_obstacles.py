"""What a disk, a right or another program prevents is told in one line; nothing is half written."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import must, process, workbench

from workbench import __main__ as entry
from workbench import db
from workbench.cli.framework import root
from workbench.i18n import t

ROWS = """档号,题名,形成日期,登记类
X1-1-1,关于春耕的通知,1990-05-03,
X1-1-2,=HYPERLINK("http://x")有关事项,1990-05-03,
X1-1-3,关于秋收,冬藏的通知,1990-05-03,机密
X1-1-4,关于水库整修的通知,1990-05-03,机密
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "目录.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.usefixtures("home")
def test_a_result_is_never_written_over_the_catalogue_that_is_read(catalogue: Path) -> None:
    answer = workbench("score", catalogue, catalogue)
    assert answer.code == 1
    assert catalogue.name in answer.err
    assert catalogue.read_text(encoding="utf-8") == ROWS


@pytest.mark.usefixtures("home")
def test_a_refused_catalogue_leaves_no_half_result(tmp_path: Path) -> None:
    empty = tmp_path / "空.csv"
    empty.write_text("档号,题名\n", encoding="utf-8")
    assert workbench("score", empty, tmp_path / "out.csv").code == 1
    assert [file.name for file in tmp_path.iterdir() if "out" in file.name] == []


@pytest.mark.usefixtures("home")
def test_a_place_that_is_not_there_is_named(catalogue: Path, tmp_path: Path) -> None:
    answer = workbench("score", catalogue, tmp_path / "没有" / "out.csv")
    assert answer.code == 1
    assert "没有" in answer.err


@pytest.mark.usefixtures("home")
def test_scores_run_no_formula_and_trust_no_broken_or_marked_row(catalogue: Path, tmp_path: Path) -> None:
    must("score", catalogue, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reference_code"] for row in rows] == ["X1-1-1", "X1-1-2", "X1-1-3", "X1-1-4"]
    assert rows[1]["title"].startswith("'=")
    assert rows[2]["suggestion"] != "open"
    assert all((row["suggestion"], row["rules"]) == ("restricted", "clearance.live-mark") for row in rows[2:])


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("words", [("agency", "export"), ("correction", "export"), ("statistics", "--out")])
def test_no_place_to_write_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    answer = workbench(*words, tmp_path / "文件" / "a.xlsx")
    assert answer.code == 1
    assert len(answer.err.splitlines()) == 1
    assert t("cli.obstacles.ENOTDIR") in answer.err or t("cli.obstacles.EEXIST") in answer.err


def test_a_damaged_database_is_told_and_the_doctor_says_so_too(home: Path) -> None:
    db.engine_for.cache_clear()
    file = home / "kaijian.sqlite"
    for beside in home.glob("kaijian.sqlite-*"):
        beside.unlink()
    file.write_bytes(b"not a database at all" * 500)
    answer = process(home, "records", "--json")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    assert "restore" in answer.err
    seen = process(home, "doctor")
    assert seen.code == 1
    assert "restore" in seen.out
    assert "Traceback" not in seen.err


def test_reading_does_not_wait_for_a_writer(home: Path) -> None:
    must("user", "list")  # the first to open a home switches it to the journal that lets readers through
    with closing(sqlite3.connect(home / "kaijian.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert workbench("records").code == 0
        assert workbench("user", "list").code == 0


def test_a_database_that_another_program_holds_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_PRAGMAS", ("busy_timeout=50",))
    db.engine_for.cache_clear()
    with closing(sqlite3.connect(home / "kaijian.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        answer = workbench("suggest")
    db.engine_for.cache_clear()
    assert answer.code == 1
    assert answer.err.strip() == t("errors.home.busy", path=home / "kaijian.sqlite")


def test_a_fault_of_the_program_is_one_line_without_the_text_it_was_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise KeyError("某人受处分的题名")

    monkeypatch.setattr(root, "main", fail)
    with pytest.raises(SystemExit) as end:
        entry.main()
    said = capsys.readouterr()
    assert (end.value.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert "KeyError" in said.err
    assert "题名" not in said.err


def test_a_backup_that_cannot_be_written_is_not_in_the_ledger(home: Path, tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    before = must("ledger", "head").out
    for place in (tmp_path / "文件", tmp_path / "文件" / "b.zip"):
        answer = workbench("backup", place)
        assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert must("ledger", "head").out == before
    must("backup", tmp_path / "b.zip")
    assert must("ledger", "head").out != before
