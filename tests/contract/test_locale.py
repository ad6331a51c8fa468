"""Texts (界面文字): complete in both languages, used as written, and nowhere else."""

import ast
import re
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

import models.vocabulary
from workbench import i18n
from workbench.services.setting_up import CHOICES

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "rules", "classifiers", "batches", "workbench")
SOURCES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
HAN = re.compile(r"[\u3400-\u9fff]")
# Law content, patterns of text, header words and date words are data of the field, not interface.
MAY_SPEAK_CHINESE = (
    "rules/",
    "classifiers/",
    "workbench/readers/",
    "models/dates.py",
    "models/page_cells.py",
    "models/text.py",
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    zh, en = (i18n.texts(language) for language in i18n.LANGUAGES)
    assert zh.keys() == en.keys()


def test_both_languages_fill_the_same_places() -> None:
    zh, en = (i18n.texts(language) for language in i18n.LANGUAGES)
    assert {key: placeholders(zh[key]) for key in zh} == {key: placeholders(en[key]) for key in zh}


def used_keys() -> set[str]:
    keys = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and node.func.id == "t":
                    keys.add(first.value)
    return keys


def error_codes() -> set[str]:
    codes = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            raised = node.func.id.endswith(("Error", "Failure", "Denied", "Broken")) or node.func.id in (
                "Problem", "_codes",
            )  # fmt: skip
            if raised and isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
                codes.add(first.value)
    return codes


def test_every_key_used_in_the_source_exists() -> None:
    known = i18n.texts("zh_CN")
    assert sorted(key for key in used_keys() if key not in known) == []


def test_every_error_code_has_a_text() -> None:
    known = i18n.texts("zh_CN")
    assert len(error_codes()) > 30
    assert sorted(code for code in error_codes() if f"errors.{code}" not in known) == []


TERMS = [
    (kind, value)
    for kind in vars(models.vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    for value in kind
]


@pytest.mark.parametrize(("kind", "value"), TERMS, ids=lambda part: getattr(part, "__name__", str(part)))
def test_every_controlled_term_has_a_label(kind: type[StrEnum], value: StrEnum) -> None:
    assert i18n.has(f"terms.{kind.__name__.lower()}.{value.value}")


def test_every_setting_has_a_label() -> None:
    assert [key for key in CHOICES if not i18n.has(f"settings.{key}")] == []


def docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def test_no_chinese_text_stands_in_the_code() -> None:
    spoken = []
    for file in SOURCES:
        place = file.relative_to(ROOT).as_posix()
        if place.startswith(MAY_SPEAK_CHINESE):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        quiet = docstrings(tree)
        spoken += [
            f"{place}:{node.lineno} {node.value[:20]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet
            and HAN.search(node.value)
        ]  # fmt: skip
    assert spoken == []
