"""Scanned lists through the reader (扫描目录识别): rows and cells right, and seconds a page, ruled and not ruled.

Run it by hand: ``python tests/benchmarks/bench_scans.py [PAGES]``. Pages are painted with a Chinese font, turned and
given noise as a scanner does. Plain recognition of the same pages, lines of text without columns, is timed beside.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from catalogue_files import HEAD, Table, item
from scanned_pages import HAS_RECOGNITION, paint, write_scan

from workbench.readers import ocr, open_catalogue

FIELDS = ("reference_code", "title", "creator", "document_number", "date", "security_class", "remarks")
TITLES = (
    "关于做好第{}号渠道整修工作的通知", "转发地区行署关于第{}次粮食\n工作会议纪要的通知", "关于李某等{}人问题的批复",
    "一九八七年度农业税减免\n花名册（第{}册）", "县人民政府第{}次常务会议纪要", "关于同意增拨第{}批救灾款的复函",
)  # fmt: skip
CREATORS = ("云溪县水利局", "县革命委员会", "云溪县民政局", "青石公社", "云溪县粮食局")


def a_page(first: int, rows: int, chance: random.Random) -> Table:
    def row(number: int) -> list[object]:
        year = chance.randint(1962, 1999)
        day = f"{year}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        return item(
            number, chance.choice(TITLES).format(number), day,
            责任者=chance.choice(CREATORS), 文号=f"云发〔{year}〕{number}号" if chance.random() < 0.8 else "",
            备注=chance.choice(("", "", "缺附件", "复制件", "附照片2张")),
        )  # fmt: skip

    return [HEAD, *(row(number) for number in range(first, first + rows))]


def measure(kind: str, pages: int, **how: object) -> None:
    chance = random.Random(f"{kind}{pages}")
    tables = [a_page(1 + 18 * page, 18, chance) for page in range(pages)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        painted = [paint(table, lean=chance.uniform(-1.5, 1.5), **how) for table in tables]  # type: ignore[arg-type]
        write_scan(path, *painted)
        start = time.process_time()
        opened = open_catalogue(path)
        found = [[row.cells.get(field, "") for field in FIELDS] for row in opened]
        ours = time.process_time() - start
        start = time.process_time()
        for page in painted:
            ocr.read_page(np.asarray(page))
        plain = time.process_time() - start
    wanted = [[str(cell).replace("\n", "") for cell in row] for table in tables for row in table[1:]]
    rows = sum(1 for row in wanted if row in found)
    cells = sum(
        cell == other for row, line in zip(wanted, found, strict=False) for cell, other in zip(row, line, strict=True)
    )
    whole = len(wanted) * len(FIELDS)
    print(
        f"{kind}: {len(found)} rows of {len(wanted)}; right rows {rows / len(wanted):.4f}, right cells "
        f"{cells / whole:.4f}; {ours / pages:.1f} cpu-s a page (plain recognition {plain / pages:.1f}); "
        f"lowest page quality {min(opened.page_quality.values()):.3f}"
    )


def main() -> None:
    if not HAS_RECOGNITION:
        print("skipped: needs the ocr extra")
        return
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    ocr.read_lines([np.full((40, 200), 255, np.uint8)])  # load the models before the clock runs
    measure("ruled, noise 12", pages, noise=12)
    measure("ruled, noise 25, small print", pages, noise=25, height=24)
    measure("by alignment, noise 12", pages, noise=12, ruled=False)


if __name__ == "__main__":
    main()
