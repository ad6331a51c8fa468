"""The whole way by the page (全程): a file goes in, a notice and an open catalogue come out."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect
from sqlmodel import select

from builders import NOON, PASSWORD, name_the_archive, switch_off
from models import Batch, Record, Review
from models.vocabulary import Access, BatchState, ReviewStage, Role
from workbench import db
from workbench.services import ledger_keeping, people

pytestmark = pytest.mark.browser

PEOPLE = {
    "李档案": Role.ARCHIVIST, "甲审核": Role.REVIEWER, "乙审核": Role.REVIEWER, "丙审核": Role.REVIEWER,
    "组长王": Role.GROUP_LEAD, "馆长赵": Role.DIRECTOR, "公布员孙": Role.PUBLISHER,
}  # fmt: skip
OPEN, DELAYED, DISPUTED = "J043-1997-001", "J043-1997-004", "J043-1997-003"
ROWS = [
    ("J043-1997-001", "关于召开春耕生产会议的通知", "19970311"),
    ("J043-1997-002", "关于印发农田水利建设安排的通知", "19970402"),
    ("J043-1997-003", "关于调整良种补贴标准的批复", "19970508"),
    ("J043-1997-004", "关于给予陈某某行政记过处分的决定", "19970609"),
    ("J043-2015-001", "关于召开秋收工作会议的通知", "20150909"),
]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "1997年文书档案目录.csv"
    with file.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["档号", "题名", "形成日期", "责任者", "全宗名称"])
        writer.writerows([code, title, date, "云溪县农业局", "云溪县农业局"] for code, title, date in ROWS)
    return file


@pytest.fixture
def windows(url: str, enter: Callable[..., object]) -> Callable[[str], object]:
    with db.transaction(url) as session:
        name_the_archive(session)
        switch_off(session, "consultation", "certification", "delay_report")
        for name, role in PEOPLE.items():
            people.add(session=session, name=name, roles=[role], password=PASSWORD, by="test", at=NOON)
    opened: dict[str, object] = {}

    def window(name: str) -> object:
        if name not in opened:
            opened[name] = enter(name, password=PASSWORD)
        return opened[name]

    return window


def import_file(page: object, file: Path) -> None:
    page.goto("/import")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_role("button", name="试读").click()
    page.get_by_role("button", name="入库 5 条").click()
    page.get_by_text("已入库 5 条").first.wait_for()


def assemble(page: object) -> None:
    page.goto("/assembly")
    page.get_by_label("批次名称").fill("1997年度第一批")
    page.get_by_role("button", name="冻结名册并初判").click()
    page.get_by_text("批次 1 已成立").wait_for()


def step(page: object, name: str, then: str) -> None:
    page.goto("/batches?batch=1")
    page.get_by_role("button", name=name, exact=True).click()
    page.locator(".figures").get_by_text(then, exact=True).wait_for()


def read_all(page: object, restrict: Mapping[str, str], *, at: str = "/review") -> list[str]:
    """Read every item that waits, delaying the named ones by the form; give the codes in order."""
    page.goto(f"{at}?batch=1")
    read: list[str] = []
    while True:
        card = page.locator("article.item")
        card.or_(page.locator(".nothing")).first.wait_for()
        if not card.count():
            return read
        # While Streamlit changes cards the old button and the new one stand there together.
        expect(page.get_by_role("button", name="拟开放")).to_have_count(1, timeout=60_000)
        code = card.locator(".code").inner_text()
        read.append(code)
        leaves(page, code, lambda reason=restrict.get(code): decide(page, reason))


def leaves(page: object, code: str, press: Callable[[], None]) -> None:
    """Press as a person does: again, when a busy page did not listen and the item is still there."""
    for _ in range(4):
        press()
        try:
            page.locator(f".item:has-text('{code}')").wait_for(state="detached", timeout=20_000)
            return
        except PlaywrightTimeout:
            continue
    raise AssertionError(f"{code} stays on the screen")


def decide(page: object, reason: str | None) -> None:
    """Open the item by one key, or delay it by the form, whether that is open already or not."""
    if reason is None:
        page.get_by_role("button", name="拟开放").click()
        return
    ground = page.get_by_label("延期理由类别")
    if not ground.count():
        page.get_by_role("button", name="拟延期").first.click()
    ground.click()
    page.get_by_role("option", name="个人信息及第三方合法权益").click()
    page.get_by_label("理由", exact=True).fill(reason)
    for part, digits in (("year", "2036"), ("month", "01"), ("day", "01")):
        page.locator(f"[role=spinbutton][data-type={part}]").press_sequentially(digits)
    page.get_by_role("button", name="拟延期").click()


def test_a_catalogue_becomes_an_open_catalogue(
    home: Path, url: str, catalogue: Path, windows: Callable[[str], object]
) -> None:
    archivist = windows("李档案")
    import_file(archivist, catalogue)
    assemble(archivist)
    step(archivist, "开始审核", "审核中")

    first = windows("甲审核")
    first.goto("/review?batch=1")
    first.locator("article.item").wait_for()
    assert read_all(first, {DELAYED: "涉及个人处分"}) == [code for code, _, _ in ROWS[:4]]

    second = windows("乙审核")
    second.goto("/review?batch=1")
    second.get_by_text("盲审").wait_for()
    assert second.locator(".evidence, .advice, .given").count() == 0
    read_all(second, {DELAYED: "涉及个人处分情况", DISPUTED: "内容须再核"})

    third = windows("丙审核")
    assert read_all(third, {}, at="/disagreements") == [DISPUTED]

    lead = windows("组长王")
    step(lead, "审核完毕", "审毕")
    step(lead, "略过征求意见", "意见一致")
    step(lead, "略过抽检", "已抽检")
    step(archivist, "报送馆长", "已报送")

    director = windows("馆长赵")
    director.goto("/approval?batch=1")
    director.get_by_label("会议纪要编号").fill("〔2026〕7号")
    director.get_by_label("再次输入口令").fill("not my password")
    director.get_by_test_id("stFormSubmitButton").get_by_role("button", name="批准").click()
    director.get_by_text("姓名或口令不对").wait_for()
    director.get_by_label("再次输入口令").fill(PASSWORD)
    director.get_by_test_id("stFormSubmitButton").get_by_role("button", name="批准").click()
    director.get_by_text("没有处于此环节的批次").wait_for()

    publisher = windows("公布员孙")
    publisher.goto("/publishing?batch=1")
    publisher.get_by_text("已看过公告与开放目录").click()
    publisher.get_by_role("button", name="公布", exact=True).click()
    publisher.get_by_text("没有处于此环节的批次").wait_for()

    (folder,) = (home / "published").iterdir()
    shown = (folder / "public" / "open_catalogue.csv").read_text(encoding="utf-8-sig")
    assert [OPEN in shown, DISPUTED in shown, DELAYED in shown, "陈某某" in shown] == [True, True, False, False]
    with db.reading(url) as session:
        assert session.get(Batch, 1).state is BatchState.PUBLISHED
        assert {each.reference_code: each.access for each in session.exec(select(Record))} == {
            code: None if code.startswith("J043-2015") else Access.RESTRICTED if code == DELAYED else Access.OPEN
            for code, _, _ in ROWS
        }
        stages = [each.stage for each in session.exec(select(Review)) if each.access is Access.OPEN]
        assert stages.count(ReviewStage.ARBITRATION) == 1
        assert ledger_keeping.verify(session) > 20
