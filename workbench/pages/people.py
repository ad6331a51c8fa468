"""People and settings, for the administrator (人员、设置)."""

import streamlit as st

from models import User
from models.vocabulary import Role
from workbench import clock, widgets
from workbench.i18n import has, t, term
from workbench.pages.frame import signed_in
from workbench.services import people, setting_up, staffing


def page() -> None:
    """Register people, give passwords, close accounts (人员)."""
    user = signed_in()
    widgets.heading(t("pages.people.title"), t("pages.people.lead"))
    everyone = widgets.read(people.everyone)
    rows = [
        {
            "name": person.name,
            "roles": t("pages.words.join").join(term(Role(role)) for role in person.roles),
            "state": t("pages.people.active" if person.is_active else "pages.people.retired"),
        }
        for person in everyone
    ]
    widgets.table(rows, {name: t(f"pages.people.column.{name}") for name in ("name", "roles", "state")})
    demo = widgets.read(setting_up.is_demo)
    left, right = st.columns(2, gap="large")
    with left:
        _register(user, demo)
    with right:
        _change([person.name for person in everyone if person.is_active], user, demo)


def _register(user: User, demo: bool) -> None:
    with st.form("register", clear_on_submit=False):
        st.subheader(t("pages.people.register"), anchor=False)
        name = st.text_input(t("sign_in.field.name"), key="register.name")
        roles = st.multiselect(
            t("pages.people.column.roles"), list(Role), format_func=term, key="register.roles",
            placeholder=t("pages.words.choose"),
        )  # fmt: skip
        password = st.text_input(
            t("pages.people.first_password"), type="password", key="register.password", disabled=demo,
            help=t("sign_in.password_hint"),
        )  # fmt: skip
        sent = st.form_submit_button(t("pages.people.register"), type="primary")
    if sent:
        made = widgets.act(staffing.register, name=name, roles=roles, password=password, by=user, at=clock.now())
        if made is not None:
            widgets.done(t("people.added", user=made.name))


def _change(names: list[str], user: User, demo: bool) -> None:
    with st.form("change"):
        st.subheader(t("pages.people.change"), anchor=False)
        name = st.selectbox(
            t("sign_in.field.name"), names, index=None, key="change.name", placeholder=t("pages.words.choose")
        )
        password = st.text_input(
            t("pages.people.new_password"), type="password", key="change.password", disabled=demo,
            help=t("sign_in.password_hint"),
        )  # fmt: skip
        reset = st.form_submit_button(t("pages.people.reset"), disabled=demo)
        retire = st.form_submit_button(t("pages.people.retire"))
    if not name:
        return
    if reset:
        made = widgets.act(staffing.reset_password, name=name, password=password, by=user, at=clock.now())
        if made is not None:
            widgets.done(t("pages.people.was_reset", user=made.name))
    if retire:
        made = widgets.act(staffing.retire, name=name, by=user, at=clock.now())
        if made is not None:
            widgets.done(t("pages.people.was_retired", user=made.name))


def settings() -> None:
    """Every choice of the archive, each change sealed (设置)."""
    user = signed_in()
    widgets.heading(t("pages.settings.title"), t("pages.settings.lead"))
    values = widgets.read(setting_up.all_values)
    widgets.table(
        [{"name": t(f"settings.{key}"), "value": _spoken(_shown(value)), "key": key} for key, value in values.items()],
        {name: t(f"pages.settings.column.{name}") for name in ("name", "value", "key")}, height=560,
    )  # fmt: skip
    key = st.selectbox(
        t("pages.settings.which"), list(values), index=None, key="setting.key", placeholder=t("pages.words.choose"),
        format_func=lambda each: t(f"settings.{each}"),
    )  # fmt: skip
    if key is None:
        return
    with st.form(f"setting-{key}"):
        allowed = setting_up.CHOICES[key].allowed
        if allowed:
            options = [_shown(option) for option in allowed]
            text = st.selectbox(
                t(f"settings.{key}"), options, index=options.index(_shown(values[key])), key=f"setting.value.{key}",
                format_func=_spoken,
            )  # fmt: skip
        else:
            text = st.text_input(t(f"settings.{key}"), value=_shown(values[key]), key=f"setting.value.{key}")
        sent = st.form_submit_button(t("pages.settings.change"), type="primary")
    if sent:
        made = widgets.act(staffing.change_setting, key=key, text=text or "", by=user, at=clock.now())
        if made is not None:
            widgets.done(t("pages.settings.changed", name=t(f"settings.{made}")))


def _spoken(written: str) -> str:
    """A choice as people say it; what has no word of its own stays as the command line writes it."""
    return t(f"pages.settings.said.{written}") if has(f"pages.settings.said.{written}") else written


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)
