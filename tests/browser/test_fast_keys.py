"""One-key decisions under haste (连按): no item is decided that was not on the screen when the key went down."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from builders import Team, a_batch, a_record, switch_off
from models import Review
from models.vocabulary import ReviewStage
from workbench import db
from workbench.services import setting_up

pytestmark = pytest.mark.browser

ITEMS, PRESSES = 160, 130
# Notes, for each key that goes down, which item stands on the screen at that moment.
WATCH = """
() => {
  window.seen = [];
  document.addEventListener('keydown', event => {
    const card = document.querySelector('article.item');
    window.seen.push([event.key, card ? Number(card.dataset.record) : null, card ? card.dataset.stage : null]);
  }, true);
}
"""


@pytest.fixture
def batch_id(url: str) -> int:
    with db.transaction(url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        switch_off(session, "consultation", "certification", "delay_report")
        team = Team(session)
        for number in range(1, ITEMS + 1):
            a_record(session, f"J001-1997-{number:04d}", f"关于召开第{number}次春耕生产会议的通知")
        return int(a_batch(session, team).id)


# Streamlit merges presses that come faster than it draws, so few of the hasty ones get through; in the last case
# pressing goes on, slower, until ten did, or the test would prove nothing.
SLOWER, AT_MOST = 600, 130


def decided_items(url: str) -> list[tuple[int, str]]:
    with db.reading(url) as session:
        return [(each.record_id, each.stage.value) for each in session.exec(select(Review).order_by(Review.id))]


@pytest.mark.parametrize(
    ("pause", "enough"), [(0, 1), (50, 1), (180, 10)], ids=["at once", "50 ms apart", "180 ms apart"]
)
def test_no_unseen_item_is_decided_by_fast_keys(
    url: str, batch_id: int, enter: Callable[..., object], pause: int, enough: int
) -> None:
    page = enter("审核员甲")
    page.goto(f"/review?batch={batch_id}")
    page.get_by_role("button", name="拟开放").first.wait_for()
    page.evaluate(WATCH)
    for _ in range(PRESSES):
        page.keyboard.press("o")
        if pause:
            page.wait_for_timeout(pause)
    page.wait_for_timeout(3000)
    for _ in range(AT_MOST):
        if len(decided_items(url)) >= enough:
            break
        page.keyboard.press("o")
        page.wait_for_timeout(SLOWER)
    page.wait_for_timeout(2000)
    pressed = [(record, stage) for key, record, stage in page.evaluate("window.seen") if key == "o"]
    decided = decided_items(url)
    assert len(pressed) >= PRESSES
    assert enough <= len(decided) <= len(pressed)
    unseen = [each for each in decided if each not in pressed]
    assert unseen == []
    assert {stage for _, stage in decided} == {ReviewStage.FIRST.value}


def test_keys_typed_into_a_field_decide_nothing(
    url: str, batch_id: int, enter: Callable[..., object], press: Callable[..., None]
) -> None:
    page = enter("审核员甲")
    page.goto(f"/review?batch={batch_id}")
    page.get_by_role("button", name="拟开放").first.wait_for()
    field = page.get_by_label("疑问")
    press(page, "s", field)
    field.type("oooo 这份通知有附件吗 oooo")
    page.wait_for_timeout(1500)
    with db.reading(url) as session:
        assert session.exec(select(Review)).all() == []


def test_a_key_undoes_the_last_opinion_and_shows_its_item_again(
    url: str, batch_id: int, enter: Callable[..., object], press: Callable[..., None]
) -> None:
    page = enter("审核员甲")
    page.goto(f"/review?batch={batch_id}")
    card = page.locator("article.item")
    page.get_by_role("button", name="拟开放").first.wait_for()
    first = card.get_attribute("data-record")
    press(page, "o", page.locator(f"article.item:not([data-record='{first}'])"))
    press(page, "z", page.locator(f"article.item[data-record='{first}']"))
    with db.reading(url) as session:
        (review,) = session.exec(select(Review)).all()
    assert review.withdrawn_at is not None
