"""Look for trouble (体检): the installation, the home, and whether everything in it reads as it was sealed."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path

from sqlmodel import Session, select

import models
import rules
from models import AuditEvent, OpeningNotice, Review
from models.errors import WorkbenchError
from workbench import db
from workbench.i18n import explain, t
from workbench.services import hand_edits, ledger_keeping, limited_items, publication_now, rule_book, signed_sheets
from workbench.services.folder_swap import digest_of
from workbench.services.reviewing import opinion_digest
from workbench.settings import Environment

_SHOWN = 20  # faults of one kind that are named


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
        findings += [_ledger(session), *_own_files(session, environment.home), _opinions(session)]
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


def _own_files(session: Session, home: Path) -> Iterator[Finding]:
    """The archive's own rules, word lists and templates read as they were sealed; each fault by file and line."""
    looked = {
        "own_rules": hand_edits.in_rules, "own_lexicons": hand_edits.in_lexicons, "templates": hand_edits.in_templates,
    }  # fmt: skip
    for name, look in looked.items():
        faults = look(session, home)
        yield from (Finding(name, False, str(fault)) for fault in faults[:_SHOWN])
        if not faults:
            yield Finding(name, True, t(f"doctor.{name}", count=hand_edits.size(home, name)))


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
