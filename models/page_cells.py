"""Page cells (页数、页号): how many pages an item has, or from which to which it runs."""

import re
from dataclasses import dataclass
from functools import lru_cache

_EDGE = re.compile(r"^(?:第|[Pp]\.?)\s*|\s*(?:页|[Pp])\s*$")
_JOIN = r"\s*[-—–~～至/]+\s*"
_SPAN = re.compile(rf"[Pp]?\.?\s*(\d{{1,5}})(?:页)?{_JOIN}[Pp]?\.?\s*(\d{{1,5}})")
_ONE = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Pages:
    """A page cell as read (页数或起止页): ``first`` and ``last`` are ``None`` where the cell only counts.

    ``count`` is the number of pages; of 12-15 it is 4, of a bare 12 it is 12 and may as well be a page's own number.
    """

    count: int
    first: int | None = None
    last: int | None = None

    @property
    def place(self) -> tuple[int, int]:
        """First and last page where the cell says places and no counts (起止页): a bare 12 is page 12."""
        return (self.count if self.first is None else self.first, self.count if self.last is None else self.last)


def is_reversed(text: str) -> bool:
    """Whether a span ends before it begins (起止颠倒)."""
    found = _SPAN.fullmatch(_bare(text))
    return found is not None and int(found[2]) < int(found[1])


@lru_cache(maxsize=4096)
def read_pages(text: str) -> Pages | None:
    """Read a page cell (识读页数): 4, 12-15, P12—P15, 第12-15页, 1-3、7; ``None`` when it is none of these."""
    parts = re.split(r"\s*[,，、;；]\s*", _bare(text))
    if len(parts) > 1:
        spans = [read_pages(part) for part in parts]
        known = [span for span in spans if span is not None]
        if len(known) < len(parts):
            return None
        # In a list every single number is a page, not a count.
        firsts = [span.first if span.first is not None else span.count for span in known]
        lasts = [span.last if span.last is not None else span.count for span in known]
        return Pages(sum(b - a + 1 for a, b in zip(firsts, lasts, strict=True)), min(firsts), max(lasts))
    if found := _SPAN.fullmatch(parts[0]):
        first, last = int(found[1]), int(found[2])
        return Pages(last - first + 1, first, last) if last >= first else None
    return Pages(int(parts[0])) if _ONE.fullmatch(parts[0]) else None


def _bare(text: str) -> str:
    return _EDGE.sub("", text.strip())
