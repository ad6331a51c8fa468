"""Homes: made, backed up, restored, examined (数据目录)."""

import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, opens
from models.errors import HomeError, LedgerBroken, PermissionDenied, ProcedureError
from models.vocabulary import Role
from workbench import db
from workbench.services import examining, keeping, ledger_keeping, people, setting_up
from workbench.settings import Environment


@pytest.fixture
def worked(url: str, home: Path) -> Environment:
    """A home in which somebody did something."""
    with db.transaction(url) as session:
        team = Team(session)
        record = a_record(session, "1-1-1")
        opens(session, a_batch(session, team), record, team.first)
    return Environment(home=home)


def test_init_twice_changes_nothing(tmp_path: Path) -> None:
    environment = Environment(home=tmp_path / "new")
    keeping.create(environment)
    before = (tmp_path / "new" / "kaijian.sqlite").read_bytes()
    keeping.create(environment)
    assert (tmp_path / "new" / "kaijian.sqlite").read_bytes() == before
    db.engine_for(environment.url).dispose()


def test_a_missing_home_is_named_and_not_made_by_accident(tmp_path: Path) -> None:
    environment = Environment(home=tmp_path / "nowhere")
    with pytest.raises(HomeError, match=r"home\.missing"):
        db.require_current(environment.url)
    assert not environment.home.exists()


def test_a_backup_brings_everything_back(worked: Environment, tmp_path: Path) -> None:
    (worked.home / "signed").mkdir()
    (worked.home / "signed" / "batch-1.pdf").write_bytes(b"scan")
    file = tmp_path / "backup.zip"
    assert keeping.backup(worked, file) == 2
    other = Environment(home=tmp_path / "other")
    assert keeping.restore(other, file) == 2
    assert (other.home / "signed" / "batch-1.pdf").read_bytes() == b"scan"
    with db.reading(other.url) as restored, db.reading(worked.url) as original:
        assert ledger_keeping.head(restored) == ledger_keeping.head(original)
    well = {finding.name for finding in examining.examine(other, on=TODAY) if finding.is_well}
    assert well >= {"home", "ledger", "opinions", "publications"}
    db.engine_for(other.url).dispose()


def test_a_damaged_backup_restores_nothing(worked: Environment, tmp_path: Path) -> None:
    (worked.home / "signed").mkdir()
    (worked.home / "signed" / "batch-1.pdf").write_bytes(b"scan")
    file, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    keeping.backup(worked, file)
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as damaged:
        for name in good.namelist():
            damaged.writestr(name, b"other" if name.endswith(".pdf") else good.read(name))
    other = Environment(home=tmp_path / "other")
    with pytest.raises(HomeError, match=r"backup\.damaged"):
        keeping.restore(other, bad)
    assert not other.home.exists()


def test_a_backup_is_restored_only_into_an_empty_home(worked: Environment, tmp_path: Path) -> None:
    keeping.backup(worked, tmp_path / "backup.zip")
    with pytest.raises(HomeError, match=r"home\.not_empty"):
        keeping.restore(worked, tmp_path / "backup.zip")


def test_a_backup_never_overwrites_another(worked: Environment, tmp_path: Path) -> None:
    keeping.backup(worked, tmp_path / "backup.zip")
    with pytest.raises(HomeError, match=r"backup\.exists"):
        keeping.backup(worked, tmp_path / "backup.zip")


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET actor = 'x' WHERE seq = 1",
        "DELETE FROM audit_event WHERE seq = 2",
        "INSERT OR REPLACE INTO audit_event SELECT seq, at, 'x', action, subject, payload, previous_hash, hash "
        "FROM audit_event WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_the_ledger(worked: Environment, attack: str) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), db.transaction(worked.url) as session:
        session.execute(sa.text(attack))


def tampered(environment: Environment, *statements: str) -> None:
    """What somebody with the file and a database tool can do."""
    with db.engine_for(environment.url).begin() as connection:
        for trigger in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER audit_event_no_{trigger}"))
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("UPDATE audit_event SET actor = 'x' WHERE seq = 3", "ledger.broken_content"),
        ("UPDATE audit_event SET payload = '{}' WHERE seq = 9", "ledger.broken_content"),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE seq = 4", "ledger.broken_content"),
        ("DELETE FROM audit_event WHERE seq = 5", "ledger.broken_sequence"),
    ],
)
def test_verify_finds_what_a_database_tool_changed(worked: Environment, attack: str, code: str) -> None:
    tampered(worked, attack)
    with db.reading(worked.url) as session, pytest.raises(LedgerBroken) as broken:
        ledger_keeping.verify(session)
    assert broken.value.code == code


def test_verify_with_a_head_finds_a_cut_tail(worked: Environment) -> None:
    with db.reading(worked.url) as session:
        head = ledger_keeping.head(session)
    tampered(worked, "DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)")
    with db.reading(worked.url) as session:
        ledger_keeping.verify(session)
        with pytest.raises(LedgerBroken, match="broken_tail"):
            ledger_keeping.verify(session, head=head)


def test_the_doctor_finds_an_opinion_edited_behind_the_ledgers_back(worked: Environment) -> None:
    with db.engine_for(worked.url).begin() as connection:
        connection.execute(sa.text("UPDATE review SET reason = '别的理由'"))
    findings = {finding.name: finding.is_well for finding in examining.examine(worked, on=TODAY)}
    assert findings["ledger"]
    assert not findings["opinions"]


def test_a_setting_is_changed_by_the_administrator_only_and_sealed(session: Session, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        setting_up.set_(session=session, key="consultation", text="off", by=team.director, at=NOON)
    setting_up.set_(session=session, key="consultation", text="off", by=team.administrator, at=NOON)
    assert setting_up.get(session, "consultation") is False
    newest = list(ledger_keeping.events(session))[-1]
    assert (newest.action, newest.payload["before"], newest.payload["after"]) == ("setting.change", True, False)


@pytest.mark.parametrize(("key", "text"), [("consultation", "maybe"), ("opinions_per_item", "7"), ("leak_limit", "x")])
def test_a_setting_refuses_what_it_cannot_mean(session: Session, team: Team, key: str, text: str) -> None:
    with pytest.raises(ProcedureError, match=r"setting\.bad_value"):
        setting_up.set_(session=session, key=key, text=text, by=team.administrator, at=NOON)


def test_a_retired_person_is_signed_out_and_the_last_administrator_stays(session: Session, team: Team) -> None:
    people.retire(session=session, user=team.first, by="test", at=NOON)
    with pytest.raises(PermissionDenied):
        people.find(session, team.first.name)
    with pytest.raises(ProcedureError, match="last_administrator"):
        people.retire(session=session, user=team.administrator, by="test", at=NOON)


def test_five_wrong_passwords_lock_an_account_for_a_while(session: Session) -> None:
    people.add(session=session, name="甲", roles=[Role.REVIEWER], password="correct horse", by="test", at=NOON)
    for _ in range(people.ALLOWED_FAILURES):
        with pytest.raises(PermissionDenied, match=r"sign_in\.wrong"):
            people.authenticate(session, name="甲", password="wrong", at=NOON)
    with pytest.raises(PermissionDenied, match=r"sign_in\.locked"):
        people.authenticate(session, name="甲", password="correct horse", at=NOON)
    later = NOON + people.LOCK_FOR
    assert people.authenticate(session, name="甲", password="correct horse", at=later).name == "甲"


def test_a_password_is_kept_only_as_argon2id(session: Session) -> None:
    user = people.add(session=session, name="甲", roles=[Role.REVIEWER], password="correct horse", by="test", at=NOON)
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
