"""Known headers (导入方案): what was explained once and is used by itself; forget what is wrong."""

from html import escape

import streamlit as st

from models import User
from workbench import clock, widgets
from workbench.i18n import t
from workbench.pages.import_columns import field_label
from workbench.services import import_profiles


def part(user: User) -> None:
    """List and remove profiles (方案)."""
    found = widgets.read(import_profiles.listed)
    st.caption(t("intake.page.profiles_lead"))
    if not found:
        widgets.nothing(t("intake.page.no_profiles"))
        return
    for each in found:
        with st.container(border=True):
            left, right = st.columns([5, 1], vertical_alignment="center")
            join = t("pages.words.join")
            columns = join.join(f"{header} → {field_label(name)}" for name, header in each.columns.items())
            left.html(f"<b>{escape(each.name)}</b>　{escape(each.sender or '')}")
            left.caption(columns)
            left.caption(t("intake.page.profile_made", by=each.made_by, day=each.made_at.date()))
            if right.button(t("intake.page.forget"), key=f"profile.remove.{each.id}"):
                widgets.act(import_profiles.remove, name=each.name, by=user, at=clock.now())
                widgets.done(t("intake.profile.removed", name=each.name))
