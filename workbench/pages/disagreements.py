"""Disagreements (分歧会商): a third person reads both opinions and decides."""

import streamlit as st
from sqlmodel import Session

from models import Batch, User
from models.vocabulary import BatchState, ReviewStage
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.pages.frame import pick_batch, signed_in
from workbench.pages.reviewing import read_on
from workbench.services import overview, reading_queue


def page() -> None:
    """What two people decided differently (分歧)."""
    user = signed_in()
    widgets.heading(t("pages.disagreements.title"), t("pages.disagreements.lead"))
    batch = pick_batch(BatchState.IN_REVIEW)
    if batch is None:
        return
    disputed, mine = widgets.read(_counts, batch, user)
    if not disputed:
        widgets.nothing(t("pages.disagreements.none"))
        return
    st.caption(t("pages.disagreements.count", count=count(disputed), mine=count(mine)))
    if not mine:
        widgets.nothing(t("pages.disagreements.not_yours"))
        return
    read_on(batch, user, (ReviewStage.ARBITRATION,))


def _counts(session: Session, batch: Batch, user: User) -> tuple[int, int]:
    """Disputed items, and those of them that this person may settle: who gave an opinion may not."""
    waiting = reading_queue.waiting(
        session, batch, by=user, at=clock.now(), stage=ReviewStage.ARBITRATION, limit=widgets.PAGE, skip_parked=False
    )
    return overview.progress(session, batch)["disputed"], len(waiting)
