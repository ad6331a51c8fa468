"""How long a batch's papers take, beside plain docxtpl for the same registers.

``python tests/benchmarks/bench_papers.py [ITEMS]`` (5,000 if not said): a batch of synthetic items, read by two
people, a fifth delayed, one in fifty in dispute. Prints seconds, and processor seconds, for each step.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from docxtpl import DocxTemplate  # noqa: E402
from sqlalchemy import insert  # noqa: E402
from sqlmodel import Session  # noqa: E402

from builders import NOON, TODAY, Team, a_catalogue, move, name_the_archive, switch_off  # noqa: E402
from models import Batch, Record, Review  # noqa: E402
from models.record import RecordBase  # noqa: E402
from models.vocabulary import Access, BatchAction, Ground, ReviewStage  # noqa: E402
from workbench import db  # noqa: E402
from workbench.services import approving, batching, paper_printing, papers, setting_up  # noqa: E402
from workbench.writers import pdf, templates, wording  # noqa: E402
from workbench.writers.templates import Fonts  # noqa: E402

A = BatchAction
KINDS = ("通知", "报告", "请示", "批复", "总结", "决定")
MATTERS = ("春耕生产", "水利工程建设", "农业机械技术改造", "乡镇企业财务管理", "人员编制和职务任免", "防汛抗旱物资调拨")
AGENCIES = ("云溪县农业局", "云溪县水利局", "云溪县乡镇企业管理局", "云溪县供销合作社联合社")


@contextmanager
def timed(what: str) -> Iterator[None]:
    start, worked = time.perf_counter(), time.process_time()
    yield
    spent = time.process_time() - worked
    print(f"{what:<46} {time.perf_counter() - start:7.1f} s  {spent:7.1f} s of processor", flush=True)


def record(number: int, catalogue_id: int) -> dict[str, object]:
    made = date(1990, 1, 1) + timedelta(days=number % 2900)
    agency = AGENCIES[number % len(AGENCIES)]
    shape = RecordBase.model_validate(
        {
            "row": number + 2, "reference_code": f"X043-WS-{made.year}-{number:05d}", "fonds": agency,
            "fonds_key": agency, "creator": agency,
            "title": f"关于{MATTERS[number % 6]}第{number}号{MATTERS[number // 6 % 6]}问题的{KINDS[number % 5]}",
            "date_text": made.strftime("%Y%m%d"), "date_from": made, "date_to": made,
            "due_on": date(made.year + 25, 12, 31), "content_digest": f"{number:064x}",
        }
    )  # fmt: skip
    return {**shape.model_dump(), "catalogue_id": catalogue_id}


def opinion(batch: Batch, number: int, record_id: int, stage: ReviewStage, reader: int) -> dict[str, object]:
    disputed = number % 50 == 0 and stage is ReviewStage.SECOND
    restricted = (number % 5 == 1) != disputed
    return {
        "batch_id": batch.id, "record_id": record_id, "round": 1, "stage": stage, "reviewer_id": reader, "at": NOON,
        "access": Access.RESTRICTED if restricted else Access.OPEN,
        "ground": Ground.PERSONAL_INFORMATION if restricted else None,
        "reason": "涉及个人处分和家庭情况" if restricted else None,
        "review_again_on": date(2036, 1, 1) if restricted else None,
    }  # fmt: skip


def a_decided_batch(session: Session, size: int) -> Batch:
    team = Team(session)
    switch_off(session, "consultation", "certification", "delay_report")
    setting_up.store(session, "consistency_check", "off")
    name_the_archive(session)
    for key in ("notice_title_font", "notice_body_font"):
        setting_up.store(session, key, "Noto Serif CJK SC")
    catalogue = a_catalogue(session)
    session.execute(insert(Record), [record(number, int(catalogue.id or 0)) for number in range(size)])
    batch = batching.assemble(session=session, title="五千条批次", by=team.archivist, at=NOON, on=TODAY)
    move(session, batch, team, A.START)
    readers = {ReviewStage.FIRST: team.first, ReviewStage.SECOND: team.second, ReviewStage.ARBITRATION: team.third}
    rows = [
        opinion(batch, number, number + 1, stage, int(person.id or 0))
        for number in range(size)
        for stage, person in readers.items()
        if stage is not ReviewStage.ARBITRATION or number % 50 == 0
    ]
    session.execute(insert(Review), rows)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=int(batch.id or 0), by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    return batch


def plain(printing: papers.Printing, fonts: Fonts, out: Path) -> None:
    """The same papers by docxtpl alone: no check, no plain package, no pdf, no contents."""
    for sheet in printing.sheets:
        if sheet.filled.values is not None:
            file = out / f"{sheet.kind.value}.docx"
            file.write_bytes(templates.build(wording.paper(sheet.kind.value), fonts))
            document = DocxTemplate(file)
            document.render(dict(sheet.filled.values), autoescape=True)
            document.save(file)


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'kaijian.sqlite'}"
        db.upgrade(url)
        with db.transaction(url) as session:
            batch_id = int(a_decided_batch(session, size).id or 0)
        print(f"{size} items, {'with' if pdf.is_available() else 'without'} pdf")
        begun = time.perf_counter()
        with timed("read the records"), db.reading(url) as session:
            printing = papers.gather(session, batch_id, home=home, at=NOON, on=TODAY)
        with timed("write papers, contents, pdf, bound file"):
            printed = paper_printing.write(printing, home / "out")
        print(f"{'everything':<46} {time.perf_counter() - begun:7.1f} s   {len(printed.papers)} papers,"
              f" {printed.pages} pages, {printed.warning or 'no warning'}")  # fmt: skip
        with timed("plain docxtpl, the same docx only"):
            plain(printing, printing.fonts, home)
        db.engine_for(url).dispose()


if __name__ == "__main__":
    main()
