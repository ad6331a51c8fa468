"""The work that waits (工作台)."""

from html import escape

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState, Role
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages.frame import signed_in
from workbench.queries import lists

# what a role is asked for: batches in a state, and the screen where the work is done
_CALLS: tuple[tuple[Role, BatchState, str], ...] = (
    (Role.REVIEWER, BatchState.IN_REVIEW, "review"),
    (Role.ARCHIVIST, BatchState.DRAFT, "batches"),
    (Role.GROUP_LEAD, BatchState.IN_REVIEW, "batches"),
    (Role.GROUP_LEAD, BatchState.REVIEWED, "batches"),
    (Role.GROUP_LEAD, BatchState.AGREED, "batches"),
    (Role.ARCHIVIST, BatchState.CERTIFIED, "batches"),
    (Role.ARCHIVIST, BatchState.RETURNED, "batches"),
    (Role.DIRECTOR, BatchState.SUBMITTED, "approval"),
    (Role.PUBLISHER, BatchState.APPROVED, "publishing"),
)


def page() -> None:
    """What waits for this person, and how the batches stand (工作台)."""
    user = signed_in()
    widgets.heading(t("pages.home.greeting", user=user.name), t("pages.home.lead"))
    batches = list(widgets.read(lists.batches_in))
    due = widgets.read(lists.due_count, clock.today())
    widgets.figures(
        [
            (t("pages.home.due"), count(due)),
            (t("pages.home.in_review"), count(sum(each.state is BatchState.IN_REVIEW for each in batches))),
            (t("pages.home.submitted"), count(sum(each.state is BatchState.SUBMITTED for each in batches))),
            (t("pages.home.published"), count(sum(each.state is BatchState.PUBLISHED for each in batches))),
        ]
    )
    st.subheader(t("pages.home.waiting"), anchor=False)
    calls = _calls(user, batches)
    if user.holds(Role.ARCHIVIST) and due and not any(each.state is BatchState.DRAFT for each in batches):
        calls.append((t("pages.home.assemble", count=count(due)), "/assembly", t("pages.home.assemble_hint")))
    if user.holds(Role.ADMINISTRATOR):
        calls.append((t("pages.people.title"), "/people", t("pages.home.people_hint")))
    for text, address, hint in calls:
        st.html(
            f'<a class="call" href="{escape(address)}" target="_self">'
            f"<b>{escape(text)}</b><span>{escape(hint)}</span></a>"
        )
    if not calls:
        widgets.nothing(t("pages.home.nothing"))


def _calls(user: User, batches: list[Batch]) -> list[tuple[str, str, str]]:
    return [
        (batch.title, f"/{screen}?batch={batch.id}", t(f"pages.home.call.{screen}", state=term(batch.state)))
        for role, state, screen in _CALLS
        if user.holds(role)
        for batch in batches
        if batch.state is state
    ]
