"""Limits on use (限制利用): what donors, depositors and transferring units laid down, and lifting it."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models import User
from workbench import clock, permissions, widgets
from workbench.i18n import count, day, t
from workbench.pages.frame import signed_in
from workbench.queries import lists
from workbench.services import limited_items, use_limits
from workbench.settings import environment


def page() -> None:
    """All limits, newest first, and a form for one more (限制利用登记)."""
    user = signed_in()
    widgets.heading(t("pages.limits.title"), t("pages.limits.lead"))
    rows = widgets.read(use_limits.everything, on=clock.today())
    _published(user)
    changes = permissions.may(user, "use.limit")
    if changes:
        _impose(user)
    if not rows:
        widgets.nothing(t("use_limits.none"))
    for row in rows:
        _limit(row, user if changes else None)


def _published(user: User) -> None:
    """What is open against a limit stands first, with one button to suspend all of it."""
    found = widgets.read(limited_items.open_to_the_public, on=clock.today())
    if not found:
        return
    st.warning(t("pages.limits.to_suspend", count=count(len(found))), icon=":material/pause_circle:")
    shown = [{"code": each.reference_code, "title": each.public_title or each.title} for each in found[: widgets.PAGE]]
    widgets.table(shown, {"code": t("pages.words.reference_code"), "title": t("pages.words.title")})
    pressed = st.button(
        t("pages.limits.suspend_all"), key="limits.suspend", type="primary", help=t("pages.limits.suspend_hint"),
        disabled=not permissions.may(user, "use.suspend"),
    )  # fmt: skip
    if pressed:
        made = widgets.act(
            limited_items.suspend, by=user, at=clock.now(), on=clock.today(), home=environment().home
        )  # fmt: skip
        if made is not None:
            names = t("pages.words.join").join(notice.folder for notice, _ in made.editions)
            widgets.done(t("use_limits.suspended", count=count(len(made.changes)), names=names))


def _impose(user: User) -> None:
    with st.expander(t("pages.limits.impose")), st.form("limits.impose", clear_on_submit=True):
        left, right = st.columns(2)
        fonds = left.selectbox(
            t("pages.words.fonds"), widgets.read(lists.fonds_names), index=None, key="limits.fonds",
            placeholder=t("pages.limits.choose"),
        )  # fmt: skip
        code = right.text_input(t("pages.limits.code"), key="limits.code", help=t("pages.limits.code_hint"))
        imposed_by = left.text_input(t("pages.limits.imposed_by"), key="limits.imposed_by")
        until = right.date_input(
            t("pages.limits.until"), None, key="limits.until", format="YYYY-MM-DD", help=t("pages.limits.until_hint")
        )
        basis = st.text_input(t("pages.limits.basis"), key="limits.basis", placeholder=t("pages.limits.basis_example"))
        sent = st.form_submit_button(t("pages.limits.record"), type="primary")
    if sent:
        made = widgets.act(
            use_limits.impose, fonds=fonds, code=code.strip() or None, imposed_by=imposed_by, basis=basis,
            until=until, by=user, at=clock.now(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t("use_limits.imposed", id=made.id))


def _limit(row: Mapping[str, Any], user: User | None) -> None:
    until = day(row["until"]) if row["until"] else t("use_limits.until_lifted")
    state = t(f"use_limits.{'in_force' if row['in_force'] else 'over'}")
    with st.container(border=True):
        st.html(
            f'<p class="head"><span class="code">{escape(row["reference_code"] or row["fonds"] or "-")}</span>'
            f'<b>{escape(state)}</b><span class="soft">{escape(until)}</span></p>'
        )
        widgets.facts(
            [
                (t("pages.limits.imposed_by"), row["imposed_by"]),
                (t("pages.limits.basis"), row["basis"]),
                (t("pages.limits.recorded_by"), row["recorded_by"]),
                (t("pages.limits.lifted"), row["lifted_reason"]),
            ]
        )
        if user is None or not row["in_force"]:
            return
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        reason = left.text_input(t("pages.limits.reason"), key=f"limits.reason-{row['id']}")
        if right.button(t("pages.limits.lift"), key=f"limits.lift-{row['id']}", width="stretch"):
            lifted = widgets.act(
                use_limits.lift, limit_id=row["id"], reason=reason, by=user, at=clock.now()
            )  # fmt: skip
            if lifted is not None:
                widgets.done(t("use_limits.lifted", id=row["id"]))
