"""Invented titles that every classifier starts from (入门样例), for the days when an archive has few decisions."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.vocabulary import Access, Ground

FILE = Path(__file__).with_name("primer.tsv")
_GROUNDS = {
    "o": None,
    "p": Ground.PERSONAL_INFORMATION,
    "s": Ground.STATE_SECRET,
    "n": Ground.NATIONAL_INTEREST,
    "i": Ground.INTELLECTUAL_PROPERTY,
    "l": Ground.OTHER_LAW,
}
FADES_FROM = 5000
"""Rows from which on the primer counts less and less: an archive's own decisions are the truer teacher."""


@dataclass(frozen=True, slots=True)
class Example:
    """An invented title, who made it, and the ground for which it would be delayed (样例); ``None`` means open."""

    title: str
    ground: Ground | None
    creator: str | None

    @property
    def access(self) -> Access:
        """What became of it."""
        return Access.OPEN if self.ground is None else Access.RESTRICTED


@lru_cache(maxsize=1)
def primer() -> tuple[Example, ...]:
    """All of them (入门样例), in the order of the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(Example(title, _GROUNDS[label], creator[0] if creator else None) for label, title, *creator in rows)


def weight(rows: int) -> float:
    """How much one title of the primer counts beside ``rows`` real ones (入门样例权重), in (0, 1]."""
    return min(1.0, FADES_FROM / max(1, rows))
