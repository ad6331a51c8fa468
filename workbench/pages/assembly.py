"""Assemble a batch (成批): freeze what is due, with the program's suggestions on it."""

import streamlit as st

from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.pages.frame import signed_in
from workbench.queries import lists
from workbench.services import batch_steps
from workbench.settings import environment


def page() -> None:
    """A new batch from what is due (成批)."""
    user = signed_in()
    widgets.heading(t("pages.assembly.title"), t("pages.assembly.lead"))
    widgets.figures([(t("pages.home.due"), count(widgets.read(lists.due_count, clock.today())))])
    with st.form("assembly", border=True):
        title = st.text_input(t("pages.assembly.name"), key="assembly.title")
        fonds = st.multiselect(
            t("pages.words.fonds"), widgets.read(lists.fonds_names), key="assembly.fonds",
            placeholder=t("pages.words.all"),
        )  # fmt: skip
        left, right = st.columns(2)
        first = left.number_input(t("pages.assembly.from"), 1000, 2100, value=None, key="assembly.from")
        last = right.number_input(t("pages.assembly.to"), 1000, 2100, value=None, key="assembly.to")
        codes = st.text_area(t("pages.assembly.codes"), key="assembly.codes", height=100)
        early = st.checkbox(t("pages.assembly.early"), key="assembly.early")
        basis = st.text_input(t("pages.assembly.basis"), key="assembly.basis")
        sent = st.form_submit_button(t("pages.assembly.freeze"), type="primary", icon=":material/lock:")
    if not sent:
        return
    if not title.strip():
        st.error(t("pages.assembly.name_missing"))
        return
    named = [line.strip() for line in codes.splitlines() if line.strip()]
    years = (int(first or last or 0), int(last or first or 0)) if first or last else None
    with st.spinner(t("pages.assembly.working")):
        batch = widgets.act(
            batch_steps.assemble, home=environment().home, title=title, by=user, at=clock.now(), on=clock.today(),
            fonds=fonds, years=years, codes=named or None, early=early, basis=basis.strip() or None,
        )  # fmt: skip
    if batch is not None:
        st.success(t("pages.assembly.made", batch=batch.id), icon=":material/check:")
        st.html(
            f'<a class="call" href="/batches?batch={batch.id}" target="_self"><b>{t("pages.assembly.open")}</b></a>'
        )
