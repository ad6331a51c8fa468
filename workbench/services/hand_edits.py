"""Rules, word lists and templates that somebody edited outside the program (程序之外的改动): what is wrong, and where.

Files of the archive's own lie open under the home, so that they can be read with any editor; what was changed there
speaks without having been tried. This looks at each: it reads, it is what the ledger says, its examples hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlmodel import Session

from models.errors import LawError
from rules.examples import check_examples
from rules.loader import read_lexicon, read_rule
from workbench.i18n import explain, t
from workbench.services import local_rules, own_lexicons, paper_templates, rule_book
from workbench.services.rule_files import first_difference


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one file (一处问题): ``line`` is absent where no line can be named."""

    file: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        place = t("doctor.edits.line", file=self.file, line=self.line) if self.line else self.file
        return t("doctor.edits.fault", place=place, text=self.text)


def in_rules(session: Session, home: Path) -> list[Fault]:
    """Faults of the archive's own rules (本馆规则的问题): unreadable ones, changed ones, examples that fail."""
    folder = home / rule_book.OWN
    files = [path for path in sorted(folder.rglob("*.yaml")) if path.parent.name != "lexicons"]
    broken = list(_unreadable(home, files))
    changed = [
        _changed(home, rule, local_rules.rule_file(home, rule), folder / "versions" / rule)
        for rule in local_rules.unsealed(session, home)
    ]
    return [*broken, *changed, *([] if broken else _examples(session, home))]


def in_lexicons(session: Session, home: Path) -> list[Fault]:
    """Faults of the archive's own word lists (本馆词表的问题)."""
    folder = home / rule_book.OWN
    broken = list(_unreadable(home, sorted((folder / "lexicons").glob("*.yaml"))))
    changed = [
        _changed(home, name, own_lexicons.file_of(home, name), folder / "versions" / f"lexicons.{name}")
        for name in own_lexicons.unsealed(session, home)
    ]
    return [*broken, *changed]


def in_templates(session: Session, home: Path) -> list[Fault]:
    """Faults of the archive's own templates (本馆模板的问题): changed ones, broken ones, files nobody uses."""
    own = [each for each in paper_templates.everything(home) if each.is_own]
    found = [Fault(f"templates/{each.name}.docx", problem) for each in own for problem in each.problems]
    found += [
        Fault(f"templates/{name}.docx", t("doctor.edits.template_changed"))
        for name in paper_templates.unsealed(session, home)
    ]
    return [*found, *(Fault(f"templates/{name}", t("doctor.edits.stray")) for name in paper_templates.strays(home))]


def size(home: Path, kind: str) -> int:
    """How many files of a kind there are (份数): ``own_rules``, ``own_lexicons`` or ``templates``."""
    if kind == "templates":
        return sum(each.is_own for each in paper_templates.everything(home))
    found = [path.parent.name == "lexicons" for path in (home / rule_book.OWN).rglob("*.yaml")]
    return found.count(kind == "own_lexicons")


def _unreadable(home: Path, files: Iterable[Path]) -> Iterator[Fault]:
    for path in files:
        try:
            (read_lexicon if path.parent.name == "lexicons" else read_rule)(path)
        except LawError as error:
            yield Fault(_name(home, path), explain(error), _line_of(path, error))


def _line_of(path: Path, error: LawError) -> int | None:
    """The line that an error speaks of: the parser's own, or that of the place in the file's tree."""
    cause = error.__cause__
    if isinstance(cause, yaml.MarkedYAMLError):
        return cause.problem_mark.line + 1 if cause.problem_mark else None
    if isinstance(cause, UnicodeDecodeError):
        return path.read_bytes()[: cause.start].count(b"\n") + 1
    place = str(error.params.get("place", ""))
    return line_at(path, place.split(".")) if place else None


def line_at(path: Path, place: Sequence[str]) -> int:
    """The line of a place in a YAML file (所在行), as far down as the file goes: ``any_of``, ``0``, ``terms``."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _changed(home: Path, name: str, path: Path, versions: Path) -> Fault:
    kept = sorted(versions.glob("*.yml"))
    if not path.is_file():
        return Fault(_name(home, path), t("doctor.edits.lost", name=name))
    if not kept:
        return Fault(_name(home, path), t("doctor.edits.added", name=name))
    line = first_difference(kept[-1], path)
    return Fault(_name(home, path), t("doctor.edits.changed", version=kept[-1].stem.lstrip("0")), line)


def _examples(session: Session, home: Path) -> list[Fault]:
    """Examples of all rules in force: an own word list may break one of a rule that was shipped."""
    try:
        rules = rule_book.ruleset(session)
    except LawError as error:
        return [Fault(rule_book.OWN, explain(error))]
    found = []
    for failed in check_examples(rules):
        path, rule = local_rules.rule_file(home, failed.rule_id), rules.by_id[failed.rule_id]
        examples = [str(each) for each in getattr(rule, failed.kind)]
        text = t("errors.rule.example_failed", rule=failed.rule_id, kind=failed.kind, text=failed.text)
        own = path.is_file()
        line = line_at(path, [failed.kind, str(examples.index(failed.text))]) if own else None
        found.append(Fault(_name(home, path) if own else failed.rule_id, text, line))
    return found


def _name(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix()
