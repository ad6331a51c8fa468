"""Invented titles that every classifier starts from (入门样例), for the days when an archive has few decisions."""

from functools import lru_cache
from pathlib import Path

from models.vocabulary import Access

FILE = Path(__file__).with_name("primer.tsv")
_LABELS = {"o": Access.OPEN, "r": Access.RESTRICTED}
FADES_FROM = 5000
"""Rows from which on the primer counts less and less: an archive's own decisions are the truer teacher."""


@lru_cache(maxsize=1)
def primer() -> tuple[tuple[str, Access], ...]:
    """Titles and what became of them (入门样例)."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((title, _LABELS[label]) for label, title in rows)


def weight(rows: int) -> float:
    """How much one title of the primer counts beside ``rows`` real ones (入门样例权重), in (0, 1]."""
    return min(1.0, FADES_FROM / max(1, rows))
