"""Rules on their way out and in (规则的导出与导入): a YAML bundle, or an Excel list of terms.

The local pack (本馆限定词), whose ids begin with ``local.`` or whose files lie in ``rules/packs/local``, never leaves:
no export holds a word of it.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session

from models import User
from models.errors import ImportFailure, LawError
from models.vocabulary import Effect, Ground
from rules.drafting import articles_of, dump_rule
from rules.loader import local_pack_files, read_rule
from rules.rule import Part, Rule
from workbench.i18n import LANGUAGES, t, term, texts
from workbench.readers import filled_sheet
from workbench.services import local_rules
from workbench.services.local_rules import Saved
from workbench.writers.tables import Sheet, write_xlsx

LOCAL_PACK = "local."
YAML_NAMES = (".yaml", ".yml")
COLUMNS = ("rule", "name", "effect", "ground", "kind", "term", "explanation", "must_match", "must_not_match")
_NEEDED = ("rule", "term")
_WIDTHS = (28, 24, 10, 16, 26, 16, 40, 44, 44)


def export(*, session: Session, home: Path, out: Path, at: datetime) -> dict[str, Any]:
    """Write the archive's own rules to a YAML bundle or an Excel term list, by suffix (导出本馆规则).

    Gives ``rules`` written, ``kept`` back because they are of the local pack, and ``complex`` ones that a term list
    cannot hold.

    Raises
    ------
    ImportFailure
        ``import.unknown_kind`` for another suffix.
    """
    own = [local_rules.find(session, rule_id) for rule_id in local_rules.own_ids(session, home)]
    leaving = [rule for rule in own if not is_of_local_pack(rule.id)]
    suffix = out.suffix.lower()
    if suffix in YAML_NAMES:
        written, text = leaving, "---\n".join(dump_rule(rule) for rule in leaving)
        out.write_text(text, encoding="utf-8", newline="\n")
    elif suffix == ".xlsx":
        written = [rule for rule in leaving if is_term_list(rule)]
        sheet = Sheet(t("rule_changes.terms"), _headers(), [line for rule in written for line in _lines(rule)], _WIDTHS)
        write_xlsx(out, [sheet], at=at)
    else:
        raise ImportFailure("import.unknown_kind", file=out.name, suffix=suffix or "-", known=".yaml .xlsx")
    return {
        "rules": len(written),
        "kept": len(own) - len(leaving),
        "complex": len(leaving) - len(written),
        "file": str(out),
    }


def exported(session: Session, home: Path, suffix: str, *, at: datetime) -> bytes:
    """The same as bytes (导出为字节), for a browser to download."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"rules{suffix}"
        export(session=session, home=home, out=out, at=at)
        return out.read_bytes()


def import_(*, session: Session, home: Path, file: Path, by: User | str, at: datetime) -> list[Saved]:
    """Save every rule of a bundle or term list (导入规则): all of them, or none.

    Raises
    ------
    ImportFailure
        ``import.no_file``, and what reading a sheet may raise.
    LawError
        ``rule.*`` for the first rule that is not well formed or whose examples do not hold.
    """
    if not file.is_file():
        raise ImportFailure("import.no_file", file=str(file))
    if file.suffix.lower() in YAML_NAMES:
        written = list(_bundle(file))
    else:
        written = [dump_rule(rule) for rule in _term_rules(session, file)]
    return [
        local_rules.save(session=session, home=home, text=text, by=by, at=at, act="import") for text in written
    ]  # fmt: skip


def _bundle(file: Path) -> Iterator[str]:
    try:
        rules = [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8-sig")) if each is not None]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LawError("rule.bad_yaml", file=file.name, problem=str(error)) from error
    yield from (yaml.safe_dump(rule, allow_unicode=True, sort_keys=False) for rule in rules)


def is_of_local_pack(rule_id: str) -> bool:
    """Whether a rule belongs to the local pack (是否本馆限定词): by its id, or because it lies in that folder."""
    return rule_id.startswith(LOCAL_PACK) or rule_id in {read_rule(path).id for path in local_pack_files()}


def is_term_list(rule: Rule) -> bool:
    """Whether a rule is nothing but words to look for in the title (是否纯词表规则)."""
    bare = rule.model_copy(update={"any_of": (), "note": None})
    conditions = (bare.all_of, bare.none_of, bare.not_inside, bare.where, bare.except_where, bare.within)
    return (
        len(rule.any_of) == 1
        and bool(rule.any_of[0].terms)
        and not any(conditions)
        and rule.fields == ("title",)
        and not rule.keywords
        and rule.applies == type(rule.applies)()
    )


def _headers() -> list[str]:
    return [t(f"rule_changes.column.{name}") for name in COLUMNS]


def _lines(rule: Rule) -> Iterator[list[str]]:
    """One line a term; the rule's own columns and its examples stand beside, as far as they go."""
    terms = rule.any_of[0].terms
    own = [rule.id, rule.name, term(rule.effect), term(rule.ground) if rule.ground else "", rule.kind or ""]
    for number in range(max(len(terms), len(rule.must_match), len(rule.must_not_match))):
        examples = [
            examples[number].title if number < len(examples) else ""
            for examples in (rule.must_match, rule.must_not_match)
        ]
        yield [*own, terms[number] if number < len(terms) else "", rule.explanation, *examples]


def _term_rules(session: Session, file: Path) -> Iterator[Rule]:
    """The rules of a term list, in the order of their first line."""
    known = {texts(language)[f"rule_changes.column.{name}"]: name for language in LANGUAGES for name in COLUMNS}
    lines: dict[str, list[Mapping[str, str]]] = {}
    for _, _, cells in filled_sheet.read(file, headers=known, needed=_NEEDED):
        if cells.get("rule"):
            lines.setdefault(cells["rule"], []).append(cells)
    for rule_id, written in lines.items():
        yield _term_rule(rule_id, written, _present(session, rule_id))


def _present(session: Session, rule_id: str) -> Rule | None:
    try:
        return local_rules.find(session, rule_id)
    except LawError:
        return None


def _term_rule(rule_id: str, lines: Sequence[Mapping[str, str]], present: Rule | None) -> Rule:
    def first(name: str) -> str | None:
        return next((cells[name] for cells in lines if cells.get(name)), None)

    def every(name: str) -> list[str]:
        return list(dict.fromkeys(cells[name] for cells in lines if cells.get(name)))

    ground, effect = _read(Ground, first("ground"), rule_id), _read(Effect, first("effect"), rule_id)
    written = {
        "name": first("name"),
        "effect": effect,
        "ground": ground,
        "kind": first("kind"),
        "explanation": first("explanation") or first("name"),
        "any_of": [Part(terms=tuple(every("term"))).model_dump(exclude_defaults=True)] if every("term") else None,
        "must_match": every("must_match"),
        "must_not_match": every("must_not_match"),
    }
    if present is not None:
        if not is_term_list(present):
            raise LawError("rule.not_a_term_list", rule=rule_id)
        base = yaml.safe_load(dump_rule(present))
    else:
        base = {"version": 1, "legal_basis": articles_of(ground)}
    shape = {**base, "id": rule_id, **{name: value for name, value in written.items() if value}}
    return local_rules.shaped(shape)


def _read(kind: type[Any], text: str | None, rule_id: str) -> Any:
    """A controlled term by its label in any language, or by its code."""
    if text is None:
        return None
    name = kind.__name__.lower()
    for each in kind:
        if text in (each.value, *(texts(language)[f"terms.{name}.{each.value}"] for language in LANGUAGES)):
            return each.value
    raise LawError("rule.unknown_term", rule=rule_id, text=text)
