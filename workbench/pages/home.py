"""The work that waits (工作台首页)."""

import streamlit as st

from workbench import widgets
from workbench.i18n import t
from workbench.pages.frame import signed_in


def page() -> None:
    """What waits for this person, and how the batches stand (工作台)."""
    user = signed_in()
    widgets.heading(t("pages.home.greeting", user=user.name))
    st.write("")
