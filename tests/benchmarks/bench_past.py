"""Past decisions at the size of an archive (以往结论的规模): the list in, and precedents beside one item.

    python tests/benchmarks/bench_past.py [rows]

Prints seconds for a list of ``rows`` decisions (120,000 by default, csv, half of them of records already in the home),
beside reading the file and inserting the same rows with SQLAlchemy core, and the time of one card's precedents.
"""

import csv
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

HEAD = ["全宗名称", "档号", "题名", "文号", "形成日期", "开放标识", "开放批次", "审核日期", "延期理由"]
KINDS = ["的通知", "的批复", "的报告", "的请示", "情况的汇报"]
ABOUT = ["春耕生产", "渠道整修", "工资调整", "农机购置", "中小学招生", "防汛抗旱", "干部任免", "粮食征购"]
NAMES = "王李张刘陈杨赵黄周吴"


def a_list(path: Path, rows: int) -> None:
    made = random.Random(0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        for number in range(rows):
            person = f"{made.choice(NAMES)}××同志" if made.random() < 0.3 else f"第{number % 900}号文"
            title = f"关于{person}{made.choice(ABOUT)}{made.choice(KINDS)}"
            is_open = made.random() < 0.6
            year = 1960 + number % 40
            number_of = f"云水字〔{year}〕{number % 500}号"
            decided = ["开放" if is_open else "控制", f"第{number % 12}批", f"{2005 + number % 12}-05-01"]
            code = f"X-{number // 100}-{number % 100}"
            described = ["云溪县水利局", code, title, number_of, f"{year}0503"]
            writer.writerow([*described, *decided, "" if is_open else "涉及个人隐私"])


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBENCH_HOME"] = folder
        path = Path(folder) / "历次鉴定.csv"
        half = Path(folder) / "前一半.csv"
        a_list(path, rows)
        half.write_text("".join(path.open(encoding="utf-8").readlines()[: rows // 2 + 1]), encoding="utf-8")
        measure(path, half, rows, f"sqlite:///{folder}/kaijian.sqlite")


def measure(path: Path, half: Path, rows: int, url: str) -> None:
    from sqlmodel import col, select

    from models import Record
    from workbench import db
    from workbench.services import past_decisions, precedents
    from workbench.services.importing import import_catalogue

    db.upgrade(url)
    at, on = datetime(2026, 11, 24, tzinfo=UTC), date(2026, 11, 24)
    with db.transaction(url) as session:
        import_catalogue(session=session, path=half, by="bench", at=at, on=on)
    begun = time.process_time()
    with db.reading(url) as session:
        prepared = past_decisions.prepare(session=session, path=path, on=on)
    read = time.process_time()
    with db.transaction(url) as session:
        made = past_decisions.import_decided(session=session, prepared=prepared, by="bench", at=at)
    done = time.process_time()
    print(f"rows {made['rows']}  accepted {made['accepted']}  records added {made['records_added']}")
    print(f"reading and placing {read - begun:.1f} s, writing {done - read:.1f} s of processor time")
    print(f"plain csv reader and core insert of the same rows {plainly(path):.1f} s")
    spent = []
    with db.reading(url) as session:
        for record in session.exec(select(Record).order_by(col(Record.id)).limit(200)).all():
            begun = time.perf_counter()
            precedents.precedents(session, record)
            spent.append((time.perf_counter() - begun) * 1000)
    print(f"precedents of one item {statistics.median(spent):.1f} ms (median), {max(spent):.1f} ms (worst of 200)")


def plainly(path: Path) -> float:
    import sqlalchemy as sa

    begun = time.process_time()
    table = sa.Table("plain", sa.MetaData(), *[sa.Column(f"c{number}", sa.String) for number in range(len(HEAD))])
    engine = sa.create_engine("sqlite://")
    table.create(engine)
    with path.open(encoding="utf-8", newline="") as stream, engine.begin() as connection:
        rows = [{f"c{number}": cell for number, cell in enumerate(row)} for row in csv.reader(stream)]
        connection.execute(sa.insert(table), rows)
    return time.process_time() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120_000)
