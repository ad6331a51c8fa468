"""Titles that belong together (归组): one template, near-duplicates, one subject inside a fonds and year.

Three ways, from strict to loose. A template key masks what changes from document to document. Near-duplicates are
proposed by MinHash (Broder 1997), at most a few neighbours a band, and each is then verified on the titles' own
n-grams against the *first* of its group: no chain of small steps ties two unlike titles together. Subjects are
agglomerated inside a block, in the plane of the strongest directions (latent semantic analysis).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import yaml
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from classifiers.arrays import Floats, Integers
from classifiers.ngrams import HashedNgrams, grams
from models.text import plain

TEMPLATES = Path(__file__).with_name("templates.yaml")
SLOTS = {"person": "×", "place": "○", "number": "0"}

ALONE = -1
"""Group number of a title that has no like."""
LIKE = 0.7
"""Share of common character pairs (Jaccard) from which two masked titles are near-duplicates."""
_BANDS, _ROWS, _NEIGHBOURS = 10, 3, 6
_BITS = 20
_DIRECTIONS, _SAMPLE = 64, 20_000
_LARGEST = 1500
"""Titles agglomerated at once: time and memory grow with its square."""
NEAR_SUBJECT = 0.4
"""Cosine distance up to which titles are one subject (average linkage)."""


def masked(title: str, names: Iterable[tuple[int, int]] = ()) -> str:
    """A title without what changes from case to case (抹去人名、地名、数字的题名).

    ``names`` are places of further names in the *folded* title, as a detector of persons finds them; the patterns
    here know a name only by what stands beside it.
    """
    text = plain(title)
    for start, end in sorted(names, reverse=True):
        text = f"{text[:start]}{SLOTS['person']}{text[end:]}"
    for slot, pattern in _patterns():
        text = pattern.sub(slot, text)
    return "".join(sign for sign in text if sign.isalnum() or sign in "×○")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    written = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return tuple((SLOTS[name], re.compile(written[name])) for name in SLOTS)


def template_key(title: str, names: Iterable[tuple[int, int]] = ()) -> str:
    """Key of a title's template (题名模板键): titles of one key differ in numbers, dates, names and places only.

    The masked title itself, so that two keys are equal exactly when two templates are; "" for a title of signs.
    """
    return masked(title, names)


def numbered_keys(keys: Sequence[str | None]) -> Integers:
    """Group numbers of equal keys (同键成组): from 0 in order of appearance; ``ALONE`` for none, or a key met once."""
    first: dict[str, int] = {}
    at = np.array([first.setdefault(key, len(first)) if key else ALONE for key in keys], dtype=np.int64)
    return _without_loners(at)


def near_duplicates(keys: Sequence[str], like: float = LIKE) -> Integers:
    """Group numbers of titles that are nearly the same (近似题名), by their template keys; ``ALONE`` without a like.

    Titles of one key are one group; groups whose keys share at least ``like`` of their character pairs with that
    of the largest are joined to it. Time grows with the number of titles, not with its square.
    """
    unique, back, counts = np.unique(np.array(keys, dtype=object), return_inverse=True, return_counts=True)
    pairs = _pairs_of(list(unique))
    one, other = _candidates(pairs)
    kept = _jaccard(pairs, one, other) >= like
    group = _stars(len(unique), one[kept], other[kept], counts)
    group[unique == ""] = ALONE
    return _without_loners(np.where(group[back] < 0, ALONE, group[back]))


def _pairs_of(texts: list[str]) -> sp.csr_matrix:
    """Which character pairs a text holds, its begin and end among them, as rows of ones."""
    found = grams([f"^{text}$" for text in texts], 2, 2, _BITS)
    rows = sp.csr_matrix((np.ones(len(found.row)), (found.row, found.bucket)), shape=(len(texts), 1 << _BITS))
    rows.data[:] = 1.0
    return rows


def _signatures(rows: sp.csr_matrix) -> Integers:
    """The smallest of each of ``_BANDS × _ROWS`` hashes over a row's pairs, one column a hash."""
    starts = rows.indptr[:-1]
    multipliers = np.random.default_rng(0).integers(1, 2**62, _BANDS * _ROWS, dtype=np.uint64) * 2 + 1
    found = np.zeros((rows.shape[0], len(multipliers)), dtype=np.uint64)
    for number, multiplier in enumerate(multipliers):
        mixed = (rows.indices.astype(np.uint64) + np.uint64(1)) * np.uint64(multiplier)
        found[:, number] = np.minimum.reduceat((mixed ^ (mixed >> np.uint64(29))) >> np.uint64(20), starts)
    return found.astype(np.int64)


def _candidates(rows: sp.csr_matrix) -> tuple[Integers, Integers]:
    """Pairs of texts worth comparing: neighbours in a band's bucket, few a text, whose signatures agree by half."""
    signature = _signatures(rows)
    found = []
    for band in range(_BANDS):
        mine = signature[:, band * _ROWS : (band + 1) * _ROWS]
        beside = signature[:, (band * _ROWS + _ROWS) % signature.shape[1]]
        order = np.lexsort((beside, *mine.T))
        for step in range(1, _NEIGHBOURS + 1):
            left, right = order[:-step], order[step:]
            same = (mine[left] == mine[right]).all(axis=1)
            left, right = left[same], right[same]
            found.append(np.minimum(left, right) * len(signature) + np.maximum(left, right))
    pairs = np.unique(np.concatenate(found))
    one, other = pairs // len(signature), pairs % len(signature)
    agree = (signature[one] == signature[other]).mean(axis=1) >= 0.5
    return one[agree], other[agree]


def _jaccard(rows: sp.csr_matrix, one: Integers, other: Integers) -> Floats:
    """Common pairs over all pairs of two texts."""
    common = np.zeros(len(one))
    for at in range(0, len(one), 100_000):
        mine, theirs = rows[one[at : at + 100_000]], rows[other[at : at + 100_000]]
        common[at : at + 100_000] = np.asarray(mine.multiply(theirs).sum(axis=1)).ravel()
    held = np.diff(rows.indptr)
    return np.asarray(common / np.maximum(1, held[one] + held[other] - common))


def _stars(count: int, one: Integers, other: Integers, weight: Integers) -> Integers:
    """Groups round a centre: the heaviest text takes all its verified neighbours, then the next one left."""
    links = sp.csr_matrix((np.ones(2 * len(one)), (np.append(one, other), np.append(other, one))), shape=(count, count))
    group = np.full(count, ALONE, dtype=np.int64)
    for centre in np.lexsort((np.arange(count), -(weight + np.diff(links.indptr)))):
        if group[centre] != ALONE:
            continue
        group[centre] = centre
        near = links.indices[links.indptr[centre] : links.indptr[centre + 1]]
        group[near[group[near] == ALONE]] = centre
    return group


def semantic_groups(titles: Sequence[str], blocks: Sequence[str], distance: float = NEAR_SUBJECT) -> Integers:
    """Group numbers of titles about one subject inside a block (同题分组); ``ALONE`` without a like.

    ``blocks`` names what titles may be grouped within, a fonds and year as a rule. Blocks of more than
    ``_LARGEST`` titles are halved along their strongest direction first.
    """
    found = np.full(len(titles), ALONE, dtype=np.int64)
    if len(titles) < 3:
        return found
    plane = _plane([plain(title) for title in titles])
    number = np.unique(np.array(blocks, dtype=object).astype(str), return_inverse=True)[1]
    order = np.argsort(number, kind="stable")
    taken = 0
    for block in np.split(order, np.flatnonzero(np.diff(number[order])) + 1):
        for part in _halved(plane, block):
            if len(part) < 2:
                continue
            tree = linkage(plane[part], method="average", metric="cosine")
            labels = fcluster(np.clip(tree, 0, None), t=distance, criterion="distance")
            found[part] = labels + taken
            taken += int(labels.max())
    return _without_loners(found)


def _plane(texts: list[str]) -> Floats:
    """Texts on their strongest directions, of unit length; learned from a sample when there are very many."""
    drawn = np.random.default_rng(0).permutation(len(texts))[:_SAMPLE]
    weighed = HashedNgrams(1, 3).fit([texts[at] for at in drawn])
    rows = weighed.transform(texts)
    size = max(2, min(_DIRECTIONS, len(texts) - 1))
    directions = randomized_svd(rows[drawn], size, n_iter=3, random_state=0)[2]
    turned = rows @ directions.T
    # Texts of nothing known get a direction of their own, so that the cosine is defined and joins them to nobody.
    empty = np.linalg.norm(turned, axis=1) < 1e-9
    return np.asarray(normalize(np.column_stack([turned, empty.astype(float)])))


def _halved(plane: Floats, part: Integers) -> list[Integers]:
    if len(part) <= _LARGEST:
        return [part]
    widest = int(np.argmax(plane[part].var(axis=0)))
    ranked = part[np.argsort(plane[part, widest], kind="stable")]
    middle = len(ranked) // 2
    return [*_halved(plane, ranked[:middle]), *_halved(plane, ranked[middle:])]


def _without_loners(group: Integers) -> Integers:
    """Groups of two and more, numbered from 0 in order of appearance."""
    _, first, back, counts = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    real = (counts > 1) & (group[first] >= 0)
    rank = np.full(len(counts), ALONE, dtype=np.int64)
    rank[np.flatnonzero(real)[np.argsort(first[real])]] = np.arange(int(real.sum()))
    return rank[back]
