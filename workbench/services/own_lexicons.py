"""Word lists that rules share (词表): written out to Excel, taken in again, laid over those of the library.

::

    $WORKBENCH_HOME/rules/lexicons/<id>.yaml                       in force
    $WORKBENCH_HOME/rules/versions/lexicons.<id>/0001.yml          every version that ever was

A list whose id begins with ``local`` belongs to the local pack (本馆限定词): it never leaves.
"""

import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session

from models import User
from models.errors import LawError
from models.text import plain
from rules.examples import check_examples
from rules.schema import RuleSet
from workbench.i18n import LANGUAGES, t, texts
from workbench.permissions import named
from workbench.readers import filled_sheet
from workbench.services import rule_book
from workbench.services.ledger_keeping import seal
from workbench.services.rule_files import differing, digest, digest_of, put, sealed_as, text_in
from workbench.writers.tables import Sheet, write_xlsx

CHANGED = "rules.lexicon"
LOCAL = "local"
SHORTEST = 2
_ID = re.compile(r"[a-z][a-z0-9-]{1,40}")


def rows(session: Session, home: Path) -> list[dict[str, Any]]:
    """All word lists in force (词表清单): how many words, which rules use each, whether it is the archive's own."""
    rules = rule_book.ruleset(session)
    return [
        {
            "id": name, "terms": len(terms), "is_own": file_of(home, name).is_file(), "may_leave": not is_local(name),
            "rules": sorted(rule.id for rule in rules.active if any(part.lexicon == name for part in rule.parts())),
        }
        for name, terms in sorted(rules.lexicons.items())
    ]  # fmt: skip


def is_local(lexicon: str) -> bool:
    """Whether a list belongs to the local pack (是否本馆限定词)."""
    return lexicon.partition("-")[0] == LOCAL


def export(*, session: Session, lexicon: str, out: Path, at: datetime) -> int:
    """Write a list to Excel, a word a row (导出词表); gives the number of words.

    Raises
    ------
    LawError
        ``lexicon.unknown``; ``lexicon.stays`` for a list of the local pack.
    """
    terms = rule_book.ruleset(session).lexicons.get(lexicon)
    if terms is None:
        raise LawError("lexicon.unknown", lexicon=lexicon)
    if is_local(lexicon):
        raise LawError("lexicon.stays", lexicon=lexicon)
    write_xlsx(out, [Sheet(lexicon, [t("rule_changes.column.term")], [[term] for term in terms], (28,))], at=at)
    return len(terms)


def exported(session: Session, lexicon: str, *, at: datetime) -> bytes:
    """The same as bytes (导出为字节), for a browser to download."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{lexicon}.xlsx"
        export(session=session, lexicon=lexicon, out=out, at=at)
        return out.read_bytes()


def read_terms(file: Path) -> list[str]:
    """The words of a filled sheet (读取词表), in order, once each.

    Raises
    ------
    ImportFailure
        What reading a sheet may raise.
    LawError
        ``lexicon.term_too_short`` with the row: a single character would be found everywhere.
    """
    known = {texts(language)["rule_changes.column.term"]: "term" for language in LANGUAGES}
    found: dict[str, None] = {}
    for sheet, row, cells in filled_sheet.read(file, headers=known, needed=("term",)):
        term = cells.get("term", "").strip()
        if term and len(plain(term)) < SHORTEST:
            raise LawError("lexicon.term_too_short", file=file.name, sheet=sheet, row=row, term=term)
        if term:
            found[term] = None
    return list(found)


def save(
    *, session: Session, home: Path, lexicon: str, terms: Sequence[str], by: User | str, at: datetime
) -> dict[str, Any]:
    """Lay a list over the library's (保存词表): only if all examples of all rules hold with it; versioned, sealed.

    The ledger holds how many words came and went, and digests, never the words. Gives ``terms, added, removed``.

    Raises
    ------
    LawError
        ``lexicon.bad_id``, ``lexicon.empty``, ``rule.example_failed``.
    """
    who = named(by, "rules.change")
    if not _ID.fullmatch(lexicon):
        raise LawError("lexicon.bad_id", lexicon=lexicon)
    folded = tuple(dict.fromkeys(plain(term) for term in terms if len(plain(term)) >= SHORTEST))
    if not folded:
        raise LawError("lexicon.empty", lexicon=lexicon)
    rules = rule_book.ruleset(session)
    before = set(rules.lexicons.get(lexicon, ()))
    if failures := check_examples(_with(rules, lexicon, folded)):
        failed = failures[0]
        raise LawError("rule.example_failed", rule=failed.rule_id, kind=failed.kind, text=failed.text)
    made = {"terms": len(folded), "added": len(set(folded) - before), "removed": len(before - set(folded))}
    if folded == rules.lexicons.get(lexicon):
        return made
    text = yaml.safe_dump({"id": lexicon, "terms": list(folded)}, allow_unicode=True, sort_keys=False)
    _seal(session, home, lexicon, text, made, who, at)
    versions = home / rule_book.OWN / "versions" / f"lexicons.{lexicon}"
    put(session, versions / f"{len(list(versions.glob('*.yml'))) + 1:04}.yml", text)
    put(session, file_of(home, lexicon), text)
    return made


def give_back(*, session: Session, home: Path, lexicon: str, by: User | str, at: datetime) -> bool:
    """Take the archive's own list away, so that the library's speaks again (恢复随附词表); sealed.

    Gives whether there was one. Raises ``LawError`` ``rule.unknown_lexicon`` when an own rule would be left without
    its list.
    """
    who = named(by, "rules.change")
    if not file_of(home, lexicon).is_file():
        return False
    if lexicon not in rule_book.without_own(session).lexicons:
        users = [
            rule.id for rule in rule_book.ruleset(session).rules if any(p.lexicon == lexicon for p in rule.parts())
        ]
        if users:
            raise LawError("rule.unknown_lexicon", rule=users[0], lexicon=lexicon)
    _seal(session, home, lexicon, None, {}, who, at)
    put(session, file_of(home, lexicon), None)
    return True


def _with(rules: RuleSet, lexicon: str, terms: tuple[str, ...]) -> RuleSet:
    lexicons = {**rules.lexicons, lexicon: terms}
    return RuleSet(rules.rules, lexicons=lexicons, instruments=rules.instruments, kinds=rules.kinds)


def unsealed(session: Session, home: Path) -> list[str]:
    """Ids of lists that do not read as the ledger says (与审计账不符的词表): edited by hand, added or lost."""
    folder = home / rule_book.OWN / "lexicons"
    there = {path.stem: digest_of(path) for path in sorted(folder.glob("*.yaml"))}
    return differing(sealed_as(session, CHANGED, "lexicon"), there)


def file_of(home: Path, lexicon: str) -> Path:
    """Where an own list in force lies (词表文件)."""
    return home / rule_book.OWN / "lexicons" / f"{lexicon}.yaml"


def _seal(
    session: Session, home: Path, lexicon: str, text: str | None, counts: dict[str, int], who: str, at: datetime
) -> None:
    payload = {
        "lexicon": lexicon, "before": digest(text_in(file_of(home, lexicon))), "after": digest(text), **counts,
        "ruleset_before": rule_book.ruleset(session).digest,
    }  # fmt: skip
    seal(session, actor=who, action=CHANGED, subject=f"lexicon/{lexicon}", payload=payload, at=at)
