"""How fast a catalogue comes in, beside what reading and inserting alone cost, in one run.

Run it by hand: ``python tests/benchmarks/import_speed.py [ROWS] [--csv]``. The file is generated: invented
titles, fifteen columns, mixed dates. Prints processor seconds and the ratio

    whole import / (calamine read + SQLAlchemy core insert of the same rows)
"""

import csv
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from python_calamine import CalamineWorkbook
from sqlalchemy import insert
from sqlmodel import Session

HEADERS = ["档号", "全宗号", "全宗名称", "目录号", "案卷号", "件号", "题名", "责任者", "文号", "形成日期", "密级",
           "保管期限", "页数", "归档年度", "备注"]  # fmt: skip
PLACES = ["青石镇", "临江乡", "望云公社", "白鹭街道", "平川县", "南渡区"]
MATTERS = ["春耕生产", "水利建设", "扫盲工作", "粮食征购", "卫生防疫", "造林绿化", "农机管理", "道路养护"]
KINDS = ["通知", "报告", "批复", "意见"]


def rows(count: int) -> list[list[str]]:
    chance = random.Random(7)
    made = []
    for n in range(count):
        year, month, day = chance.randint(1950, 2012), chance.randint(1, 12), chance.randint(1, 28)
        written = chance.choice(
            [f"{year}{month:02d}{day:02d}", f"{year}-{month:02d}-{day:02d}", f"{year}.{month}.{day}",
             f"{year}{month:02d}00", f"{year}年{month}月"]
        )  # fmt: skip
        place, matter = chance.choice(PLACES), chance.choice(MATTERS)
        fonds, series, volume, item = 1 + n // 20000, 1 + n // 4000 % 5, 1 + n // 20 % 200, 1 + n % 20
        title = f"{place}关于做好{year}年{matter}有关问题的{chance.choice(KINDS)}（第{n}号）"
        parts = [f"{fonds:04d}", f"{series:03d}", f"{volume:04d}", f"{item:03d}"]
        office, number = f"{PLACES[fonds % 6]}农业局", f"农字〔{year}〕{n % 300}号"
        made.append(
            ["-".join(parts), parts[0], office, *parts[1:], title, f"{place}人民政府", number, written, "", "永久",
             str(1 + n % 30), str(year), ""]
        )  # fmt: skip
    return made


def write(path: Path, table: list[list[str]]) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as out:
            csv.writer(out).writerows([HEADERS, *table])
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("文书")
    for number, cells in enumerate([HEADERS, *table]):
        sheet.write_row(number, 0, cells)
    book.close()


def spent(since: float | None = None) -> float:
    return time.process_time() - (since or 0.0)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 120_000
    suffix = ".csv" if "--csv" in sys.argv else ".xlsx"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBENCH_HOME"] = folder
        path = Path(folder) / f"catalogue{suffix}"
        # In a process of its own: what the generator holds in memory must not count as the import's.
        maker = multiprocessing.Process(target=lambda: write(path, rows(count)))
        maker.start()
        maker.join()
        measure(Path(folder), path)


def measure(folder: Path, path: Path) -> None:
    from models import Record
    from workbench import db
    from workbench.services.importing import import_catalogue

    plain = 0.0
    base = f"sqlite:///{folder / 'plain.sqlite'}"
    url = f"sqlite:///{folder / 'home.sqlite'}"
    db.upgrade(url)
    at, on = datetime(2026, 11, 24, tzinfo=UTC), date(2026, 11, 24)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, wall = spent(), time.perf_counter()
    with db.transaction(url) as session:
        report = import_catalogue(session=session, path=path, by="bench", at=at, on=on)
    whole, wall = spent(start), time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"import: {report.accepted} of {report.rows} rows in {whole:.2f} cpu-s, {wall:.2f} s, "
          f"memory {before // 1024} → {peak // 1024} MB")  # fmt: skip
    if path.suffix == ".csv":
        return
    start = spent()
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    read, start = spent(start), spent()
    print(f"calamine read: {read:.2f} cpu-s")
    with db.reading(url) as session:
        table = Record.__table__  # type: ignore[attr-defined]
        stored = [dict(row) for row in session.execute(table.select().limit(len(sheet))).mappings()]
    for row in stored:
        row["catalogue_id"] = 1
    db.upgrade(base)
    with Session(db.engine_for(base)) as session:
        session.connection().exec_driver_sql(
            "INSERT INTO catalogue (id, file, file_digest, reader, headers, counts, imported_by, imported_at) "
            "VALUES (1, 'x', 'x', 'x', '{}', '{}', 'x', '2026-01-01')"
        )
        start = spent()
        session.connection().execute(insert(table), stored)
        session.commit()
        plain = spent(start)
    print(f"core insert: {plain:.2f} cpu-s")
    print(f"ratio: {whole / (read + plain):.2f}")


if __name__ == "__main__":
    main()
