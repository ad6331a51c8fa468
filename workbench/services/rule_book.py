"""The rule set in force (现行规则): the library, the archive's own rules over it, loaded once a process."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from models import Record
from models.record import Description
from rules.already_public import RulesAndList
from rules.examples import check_examples
from rules.loader import load_ruleset
from rules.rule import Example
from rules.schema import RuleSet
from workbench.services import already_public, setting_up
from workbench.services.known_text import KnownText
from workbench.settings import environment

HISTORICAL_PACK = "historical-case-files"


OWN = "rules"  # the archive's own rules, under the home


@lru_cache(maxsize=4)
def _load(folders: tuple[Path, ...], packs: tuple[str, ...], _content: str) -> RuleSet:
    return load_ruleset(*folders, packs=packs)


def _loaded(folders: Sequence[Path | None], packs: tuple[str, ...]) -> RuleSet:
    """The rules of these folders as they lie there now: another process may have saved one meanwhile."""
    there = tuple(folder for folder in folders if folder)
    content = hashlib.sha256()
    for folder in there:
        for path in sorted(folder.rglob("*.yaml")):
            content.update(f"{path}\n".encode())
            content.update(path.read_bytes())
    return _load(there, packs, content.hexdigest())


def own_folder(home: Path) -> Path | None:
    """Where the archive's own rules lie (本馆规则目录), if it has any."""
    folder = home / OWN
    return folder if folder.is_dir() else None


def _packs(session: Session) -> tuple[str, ...]:
    return (HISTORICAL_PACK,) if setting_up.get(session, "historical_pack") else ()


def ruleset(session: Session) -> RuleSet:
    """Rules in force here (现行规则): library, optional pack by setting, folder by environment, the home's own on top.

    Raises
    ------
    LawError
        When a local rule is not well formed; the message names the rule.
    """
    here = environment()
    return _loaded((here.rules, own_folder(here.home)), _packs(session))


def without_own(session: Session) -> RuleSet:
    """The rules as they would be without the home's own (不含本馆规则): what an own rule adds to or replaces."""
    return _loaded((environment().rules,), _packs(session))


def rules_and_list(session: Session) -> RulesAndList:
    """Rules in force, and the lists of what is public already beside them (规则与已公开清单)."""
    return RulesAndList(ruleset(session), already_public.public_list(session))


def description(record: Record | Row[Any], text: KnownText | None = None) -> Description:
    """What rules and classifiers read of a record, or of a row with its columns (著录文本), and of its full text."""
    return Description(
        title=record.title,
        reference_code=record.reference_code,
        fonds=record.fonds,
        creator=record.creator,
        document_number=record.document_number,
        date_from=record.date_from,
        date_to=record.date_to,
        security_class=record.security_class,
        declassification=record.declassification,
        retention_period=record.retention_period,
        level=record.level,
        remarks=record.remarks,
        text=text.text if text else None,
        text_quality=text.poorest if text else None,
        transfer_opinion=record.transfer_opinion,
        disclosure=record.disclosure,
    )


def library() -> RuleSet:
    """Library, packs and the local folder, without a home (规则库): for ``rules check`` on any machine."""
    here = environment()
    return _loaded((here.rules, own_folder(here.home)), (HISTORICAL_PACK,))


def check(rules: RuleSet) -> dict[str, Any]:
    """Run every rule's own examples (检验规则)."""
    failures = check_examples(rules)
    return {
        "rules": len(rules.rules),
        "examples": sum(len(rule.must_match) + len(rule.must_not_match) for rule in rules.rules),
        "digest": rules.digest,
        "failures": [{"rule": f.rule_id, "kind": f.kind, "text": f.text} for f in failures],
    }


def rows(rules: RuleSet) -> list[dict[str, Any]]:
    """The rules as plain rows (规则清单)."""
    return [
        {
            "id": rule.id,
            "name": rule.name,
            "effect": rule.effect.value,
            "ground": rule.ground.value if rule.ground else None,
            "verified": rules.is_verified(rule),
            "legal_basis": list(rules.citations(rule)),
            "status": rule.status,
            "version": rule.version,
            "fields": list(rule.fields),
            "explanation": rule.explanation,
            "must_match": [_written(example) for example in rule.must_match],
            "must_not_match": [_written(example) for example in rule.must_not_match],
        }
        for rule in rules.rules
    ]


def _written(example: Example) -> str:
    """An example as one line: its fields in order."""
    return " | ".join(str(value) for value in example.model_dump().values() if value)


def explain_text(rules: RuleSet | RulesAndList, text: str) -> list[dict[str, Any]]:
    """Every hit of the rules in a title (说明命中)."""
    return [reason.to_dict() for reason in rules.evidence(Description(title=text))]
