"""What is public already (已公开清单) speaks for opening, with its source, and opens nothing by itself."""

from pathlib import Path

import pytest
from alembic import command
from commands import must, workbench
from openpyxl import Workbook
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_record
from models import AuditEvent, PublicItem, Suggestion
from models.errors import ImportFailure, LawError
from models.vocabulary import Effect
from rules.already_public import RULE_ID
from workbench import db
from workbench.services import already_public, ledger_keeping, suggesting

TITLE = "云溪县人民政府关于加强集市贸易管理的通告"


@pytest.fixture
def gazette(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["题名", "文号", "日期", "公开来源"])
    book.active.append([TITLE, "云政发〔1996〕12号", "1996-03-01", "云溪县人民政府公报1996年第2期"])
    book.active.append([None, "云农字〔1997〕8号", "1997-05-03", "云溪县农业局网站"])
    book.active.append(["通知", None, "1997-05-03", "云溪县农业局网站"])
    file = tmp_path / "公报目录.xlsx"
    book.save(file)
    return file


def load(session: Session, file: Path, source: str | None = None) -> dict[str, object]:
    return already_public.import_list(session=session, path=file, source=source, by="test", at=NOON)


def suggest(session: Session, home: Path) -> dict[str, object]:
    return suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)


def test_a_row_without_number_or_a_title_of_some_length_is_counted_and_left_out(
    session: Session, gazette: Path
) -> None:
    made = load(session, gazette)
    assert (made["rows"], made["added"], made["unusable"]) == (3, 2, 1)


def test_the_same_list_again_adds_nothing_and_seals_nothing(session: Session, gazette: Path) -> None:
    load(session, gazette)
    lines = len(session.exec(select(AuditEvent)).all())
    assert load(session, gazette)["known"] == 2
    assert len(session.exec(select(AuditEvent)).all()) == lines


def test_a_row_that_names_no_source_is_refused_by_its_number(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text(f"题名,文号\n{TITLE},云政发〔1996〕12号\n", encoding="utf-8")
    with pytest.raises(ImportFailure, match="no_public_source") as refusal:
        load(session, file)
    assert refusal.value.params["row"] == 2
    assert load(session, file, "云溪县志")["added"] == 1


def test_a_hit_by_title_or_number_is_stored_with_its_source_and_opens_nothing(
    session: Session, team: Team, home: Path, gazette: Path
) -> None:
    by_title = a_record(session, "1-1-1", "云溪县人民政府 关于加强集市贸易管理的通告")
    by_number = a_record(session, "1-1-2", "关于良种补贴的安排", document_number="云农字[1997]8号")
    other = a_record(session, "1-1-3", "关于秋收的安排")
    load(session, gazette)
    suggest(session, home)
    stored = {one.record_id: one for one in session.exec(select(Suggestion))}

    def sources(record_id: int) -> list[str]:
        return [each.explanation for each in stored[record_id].reasons() if each.rule_id == RULE_ID]

    assert sources(by_title.id) == ["已公开：云溪县人民政府公报1996年第2期"]
    assert sources(by_number.id) == ["已公开：云溪县农业局网站"]
    assert sources(other.id) == []
    assert {each.effect for each in stored[by_number.id].reasons() if each.rule_id == RULE_ID} == {Effect.OPEN}
    assert all(one.access is None for one in stored.values())


def test_the_run_seals_which_list_it_looked_up(session: Session, team: Team, home: Path, gazette: Path) -> None:
    a_record(session, "1-1-1", TITLE)
    assert suggest(session, home)["public_list"] is None
    load(session, gazette)
    again = suggest(session, home)
    assert again["suggested"] == 1  # another list: the old suggestion is of yesterday
    event = session.exec(
        select(AuditEvent).where(AuditEvent.action == "suggest").order_by(AuditEvent.seq.desc())
    ).first()
    assert event.payload["public_list"] == already_public.digest(session) == again["public_list"]
    assert suggest(session, home)["suggested"] == 0


def test_a_list_taken_out_speaks_no_more_and_the_ledger_knows_both(
    session: Session, team: Team, home: Path, gazette: Path
) -> None:
    a_record(session, "1-1-1", TITLE)
    made = load(session, gazette)
    assert len(already_public.public_list(session)) == 3  # one title, two numbers
    already_public.remove_list(session=session, list_digest=str(made["list"])[:8], by="test", at=NOON)
    assert session.exec(select(PublicItem)).all() == []
    assert already_public.digest(session) is None
    assert len(already_public.public_list(session)) == 0
    ledger_keeping.verify(session)
    with pytest.raises(LawError, match=r"public_list\.unknown"):
        already_public.remove_list(session=session, list_digest=str(made["list"]), by="test", at=NOON)


def test_the_commands_load_list_explain_and_remove(url: str, gazette: Path) -> None:
    assert must("rules", "public", "import", gazette, "--json").json["added"] == 2
    (row,) = must("rules", "public", "list", "--json").json
    assert (row["items"], row["sources"], row["file"]) == (2, 2, "公报目录.xlsx")
    hits = must("rules", "explain", TITLE, "--json").json
    assert RULE_ID in {hit["rule_id"] for hit in hits}
    must("rules", "public", "remove", row["list"][:10])
    assert must("rules", "public", "list", "--json").json == []
    refused = workbench("rules", "public", "import", gazette.with_name("缺.xlsx"))
    assert refused.code == 1


def test_only_who_may_change_rules_loads_a_list(url: str, gazette: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.services import setting_up

    with db.transaction(url) as session:
        Team(session)
        setting_up.store(session, setting_up.DEMO_FLAG, True)
    assert workbench("rules", "public", "import", gazette, person="审核员甲").code == 1
    assert must("rules", "public", "import", gazette, "--json", person="组长").json["added"] == 2


def test_the_tables_are_as_the_models_say_and_can_be_taken_down(url: str) -> None:
    command.check(db.alembic_config(url))
    command.downgrade(db.alembic_config(url), "0002")
    db.upgrade(url)
    command.check(db.alembic_config(url))
