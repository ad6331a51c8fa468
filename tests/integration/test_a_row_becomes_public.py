"""The main job by commands alone (一条目录如何公开): real titles in, a notice and an open catalogue out."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import must, process, workbench

from workbench import db

LAWS = Path(__file__).parents[1] / "data" / "laws_1952_2001.csv"
PASSWORD = "correct horse battery"
PEOPLE = {
    "王管理": "administrator",
    "李档案": "archivist",
    "甲": "reviewer",
    "乙": "reviewer",
    "丙": "reviewer",
    "组长": "group_lead",
    "馆长": "director",
    "公布员": "publisher",
}
SETTINGS = {
    "consultation": "off",
    "certification": "off",
    "delay_report": "off",
    "archive_name": "某市档案馆",
    "archive_place": "某市文昌路9号",
    "archive_contact": "0000-0000000",
    "archive_hours": "工作日9:00—17:00",
    "approving_body": "某市档案开放审核领导小组",
}


@pytest.fixture(scope="module")
def prepared(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real home: passwords, everybody registered, the archive named, skipped duties switched off on record."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copytree(empty_home, folder / "home")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(folder / "home"))
        patch.setenv("WORKBENCH_PASSWORD_FILE", str(folder / "password"))
        must("init")
        for name, role in PEOPLE.items():
            must("user", "add", name, "--role", role)
        for key, value in SETTINGS.items():
            must("setting", "set", key, value, person="王管理")
        must("doctor")
    yield folder
    db.engine_for(f"sqlite:///{folder / 'home' / 'kaijian.sqlite'}").dispose()


@pytest.fixture
def real_home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it for each test."""
    shutil.copytree(prepared / "home", tmp_path / "home")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_PASSWORD_FILE", str(prepared / "password"))
    return tmp_path / "home"


def test_real_titles_go_from_a_file_to_a_published_catalogue(real_home: Path, tmp_path: Path) -> None:
    imported = must(
        "import", LAWS, "--map", "title=title", "--map", "date=date", "--map", "fonds=category", "--json"
    ).json
    rows = len(list(csv.DictReader(io.StringIO(LAWS.read_text(encoding="utf-8")))))
    assert imported["rows"] == rows
    parts = ("accepted", "rejected", "duplicates", "conflicts", "quarantined")
    assert sum(imported[part] for part in parts) == imported["rows"]
    assert imported["accepted"] >= 260

    due = must("due", "--json").json
    assert due
    assert all(row["due_on"] <= "2026-12-31" for row in due)
    assert must("due", "--on", "1970-01-01", "--json").json == []

    must("suggest")
    new = ("batch", "new", "--title", "法规题名第一批", "--years", "1986-1990", "--json")
    batch = must(*new, person="李档案").json["batch"]
    must("batch", "start", batch, person="李档案")
    codes = [row["reference_code"] for row in must("review", "list", batch, "--json").json]
    assert len(codes) == 56

    first = must("review", "next", batch, "--json", person="甲").json
    assert first["reference_code"] == codes[0]
    kept_back, opened = codes[0], codes[1:]
    group = tmp_path / "codes.txt"
    group.write_text("\n".join(opened), encoding="utf-8")
    restrict = ("--restrict", "--ground", "OTHER_LAW", "--reason", "机密理由不得外泄", "--again", "2036-01-01")
    for person, stage in (("甲", "first"), ("乙", "second")):
        must("review", "decide", batch, kept_back, *restrict, "--stage", stage, person=person)
        must("review", "decide", batch, "--group", group, "--open", "--stage", stage, person=person)
    for step, person in (
        ("finish", "组长"), ("skip-consultation", "组长"), ("skip-certification", "组长"), ("submit", "李档案"),
    ):  # fmt: skip
        must("batch", step, batch, person=person)
    must("batch", "approve", batch, "--minutes", "〔2026〕3号", person="馆长")
    must("publish", batch, person="公布员")

    (public,) = real_home.glob("published/*/public")
    table = csv.DictReader(io.StringIO((public / "open_catalogue.csv").read_text(encoding="utf-8-sig")))
    published = [row for row in table if row.get("档号") in codes]
    assert [row["档号"] for row in published].count(kept_back) == 0
    assert {row["档号"] for row in published} == set(opened)
    records = {row["reference_code"]: row for row in must("records", "--json").json}
    assert records[kept_back]["access"] == "restricted"
    assert {records[code]["access"] for code in opened} == {"open"}
    assert sum(1 for row in records.values() if row["access"]) == len(codes)

    head = must("ledger", "head").out.strip()
    must("ledger", "verify", "--head", head)
    assert workbench("ledger", "verify", "--head", "f" * 64).code == 1
    again = must("import", LAWS, "--map", "title=title", "--map", "date=date", "--map", "fonds=category", "--json").json
    assert (again["duplicates"], again["accepted"], again["catalogue"]) == (rows, 0, None)


def test_json_is_alone_on_stdout_and_errors_are_one_line(real_home: Path) -> None:
    bad = process(real_home, "batch", "start", "99", "--as", "李档案", "--json", WORKBENCH_PASSWORD_FILE="/nonexistent")
    assert (bad.code, bad.out) == (1, "")
    assert len(bad.err.strip().splitlines()) == 1
    assert "Traceback" not in bad.err
    assert process(real_home, "batch", "fly").code == 2
    assert json.loads(process(real_home, "user", "list", "--json").out)[0]["name"] == "王管理"


@pytest.mark.parametrize(
    "words",
    [
        ("batch", "new", "--title", "x"),
        ("review", "next", "1"),
        ("publish", "1"),
        ("setting", "set", "consultation", "off"),
        ("suspend", "1-1-1", "--reason", "x"),
    ],
)
def test_acts_of_people_need_a_name(real_home: Path, words: tuple[str, ...]) -> None:
    answer = workbench(*words)
    assert answer.code == 1
    assert "--as" in answer.err


def test_a_wrong_password_is_refused(real_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong").write_text("wrong password", encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PASSWORD_FILE", str(tmp_path / "wrong"))
    answer = workbench("setting", "set", "consultation", "on", person="王管理")
    assert answer.code == 1
    assert workbench("setting", "get", "consultation", "--json").json["value"] is False
