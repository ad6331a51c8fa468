"""The archive's own rules (本馆规则): a folder under the home laid over the library, every change versioned and sealed.

::

    $WORKBENCH_HOME/rules/<group>/<stem>.yaml            in force
    $WORKBENCH_HOME/rules/versions/<rule id>/0001.yml    every version that ever was

Files follow the transaction: when it is rolled back, they are as before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from sqlmodel import Session, col, select

from models import AuditEvent, User
from models.errors import LawError
from rules.drafting import dump_rule
from rules.examples import ExampleFailure, check_examples
from rules.loader import check_rule, parse_rule
from rules.rule import Example, Rule
from rules.schema import RuleSet
from workbench.permissions import named
from workbench.services import rule_book
from workbench.services.ledger_keeping import seal
from workbench.services.rule_files import differing, digest, digest_of, put, sealed_as, text_in

CHANGED = "rules.change"
SHIPPED = 0
"""Stands for the version that came with the program, where a version is asked for."""

Act = Literal["save", "retire", "restore", "import"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a rule (保存结果): ``is_changed`` is False when it said the same already."""

    rule: Rule
    is_changed: bool


def read(rules: RuleSet, text: str) -> tuple[Rule, list[ExampleFailure]]:
    """Read a rule from YAML and try its examples (读取并检验规则), whatever its status.

    Raises
    ------
    LawError
        ``rule.*`` when it is not well formed or refers to what does not exist.
    """
    rule = parse_rule(text, name="rule.yaml")
    check_rule(rule, lexicons=rules.lexicons, instruments=rules.instruments, kinds=rules.kinds)
    if rule.id.partition(".")[0] == "lexicons":  # the loader reads that folder as word lists
        raise LawError("rule.reserved_group", rule=rule.id)
    return rule, check_examples(rules.overlaid(awake(rule)).alone(rule.id))


def shaped(written: Mapping[str, Any]) -> Rule:
    """A rule from plain values (由各项成规则); ``rule.bad_shape`` when something is missing or wrong."""
    return parse_rule(yaml.safe_dump(dict(written), allow_unicode=True), name=f"{written.get('id')}.yaml")


def awake(rule: Rule) -> Rule:
    """The rule as if it were active (视为有效)."""
    return rule.model_copy(update={"status": "active"})


def save(
    *, session: Session, home: Path, text: str, by: User | str, at: datetime, seen: int | None = None,
    act: Act = "save",
) -> Saved:  # fmt: skip
    """Save a rule as the next version (保存规则): only if it is well formed and all its examples hold.

    ``seen`` is the version that the editor began from (0: none of our own). ``by`` is a person, or the name of a
    caller whose right was checked already.

    Raises
    ------
    LawError
        ``rule.*``; ``rule.example_failed``; ``rule.duplicate_id`` when a shipped rule would be replaced without
        ``overrides: true``; ``rule.changed_meanwhile`` when somebody saved it since.
    PermissionDenied
        For a person who may not change rules.
    """
    rule, failures = read(rule_book.ruleset(session), text)
    if failures:
        raise LawError("rule.example_failed", rule=rule.id, kind=failures[0].kind, text=failures[0].text)
    if rule.id in rule_book.without_own(session).by_id and not rule.overrides:
        raise LawError("rule.duplicate_id", file=f"{rule.id}.yaml", rule=rule.id)
    return _keep(session, home, rule, by=by, at=at, act=act, seen=seen)


def retire(*, session: Session, home: Path, rule_id: str, by: User | str, at: datetime) -> Saved:
    """Put a rule out of force (停用规则), a shipped one by a rule of our own over it.

    Raises
    ------
    LawError
        ``rule.unknown``.
    """
    rule = find(session, rule_id).model_copy(update={"status": "retired"})
    return _keep(session, home, _laid_over(session, rule), by=by, at=at, act="retire")


def restore(
    *, session: Session, home: Path, rule_id: str, by: User | str, at: datetime, version: int | None = None
) -> Saved:
    """Put a rule in force again (恢复规则): as it is, or as a former version, or (0) as it was shipped.

    Raises
    ------
    LawError
        ``rule.unknown``; ``rule.unknown_version``; and what ``save`` raises, for the law-book may have moved on.
    """
    rule = find(session, rule_id)
    if version == SHIPPED:
        return _give_back(session, home, rule_id, by=by, at=at)
    if version is None:
        return _keep(session, home, _laid_over(session, awake(rule)), by=by, at=at, act="restore")
    kept = _version_file(home, rule_id, version)
    if not kept.is_file():
        raise LawError("rule.unknown_version", rule=rule_id, version=version)
    return save(session=session, home=home, text=kept.read_text(encoding="utf-8"), by=by, at=at, act="restore")


def find(session: Session, rule_id: str) -> Rule:
    """A rule by its id (取规则); ``rule.unknown`` when there is none."""
    rule = rule_book.ruleset(session).by_id.get(rule_id)
    if rule is None:
        raise LawError("rule.unknown", rule=rule_id)
    return rule


def own_ids(session: Session, home: Path) -> list[str]:
    """Ids of the home's own rules, in order (本馆规则编号)."""
    known = rule_book.ruleset(session).by_id
    return sorted(rule_id for rule_id in known if rule_file(home, rule_id).is_file())


def ever(home: Path) -> list[str]:
    """Ids of all rules that were ever kept here (历来的本馆规则编号)."""
    return sorted(folder.name for folder in (home / rule_book.OWN / "versions").glob("*") if folder.is_dir())


def is_shipped(session: Session, rule_id: str) -> bool:
    """Whether the program came with a rule of this id (是否随程序发布)."""
    return rule_id in rule_book.without_own(session).by_id


def text_of(session: Session, home: Path, rule_id: str, *, wrong: str | None = None) -> tuple[str, int]:
    """A rule as YAML for the editor, and the version it begins from (规则文本); a shipped one is laid over.

    ``wrong`` is a title that it flagged wrongly (误检): it becomes an example that must not match, so that the rule
    can be saved only when somebody has mended it.
    """
    rule = _laid_over(session, find(session, rule_id))
    if wrong is not None:
        rule = rule.model_copy(update={"must_not_match": (*rule.must_not_match, Example(title=wrong))})
    return dump_rule(rule), rule.version if rule_file(home, rule_id).is_file() else SHIPPED


def history(session: Session, rule_id: str) -> list[dict[str, Any]]:
    """Every change of a rule, newest first (规则沿革): version, act, status, who and when."""
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.action == CHANGED, AuditEvent.subject == f"rule/{rule_id}")
        .order_by(col(AuditEvent.seq).desc())
    )
    names = ("version", "act", "status", "after")
    return [{**{name: event.payload[name] for name in names}, "by": event.actor, "at": event.at} for event in events]


def unsealed(session: Session, home: Path) -> list[str]:
    """Rule files that do not read as the ledger says (与审计账不符的规则): edited by hand, added or lost."""
    there = {
        f"{path.parent.name}.{path.stem}": digest_of(path)
        for path in sorted((home / rule_book.OWN).rglob("*.yaml"))
        if path.parent.name != "lexicons"
    }
    return differing(sealed_as(session, CHANGED, "rule"), there)


def rule_file(home: Path, rule_id: str) -> Path:
    """Where an own rule in force lies (规则文件)."""
    group, _, stem = rule_id.partition(".")
    return home / rule_book.OWN / group / f"{stem}.yaml"


def _version_file(home: Path, rule_id: str, version: int) -> Path:
    return home / rule_book.OWN / "versions" / rule_id / f"{version:04}.yml"


def _laid_over(session: Session, rule: Rule) -> Rule:
    return rule.model_copy(update={"overrides": rule.id in rule_book.without_own(session).by_id})


def _keep(
    session: Session, home: Path, rule: Rule, *, by: User | str, at: datetime, act: Act, seen: int | None = None
) -> Saved:
    who = named(by, CHANGED)
    file, before = rule_file(home, rule.id), rule_book.ruleset(session)
    present = text_in(file)
    current = before.by_id.get(rule.id)
    own_version = current.version if current and present is not None else SHIPPED
    if seen is not None and seen != own_version:
        raise LawError("rule.changed_meanwhile", rule=rule.id, version=own_version)
    kept = rule.model_copy(update={"version": _next_version(session, home, rule.id)})
    if current is not None and present is not None and current == kept.model_copy(update={"version": own_version}):
        return Saved(current, is_changed=False)
    text = dump_rule(kept)
    _seal(session, kept, act, present, text, before, before.overlaid(kept), who, at)
    # Sealing waits for whoever else is writing; what they saved meanwhile must not be written over unseen.
    if text_in(file) != present:
        raise LawError("rule.changed_meanwhile", rule=rule.id, version=own_version + 1)
    put(session, _version_file(home, kept.id, kept.version), text)
    put(session, file, text)
    return Saved(kept, is_changed=True)


def _give_back(session: Session, home: Path, rule_id: str, *, by: User | str, at: datetime) -> Saved:
    """Take our own rule away, so that the shipped one speaks again."""
    who = named(by, CHANGED)
    shipped, file = rule_book.without_own(session).by_id.get(rule_id), rule_file(home, rule_id)
    if shipped is None:
        raise LawError("rule.unknown_version", rule=rule_id, version=SHIPPED)
    if not file.is_file():
        return Saved(shipped, is_changed=False)
    before = rule_book.ruleset(session)
    present = file.read_text(encoding="utf-8")
    _seal(session, shipped, "restore", present, None, before, before.overlaid(shipped), who, at)
    put(session, file, None)
    return Saved(shipped, is_changed=True)


def _next_version(session: Session, home: Path, rule_id: str) -> int:
    kept = _version_file(home, rule_id, 1).parent
    shipped = rule_book.without_own(session).by_id.get(rule_id)
    numbers = [int(path.stem) for path in kept.glob("*.yml")]
    return max([*numbers, shipped.version if shipped else 0]) + 1


def _seal(
    session: Session, rule: Rule, act: Act, present: str | None, text: str | None, before: RuleSet, after: RuleSet,
    who: str, at: datetime,
) -> None:  # fmt: skip
    payload = {
        "rule": rule.id,
        "act": act,
        "version": rule.version,
        "status": rule.status,
        "before": digest(present),
        "after": digest(text),
        "ruleset_before": before.digest,
        "ruleset_after": after.digest,
    }
    seal(session, actor=who, action=CHANGED, subject=f"rule/{rule.id}", payload=payload, at=at)
