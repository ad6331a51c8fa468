"""How long a publication of many items takes, and a change of one of them afterwards, beside writing the xlsx alone.

Run it by hand: ``python tests/benchmarks/bench_publication.py [ITEMS]`` (20,000 by default). Titles are invented.
Prints wall-clock and processor seconds of ``publish`` (notice as docx, html, fragment, and pdf where a typesetter is
installed; open catalogue as xlsx and csv; write-back list, delay list, approval sheet, snapshot; seal) and of
``suspend`` on one item (a whole new edition), and what openpyxl alone needs for a sheet of the same rows.
"""

import hashlib
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from openpyxl import Workbook
from sqlalchemy import insert
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_catalogue, name_the_archive, switch_off
from models import Batch, Record, Review, RosterEntry
from models.vocabulary import Access, BatchState, Ground, Level, ReviewStage, UseState
from workbench import db
from workbench.services import publishing, suspending
from workbench.writers import pdf

ITEMS = 20_000
DELAYED_EACH = 8  # every so-many-th item is delayed
LIMIT = 15.0  # seconds on two cores


def fill(session: Session, team: Team, items: int) -> Batch:
    """An approved batch with two opinions on each item, written in bulk."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    catalogue = a_catalogue(session)
    numbers = range(1, items + 1)
    session.execute(insert(Record), [_record(number, int(catalogue.id or 0)) for number in numbers])
    batch = Batch(
        title="基准批次", assembled_on=TODAY, state=BatchState.APPROVED, minutes_number="〔2026〕1号",
        approved_by="馆长", approved_at=NOON, review_plan={"opinions": 2, "blind_second": True}, roster_digest="0" * 64,
        created_by="档案员", created_at=NOON, skipped=["skip-certification", "skip-consultation"],
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.execute(
        insert(RosterEntry),
        [{"batch_id": batch.id, "record_id": n, "position": n, "title_checked_by": "档案员"} for n in numbers],
    )
    readers = ((ReviewStage.FIRST, team.first), (ReviewStage.SECOND, team.second))
    session.execute(
        insert(Review), [_opinion(int(batch.id or 0), n, stage, who.id) for stage, who in readers for n in numbers]
    )
    session.flush()
    return batch


def _record(number: int, catalogue_id: int) -> dict[str, object]:
    year, fonds = 1990 + number % 9, f"云溪县第{number // 2000 + 1}局"
    code, title = f"{number // 2000 + 1}-1-{number:05d}", f"关于做好{year}年第{number}号农田水利建设有关工作的通知"
    return {
        "id": number, "catalogue_id": catalogue_id, "row": number + 1, "reference_code": code, "code_generated": False,
        "title": title, "creator": "云溪县人民政府", "date_text": f"{year}-05-03", "date_from": date(year, 5, 3),
        "date_to": date(year, 5, 3), "due_on": date(year + 25, 5, 4), "fonds": fonds, "fonds_key": fonds,
        "level": Level.ITEM, "content_digest": hashlib.sha256(title.encode()).hexdigest(), "notes": [],
        "access": Access.RESTRICTED if number % DELAYED_EACH == 0 else Access.OPEN,
    }  # fmt: skip


def _opinion(batch_id: int, number: int, stage: ReviewStage, reviewer: int | None) -> dict[str, object]:
    delayed = number % DELAYED_EACH == 0
    return {
        "batch_id": batch_id, "record_id": number, "round": 1, "stage": stage, "reviewer_id": reviewer, "at": NOON,
        "access": Access.RESTRICTED if delayed else Access.OPEN,
        "ground": Ground.PERSONAL_INFORMATION if delayed else None, "reason": "涉及个人" if delayed else None,
        "review_again_on": date(2036, 1, 1) if delayed else None,
    }  # fmt: skip


def plain_sheet(folder: Path, items: int) -> float:
    """Seconds that openpyxl needs for the same number of rows, with nothing around it."""
    started = time.perf_counter()
    book = Workbook(write_only=True)
    page = book.create_sheet()
    known = ("关于做好农田水利建设有关工作的通知", "云溪县人民政府", "1997-05-03", "云溪县第1局")
    for number in range(items):
        page.append([number, f"1-1-{number:05d}", *known])
    book.save(folder / "plain.xlsx")
    return time.perf_counter() - started


def main(items: int) -> float:
    """Publish and suspend once; give the seconds of the publication."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        url = f"sqlite:///{home / 'kaijian.sqlite'}"
        db.upgrade(url)
        with db.transaction(url) as session:
            team = Team(session)
            batch_id = int(fill(session, team, items).id or 0)
        started, busy = time.perf_counter(), time.process_time()
        at = datetime.now(UTC)
        with db.transaction(url) as session:
            notice = publishing.publish(
                session=session, batch_id=batch_id, by=team.publisher, at=at, on=TODAY, home=home
            )
        published, busy = time.perf_counter() - started, time.process_time() - busy
        started, worked = time.perf_counter(), time.process_time()
        with db.transaction(url) as session:
            suspending.change_use(
                session=session, codes=["1-1-00001"], state=UseState.SUSPENDED, reason="待核", by=team.archivist,
                at=at + timedelta(hours=1), on=TODAY, home=home,
            )  # fmt: skip
        suspended, worked = time.perf_counter() - started, time.process_time() - worked
        size = sum(file.stat().st_size for file in (home / "published" / notice.folder).rglob("*") if file.is_file())
        sheet = plain_sheet(Path(scratch), notice.opened)
        db.engine_for(url).dispose()
    print(
        f"items {items:,}  open {notice.opened:,}  pdf {'yes' if pdf.is_available() else 'no'}  cores {os.cpu_count()}"
    )
    print(f"publish            {published:6.2f} s   {busy:6.2f} cpu s   (limit {LIMIT:.0f} s at {ITEMS:,} items)")
    print(f"suspend one item   {suspended:6.2f} s   {worked:6.2f} cpu s   (a new edition; both {size / 1e6:.1f} MB)")
    print(f"plain xlsx, alone  {sheet:6.2f} s")
    return published


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    taken = main(asked)
    if asked >= ITEMS and taken > LIMIT:
        sys.exit(f"slower than the limit: {taken:.1f} s")
