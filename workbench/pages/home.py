"""The work that waits (工作台)."""

from datetime import date
from html import escape

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState, ReviewStage, Role
from workbench import clock, widgets
from workbench.i18n import count, day, t, term
from workbench.pages import outlook_line
from workbench.pages.frame import signed_in
from workbench.permissions import may
from workbench.queries import lists
from workbench.services import complaints, limited_items, reading_queue, suspending

# what a role is asked for: batches in a state, and the screen where the work is done
_CALLS: tuple[tuple[Role, BatchState, str], ...] = (
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
    outlook_line.show()
    st.subheader(t("pages.home.waiting"), anchor=False)
    calls = _calls(user, batches)
    if user.holds(Role.ARCHIVIST) and due and not any(each.state is BatchState.DRAFT for each in batches):
        calls.append((t("pages.home.assemble", count=count(due)), "/assembly", t("pages.home.assemble_hint")))
    if user.holds(Role.ADMINISTRATOR):
        calls.append((t("pages.people.title"), "/people", t("pages.home.people_hint")))
    late, waiting = _afterwards(user)
    for text, address, hint in late:
        _call(text, address, hint, kind="call overdue")
    for text, address, hint in [*calls, *waiting]:
        _call(text, address, hint)
    if not calls and not late and not waiting:
        widgets.nothing(t("pages.home.nothing"))


def _call(text: str, address: str, hint: str, kind: str = "call") -> None:
    words = f"<b>{escape(text)}</b><span>{escape(hint)}</span>"
    st.html(f'<a class="{kind}" href="{escape(address)}" target="_self">{words}</a>')


def _afterwards(user: User) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Suspensions and complaints: what is past its day, and what still has time."""
    late, waiting = [], []
    if may(user, "use.suspend"):
        limited = widgets.read(limited_items.open_to_the_public, on=clock.today())
        if limited:
            late.append(_counted("limited_and_open", "/limits", len(limited)))
        standing = widgets.read(suspending.standing, on=clock.today())
        past = sum(each.is_overdue for each in standing)
        if past:
            late.append(_counted("overdue_suspensions", "/suspensions", past))
        if len(standing) > past:
            nearest = next(each.since.deadline for each in standing if not each.is_overdue)
            waiting.append(_counted("standing_suspensions", "/suspensions", len(standing) - past, nearest))
    if may(user, "complaint.record"):
        over, open_ = widgets.read(complaints.overdue_and_waiting, on=clock.today())
        if over:
            late.append(_counted("overdue_complaints", "/complaints", len(over)))
        if open_:
            waiting.append(_counted("waiting_complaints", "/complaints", len(open_), open_[0].complaint.due_on))
    return late, waiting


def _readings(user: User, batches: list[Batch]) -> list[tuple[str, str, str]]:
    """Batches with something for this reader, and only those; disagreements are settled on their own screen."""
    if not user.holds(Role.REVIEWER):
        return []
    read = [batch for batch in batches if batch.state is BatchState.IN_REVIEW]
    stages = widgets.read(reading_queue.where_waiting, read, by=user, at=clock.now())
    calls = []
    for batch in read:
        if stage := stages.get(int(batch.id or 0)):
            screen = "disagreements" if stage is ReviewStage.ARBITRATION else "review"
            calls.append((batch.title, f"/{screen}?batch={batch.id}", t(f"pages.home.call.{screen}")))
    return calls


def _counted(name: str, address: str, number: int, deadline: date | None = None) -> tuple[str, str, str]:
    return (
        t(f"pages.home.{name}", count=count(number)), address, t(f"pages.home.{name}_hint", deadline=day(deadline))
    )  # fmt: skip


def _calls(user: User, batches: list[Batch]) -> list[tuple[str, str, str]]:
    return _readings(user, batches) + [
        (batch.title, f"/{screen}?batch={batch.id}", t(f"pages.home.call.{screen}", state=term(batch.state)))
        for role, state, screen in _CALLS
        if user.holds(role)
        for batch in batches
        if batch.state is state
    ]
