"""The archive's own rules (本馆规则): saved only when their examples hold, versioned, sealed, reversible."""

from pathlib import Path

import pytest
import yaml
from commands import must, workbench
from openpyxl import load_workbook
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, opens, restricts
from models import AuditEvent
from models.errors import LawError, PermissionDenied
from models.vocabulary import Access
from rules import loader
from workbench import db
from workbench.services import (
    ledger_keeping,
    local_rules,
    rule_book,
    rule_bundles,
    rule_effects,
    setting_up,
    suggesting,
)

MARRIAGE = "personal-information.marriage"
RULE = {
    "id": "house.mill-accounts",
    "name": "磨坊旧账",
    "version": 1,
    "effect": "caution",
    "ground": "OTHER_LAW",
    "kind": "other-law.audit",
    "legal_basis": [{"instrument": "opening-measures", "article": "8(4)"}],
    "any_of": [{"terms": ["磨坊旧账"]}],
    "explanation": "磨坊旧账涉及未了结的往来",
    "must_match": ["云溪磨坊旧账清理一事"],
    "must_not_match": ["云溪磨坊新账制度"],
}


def text(**changes: object) -> str:
    return yaml.safe_dump({**RULE, **changes}, allow_unicode=True)


def save(session: Session, home: Path, written: str, **known: object) -> local_rules.Saved:
    return local_rules.save(session=session, home=home, text=written, **{"by": "test", "at": NOON, **known})


def hits(session: Session, title: str) -> set[str]:
    return {hit["rule_id"] for hit in rule_book.explain_text(rule_book.ruleset(session), title)}


def test_a_saved_rule_speaks_at_once_and_is_sealed_with_both_digests(session: Session, home: Path) -> None:
    before = rule_book.ruleset(session).digest
    saved = save(session, home, text())
    assert (saved.rule.version, saved.is_changed) == (1, True)
    assert RULE["id"] in hits(session, "云溪磨坊旧账清理一事")
    event = session.exec(select(AuditEvent).where(AuditEvent.action == "rules.change")).one()
    assert event.subject == f"rule/{RULE['id']}"
    assert (event.payload["ruleset_before"], event.payload["before"]) == (before, None)
    assert event.payload["ruleset_after"] == rule_book.ruleset(session).digest != before
    assert "磨坊" not in str(event.payload)
    ledger_keeping.verify(session)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"must_match": ["春耕生产的意见"]}, "rule.example_failed"),
        ({"must_not_match": ["磨坊旧账清理"]}, "rule.example_failed"),
        ({"must_match": ["春耕生产的意见"], "status": "draft"}, "rule.example_failed"),
        ({"kind": "other-law.nothing"}, "rule.unknown_kind"),
        ({"any_of": [{"regex": "("}]}, "rule.bad_pattern"),
        ({"colour": "red"}, "rule.bad_shape"),
        ({"id": "lexicons.mill"}, "rule.reserved_group"),
        ({"id": MARRIAGE}, "rule.duplicate_id"),
    ],
)
def test_a_rule_that_does_not_hold_is_not_saved(
    session: Session, home: Path, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(LawError) as refusal:
        save(session, home, text(**changes))
    assert refusal.value.code == code
    assert local_rules.own_ids(session, home) == []
    assert session.exec(select(AuditEvent).where(AuditEvent.action == "rules.change")).all() == []


def test_every_version_is_kept_and_any_can_come_back(session: Session, home: Path) -> None:
    save(session, home, text())
    save(session, home, text(effect="restrict"))
    assert save(session, home, text(effect="restrict")).is_changed is False
    back = local_rules.restore(session=session, home=home, rule_id=RULE["id"], by="test", at=NOON, version=1)
    assert (back.rule.version, back.rule.effect.value) == (3, "caution")
    kept = [(row["version"], row["act"]) for row in local_rules.history(session, RULE["id"])]
    assert kept == [(3, "restore"), (2, "save"), (1, "save")]
    with pytest.raises(LawError, match="unknown_version"):
        local_rules.restore(session=session, home=home, rule_id=RULE["id"], by="test", at=NOON, version=9)


def test_a_retired_rule_is_silent_and_speaks_again_when_restored(session: Session, home: Path) -> None:
    save(session, home, text())
    local_rules.retire(session=session, home=home, rule_id=RULE["id"], by="test", at=NOON)
    assert RULE["id"] not in hits(session, "云溪磨坊旧账清理一事")
    local_rules.restore(session=session, home=home, rule_id=RULE["id"], by="test", at=NOON)
    assert RULE["id"] in hits(session, "云溪磨坊旧账清理一事")


def test_a_shipped_rule_is_retired_by_ours_over_it_and_comes_back_as_shipped(session: Session, home: Path) -> None:
    shipped = rule_book.ruleset(session)
    title = "大石乡结婚登记存根"
    local_rules.retire(session=session, home=home, rule_id=MARRIAGE, by="test", at=NOON)
    assert MARRIAGE not in hits(session, title)
    assert local_rules.own_ids(session, home) == [MARRIAGE]
    local_rules.restore(session=session, home=home, rule_id=MARRIAGE, by="test", at=NOON, version=local_rules.SHIPPED)
    assert MARRIAGE in hits(session, title)
    assert rule_book.ruleset(session).digest == shipped.digest
    assert local_rules.unsealed(session, home) == []


def test_a_transaction_that_fails_leaves_the_files_as_they_were(url: str, home: Path) -> None:
    with db.transaction(url) as session:
        save(session, home, text())
    with pytest.raises(RuntimeError), db.transaction(url) as session:
        save(session, home, text(effect="restrict"))
        raise RuntimeError("the power goes out")
    with db.reading(url) as session:
        assert local_rules.find(session, RULE["id"]).version == 1
        assert local_rules.unsealed(session, home) == []
    assert not (home / "rules" / "versions" / RULE["id"] / "0002.yml").exists()


def test_who_edited_an_older_version_is_told_so(session: Session, home: Path) -> None:
    save(session, home, text(), seen=0)
    save(session, home, text(effect="restrict"), seen=1)
    with pytest.raises(LawError, match="changed_meanwhile"):
        save(session, home, text(name="另一人所改"), seen=1)


def test_only_administrator_and_group_lead_change_rules(session: Session, home: Path, team: Team) -> None:
    for person in (team.first, team.archivist, team.director, team.publisher):
        with pytest.raises(PermissionDenied):
            save(session, home, text(), by=person)
    assert save(session, home, text(), by=team.lead).is_changed
    assert save(session, home, text(effect="mark"), by=team.administrator).is_changed


def test_a_file_changed_by_hand_is_noticed(session: Session, home: Path) -> None:
    save(session, home, text())
    assert local_rules.unsealed(session, home) == []
    file = local_rules.rule_file(home, RULE["id"])
    file.write_text(file.read_text(encoding="utf-8").replace("caution", "restrict"), encoding="utf-8")
    assert local_rules.unsealed(session, home) == [RULE["id"]]


def test_the_doctor_names_a_rule_that_was_changed_by_hand(url: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(text(), encoding="utf-8")
    must("rules", "add", file)
    assert workbench("doctor").code == 0
    local_rules.rule_file(home, RULE["id"]).unlink()
    answer = workbench("doctor")
    assert answer.code == 1
    assert RULE["id"] in answer.out


def test_own_rules_and_their_versions_come_back_from_a_backup(
    url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(text(), encoding="utf-8")
    must("rules", "add", file)
    must("backup", tmp_path / "backup.zip")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "second"))
    must("restore", tmp_path / "backup.zip")
    assert RULE["id"] in {row["id"] for row in must("rules", "list", "--json").json}
    assert (tmp_path / "second" / "rules" / "versions" / RULE["id"] / "0001.yml").is_file()


def test_a_preview_counts_due_items_and_what_people_did_there(session: Session, home: Path, team: Team) -> None:
    opened, restricted, waiting = (
        a_record(session, f"1-1-{number}", f"磨坊旧账第{number}册") for number in range(1, 4)
    )
    a_record(session, "1-1-9", "关于秋收的安排")
    a_record(session, "1-2-1", "磨坊旧账尚未到期", date_text="2020", due_on=TODAY.replace(year=2046))
    suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)
    batch = a_batch(session, team)
    opens(session, batch, opened, team.first)
    restricts(session, batch, restricted, team.first)
    made = rule_effects.preview_rule(session, text(), on=TODAY)
    assert (made["hits"], made["opened"], made["restricted"]) == (3, 1, 1)
    assert made["newly_cautioned"]["count"] == 3
    assert made["newly_cautioned"]["shown"][0] == {"reference_code": "1-1-1", "title": "磨坊旧账第1册"}
    assert made["newly_restricted"]["count"] == made["no_longer_touched"]["count"] == 0
    assert local_rules.own_ids(session, home) == []
    save(session, home, text())
    assert rule_effects.preview_rule(session, text(effect="restrict"), on=TODAY)["newly_restricted"]["count"] == 3
    assert rule_effects.preview_rule(session, text(status="retired"), on=TODAY)["no_longer_touched"]["count"] == 3
    assert waiting.access is None


def test_a_preview_names_the_examples_that_fail(session: Session, home: Path) -> None:
    made = rule_effects.preview_rule(session, text(must_match=["春耕生产的意见"]), on=TODAY)
    assert made["failures"] == [{"kind": "must_match", "text": "春耕生产的意见"}]


def test_each_rule_shows_how_often_people_agreed(session: Session, home: Path, team: Team) -> None:
    save(session, home, text(effect="restrict"))
    records = [a_record(session, f"1-1-{number}", f"磨坊旧账第{number}册") for number in range(1, 7)]
    batch = a_batch(session, team)
    for record in records[:5]:
        opens(session, batch, record, team.first)
    assert rule_effects.agreement(session)[RULE["id"]]["is_questioned"]
    restricts(session, batch, records[5], team.first)
    judged = rule_effects.agreement(session)[RULE["id"]]
    assert (judged["agreed"], judged["judged"]) == (1, 6)
    assert judged["low"] < judged["share"] < judged["high"]


def test_a_rule_for_opening_is_agreed_with_when_the_item_opens(session: Session, home: Path) -> None:
    opening = {**RULE, "effect": "open", "ground": None, "kind": None, "legal_basis": []}
    save(session, home, yaml.safe_dump({name: value for name, value in opening.items() if value}, allow_unicode=True))
    for number, access in enumerate((Access.OPEN, Access.OPEN, Access.RESTRICTED)):
        record = a_record(session, f"1-1-{number}", f"磨坊旧账第{number}册")
        record.access = access
        session.add(record)
    session.flush()
    judged = rule_effects.agreement(session)[RULE["id"]]
    assert (judged["agreed"], judged["judged"]) == (2, 3)


def test_the_local_pack_never_leaves(session: Session, home: Path, tmp_path: Path) -> None:
    save(session, home, text())
    save(session, home, text(id="local.old-mill", any_of=[{"terms": ["老磨坊秘事"]}], must_match=["老磨坊秘事"]))
    for name in ("bundle.yaml", "terms.xlsx"):
        made = rule_bundles.export(session=session, home=home, out=tmp_path / name, at=NOON)
        assert (made["rules"], made["kept"]) == (1, 1)
    assert "老磨坊" not in (tmp_path / "bundle.yaml").read_text(encoding="utf-8")
    cells = [cell for row in load_workbook(tmp_path / "terms.xlsx").active.values for cell in row]
    assert "磨坊旧账" in cells
    assert not any("老磨坊" in str(cell) or "local." in str(cell) for cell in cells)


def test_a_rule_of_the_local_folder_stays_whatever_its_id(
    session: Session, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "mill-accounts.yaml").write_text(text(), encoding="utf-8")
    monkeypatch.setattr(loader, "LOCAL", pack)
    rule_book._load.cache_clear()
    save(session, home, text(overrides=True, effect="restrict"))
    made = rule_bundles.export(session=session, home=home, out=tmp_path / "bundle.yaml", at=NOON)
    rule_book._load.cache_clear()
    assert (made["rules"], made["kept"]) == (0, 1)
    assert "磨坊" not in (tmp_path / "bundle.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["bundle.yaml", "terms.xlsx"])
def test_what_one_archive_exports_another_reads_back_the_same(
    session: Session, home: Path, tmp_path: Path, name: str
) -> None:
    save(session, home, text(any_of=[{"terms": ["磨坊旧账", "油坊旧账"]}]))
    written = local_rules.find(session, RULE["id"])
    rule_bundles.export(session=session, home=home, out=tmp_path / name, at=NOON)
    (again,) = rule_bundles.import_(session=session, home=home, file=tmp_path / name, by="test", at=NOON)
    assert again.is_changed is False
    elsewhere = tmp_path / "elsewhere"
    local_rules.rule_file(home, RULE["id"]).unlink()
    (fresh,) = rule_bundles.import_(session=session, home=elsewhere, file=tmp_path / name, by="test", at=NOON)
    assert fresh.rule == written


def test_a_term_added_in_excel_reaches_the_rule(session: Session, home: Path, tmp_path: Path) -> None:
    save(session, home, text())
    file = tmp_path / "terms.xlsx"
    rule_bundles.export(session=session, home=home, out=file, at=NOON)
    book = load_workbook(file)
    row = [cell.value for cell in book.active[2]]
    row[5], row[7] = "油坊旧账", "云溪油坊旧账"
    book.active.append(row)
    book.save(file)
    (saved,) = rule_bundles.import_(session=session, home=home, file=file, by="test", at=NOON)
    assert saved.rule.version == 2
    assert RULE["id"] in hits(session, "油坊旧账一本")
    assert [str(example) for example in saved.rule.must_match] == ["云溪磨坊旧账清理一事", "云溪油坊旧账"]


def test_a_bundle_with_one_bad_rule_saves_none(url: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bundle.yaml"
    file.write_text(text() + "---\n" + text(id="house.other", must_match=["无关"]), encoding="utf-8")
    refused = workbench("rules", "import", file)
    assert refused.code == 1
    assert "house.other" in refused.err
    with db.reading(url) as session:
        assert local_rules.own_ids(session, home) == []


def test_the_commands_add_preview_retire_restore_and_export(url: str, tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(text(), encoding="utf-8")
    assert must("rules", "preview", file, "--json").json["hits"] == 0
    assert must("rules", "add", file, "--json").json == {
        "rule": RULE["id"], "version": 1, "status": "active", "changed": True,
    }  # fmt: skip
    listed = {row["id"]: row for row in must("rules", "list", "--json").json}
    assert (listed[RULE["id"]]["agreed"], listed[RULE["id"]]["judged"]) == (0, 0)
    assert must("rules", "retire", RULE["id"], "--json").json["status"] == "retired"
    assert must("rules", "restore", RULE["id"], "--json").json["version"] == 3
    assert len(must("rules", "history", RULE["id"], "--json").json) == 3
    assert must("rules", "export", tmp_path / "out.yaml", "--json").json["rules"] == 1
    assert workbench("rules", "retire", "house.nothing").code == 1
    assert must("rules", "check").code == 0


def test_a_reader_may_not_change_rules_by_command(url: str, tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(text(), encoding="utf-8")
    with db.transaction(url) as session:
        Team(session)
        setting_up.store(session, setting_up.DEMO_FLAG, True)
    assert workbench("rules", "add", file, person="审核员甲").code == 1
    assert must("rules", "add", file, "--json", person="组长").json["changed"]
