"""How fast a home of 120,000 records is counted, beside a plain Python count of the same records, in one run.

Run it by hand: ``python tests/benchmarks/statistics_speed.py [ROWS]``. The home is generated: invented titles, six
fonds, volumes and items, a third decided in batches. The plain count reads every record as an object and asks the
same questions of it one by one; both must come to the same numbers.
"""

import hashlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import insert
from sqlmodel import Session, select

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, tzinfo=UTC)
MATTERS = ["春耕生产", "水利建设", "扫盲工作", "粮食征购", "卫生防疫", "造林绿化", "农机管理", "道路养护"]
GROUNDS = ["PERSONAL_INFORMATION", "NATIONAL_INTEREST", "OTHER_LAW"]


def fill(session: Session, size: int) -> None:
    from models import Batch, Catalogue, OpeningNotice, Record, Review, RosterEntry, User

    chance = random.Random(5)
    session.add(Catalogue(file="x", file_digest="x", reader="x", imported_by="bench", imported_at=AT))
    session.add(User(name="甲", roles=["reviewer"]))
    for number, state in enumerate(("in_review", "approved", "published"), start=1):
        session.add(
            Batch(title=state, state=state, assembled_on=TODAY, roster_digest="x", created_by="x", created_at=AT,
                  review_plan={"opinions": 2, "blind_second": True}, approved_at=AT if number > 1 else None)
        )  # fmt: skip
    session.flush()
    session.add(
        OpeningNotice(batch_id=3, year=2026, number=1, folder="x", snapshot_digest="x", ledger_head="x", opened=1,
                      published_by="x", published_on=TODAY, published_at=AT)
    )  # fmt: skip
    records, entries, reviews = [], [], []
    for n in range(1, size + 1):
        day = date(1940, 1, 1) + timedelta(days=chance.randrange(26_000))
        decided = chance.choice([None, None, 2, 3])
        access = chance.choice(["open", "open", "restricted"]) if decided else None
        ground = chance.choice(GROUNDS) if access == "restricted" else None
        fonds = f"{1 + n // 20_000:04d}"
        records.append(
            {"id": n, "catalogue_id": 1, "row": n, "reference_code": f"{n:06d}", "fonds_key": fonds, "fonds": fonds,
             "code_generated": False, "level": "FILE" if n % 10 == 0 else "ITEM", "notes": [],
             "title": f"关于做好{day.year}年{chance.choice(MATTERS)}有关问题的通知（第{n}号）",
             "date_text": day.isoformat(), "date_from": day, "date_to": day, "due_on": day + timedelta(days=9132),
             "access": access, "ground": ground, "decided_in": decided, "content_digest": hashlib.md5(b"x").hexdigest(),
             "review_again_on": date(2026, 1, 1) + timedelta(days=chance.randrange(900)) if ground else None}
        )  # fmt: skip
        if decided or n % 7 == 0:
            batch = decided or 1
            entries.append(
                {"batch_id": batch, "record_id": n, "position": n, "round": 1, "is_live": batch == 1}
            )  # fmt: skip
        if decided:
            reviews.append(
                {"batch_id": decided, "record_id": n, "round": 1, "stage": "first", "reviewer_id": 1,
                 "access": access, "ground": ground, "at": AT, "reason": "x" if ground else None,
                 "review_again_on": TODAY if ground else None}
            )  # fmt: skip
    for table, rows in ((Record, records), (RosterEntry, entries), (Review, reviews)):
        for start in range(0, len(rows), 10_000):
            session.connection().execute(insert(table), rows[start : start + 10_000])


def naive(session: Session) -> Counter[str]:
    """The same question asked record by record."""
    from models import OpeningNotice, Record, RosterEntry

    live = {entry.record_id for entry in session.exec(select(RosterEntry)) if entry.is_live}
    published = {notice.batch_id for notice in session.exec(select(OpeningNotice))}
    found: Counter[str] = Counter()
    for record in session.exec(select(Record)):
        is_due = record.due_on is not None and record.due_on <= TODAY
        if record.access is not None:
            again = record.review_again_on is not None and record.review_again_on <= TODAY
            outcome = "opened" if record.decided_in in published else "to_publish"
            if record.access.value == "restricted":
                outcome = "again" if again else "delayed"
            found[outcome if is_due else "early"] += 1
        elif not is_due:
            found["not_due"] += 1
        else:
            found["in_review" if record.id in live else "waiting"] += 1
    return found


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 120_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBENCH_HOME"] = folder
        from models.tally import Progress, Selection
        from workbench import db
        from workbench.services import outlook, statistics, statistics_book, suspecting

        url = f"sqlite:///{folder}/kaijian.sqlite"
        db.upgrade(url)
        with db.transaction(url) as session:
            fill(session, size)
        with db.reading(url) as session:
            start = time.perf_counter()
            found = statistics.count(session, on=TODAY)
            counted = time.perf_counter() - start
            start = time.perf_counter()
            by_hand = naive(session)
            plain = time.perf_counter() - start
            assert {state.value: size for state, size in found.total.counts.items() if size} == dict(by_hand), by_hand
            print(f"{size:,} records counted in {counted:.2f} s; plain Python {plain:.2f} s; equal numbers")
            start = time.perf_counter()
            statistics_book.export(found, Path(folder) / "out.xlsx", at=AT)
            print(f"workbook: {time.perf_counter() - start:.2f} s")
            start = time.perf_counter()
            page = statistics.behind(session, Selection(progress=(Progress.WAITING,)), on=TODAY, after=size // 2)
            print(f"a page of {len(page)} rows behind a number: {(time.perf_counter() - start) * 1000:.0f} ms")
            start = time.perf_counter()
            ahead = outlook.outlook(session, on=TODAY)
            print(f"the sentence: {time.perf_counter() - start:.2f} s: {ahead.sentence()}")
            start = time.perf_counter()
            slips = sum(1 for _ in suspecting.scan(session))
            print(f"suspected slips over all titles: {time.perf_counter() - start:.2f} s, {slips} found")
        db.engine_for(url).dispose()


if __name__ == "__main__":
    main()
