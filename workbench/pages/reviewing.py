"""Read item by item (审核): one key decides and goes on; the second reading is blind."""

from collections.abc import Sequence

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState, ReviewStage
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import card, opinion
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import reading_desk


def page() -> None:
    """First and second reading (初审、复审)."""
    user = signed_in()
    widgets.heading(t("pages.review.title"))
    batch = pick_batch(BatchState.IN_REVIEW)
    if batch is not None:
        read_on(batch, user, reading_desk.READINGS)


def read_on(batch: Batch, user: User, stages: Sequence[ReviewStage]) -> None:
    """Show the next item of these stages with its keys (审读).

    The keys of an item bear its number, round and stage: a press that was meant for the item before finds
    no button of that name any more, and decides nothing.
    """
    given = {"batch_id": int(batch.id or 0), "by": user, "at": clock.now()}
    taken = widgets.read(reading_desk.on_screen, stages=stages, **given) or widgets.act(
        reading_desk.take_next, stages=stages, **given
    )
    if taken is None:
        return
    desk = widgets.read(reading_desk.desk, taken=taken, **given)
    _progress(desk)
    item = desk["card"]
    if item is None:
        widgets.nothing(t("pages.review.all_done"))
        opinion.undo_only(batch)
        return
    # With pages at hand they take the right side, and the evidence stands under the keys.
    left, right = st.columns([1, 1] if item["pages_at_hand"] else [3, 2], gap="large")
    with left:
        card.show(item)
        opinion.ask(item, user)
        if item["pages_at_hand"]:
            card.reasons(item)
    with right:
        if item["pages_at_hand"]:
            card.pages(item)
        else:
            card.reasons(item)


def _progress(desk: dict[str, object]) -> None:
    counts, pace = desk["counts"], desk["pace"]
    assert isinstance(counts, dict)
    parts = [
        f"{term(stage)} {count(counts[stage.value])} / {count(counts['items'])}"
        for stage in (ReviewStage.FIRST, ReviewStage.SECOND)
    ]
    if desk["parked"]:
        parts.append(t("pages.review.parked", count=desk["parked"]))
    if isinstance(pace, int) and pace:
        parts.append(t("pages.review.pace", count=count(pace)))
        left = 2 * counts["items"] - counts["first"] - counts["second"]
        parts.append(t("pages.review.left", hours=f"{left / pace:.1f}"))
    widgets.progress_bar(counts["first"] + counts["second"], 2 * counts["items"], "　·　".join(parts))
