"""The audit trail (审计): every human act in order, whether the chain holds, and who may do what."""

import json

import streamlit as st

from models.vocabulary import Role
from workbench import clock, widgets
from workbench.i18n import act, count, t, term
from workbench.pages.frame import signed_in
from workbench.queries import lists
from workbench.services import batch_steps, ledger_keeping


def page() -> None:
    """Events, verification, state table, permissions (审计账)."""
    signed_in()
    widgets.heading(t("pages.audit.title"), t("pages.audit.lead"))
    events, verify, table = st.tabs([t("pages.audit.events"), t("pages.audit.verify"), t("pages.audit.table")])
    with events:
        _events()
    with verify:
        _verify()
    with table:
        _table()


def _events() -> None:
    subject = st.text_input(
        t("pages.audit.subject"), key="audit.subject", placeholder="batch/1", on_change=widgets.first_page,
        args=("audit",),
    )  # fmt: skip
    found = widgets.read(
        lists.audit_page, before=widgets.page_start("audit"), limit=widgets.PAGE, subject=subject.strip() or None
    )
    rows = [
        {
            "seq": event.seq,
            "at": event.at.astimezone(clock.LEGAL_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "actor": event.actor,
            "action": act(event.action),
            "subject": event.subject,
            "payload": json.dumps(event.payload, ensure_ascii=False),
            "hash": event.hash[:16],
        }
        for event in found
    ]
    widgets.table(rows, {name: t(f"pages.audit.column.{name}") for name in rows[0]} if rows else {}, height=560)
    widgets.turn_pages("audit", last=found[-1].seq if found else None, full=len(found) == widgets.PAGE)


def _verify() -> None:
    head = st.text_input(t("pages.audit.head"), key="audit.head")
    if st.button(t("pages.audit.verify"), key="audit.verify", type="primary"):
        number = widgets.act(ledger_keeping.verify, head=head.strip() or None)
        if number is not None:
            newest = widgets.read(ledger_keeping.head)
            st.success(t("ledger.intact", count=count(number), head=newest), icon=":material/verified:")


def _table() -> None:
    join = t("pages.words.join")
    rows = [
        {
            "source": term(row["source"]), "action": term(row["action"]), "target": term(row["target"]),
            "role": term(row["role"]), "guards": join.join(t(f"guards.{name}") for name in row["guards"]),
        }
        for row in batch_steps.state_table()
    ]  # fmt: skip
    names = ("source", "action", "target", "role", "guards")
    widgets.table(rows, {name: t(f"pages.audit.column.{name}") for name in names}, height=560)
    st.subheader(t("pages.audit.permissions"), anchor=False)
    rights = [
        {
            "action": t(f"actions.{row['action']}"),
            "role": join.join(term(Role(role)) for role in row["roles"]),
        }
        for row in batch_steps.permission_table()
    ]
    widgets.table(rights, {name: t(f"pages.audit.column.{name}") for name in ("action", "role")}, height=390)
