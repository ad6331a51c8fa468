"""What a case of the nasty corpus is (疑难目录一例): a small file made by a script, with the account it must give.

``expected`` names only what the case is about; that the five outcomes add up to the rows is checked for all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalogue_files import write_csv, write_xlsx


@dataclass(frozen=True)
class Case:
    """One file: ``make`` writes it, ``options`` go to the import, ``error`` is the code of a refusal."""

    name: str
    file: str
    make: Callable[[Path], object]
    expected: dict[str, int] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    sees: Callable[[dict[str, Any]], bool] = lambda _records: True


def account(accepted: int, **others: int) -> dict[str, int]:
    """The whole account of a file from which ``accepted`` rows come in."""
    zero = dict.fromkeys(("rejected", "duplicates", "conflicts", "quarantined", "suspected"), 0)
    given = {**zero, "accepted": accepted, **others}
    outcomes = ("accepted", "rejected", "duplicates", "conflicts", "quarantined")
    return {**given, "rows": sum(given[name] for name in outcomes)}


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


def csv_of(*rows: list[object], **how: str) -> Callable[[Path], object]:
    return lambda path: write_csv(path, rows, **how)


def xlsx_of(*rows: list[object], **how: Any) -> Callable[[Path], object]:
    return lambda path: write_xlsx(path, rows, **how)


FIRST = "X043-1-0012-0001"
