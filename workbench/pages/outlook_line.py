"""The work ahead on the page (工作量一句话): counted every ten minutes at most, for it reads every due title."""

from datetime import date
from html import escape

import streamlit as st

from workbench import clock, widgets
from workbench.services import outlook
from workbench.services.outlook import Outlook
from workbench.settings import environment


def show(after: int | None = None) -> None:
    """The sentence, and under it how the days were counted (工作量); ``after`` an import, it is counted anew."""
    found = _counted(environment().url, clock.today(), after)
    if found.due:
        remark = f"<span>{escape(found.remark())}</span>" if found.looks else ""
        st.html(f'<p class="outlook"><b>{escape(found.sentence())}</b>{remark}</p>')


# The address is part of the key: two homes served by one process never see each other's figures.
@st.cache_data(ttl=600, max_entries=4, show_spinner=False)
def _counted(url: str, on: date, after: int | None) -> Outlook:  # noqa: ARG001
    return widgets.read(outlook.outlook, on=on)


def refresh() -> None:
    """Count again on the next look (重新计数)."""
    _counted.clear()
