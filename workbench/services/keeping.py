"""Care of the home (数据目录维护): create, back up, restore, look for trouble."""

import hashlib
import json
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path

from sqlalchemy import make_url
from sqlmodel import Session, select

import models
import rules
from models import AuditEvent, OpeningNotice, Review
from models.errors import HomeError, WorkbenchError
from workbench import db
from workbench.i18n import explain, t
from workbench.services import ledger_keeping, limited_items, local_rules, publication_now, rule_book, signed_sheets
from workbench.services.folder_swap import digest_of
from workbench.services.reviewing import opinion_digest
from workbench.settings import Environment

MANIFEST = "manifest.json"
DATABASE = "kaijian.sqlite"
KEPT_FOLDERS = ("classifiers", "published", "signed", "templates", "reports", "rules")


def create(environment: Environment) -> None:
    """Create the home or bring it to this version (建立数据目录), idempotent."""
    environment.home.mkdir(parents=True, exist_ok=True)
    db.upgrade(environment.url)


def _sqlite_file(environment: Environment) -> Path:
    address = make_url(environment.url)
    if not environment.url.startswith("sqlite") or not address.database:
        raise HomeError("backup.sqlite_only")
    return Path(address.database)


def backup(environment: Environment, target: Path) -> int:
    """Write database and kept folders into one zip (备份) and give the number of files.

    The database is copied by SQLite itself, so people may go on working.

    Raises
    ------
    HomeError
        ``backup.exists``, ``backup.sqlite_only`` or ``home.missing``.
    """
    db.require_current(environment.url)
    source = _sqlite_file(environment)
    if target.exists():
        raise HomeError("backup.exists", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / DATABASE
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as saved:
            live.backup(saved)
        files = {DATABASE: copy, **dict(_kept(environment.home))}
        digests = {}
        unfinished = Path(scratch) / "backup.zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in files.items():
                archive.write(file, name)
                digests[name] = _digest(file)
            archive.writestr(MANIFEST, json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True))
        unfinished.replace(target)
    return len(files)


def _kept(home: Path) -> Iterator[tuple[str, Path]]:
    for folder in KEPT_FOLDERS:
        for file in sorted((home / folder).rglob("*")):
            if file.is_file():
                yield file.relative_to(home).as_posix(), file


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def restore(environment: Environment, source: Path) -> int:
    """Unpack a backup into an empty home (恢复) and verify every file and the ledger.

    Raises
    ------
    HomeError
        ``home.no_file``, ``home.not_empty``, ``backup.unreadable`` or ``backup.damaged`` (naming the file).
    """
    target = _sqlite_file(environment)
    home = environment.home
    if not source.is_file():
        raise HomeError("home.no_file", path=str(source))
    if target.exists() or any((home / folder).exists() for folder in KEPT_FOLDERS):
        raise HomeError("home.not_empty", path=str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        unpacked = Path(scratch)
        digests = _unpack(source, unpacked)
        for name, digest in digests.items():
            if not (unpacked / name).is_file() or _digest(unpacked / name) != digest:
                raise HomeError("backup.damaged", path=str(source), file=name)
        if DATABASE not in digests:
            raise HomeError("backup.unreadable", path=str(source))
        home.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in KEPT_FOLDERS:
            if (unpacked / folder).exists():
                shutil.move(unpacked / folder, home / folder)
        shutil.move(unpacked / DATABASE, target)
    db.upgrade(environment.url)
    with db.reading(environment.url) as session:
        ledger_keeping.verify(session)
    return len(digests)


def _unpack(source: Path, target: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(source) as archive:
            digests: dict[str, str] = json.loads(archive.read(MANIFEST))
            for name in digests:
                inside = (target / name).resolve()
                if not inside.is_relative_to(target.resolve()):
                    raise HomeError("backup.damaged", path=str(source), file=name)
                archive.extract(name, target)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise HomeError("backup.unreadable", path=str(source)) from error
    return digests


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at (检查结果)."""

    name: str
    is_well: bool
    text: str


def examine(environment: Environment, *, on: date) -> list[Finding]:
    """Look at installation and home (体检): packages, rules, database, ledger, opinions, publications."""
    findings = [_packages(), _rules()]
    try:
        db.require_current(environment.url)
    except WorkbenchError as error:
        return [*findings, Finding("home", False, explain(error))]
    findings.append(Finding("home", True, t("doctor.home", path=environment.home.resolve())))
    with db.reading(environment.url) as session:
        findings += [_ledger(session), _own_rules(session, environment.home), _opinions(session)]
        findings.append(_publications(session, environment.home))
        findings.append(_signed(session, environment.home))
        findings.append(_limits(session, on))
        findings += _drift(session)
    return findings


def _drift(session: Session) -> list[Finding]:
    """Whether the probabilities of the classifier in use still hold; nothing to say without one."""
    from workbench.services import watching  # loads the learning libraries, which nothing else here needs

    found = watching.drifts(session)
    if found is None:
        return []
    text = t(f"groups.drift.{found['state']}", count=found["count"], highest=f"{found['highest']:.1f}")
    return [Finding("drift", found["state"] != "drifted", text)]


def _packages() -> Finding:
    """Ours, not a stranger's package of the same generic name."""
    top = Path(models.__file__).parents[1]
    ours = Path(rules.__file__).parents[1] == top
    version = metadata.version("kaijian")
    return Finding("packages", ours, t("doctor.packages", version=version, python=sys.version.split()[0], path=top))


def _rules() -> Finding:
    try:
        report = rule_book.check(rule_book.library())
    except WorkbenchError as error:
        return Finding("rules", False, explain(error))
    failed = len(report["failures"])
    return Finding(
        "rules", not failed, t("rules.checked", rules=report["rules"], examples=report["examples"], failed=failed)
    )


def _ledger(session: Session) -> Finding:
    try:
        return Finding("ledger", True, t("doctor.ledger", count=ledger_keeping.verify(session)))
    except WorkbenchError as error:
        return Finding("ledger", False, explain(error))


def _own_rules(session: Session, home: Path) -> Finding:
    """The archive's own rules read as they were sealed."""
    changed = local_rules.unsealed(session, home)
    if changed:
        return Finding("own_rules", False, t("doctor.own_rules_changed", rules=", ".join(changed[:10])))
    return Finding("own_rules", True, t("doctor.own_rules", count=len(local_rules.own_ids(session, home))))


def _opinions(session: Session) -> Finding:
    """Every stored opinion still reads as it was sealed."""
    sealed = {
        event.payload["review"]: event.payload["content"]
        for event in session.exec(select(AuditEvent).where(AuditEvent.action == "review.decide"))
    }
    stored = {int(review.id or 0): opinion_digest(review) for review in session.exec(select(Review))}
    both = sorted(sealed.keys() | stored.keys())
    changed = [str(number) for number in both if sealed.get(number) != stored.get(number)]
    if changed:
        return Finding("opinions", False, t("doctor.opinions_changed", ids=", ".join(changed[:10])))
    return Finding("opinions", True, t("doctor.opinions", count=len(stored)))


def _publications(session: Session, home: Path) -> Finding:
    """Every edition lies where it should, and its public files read as they were sealed."""
    notices = session.exec(select(OpeningNotice)).all()
    missing, changed = [], []
    for notice in notices:
        editions = publication_now.editions(session, int(notice.id or 0))
        for edition in editions:
            folder = publication_now.folder_of(home, notice, edition, editions[0]) / "public"
            name = f"{notice.folder}/{edition.number}"
            if not folder.is_dir():
                missing.append(name)
            elif edition.files_digest not in (None, digest_of(folder)):
                changed.append(name)
    if missing:
        return Finding("publications", False, t("doctor.publications_missing", folders=", ".join(missing)))
    if changed:
        return Finding("publications", False, t("afterwards.files_changed", folders=", ".join(changed)))
    return Finding("publications", True, t("doctor.publications", count=len(notices)))


def _limits(session: Session, on: date) -> Finding:
    """Nothing that the public may use is under a limit of who gave it."""
    found = [record.reference_code for record in limited_items.open_to_the_public(session, on=on)]
    if found:
        codes = ", ".join(found[:10]) + (" …" if len(found) > 10 else "")
        return Finding("limits", False, t("doctor.limits", count=len(found), codes=codes))
    return Finding("limits", True, t("doctor.limits_well"))


def _signed(session: Session, home: Path) -> Finding:
    """Every scan of a signed sheet lies there as it was attached."""
    changed = signed_sheets.not_as_attached(session, home)
    if changed:
        return Finding("signed", False, t("doctor.signed_changed", files=", ".join(changed[:10])))
    return Finding("signed", True, t("doctor.signed", count=signed_sheets.size(session)))
