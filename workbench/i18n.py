"""Texts by key (界面文字): zh-CN is the source, en follows; every person-readable word comes through here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from models.errors import WorkbenchError
from models.vocabulary import Access

LANGUAGES = ("zh_CN", "en")
_language: ContextVar[str] = ContextVar("language", default="zh_CN")


@lru_cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of a language, flat: ``errors.review.same_person`` → sentence (文字表)."""
    flat: dict[str, str] = {}
    folder = resources.files("workbench.locale").joinpath(language)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            for key, text in _walk("", yaml.safe_load(file.read_text(encoding="utf-8")) or {}):
                if key in flat:
                    raise ValueError(f"text {key} is written twice, the second time in {file.name}")
                flat[key] = text
    return flat


def _walk(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        key = f"{prefix}.{name}" if prefix else str(name)
        if isinstance(value, Mapping):
            yield from _walk(key, value)
        else:
            yield key, str(value)


def language() -> str:
    """The language of this request (当前语言)."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language inside the block (切换语言)."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def speak(language: str) -> None:
    """Speak this language from here on in this context (设定语言); unknown ones are ignored."""
    if language in LANGUAGES:
        _language.set(language)


def has(key: str) -> bool:
    """Whether a text exists (有无此文字)."""
    return key in texts(LANGUAGES[0])


def t(key: str, /, **params: object) -> str:
    """Text of a key with its placeholders filled (取文字); an unknown key shows itself, tests find it."""
    text = texts(_language.get()).get(key) or texts(LANGUAGES[0]).get(key)
    return key if text is None else text.format(**params)


def term(value: StrEnum) -> str:
    """Label of a controlled term (受控词标签)."""
    return t(f"terms.{type(value).__name__.lower()}.{value.value}")


def proposed(access: Access) -> str:
    """Label of an outcome that nobody has approved yet (拟开放、拟延期): the bare word is for approved ones."""
    return t(f"pages.words.proposed.{access.value}")


def explain(error: WorkbenchError) -> str:
    """Sentence for a refusal: what is wrong, where, what to do (错误说明)."""
    return t(f"errors.{error.code}", **{name: _shown(name, value) for name, value in error.params.items()})


def act(action: str) -> str:
    """What was done, of an action in the ledger (账上动作); a step of a batch by its term, one without a name as is."""
    kind, _, step = action.partition(".")
    for key in (f"acts.{action}", f"terms.batchaction.{step}" if kind == "batch" else ""):
        if has(key):
            return t(key)
    return action


def _shown(name: str, value: object) -> object:
    """A parameter as people read it: terms by their labels, several in a row, a refusal inside another explained."""
    if isinstance(value, StrEnum):
        return term(value)
    if isinstance(value, tuple):
        return t("formats.join").join(str(_shown(name, each)) for each in value) or "-"
    if isinstance(value, WorkbenchError):
        return explain(value)
    if name == "action" and has(f"actions.{value}"):
        return t(f"actions.{value}")
    return value


def day(value: date | None) -> str:
    """A date as people read it (日期)."""
    if value is None:
        return ""
    return t("formats.day", year=value.year, month=value.month, day=value.day)


def count(value: int) -> str:
    """A number with thousands separators (数量)."""
    return f"{value:,}"


def share(value: float | None) -> str:
    """A share in [0, 1] as a percentage with one digit (百分比), never rounded to all or nothing; ``—`` for none."""
    if value is None:
        return "—"
    if 0 < value < 0.001:
        return "< 0.1%"
    if 0.999 < value < 1:
        return "> 99.9%"
    return f"{value:.1%}"
