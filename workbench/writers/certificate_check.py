"""Recompute a sampling report from its files, without Kaijian (重算抽样复核报告).

    python certificate_check.py            # in the folder that holds report.json and manifest.csv

Only Python's own library is needed. It draws the sample again from the manifest and the public words, and computes
the bound again from n, k and M; a difference is printed and ends with 1.
"""

import csv
import hashlib
import json
import math
import sys
from fractions import Fraction
from pathlib import Path


def upper_bound(pile: int, n: int, k: int, alpha: Fraction) -> int:
    """D_U = max{D : HypergeomCDF(k; M, D, n) > α}, in whole numbers."""
    ways = math.comb(pile, n)

    def chance(bad: int) -> Fraction:
        return Fraction(sum(math.comb(bad, i) * math.comb(pile - bad, n - i) for i in range(k + 1)), ways)

    low, high = k, pile - (n - k)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if chance(middle) > alpha else (low, middle - 1)
    return low


def differences(folder: Path) -> list[str]:
    """Everything that does not agree."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    marks = [row["mark"] for row in rows]
    manifest = hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()
    seed = hashlib.sha256(f"{manifest}\n{report['words']}".encode()).hexdigest()
    order = sorted(marks, key=lambda mark: hashlib.sha256(f"{seed}\n{mark}".encode()).digest())
    drawn = [row["mark"] for row in sorted((row for row in rows if row["place"]), key=lambda row: int(row["place"]))]
    wrong = []
    if len(marks) != report["open"] or manifest != report["manifest"]:
        wrong.append("manifest")
    if seed != report["seed"]:
        wrong.append("seed")
    if drawn != order[: report["n"]]:
        wrong.append("sample")
    if report["upper"] is not None:
        alpha = 1 - Fraction(str(report["confidence"])).limit_denominator(10**6)
        if upper_bound(report["open"], report["n"], report["k"], alpha) != report["upper"]:
            wrong.append("bound")
    return wrong


if __name__ == "__main__":
    found = differences(Path(__file__).parent)
    print("differs: " + ", ".join(found) if found else "agrees")  # noqa: T201 - a script for readers outside
    sys.exit(1 if found else 0)
