"""Batches: how each stands, what may follow, who may do it (批次)."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlmodel import Session

from models import Batch, User
from models.vocabulary import Access, BatchAction, Ground, ReviewStage, Role
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import leaving_panel, papers
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import batch_steps, overview
from workbench.services.roster import load_batch
from workbench.settings import environment

# Steps that ask for more than a click have a screen of their own.
ELSEWHERE = {
    BatchAction.APPROVE: "approval", BatchAction.RETURN: "approval", BatchAction.PUBLISH: "publishing",
    BatchAction.HOLD_BACK: "consulting",
}  # fmt: skip
NAMING = (BatchAction.FAIL,)


def page() -> None:
    """Overview and progress of a batch (批次概览)."""
    user = signed_in()
    widgets.heading(t("pages.batches.title"), t("pages.batches.lead"))
    batch = pick_batch()
    if batch is None:
        return
    card = widgets.read(_card, int(batch.id or 0))
    _state(card)
    _steps(card, user)
    leaving_panel.show(batch, user)
    overview_, roster, papers_ = st.tabs(
        [t("pages.batches.about"), t("pages.batches.roster"), t("pages.batches.papers")]
    )
    with papers_:
        papers.section(batch, user)
    with overview_:
        _about(card, batch, user)
    with roster:
        roster_table(batch)


def _card(session: Session, batch_id: int) -> dict[str, Any]:
    return overview.batch_card(session, load_batch(session, batch_id), on=clock.today())


def _state(card: Mapping[str, Any]) -> None:
    widgets.figures(
        [(t("pages.batches.state"), t(f"terms.batchstate.{card['state']}"))]
        + [(t(f"pages.batches.count.{name}"), count(card[name])) for name in
           ("items", "waiting", "disputed", "settled", "open", "restricted")]
    )  # fmt: skip
    label = t("pages.batches.progress", settled=count(card["settled"]), items=count(card["items"]))
    widgets.progress_bar(card["settled"], card["items"], label)


def _steps(card: Mapping[str, Any], user: User) -> None:
    if not card["steps"]:
        return
    st.subheader(t("pages.batches.next"), anchor=False)
    for step in card["steps"]:
        action, role = BatchAction(step["action"]), Role(step["role"])
        left, right = st.columns([1, 3], vertical_alignment="center")
        if action in ELSEWHERE and user.holds(role):
            left.html(
                f'<a class="step" href="/{ELSEWHERE[action]}?batch={card["batch"]}" target="_self">{term(action)}</a>'
            )
        elif left.button(
            term(action), key=f"step-{card['batch']}-{card['version']}-{action.value}", width="stretch",
            disabled=bool(step["problems"]) or not user.holds(role) or action in NAMING,
        ):  # fmt: skip
            made = widgets.act(
                batch_steps.take, batch_id=card["batch"], version=card["version"], action=action, by=user,
                at=clock.now(), on=clock.today(),
            )  # fmt: skip
            if made is not None:
                widgets.done(t("procedure.moved", batch=made.id, state=term(made.state)))
        target = t("pages.batches.leads_to", state=t(f"terms.batchstate.{step['to']}"), role=term(role))
        right.caption("  \n".join([target, *(f"— {problem}" for problem in step["problems"])]))


def _about(card: Mapping[str, Any], batch: Batch, user: User) -> None:
    plan = t(
        "pages.batches.plan_blind" if card["review_plan"].get("blind_second") else "pages.batches.plan_open",
        count=card["review_plan"].get("opinions", 2),
    )
    skipped = t("pages.words.join").join(term(BatchAction(each)) for each in card["skipped"])
    pairs = {
        "created_by": card["created_by"], "assembled_on": batch.assembled_on.isoformat(), "review_plan": plan,
        "early_basis": card["early_basis"], "note": card["note"], "skipped": skipped or None,
        "minutes_number": card["minutes_number"], "approved_by": card["approved_by"],
        "roster_digest": card["roster_digest"],
    }  # fmt: skip
    widgets.facts([(t(f"pages.batches.fact.{name}"), value) for name, value in pairs.items()])
    may = any(user.holds(role) for role in (Role.ARCHIVIST, Role.GROUP_LEAD, Role.ADMINISTRATOR))
    if card["state"] in ("draft", "in_review") and may and st.button(t("pages.batches.suggest"), key="batch.suggest"):
        made = widgets.act(
            batch_steps.suggest_again, home=environment().home, batch_id=card["batch"], by=user, at=clock.now()
        )
        if made is not None:
            widgets.done(t("pages.batches.suggested", count=count(made["suggested"])))


def roster_table(batch: Batch) -> None:
    """The roster by pages, each item with its standing and outcome (名册)."""
    key = f"roster-{batch.id}"
    rows = widgets.read(overview.roster_rows, batch, after=widgets.page_start(key) or 0, limit=widgets.PAGE)
    shown = [
        {
            **row,
            "standing": t(f"pages.batches.standing.{row['standing']}"),
            "waiting_for": term(ReviewStage(row["waiting_for"])) if row["waiting_for"] else None,
            "access": widgets.proposed(Access(row["access"])) if row["access"] else None,
            "ground": term(Ground(row["ground"])) if row["ground"] else None,
        }
        for row in rows
    ]
    columns = (
        "position", "reference_code", "title", "standing", "waiting_for", "access", "ground", "public_title", "round",
    )  # fmt: skip
    widgets.table(shown, {name: t(f"pages.words.{name}") for name in columns}, height=560)
    widgets.turn_pages(key, last=rows[-1]["position"] if rows else None, full=len(rows) == widgets.PAGE)
