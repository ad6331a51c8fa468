"""How fast titles are grouped, and what the fast way misses, beside comparing every pair in the same run.

``python tests/benchmarks/bench_groups.py``

Titles are made from those of ``KAIJIAN_BENCH_DATA/catalogues`` (synthetic) by changing numbers, a place and a few
characters, as a county's files differ from year to year.
"""

import csv
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from classifiers import groups  # noqa: E402

NUMBERS = "一二三四五六七八九〇"
PLACES = ("云溪县", "青石县", "东岭乡", "西冲镇", "南湾公社", "北渡区")
SIGNS = "的了关于和及全年度工作情况报告通知补充第批等有"


def made(titles: list[str], count: int) -> tuple[list[str], list[str]]:
    """``count`` titles and the fonds and year of each; about half differ from their model by one or two signs."""
    drawn = np.random.default_rng(0)
    found, blocks = [], []
    for number in range(count):
        title = list(titles[int(drawn.integers(len(titles)))])
        for _ in range(int(drawn.integers(0, 3))):
            at = int(drawn.integers(len(title)))
            title[at] = str(drawn.choice(list(SIGNS)))
        year = "".join(drawn.choice(list(NUMBERS), 2))
        found.append(f"{drawn.choice(PLACES)}一九{year}年{''.join(title)}")
        blocks.append(f"{number % 40} {year}")
    return found, blocks


def every_pair(keys: list[str]) -> set[tuple[int, int]]:
    """All pairs of different keys that are near, each with each: the plain way."""
    rows = groups._pairs_of(keys)
    held = np.diff(rows.indptr)
    near = set()
    for start in range(0, len(keys), 500):
        common = (rows[start : start + 500] @ rows.T).tocoo()
        one, other = common.row + start, common.col
        share = common.data / (held[one] + held[other] - common.data)
        kept = (share >= groups.LIKE) & (one < other)
        near |= set(zip(one[kept].tolist(), other[kept].tolist(), strict=True))
    return near


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    titles = []
    for path in sorted((Path(where) / "catalogues").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            titles += [row["title"] for row in csv.DictReader(stream)]
    for count in (6_000, 24_000, 120_000):
        many, blocks = made(titles, count)
        clock = time.perf_counter()
        keys = [groups.template_key(title) for title in many]
        print(f"{count:7,d} titles  template keys      {time.perf_counter() - clock:7.2f} s  {len(set(keys)):,d} keys")
        clock = time.perf_counter()
        near = groups.near_duplicates(keys)
        print(f"{'':15s} near-duplicates    {time.perf_counter() - clock:7.2f} s  {near.max() + 1:,d} groups")
        clock = time.perf_counter()
        subjects = groups.semantic_groups(many, blocks)
        print(f"{'':15s} subjects           {time.perf_counter() - clock:7.2f} s  {subjects.max() + 1:,d} groups")
        if count <= 24_000:
            unique = sorted(set(keys))
            clock = time.perf_counter()
            true = every_pair(unique)
            print(f"{'':15s} every pair         {time.perf_counter() - clock:7.2f} s  {len(true):,d} near pairs")
            rows = groups._pairs_of(unique)
            one, other = groups._candidates(rows)
            kept = groups._jaccard(rows, one, other) >= groups.LIKE
            found = set(zip(one[kept].tolist(), other[kept].tolist(), strict=True))
            print(f"{'':15s} of these found     {len(found & true) / len(true):.4f}")


if __name__ == "__main__":
    main()
