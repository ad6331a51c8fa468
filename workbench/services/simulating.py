"""Replay a screening from a labelled csv (回放): the bench of reading orders; touches no home."""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.reading import joined
from classifiers.simulate import replay
from models.errors import LearnerError
from workbench.readers.encodings import guess_encoding

YES = frozenset({"1", "1.0", "true", "yes", "included", "restricted"})


def simulate_file(path: Path, *, text: Sequence[str], label: str, priors: Path, seed: int) -> dict[str, Any]:
    """Replay a file's reading from the rows that ``priors`` names (回放结果).

    ``text`` are the columns to read, first the one that counts most (the title); ``label`` is the column that says
    what is looked for; ``priors`` holds 0-based row numbers, as a JSON list or one a line.

    Raises
    ------
    LearnerError
        ``classifier.no_column``, ``classifier.bad_priors``.
    """
    with path.open("rb") as start:
        encoding = guess_encoding(start.read(1 << 20))
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        table = csv.DictReader(stream)
        rows, known = list(table), table.fieldnames or []
    missing = [column for column in (*text, label) if column not in known]
    if missing:
        raise LearnerError(
            "classifier.no_column", file=path.name, columns=", ".join(missing), known=", ".join(known) or "-"
        )
    texts = [joined([row[column] or "" for column in text]) for row in rows]
    wanted = np.array([(row[label] or "").strip().lower() in YES for row in rows], dtype=bool)
    begun = time.perf_counter()
    found = replay(texts, wanted, _row_numbers(priors, len(rows)), seed=seed)
    return {**found.to_dict(), "seconds": round(time.perf_counter() - begun, 3)}


def _row_numbers(file: Path, rows: int) -> list[int]:
    written = file.read_text(encoding="utf-8-sig").strip()
    try:
        if written.startswith("["):
            return [int(number) for number in json.loads(written)]
        return [int(number) for number in written.replace(",", " ").split()]
    except (ValueError, TypeError) as error:
        raise LearnerError("classifier.bad_priors", rows=rows) from error
