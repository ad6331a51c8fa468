"""Reading the law-book from its folders (读取规则库): strict, all faults named by file.

::

    rules/legal/*.yaml  kinds.yaml  lexicons/*.yaml      what rules may cite, belong to and share
    rules/library/<ground>/<rule>.yaml                   the shipped library
    rules/packs/<pack>/<rule>.yaml                       optional parts of it
    a local folder, any depth                            the archive's own, laid over
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import regex
import yaml
from pydantic import BaseModel, ValidationError

from models.errors import LawError
from models.text import plain
from rules.detectors import CHECKS, DETECTORS
from rules.rule import Instrument, Kind, Lexicon, Part, Rule
from rules.schema import RuleSet

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
PACKS = HERE / "packs"
LOCAL = PACKS / "local"
DEFAULT_PACKS = ("historical-case-files",)

Shape = TypeVar("Shape", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_ruleset(*folders: Path, packs: Sequence[str] = DEFAULT_PACKS) -> RuleSet:
    """Load the shipped library, its packs, and folders laid over it in order (读取规则集).

    A later rule replaces an earlier one of the same id only if it says ``overrides: true``. Raises
    ``LawError`` with a ``rule.*`` code that names the file.
    """
    return _load(tuple(Path(folder) for folder in folders), tuple(packs))


def local_pack_files() -> list[Path]:
    """Rule files that an archive put into the local pack (本馆限定词规则文件); none as shipped."""
    return sorted(path for path in LOCAL.rglob("*.yaml") if path.parent.name != "lexicons")


def _load(folders: tuple[Path, ...], packs: tuple[str, ...]) -> RuleSet:
    for pack in packs:
        if not (PACKS / pack).is_dir():
            raise LawError("rule.unknown_pack", pack=pack)
    instruments, kinds = load_instruments(), load_kinds()
    lexicons = dict(_lexicons(HERE / "lexicons"))
    rules: dict[str, Rule] = {}
    # The local pack is empty as shipped, and an installed program may have no folder for it.
    local = (LOCAL,) if LOCAL.is_dir() else ()
    for folder in (LIBRARY, *(PACKS / pack for pack in packs), *local, *folders):
        if not folder.is_dir():
            raise LawError("rule.no_such_folder", folder=str(folder))
        lexicons.update(_lexicons(folder / "lexicons"))
        for path in sorted(folder.rglob("*.yaml")):
            if path.parent.name != "lexicons":
                rule = read_rule(path)
                _add(rules, rule, path)
    for rule in rules.values():
        check_rule(rule, lexicons=lexicons, instruments=instruments, kinds=kinds)
    return RuleSet(rules.values(), lexicons=lexicons, instruments=instruments, kinds=kinds)


@lru_cache(maxsize=1)
def load_instruments() -> dict[str, Instrument]:
    """Load every instrument that rules may cite (读取法规)."""
    paths = sorted((HERE / "legal").glob("*.yaml"))
    return {instrument.id: instrument for instrument in (_validate(Instrument, _read(path), path) for path in paths)}


@lru_cache(maxsize=1)
def load_kinds() -> dict[str, Kind]:
    """Load the sub-grounds (读取子目)."""
    path = HERE / "kinds.yaml"
    return {name: _validate(Kind, written, path) for name, written in _read(path).items()}


def read_rule(path: Path) -> Rule:
    """Read one rule file (读取一条规则); the file's stem is the last part of the id."""
    rule = _validate(Rule, _read(path), path)
    if rule.id.partition(".")[2] != path.stem:
        raise LawError("rule.wrong_file_name", file=path.name, rule=rule.id)
    return rule


def parse_rule(text: str, *, name: str) -> Rule:
    """Read a rule from YAML text (由文本读取规则); ``name`` stands in errors."""
    return _validate(Rule, _parse(text, name), Path(name))


def _add(rules: dict[str, Rule], rule: Rule, path: Path) -> None:
    if rule.id in rules and not rule.overrides:
        raise LawError("rule.duplicate_id", file=path.name, rule=rule.id)
    rules[rule.id] = rule


def read_lexicon(path: Path) -> tuple[str, tuple[str, ...]]:
    """Read one word list (读取一份词表): its id, and its words folded, once each.

    Raises
    ------
    LawError
        ``rule.bad_yaml`` or ``rule.bad_shape``.
    """
    written = _validate(Lexicon, _read(path), path)
    return written.id, tuple(dict.fromkeys(plain(term) for term in written.terms))


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LawError("rule.not_utf8", file=path.name) from error
    return _parse(text, path.name)


def _parse(text: str, name: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise LawError("rule.bad_yaml", file=name, problem=str(error)) from error


def _validate(shape: type[Shape], written: Any, path: Path) -> Shape:
    try:
        return shape.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise LawError("rule.bad_shape", file=path.name, place=place, problem=first["msg"]) from error


def _lexicons(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in sorted(folder.glob("*.yaml")):
        yield read_lexicon(path)


def check_rule(
    rule: Rule,
    *,
    lexicons: dict[str, tuple[str, ...]],
    instruments: dict[str, Instrument],
    kinds: dict[str, Kind],
) -> None:
    """Check what a rule refers to (检查规则引用): raises ``LawError`` for the first fault."""
    for basis in rule.legal_basis:
        instrument = instruments.get(basis.instrument)
        if instrument is None:
            raise LawError("rule.unknown_instrument", rule=rule.id, instrument=basis.instrument)
        if basis.article and basis.article not in instrument.articles:
            raise LawError("rule.unknown_article", rule=rule.id, instrument=basis.instrument, article=basis.article)
    if rule.kind and (rule.kind not in kinds or (rule.ground and kinds[rule.kind].ground != rule.ground)):
        raise LawError("rule.unknown_kind", rule=rule.id, kind=rule.kind)
    for part in rule.parts():
        _check_part(part, rule, lexicons)
    _check_length(rule.any_of, rule)


def _check_part(part: Part, rule: Rule, lexicons: dict[str, tuple[str, ...]]) -> None:
    if part.lexicon and part.lexicon not in lexicons:
        raise LawError("rule.unknown_lexicon", rule=rule.id, lexicon=part.lexicon)
    if part.detector and part.detector not in DETECTORS:
        raise LawError("rule.unknown_detector", rule=rule.id, detector=part.detector)
    if part.check and part.check not in CHECKS:
        raise LawError("rule.unknown_check", rule=rule.id, check=part.check)
    if part.regex:
        _check_pattern(part.regex, rule)


def _check_pattern(pattern: str, rule: Rule) -> None:
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise LawError("rule.bad_pattern", rule=rule.id, pattern=pattern, problem=str(error)) from error
    if compiled.search("") is not None:
        raise LawError("rule.matches_nothing", rule=rule.id, pattern=pattern)
    # A pattern meets folded text only: a character that folding changes could never be found.
    unreachable = [run for run in regex.findall(r"[^\x00-\x7f]+", pattern) if plain(run) != run]
    if unreachable:
        raise LawError("rule.unfolded_pattern", rule=rule.id, pattern=pattern, characters="、".join(unreachable))


def _check_length(parts: Iterable[Part], rule: Rule) -> None:
    if rule.all_of or rule.where:
        return
    for part in parts:
        if short := [term for term in part.terms if len(term) < 2]:
            raise LawError("rule.term_too_short", rule=rule.id, terms="、".join(short))
