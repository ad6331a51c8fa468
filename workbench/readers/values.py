"""Codes in cells (值代码): which word a code stands for; the codes are data, in ``values.yaml``."""

from functools import lru_cache
from importlib import resources

import yaml

from models.text import plain


@lru_cache(maxsize=1)
def _codes() -> dict[str, dict[str, str]]:
    text = resources.files("workbench.readers").joinpath("values.yaml").read_text(encoding="utf-8")
    return {
        field: {plain(str(code)).casefold(): word for word, codes in words.items() for code in codes}
        for field, words in yaml.safe_load(text).items()
    }


@lru_cache(maxsize=1024)
def word_of(field: str, cell: str) -> str | None:
    """The word that a code in this field's cell stands for (代码对应的词), or ``None`` for any other text."""
    return _codes()[field].get(plain(cell).casefold())
