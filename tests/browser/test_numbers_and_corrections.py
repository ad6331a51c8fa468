"""From a number to its rows, and from a slip to its correction (点开数字、纠错), in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from builders import NOON, PASSWORD, TODAY, a_record
from models import Correction, Record
from models.correction import CorrectionState
from models.vocabulary import Role
from workbench import db
from workbench.services import batching, people

pytestmark = pytest.mark.browser


@pytest.fixture
def window(url: str, enter: Callable[..., object]) -> object:
    with db.transaction(url) as session:
        everybody = people.add(
            session=session, name="李档案", roles=[Role.ARCHIVIST, Role.REVIEWER, Role.GROUP_LEAD], password=PASSWORD,
            by="test", at=NOON,
        )  # fmt: skip
        for number in range(1, 61):
            a_record(session, f"1-1-{number:03d}", f"关于召开第{number}次春耕生产会议的通知")
        a_record(session, "9-1-001", "关干召开座谈会的通知", fonds="云溪县供销社", fonds_key="云溪县供销社")
        batch = batching.assemble(
            session=session, title="供销社一批", by=everybody, at=NOON, on=TODAY, codes=["9-1-001"]
        )
        batching.advance(
            session=session, batch=batch, action=batching.machine.BatchAction.START, by=everybody, at=NOON, on=TODAY
        )
    return enter("李档案", password=PASSWORD)


def test_a_number_leads_to_its_rows_and_the_rows_to_a_workbook(window: object, tmp_path: Path) -> None:
    page = window
    page.get_by_text("到期 61 件；成组后需看 2 次").wait_for()
    page.get_by_role("link", name="统计").click()
    page.get_by_role("link", name="60", exact=True).first.click()
    page.get_by_text("待审，未成批").first.wait_for()
    page.get_by_role("button", name="下一页").click()
    page.get_by_text("第 2 页").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载这份清单").click()
    taken.value.save_as(tmp_path / "rows.xlsx")
    sheet = load_workbook(tmp_path / "rows.xlsx").active
    codes = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert codes == [f"1-1-{number:03d}" for number in range(1, 61)]
    page.get_by_role("link", name="返回统计").click()
    page.get_by_role("link", name="61", exact=True).first.wait_for()


def test_a_slip_is_put_forward_beside_the_item_and_accepted(window: object, url: str) -> None:
    page = window
    page.goto("/review")
    page.get_by_text("疑似形近字、别字").wait_for()
    page.get_by_role("button", name="以此提出").click()
    page.get_by_label("依据（原件、底册、来函等）").fill("原件题名页")
    page.get_by_role("button", name="提出纠错").click()
    page.get_by_text("题名建议改为：关于召开座谈会的通知").wait_for()
    page.get_by_role("link", name="目录纠错").click()
    page.get_by_label("核对情况、理由").fill("与原件核对")
    page.get_by_role("button", name="采纳", exact=True).click()
    page.get_by_text("没有这样的纠错").wait_for()
    page.goto("/review")
    page.get_by_text("题名已更正为：关于召开座谈会的通知（原著录：关干召开座谈会的通知）").wait_for()
    with db.reading(url) as session:
        (made,) = session.exec(select(Correction)).all()
        assert made.state is CorrectionState.ACCEPTED
        assert session.get_one(Record, made.record_id).title == "关干召开座谈会的通知"
