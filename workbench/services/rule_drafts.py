"""Drafting a rule from a passage that was missed (由漏检之处起草规则): nobody has to write YAML from nothing."""

from pathlib import Path

from sqlmodel import Session

from models.errors import LawError
from rules.drafting import draft_rule, dump_rule
from workbench.services import local_rules, rule_book

# First part of a rule's id: the archive's own rules, or the local pack, which never leaves in exports.
PACKS = ("house", "local")


def kinds(session: Session) -> dict[str, tuple[str, str]]:
    """Sub-grounds that a rule may belong to (子目): id → (ground, name)."""
    return {name: (kind.ground.value, kind.name) for name, kind in rule_book.ruleset(session).kinds.items()}


def draft(
    session: Session, home: Path, *, pack: str, name: str, passage: str, title: str, counter_example: str, kind: str
) -> str:
    """A cautioning rule as YAML, of status ``draft`` (规则草稿), with an id of its own; nothing is stored.

    ``title`` is where ``passage`` was missed, ``counter_example`` a title that the rule must leave alone.

    Raises
    ------
    LawError
        ``rule.draft_incomplete`` when something is blank, ``rule.unknown_kind``.
    """
    given = {"name": name, "passage": passage, "title": title, "counter_example": counter_example}
    stripped = {field: text.strip() for field, text in given.items()}
    if pack not in PACKS or not all(stripped.values()):
        raise LawError("rule.draft_incomplete")
    rule_id = next_id(session, home, pack)
    known = rule_book.ruleset(session).kinds.get(kind)
    if known is None:
        raise LawError("rule.unknown_kind", rule=rule_id, kind=kind)
    return dump_rule(draft_rule(rule_id=rule_id, ground=known.ground, kind=kind, **stripped))


def next_id(session: Session, home: Path, pack: str) -> str:
    """The next free number of a pack (下一编号), past every one that was ever used."""
    ids = {*rule_book.ruleset(session).by_id, *local_rules.ever(home)}
    stems = (rule_id.partition(".")[2] for rule_id in ids if rule_id.startswith(f"{pack}."))
    return f"{pack}.{max([0, *(int(stem) for stem in stems if stem.isdecimal())]) + 1:04}"
