"""Complaints (投诉登记): record them, answer them in time, suspend what they are about at once."""

import tempfile
from html import escape
from pathlib import Path

import streamlit as st

from models import User
from models.complaint import ComplaintChannel, ComplaintOutcome
from workbench import clock, permissions, widgets
from workbench.i18n import count, day, t, term
from workbench.pages.frame import signed_in
from workbench.pages.suspensions import notices_of
from workbench.queries import lists
from workbench.services import complaints, setting_up, suspending, suspending_together
from workbench.services.complaints import Registered
from workbench.settings import environment

STANDINGS = ("waiting", "overdue", "answered")


def page() -> None:
    """The register, and forms to add to it and to answer."""
    user = signed_in()
    widgets.heading(t("pages.complaints.title"), t("pages.complaints.lead"))
    found = widgets.read(complaints.register, on=clock.today())
    widgets.figures(
        [
            (t(f"pages.complaints.count.{name}"), count(sum(each.standing == name for each in found)))
            for name in STANDINGS
        ]
    )
    listed, add, answer = st.tabs([t(f"pages.complaints.{name}") for name in ("list", "add", "answer")])
    with listed:
        _list(found, user)
    with add:
        _add(user)
    with answer:
        _answer([each for each in found if each.answer is None], user)


def _list(found: list[Registered], user: User) -> None:
    if not found:
        widgets.nothing(t("pages.complaints.none"))
        return
    waiting_only = st.toggle(t("pages.complaints.waiting_only"), key="complaints.waiting_only")
    shown = [each for each in found if not waiting_only or each.answer is None]
    published = widgets.read(suspending.usable, [each.record.id for each in found if each.record is not None])
    for each in shown[: widgets.PAGE]:
        _card(each)
        if each.answer is None:
            _offer(each, published, user)
    _export(user)


def _card(each: Registered) -> None:
    complaint, answer = each.complaint, each.answer
    about = escape(each.about or "")
    title = f'<p class="title">{escape(each.record.title)}</p>' if each.record else ""
    who = complaint.complainant or t("pages.complaints.anonymous")
    contact = f"　{escape(complaint.contact)}" if complaint.contact else ""
    answered = ""
    if answer is not None:
        said = f"{escape(term(answer.outcome))}　{escape(answer.answer)}"
        answered = f'<p class="soft">{escape(day(answer.answered_on))}　{said}</p>'
    number, standing = t("pages.complaints.number", number=complaint.id), t(f"complaint.standing.{each.standing}")
    due = "" if answer else f"<span>{escape(t('complaint.columns.due_on'))} {escape(day(complaint.due_on))}</span>"
    st.html(
        f'<div class="deadline {each.standing}"><p class="head"><span>{escape(number)}</span>'
        f'<b>{escape(standing)}</b><span class="code">{about}</span>'
        f"<span>{escape(day(complaint.received_on))} {escape(term(complaint.channel))}</span>{due}</p>{title}"
        f'<p>{escape(complaint.text)}</p><p class="soft">{escape(who)}{contact}</p>{answered}</div>'
    )


def _offer(each: Registered, published: set[int], user: User) -> None:
    """A button where the public may still use what it is about: the item, or what is left of the batch."""
    if each.record is not None:
        if each.record.id in published:
            _suspend(each, t("pages.complaints.suspend"), user)
    elif each.complaint.batch_id is not None:
        used = len(widgets.read(suspending_together.usable_of, each.complaint.batch_id))
        if used:
            _suspend(each, t("pages.complaints.suspend_batch", count=count(used)), user)


def _suspend(each: Registered, label: str, user: User) -> None:
    number = int(each.complaint.id or 0)
    if not st.button(label, key=f"complaints.suspend-{number}", icon=":material/pause_circle:"):
        return
    made = widgets.act(
        suspending_together.suspend_complained, complaint_id=number, by=user, at=clock.now(), on=clock.today(),
        home=environment().home,
    )  # fmt: skip
    if made is not None:
        widgets.done(t("pages.complaints.suspended", number=number, names=notices_of(made)))


def _add(user: User) -> None:
    st.caption(t("pages.complaints.internal"))
    today, days = clock.today(), widgets.read(setting_up.get, "complaint_days")
    batches = {int(each.id or 0): each.title for each in widgets.read(lists.batches_in)}
    with st.form("complaints.add", clear_on_submit=False):
        text = st.text_area(t("complaint.columns.text"), key="complaints.text", height=100)
        left, right = st.columns(2)
        channel = left.selectbox(
            t("complaint.columns.channel"), list(ComplaintChannel), format_func=term, key="complaints.channel"
        )
        received = right.date_input(
            t("complaint.columns.received_on"), today, max_value=today, key="complaints.received", format="YYYY-MM-DD"
        )
        code = left.text_input(t("pages.complaints.about_code"), key="complaints.code")
        batch = right.selectbox(
            t("pages.complaints.about_batch"), list(batches), index=None, key="complaints.batch",
            format_func=lambda number: f"{number} · {batches.get(number, '')}", placeholder=t("pages.words.choose"),
        )  # fmt: skip
        who = left.text_input(t("complaint.columns.complainant"), key="complaints.who")
        contact = right.text_input(t("complaint.columns.contact"), key="complaints.contact")
        due = left.date_input(t("pages.complaints.due", days=days), None, key="complaints.due", format="YYYY-MM-DD")
        sent = st.form_submit_button(t("pages.complaints.keep"), type="primary")
    if sent:
        kept = widgets.act(
            complaints.record, text=text, channel=channel, received_on=received, code=code, batch_id=batch,
            complainant=who, contact=contact, due_on=due, by=user, at=clock.now(), on=today,
        )  # fmt: skip
        if kept is not None:
            widgets.done(t("complaint.recorded", number=kept.id, due=day(kept.due_on)))


def _answer(waiting: list[Registered], user: User) -> None:
    if not waiting:
        widgets.nothing(t("pages.complaints.nothing_waits"))
        return
    known = {int(each.complaint.id or 0): each for each in waiting}
    with st.form("complaints.answer"):
        chosen = st.selectbox(
            t("pages.complaints.which"), list(known), key="complaints.chosen",
            format_func=lambda number: f"{number} · {known[number].about or known[number].complaint.text[:20]}"
            if number in known else str(number),
        )  # fmt: skip
        outcome = st.radio(
            t("complaint.columns.outcome"), list(ComplaintOutcome), format_func=term, index=None, horizontal=True,
            key="complaints.outcome",
        )  # fmt: skip
        text = st.text_area(t("complaint.columns.answer"), key="complaints.answer", height=100)
        on = st.date_input(
            t("complaint.columns.answered_on"), clock.today(), max_value=clock.today(), key="complaints.answered_on",
            format="YYYY-MM-DD",
        )  # fmt: skip
        allowed = permissions.may(user, "complaint.answer")
        sent = st.form_submit_button(t("pages.complaints.keep_answer"), type="primary", disabled=not allowed)
    if sent and outcome is not None and chosen is not None:
        kept = widgets.act(
            complaints.answer, complaint_id=chosen, outcome=outcome, text=text, answered_on=on, by=user,
            at=clock.now(), on=clock.today(),
        )  # fmt: skip
        if kept is not None:
            widgets.done(t("complaint.answered", number=chosen, outcome=term(kept.outcome)))


def _export(user: User) -> None:
    # Two steps, for the export is an act on record: nothing is written for whoever only looks.
    if not st.button(t("pages.complaints.export"), key="complaints.export", icon=":material/table_view:"):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{t('complaint.sheet')}.xlsx"
        made = widgets.act(complaints.export, out=file, by=user, at=clock.now(), on=clock.today())
        if made is not None:
            st.download_button(
                file.name, file.read_bytes(), file_name=file.name, key="complaints.file", icon=":material/download:",
                on_click="ignore",
            )  # fmt: skip
