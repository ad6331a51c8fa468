"""Which screens a person sees (导航): hiding one is a courtesy; the services hold the permission."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from models import User
from models.vocabulary import Role
from workbench import widgets
from workbench.i18n import speak, t
from workbench.pages import (
    account,
    agencies,
    approving,
    assembly,
    auditing,
    batches,
    classifiers,
    complaints,
    consistency,
    consulting,
    corrections,
    delays,
    disagreements,
    due,
    frame,
    groups,
    home,
    importing,
    paper_templates,
    people,
    plans,
    publishing,
    reviewing,
    rules,
    sampling,
    statistics,
    suspensions,
    titles,
    use_limits,
    volumes,
)

R = Role
EVERYONE = tuple(Role)

# section, key (also the address and the text), icon, the page, who sees it
SCREENS: tuple[tuple[str, str, str, Callable[[], None], tuple[Role, ...]], ...] = (
    ("work", "home", "home", home.page, EVERYONE),
    ("work", "review", "menu_book", reviewing.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD)),
    ("work", "groups", "stacks", groups.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD)),
    ("work", "disagreements", "forum", disagreements.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD)),
    ("work", "titles", "edit_note", titles.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD, R.PUBLISHER)),
    ("work", "consulting", "mail", consulting.page, (R.ARCHIVIST, R.GROUP_LEAD)),
    ("work", "sampling", "verified", sampling.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR)),
    ("work", "consistency", "balance", consistency.page, (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR)),
    ("work", "approval", "approval", approving.page, (R.DIRECTOR,)),
    ("work", "delays", "hourglass_top", delays.page, (R.ARCHIVIST, R.GROUP_LEAD)),
    ("work", "publishing", "campaign", publishing.page, (R.PUBLISHER,)),
    ("after", "suspensions", "pause_circle", suspensions.page, (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER)),
    ("after", "complaints", "contact_mail", complaints.page, (R.ARCHIVIST, R.GROUP_LEAD, R.DIRECTOR, R.PUBLISHER)),
    ("holdings", "import", "upload_file", importing.page, (R.ARCHIVIST, R.ADMINISTRATOR)),
    ("holdings", "volumes", "auto_stories", volumes.page, EVERYONE),
    ("holdings", "due", "event_available", due.page, EVERYONE),
    ("holdings", "assembly", "inventory_2", assembly.page, (R.ARCHIVIST, R.GROUP_LEAD)),
    ("holdings", "batches", "folder_open", batches.page, EVERYONE),
    ("holdings", "plans", "flag", plans.page, EVERYONE),
    ("holdings", "corrections", "spellcheck", corrections.page, (R.REVIEWER, R.ARCHIVIST, R.GROUP_LEAD)),
    ("holdings", "limits", "volunteer_activism", use_limits.page, EVERYONE),
    ("holdings", "statistics", "bar_chart", statistics.page, EVERYONE),
    ("holdings", "agencies", "apartment", agencies.page, (R.ADMINISTRATOR, R.ARCHIVIST, R.GROUP_LEAD)),
    ("basis", "rules", "gavel", rules.page, EVERYONE),
    ("basis", "classifiers", "model_training", classifiers.page, (R.ADMINISTRATOR, R.GROUP_LEAD, R.ARCHIVIST)),
    ("basis", "audit", "history", auditing.page, EVERYONE),
    ("house", "people", "group", people.page, (R.ADMINISTRATOR,)),
    ("house", "settings", "tune", people.settings, (R.ADMINISTRATOR,)),
    ("house", "templates", "description", paper_templates.page, (R.ADMINISTRATOR, R.ARCHIVIST, R.GROUP_LEAD)),
    ("house", "account", "key", account.page, EVERYONE),
)


def navigation(user: User | None) -> Any:
    """The navigation of a person (页面导航), to be run."""
    speak(frame.wanted_language())
    st.set_page_config(page_title=t("sign_in.brand"), layout="wide")
    frame.style()
    frame.logo()
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
    found = st.navigation(sections, expanded=True)
    frame.user_menu(user)
    widgets.say_waiting()
    return found
