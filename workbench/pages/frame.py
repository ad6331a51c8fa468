"""What every screen begins with (页面框架): who is here, in which language, and the door out."""

from html import escape
from importlib import resources

import streamlit as st

from models import User
from models.vocabulary import Role
from workbench import widgets
from workbench.i18n import LANGUAGES, language, speak, t, term
from workbench.services import setting_up, signing_in


def signed_in() -> User:
    """Who is at the page (当前人员); a session that ended meanwhile stops the run before anything is done."""
    speak(wanted_language())
    user = signing_in.current_user(st.context.cookies)
    if user is None:
        st.html(f'<p class="nothing"><a href="/login" target="_self">{escape(t("pages.signed_out"))}</a></p>')
        st.stop()
    return user


def wanted_language() -> str:
    """Language of this page (页面语言): asked for by address, else by cookie, else zh-CN."""
    asked = st.query_params.get("lang") or st.context.cookies.get(signing_in.LANGUAGE_COOKIE)
    return asked if asked in LANGUAGES else LANGUAGES[0]


def style() -> None:
    """The house's own look over Streamlit's theme (样式)."""
    css = resources.files("workbench.pages").joinpath("style.css").read_text(encoding="utf-8")
    st.html(f"<style>{css}</style>")


def user_menu(user: User) -> None:
    """Name, roles, the other language and the way out, at the foot of the side bar (个人菜单)."""
    token = st.context.cookies.get(signing_in.COOKIE, "")
    other = next(each for each in LANGUAGES if each != language())
    roles = t("pages.words.join").join(term(Role(role)) for role in user.roles)
    archive = widgets.read(setting_up.get, "archive_name") or ""
    demo = f'<p class="demo">{escape(t("pages.demo_home"))}</p>' if widgets.read(setting_up.is_demo) else ""
    form = signing_in.form_token(token, "logout")
    st.sidebar.html(
        f'<div class="who"><p class="archive">{escape(archive)}</p>{demo}'
        f"<b>{escape(user.name)}</b><span>{escape(roles)}</span>"
        f'<form method="post" action="/logout"><input type="hidden" name="form" value="{form}">'
        f'<a href="/language?lang={other}" target="_self">{escape(t("sign_in.other_language"))}</a>'
        f'<button type="submit">{escape(t("sign_in.leave"))}</button></form></div>'
    )


def signed_out() -> None:
    """The page of nobody (未登录)."""
    signed_in()
