"""Many texts folded at once (成批归一): what ``models.text.plain`` gives for each, at a small part of its cost.

All texts are one array of code points and one look-up in a table. Only texts with a sign that vanishes, grows or
may vanish (a blank), and those with a slip of a reader, are folded one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.text import fold_sign, plain, slips
from models.word_search import APART, Codes, Integers, WordSearch, codes_of, joined, starts_of

_UNKNOWN = 0xFFFFFFFF
_ALONE = 0xFFFFFFFE
"""In the table: a sign whose text is folded by itself, for it does not become exactly one other."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded texts, one by one and joined (归一后的文本).

    ``codes`` holds all of them, each followed by ``APART``; ``starts`` where each begins in it, and where the last
    one ends. ``is_plain`` is true where every sign became one sign, so that offsets are those of the original.
    """

    texts: list[str]
    codes: Codes
    starts: Integers
    is_plain: npt.NDArray[np.bool_]

    def row_of(self, places: Integers) -> Integers:
        """Numbers of the texts that hold these places of ``codes`` (所在文本)."""
        return np.searchsorted(self.starts, places, side="right") - 1


def fold_many(texts: Sequence[str]) -> Folded:
    """Fold texts, in their order (成批归一)."""
    if not texts:
        return Folded([], np.zeros(0, dtype=np.uint32), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.bool_))
    codes = codes_of(joined(texts))
    folded = _table()[codes]
    if (unknown := folded == _UNKNOWN).any():
        _learn(np.unique(codes[unknown]))
        folded = _table()[codes]
    alone = folded == _ALONE
    starts = starts_of(texts)
    rows = np.searchsorted(starts, np.flatnonzero(alone), side="right") - 1
    folded[alone] = 0x20
    slipped = _slips().find(folded).start
    is_plain = np.ones(len(texts), dtype=np.bool_)
    is_plain[rows] = False
    is_plain[np.searchsorted(starts, slipped, side="right") - 1] = False
    found = folded.tobytes().decode("utf-32-le", "surrogatepass").split(APART)[:-1]
    odd = np.flatnonzero(~is_plain).tolist()
    if odd:
        for row in odd:
            found[row] = plain(texts[row])
        folded, starts = codes_of(joined(found)), starts_of(found)
    return Folded(found, folded, starts, is_plain)


@lru_cache(maxsize=1)
def _table() -> Codes:
    """Folded code of each code; filled as signs are met, as ``models.text`` does."""
    table = np.full(0x110000, _UNKNOWN, dtype=np.uint32)
    table[ord(APART)] = 0
    return table


def _learn(codes: Codes) -> None:
    table = _table()
    for code in codes.tolist():
        sign = fold_sign(chr(code))
        table[code] = ord(sign) if len(sign) == 1 and sign not in (" ", APART) else _ALONE


@lru_cache(maxsize=1)
def _slips() -> WordSearch:
    return WordSearch(list(slips()))
