"""The import screen (导入目录): a file in, jobs in the background, rows to repair, codes to look at, known headers."""

from collections.abc import Callable

import streamlit as st

from models import User
from workbench import widgets
from workbench.i18n import t
from workbench.pages import import_codes, import_file, import_jobs, import_profiles, import_repairs, past_decisions
from workbench.pages.frame import signed_in

# Each part of the screen is one line: its key (also its text, intake.part.*) and what draws it.
PARTS: dict[str, Callable[[User], None]] = {
    "file": import_file.part,
    "decided": past_decisions.part,
    "jobs": import_jobs.part,
    "repair": import_repairs.part,
    "codes": import_codes.part,
    "profiles": import_profiles.part,
}
CHOSEN = "import.part"


def page() -> None:
    """Import, and what surrounds it (导入)."""
    user = signed_in()
    widgets.heading(t("pages.import.title"), t("pages.import.lead"))
    if wanted := st.session_state.pop(import_jobs.NEXT, None):  # a widget's own key cannot be set once it was drawn
        st.session_state[CHOSEN] = wanted
    chosen = st.segmented_control(
        t("intake.part.label"), list(PARTS), default="file", required=True, key=CHOSEN, label_visibility="collapsed",
        format_func=lambda key: t(f"intake.part.{key}"),
    )  # fmt: skip
    PARTS[chosen or "file"](user)
