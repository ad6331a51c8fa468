"""The import screen in a real browser: asked about zeros, let in, repaired in Excel, and a strange header explained."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from catalogue_files import HEAD, item, items, write_csv
from playwright.sync_api import Page, expect
from sqlmodel import select

from builders import NOON
from models import ChangedCell, Record, RejectedRow
from models.vocabulary import Role
from workbench import db
from workbench.services import import_profiles, people, setting_up

pytestmark = pytest.mark.browser

STRANGE = ["代号", "文件叫什么", "何时"]


@pytest.fixture
def page(url: str, enter: Callable[..., Page]) -> Page:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        people.add(session=session, name="李档案", roles=[Role.ARCHIVIST], password=None, by="test", at=NOON)
        import_profiles.save(
            session=session, name="水利局", headers=STRANGE, by="test", at=NOON,
            columns={"reference_code": "代号", "title": "文件叫什么", "date": "何时"},
        )  # fmt: skip
    return enter("李档案")


def upload(page: Page, file: Path) -> None:
    page.goto("/import")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)


def test_from_the_guess_to_the_repaired_row(page: Page, url: str, tmp_path: Path) -> None:
    file = tmp_path / "1987年目录.csv"
    rows = [*items(20), item(21, 档号="X043-1-12-21"), item(22, "")]
    write_csv(file, [HEAD, *rows], encoding="gb18030")
    upload(page, file)
    page.get_by_text("编码 gb18030").wait_for()
    page.get_by_role("button", name="试读").click()
    page.get_by_text("X043-1-12-21 → X043-1-0012-0021").wait_for()
    page.get_by_text("按同文件其他档号补足前导零").click()
    page.get_by_role("button", name="入库 21 条").click()
    page.get_by_text("已入库 21 条").first.wait_for()
    with db.reading(url) as session:
        codes = set(session.exec(select(Record.reference_code)))
        assert "X043-1-0012-0021" in codes and "X043-1-12-21" not in codes
        assert session.exec(select(ChangedCell.original)).one() == "X043-1-12-21"

    page.get_by_text("待更正条目", exact=True).click()
    page.get_by_text("用 Excel 更正").click()
    page.get_by_role("button", name="生成待更正表").click()
    with page.expect_download() as waited:
        page.get_by_role("button", name="下载待更正表").click()
    sheet = tmp_path / "待更正.xlsx"
    waited.value.save_as(sheet)
    book = openpyxl.load_workbook(sheet)
    heads = next(row for row in book.active.iter_rows() if row[0].value == "退回编号")
    column = next(cell.column for cell in heads if cell.value == "题名")
    book.active.cell(heads[0].row + 1, column).value = "关于补写题名的说明"
    book.save(sheet)
    upload(page, sheet)
    page.get_by_text("这是本系统导出的待更正表").wait_for()
    page.get_by_role("button", name="收回").click()
    page.get_by_text("已入库 1 条").first.wait_for()
    with db.reading(url) as session:
        row = session.exec(select(RejectedRow)).one()
        assert (row.outcome, row.settled_by) == ("accepted", "李档案")


def test_a_remembered_header_is_explained_already(page: Page, url: str, tmp_path: Path) -> None:
    file = tmp_path / "移交.csv"
    write_csv(file, [["水利局移交清单"], STRANGE, ["甲-1", "关于整修渠道的通知", "19870503"]])
    upload(page, file)
    page.get_by_role("button", name="试读").click()
    page.get_by_role("button", name="入库 1 条").click()
    page.get_by_text("已入库 1 条").first.wait_for()
    page.get_by_text("导入方案", exact=True).click()
    page.get_by_text("代号 → 档号").wait_for()
    page.get_by_role("button", name="删除").click()
    page.get_by_text("还没有方案").wait_for()
    page.get_by_text("档号检查", exact=True).click()
    page.get_by_role("button", name="检查档号").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.get_by_text("后台任务", exact=True).click()
    page.get_by_text("已了结").wait_for()
