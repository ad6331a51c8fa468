"""What it costs to suggest for a whole home and to store that: rules, learner with its reasons, and the database.

``python tests/benchmarks/bench_suggesting.py [ROWS] [loky]``

120,000 rows unless told otherwise. The home is generated: titles of the shared synthetic catalogues, each made
different by a number. Reads ``KAIJIAN_BENCH_DATA`` (folder ``catalogues``); says so when it is absent. The work
is done by the command itself, start and loading included.
The plain way beside it asks every pattern and word list of a title by ``re``, cuts it with jieba, scores it with a
linear model over those words and adds one object a row, on a part of the same rows.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402
from sqlmodel import Session, col, select  # noqa: E402

TODAY, AT = date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)
PLAIN = 2_000
PART = 20_000


def fill(session: Session, rows: list[Any], size: int) -> None:
    """Records that are due, as an import leaves them."""
    from models import Catalogue, Record

    session.add(Catalogue(file="x", file_digest="x", reader="x", imported_by="bench", imported_at=AT))
    session.flush()
    for first in range(0, size, PART):
        session.connection().execute(insert(Record), [
            {"catalogue_id": 1, "row": at, "reference_code": f"{at:08d}", "fonds_key": "1", "code_generated": False,
             "level": "ITEM", "notes": [], "content_digest": "x", "due_on": date(2020, 1, 1),
             "title": f"{known.title}（{at // len(rows)}）", "creator": known.creator, "fonds": known.fonds,
             "document_number": known.document_number, "date_from": known.date_from, "date_to": known.date_to,
             "security_class": known.security_class}
            for at in range(first, min(size, first + PART)) for known in (rows[at % len(rows)],)
        ])  # fmt: skip


def clock(what: str, rows: int, work: Callable[[], Any]) -> None:
    """Print what a work of this process or of its children costs."""
    wall, busy = time.perf_counter(), _busy()
    work()
    wall, busy = time.perf_counter() - wall, _busy() - busy
    print(
        f"{what:34s} {wall:8.2f} s of the clock, {busy:8.2f} of processors, {busy / rows * 1e6:6.0f} µs a row",
        flush=True,
    )


def command(*words: str) -> None:
    """One command of the program in a process of its own, as a person or a timer gives it."""
    told = subprocess.run(
        [sys.executable, "-m", "workbench", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    print(" ".join(told.stdout.split())[:100])


def _busy() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def plain_way(session: Session) -> None:
    """Every pattern of every title, jieba's words, a linear score, one object a row."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from models import Record, Suggestion
    from rules.loader import load_ruleset

    parts = [part for rule in load_ruleset().active for part in (*rule.any_of, *rule.all_of, *rule.none_of)]
    asked = [re.compile(part.regex) for part in parts if part.regex]
    asked += [re.compile("|".join(map(re.escape, part.terms))) for part in parts if part.terms]
    titles = list(session.exec(select(Record.title).order_by(col(Record.id)).limit(PLAIN)))
    words = TfidfVectorizer(analyzer=jieba.lcut)
    learner = LogisticRegression().fit(words.fit_transform(titles), [at % 2 for at in range(len(titles))])

    def suggest() -> None:
        records = session.exec(select(Record).order_by(col(Record.id)).limit(PLAIN)).all()
        hits = [[one.pattern for one in asked if one.search(record.title)] for record in records]
        scores = learner.predict_proba(words.transform([record.title for record in records]))[:, 1]
        session.add_all(
            Suggestion(record_id=record.id, probability=float(score), evidence=[{"rule": one} for one in found],
                       ruleset_digest="plain", made_at=AT)
            for record, score, found in zip(records, scores, hits, strict=True)
        )  # fmt: skip
        session.flush()

    clock(f"plain way, {PLAIN:,} rows", PLAIN, suggest)


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    size = next((int(one) for one in sys.argv[1:] if one.isdigit()), 120_000)
    engine = "loky" if "loky" in sys.argv[1:] else None
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["WORKBENCH_HOME"] = folder
        from workbench import db
        from workbench.services import training
        from workbench.services.labelled_rows import described_rows

        url = f"sqlite:///{folder}/kaijian.sqlite"
        db.upgrade(url)
        files = sorted((Path(where) / "catalogues").glob("*.csv"))
        rows = [described for file in files for _, described in described_rows(file) if described.title]
        with db.transaction(url) as session:
            trained = training.learn_from_files(session, files)
            training.keep(session=session, home=home, trained=trained, by="bench", at=AT)
            fill(session, rows, size)
        db.engine_for(url).dispose()
        words = ("suggest", "--json", *(("--engine", engine) if engine else ()))
        clock(f"{size:,} rows, {engine or 'one process'}", size, lambda: command(*words))
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{'the largest of its processes':34s} {most:8,.0f} MB")
        clock("again: all have it already", size, lambda: command(*words))
        stored = sum(file.stat().st_size for file in home.glob("kaijian.sqlite*")) / 1e6
        print(f"{'the home afterwards':34s} {stored:8,.0f} MB")
        with db.transaction(url) as session:
            plain_way(session)
            session.rollback()
        db.engine_for(url).dispose()


if __name__ == "__main__":
    main()
