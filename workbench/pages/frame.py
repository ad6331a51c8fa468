"""What every screen begins with (页面框架): who is here, in which language, and the door out."""

from html import escape
from importlib import resources

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState, Role
from workbench import clock, widgets
from workbench.i18n import LANGUAGES, language, speak, t, term
from workbench.queries import lists
from workbench.services import setting_up, signing_in


def present() -> User | None:
    """Who is at the page this instant (当前人员), asked of the database; callbacks ask before they act."""
    speak(wanted_language())
    return signing_in.current_user(st.context.cookies)


def signed_in() -> User:
    """Who is at the page (当前人员); a session that ended meanwhile stops the run before anything is done."""
    user = present()
    if user is None:
        st.html(f'<p class="nothing"><a href="/login" target="_self">{escape(t("pages.signed_out"))}</a></p>')
        st.stop()
    return user


def wanted_language() -> str:
    """Language of this page (页面语言): asked for by address, else by cookie, else zh-CN."""
    asked = st.query_params.get("lang") or st.context.cookies.get(signing_in.LANGUAGE_COOKIE)
    return asked if asked in LANGUAGES else LANGUAGES[0]


_UPLOADER = (
    ("button [data-testid='stMarkdownContainer']", "pages.upload"),
    ("[data-testid='stFileUploaderDropzoneInstructions']", "pages.upload_hint"),
)


def style() -> None:
    """The house's own look over Streamlit's theme (样式)."""
    css = resources.files("workbench.pages").joinpath("style.css").read_text(encoding="utf-8")
    # The uploader speaks English to everybody; its words are covered by ours.
    words = "".join(
        f'[data-testid="stFileUploaderDropzone"] {place} > * {{ display: none; }}'
        f'[data-testid="stFileUploaderDropzone"] {place}::after {{ content: "{t(key)}"; font-size: .95rem; }}'
        for place, key in _UPLOADER
    )
    st.html(f"<style>{css}{words}</style>")


_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="40" viewBox="0 0 150 40">'
    '<rect x="1" y="3" width="34" height="34" rx="4" fill="#9b2d22"/>'
    '<text x="18" y="28" font-size="22" font-family="Noto Serif CJK SC, SimSun, serif" text-anchor="middle" '
    'fill="#fff8ee">{seal}</text><text x="46" y="29" font-size="25" font-weight="600" letter-spacing="2" '
    'font-family="Noto Serif CJK SC, Songti SC, SimSun, serif" fill="#23282d">{brand}</text></svg>'
)


def logo() -> None:
    """The seal and the name over the side bar (标志)."""
    st.logo(_LOGO.format(seal=t("sign_in.seal"), brand=t("sign_in.brand")), size="large")


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


def pick_batch(*states: BatchState) -> Batch | None:
    """The batch of this screen (选批次), kept in the address so that a reload or a link finds it again."""
    batches = {int(each.id or 0): each for each in widgets.read(lists.batches_in, *states)}
    if not batches:
        widgets.nothing(t("pages.no_batch"))
        return None
    # Not ``bind``: the address would have to hold the whole label, and ``?batch=7`` of a link would be dropped.
    numbers, asked = list(batches), st.query_params.get("batch", "")
    chosen = st.selectbox(
        t("pages.words.batch"), numbers, key="batch",
        index=numbers.index(int(asked)) if asked.isdecimal() and int(asked) in batches else 0,
        format_func=lambda number: f"{number} · {batches[number].title} · {term(batches[number].state)}"
        if number in batches else str(number),
    )  # fmt: skip
    if chosen is None:
        return None
    if asked != str(chosen):
        st.query_params["batch"] = str(chosen)
    return batches.get(chosen)


def password_again(key: str) -> str:
    """A field for the password of who is signed in (再次输入口令); in a demo home nobody has one."""
    demo = widgets.read(setting_up.is_demo)
    entered: str = st.text_input(
        t("pages.approval.password"), type="password", key=key, disabled=demo,
        help=t("pages.approval.demo_password") if demo else None,
    )  # fmt: skip
    return entered


def proven(user: User, password: str) -> bool:
    """Whether the person at the page proved to be who they are (验证口令), in a transaction of its own.

    The count of wrong passwords stays, whatever becomes of the act that asked for it.
    """
    proof = widgets.act(signing_in.confirm, user=user, password=password, at=clock.now())
    if proof is not None and proof.refusal is not None:
        widgets.refused(proof.refusal)
    return proof is not None and proof.holds
