"""Which screens a person sees (导航): hiding one is a courtesy; the services hold the permission."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from models import User
from models.vocabulary import Role
from workbench import widgets
from workbench.i18n import speak, t
from workbench.pages import frame, home

R = Role
EVERYONE = tuple(Role)

# section, key (also the address and the text), icon, the page, who sees it
SCREENS: tuple[tuple[str, str, str, Callable[[], None], tuple[Role, ...]], ...] = (
    ("work", "home", "home", home.page, EVERYONE),
)


def navigation(user: User | None) -> Any:
    """The navigation of a person (页面导航), to be run."""
    speak(frame.wanted_language())
    st.set_page_config(page_title=t("sign_in.brand"), layout="wide")
    frame.style()
    if user is None:
        return st.navigation([st.Page(frame.signed_out, title=t("sign_in.heading"))], position="hidden")
    sections: dict[str, list[StreamlitPage]] = {}
    for section, key, icon, page, roles in SCREENS:
        if any(user.holds(role) for role in roles):
            sections.setdefault(t(f"pages.sections.{section}"), []).append(
                st.Page(
                    page, title=t(f"pages.{key}.title"), icon=f":material/{icon}:", url_path=key, default=key == "home"
                )
            )
    found = st.navigation(sections)
    frame.user_menu(user)
    widgets.say_waiting()
    return found
