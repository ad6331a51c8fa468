"""Suspensions (暂停利用): suspend at once, see what waits for how long, and let the director decide."""

from datetime import timedelta
from html import escape

import streamlit as st

from models import User
from models.vocabulary import UseState
from workbench import clock, permissions, widgets
from workbench.i18n import count, day, t, term
from workbench.pages import tables
from workbench.pages.frame import password_again, proven, signed_in
from workbench.services import setting_up, suspending, suspending_together
from workbench.services.suspending import Changed, Suspended
from workbench.settings import environment

COLUMNS = ("at", "code", "state", "by", "reason", "deadline", "notice")
HISTORY = 200


def page() -> None:
    """What stands suspended, a form to suspend, and what changed so far."""
    user = signed_in()
    widgets.heading(t("pages.suspensions.title"), t("pages.suspensions.lead"))
    standing = list(widgets.read(suspending.standing, on=clock.today()))
    overdue = sum(each.is_overdue for each in standing)
    widgets.figures(
        [(t("pages.suspensions.standing"), count(len(standing))), (t("pages.suspensions.overdue"), count(overdue))]
    )
    decide, suspend, history = st.tabs([t(f"pages.suspensions.{name}") for name in ("standing", "suspend", "history")])
    with decide:
        _standing(standing, user)
    with suspend:
        _suspend(user)
    with history:
        _history()


def _standing(standing: list[Suspended], user: User) -> None:
    if not standing:
        widgets.nothing(t("pages.suspensions.none"))
        return
    for each in standing[: widgets.PAGE]:
        late = f"<b>{escape(t('pages.suspensions.overdue'))}</b>" if each.is_overdue else ""
        sentence = t("pages.suspensions.sentence", age=count(each.age), deadline=day(each.since.deadline))
        title = each.record.public_title or each.record.title
        st.html(
            f'<div class="deadline{" overdue" if each.is_overdue else ""}"><p class="head">'
            f'<span class="code">{escape(each.record.reference_code)}</span>{late}<span>{escape(sentence)}</span></p>'
            f'<p class="title">{escape(title)}</p><p class="soft">{escape(t("pages.suspensions.by"))} '
            f"{escape(each.since.by)}　{escape(t('pages.suspensions.why'))} {escape(each.since.reason)}</p></div>"
        )
    if not permissions.may(user, "use.restore"):
        st.caption(t("pages.suspensions.director"))
        return
    _decide(standing, user)


def _decide(standing: list[Suspended], user: User) -> None:
    known = {each.since.id: each for each in standing}
    st.subheader(t("pages.suspensions.decide"), anchor=False)
    st.caption(t("pages.suspensions.director"))
    with st.form("suspensions.decide"):
        chosen = st.selectbox(
            t("pages.suspensions.choose"), list(known), key="suspensions.chosen",
            format_func=lambda number: known[number].record.reference_code if number in known else str(number),
        )  # fmt: skip
        state = st.radio(
            t("pages.suspensions.outcome"), [UseState.RESTORED, UseState.WITHDRAWN], format_func=term, horizontal=True,
            index=None, key="suspensions.state", help=t("pages.suspensions.withdraw_hint"),
        )  # fmt: skip
        together = st.checkbox(t("pages.suspensions.together"), key="suspensions.together")
        reason = st.text_area(t("pages.suspensions.reason"), key="suspensions.why", height=80)
        password = password_again("suspensions.password")
        sent = st.form_submit_button(t("pages.suspensions.decide"), type="primary")
    if not sent or state is None or chosen not in known or not proven(user, password):
        return
    record = known[chosen].record
    given = {"fonds": record.fonds_key, "state": state, "reason": reason, "by": user, "at": clock.now(),
             "on": clock.today(), "home": environment().home}  # fmt: skip
    if together:
        made = widgets.act(suspending_together.decide_together, code=record.reference_code, **given)
    else:
        made = widgets.act(suspending.change_use, codes=[record.reference_code], **given)
    if made is None:
        return
    told = {"state": term(state), "names": notices_of(made)}
    if len(made.changes) == 1:
        widgets.done(t("pages.suspensions.decided", code=record.reference_code, **told))
    widgets.done(t("pages.suspensions.decided_many", count=count(len(made.changes)), **told))


def _suspend(user: User) -> None:
    days = widgets.read(setting_up.get, "suspension_days")
    with st.form("suspensions.suspend"):
        codes = st.text_area(
            t("pages.suspensions.codes"), key="suspensions.codes", height=80, help=t("pages.suspensions.codes_hint")
        )
        reason = st.text_area(t("pages.suspensions.reason"), key="suspensions.reason", height=80)
        deadline = st.date_input(
            t("pages.suspensions.deadline"), clock.today() + timedelta(days=days), min_value=clock.today(),
            key="suspensions.deadline", format="YYYY-MM-DD",
        )  # fmt: skip
        sent = st.form_submit_button(t("pages.suspensions.now"), type="primary", icon=":material/pause_circle:")
    if not sent:
        return
    named = [code.strip() for code in codes.splitlines() if code.strip()]
    if not named:
        st.error(t("pages.suspensions.codes_missing"), icon=":material/block:")
        return
    made = widgets.act(
        suspending.change_use, codes=named, state=UseState.SUSPENDED, reason=reason, deadline=deadline, by=user,
        at=clock.now(), on=clock.today(), home=environment().home,
    )  # fmt: skip
    if made is not None:
        widgets.done(t("pages.suspensions.done", count=count(len(made.changes)), names=notices_of(made)))


def notices_of(made: Changed) -> str:
    """The publications that have a new edition, in words (出新版的公布)."""
    return t("pages.words.join").join(notice.folder for notice, _ in made.editions)


def _history() -> None:
    rows = widgets.read(suspending.history, limit=HISTORY)
    if not rows:
        widgets.nothing(t("pages.suspensions.none"))
        return
    shown = [{**row, "at": row["at"].astimezone(clock.LEGAL_ZONE).date(), "state": term(row["state"])} for row in rows]
    columns = {name: t(f"pages.suspensions.column.{name}") for name in COLUMNS}
    widgets.table(tables.written(shown), columns, height=min(480, 38 * (len(shown) + 1) + 4))
