"""The leaves of the door (登录页面): HTML of sign-in, set-up and sign-out, filled and escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources
from string import Template
from urllib.parse import quote

from models import User
from models.vocabulary import Role
from workbench.i18n import LANGUAGES, language, t, term


@dataclass(frozen=True)
class Facts:
    """What the door says about the home (门厅信息); ``demo_people`` is ``None`` in a real home."""

    is_empty: bool
    archive: str | None
    demo_people: Sequence[User] | None = None


_SEAL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="5" fill="#9b2d22"/>'
    '<text x="16" y="23" font-size="20" font-family="serif" text-anchor="middle" fill="#fff8ee">{seal}</text></svg>'
)


def favicon() -> str:
    """The seal as a ``data:`` address (站标): an icon from a file or a font service would be one more request."""
    return "data:image/svg+xml," + quote(_SEAL.format(seal=t("sign_in.seal")))


@lru_cache(maxsize=1)
def _frame() -> Template:
    return Template(resources.files("workbench.app").joinpath("door.html").read_text(encoding="utf-8"))


def _leaf(*, heading: str, body: str, problem: str | None = None, archive: str | None = None, here: str) -> str:
    other = next(each for each in LANGUAGES if each != language())
    return _frame().substitute(
        lang=t("sign_in.html_lang"),
        brand=escape(t("sign_in.brand")),
        seal=escape(t("sign_in.seal")),
        icon=favicon(),
        motto=escape(t("sign_in.motto")),
        archive=escape(archive or ""),
        heading=escape(heading),
        problem=f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else "",
        body=body,
        switch=f'<a href="/language?lang={other}&amp;next={here}">{escape(t("sign_in.other_language"))}</a>',
        foot=escape(t("sign_in.foot")),
    )


def _field(
    name: str, *, kind: str = "text", value: str = "", complete: str, focus: bool = False, hint: str = ""
) -> str:
    said = f"<small>{escape(hint)}</small>" if hint else ""
    return (
        f'<label>{escape(t(f"sign_in.field.{name}"))}<input name="{name}" type="{kind}" value="{escape(value)}" '
        f'autocomplete="{complete}" required{" autofocus" if focus else ""}>{said}</label>'
    )


def _hidden(form: str) -> str:
    return f'<input type="hidden" name="form" value="{escape(form)}">'


def login(facts: Facts, *, form: str, wanted: str = "/", problem: str | None = None) -> str:
    """Sign-in page (登录页): a form, or the demo people as buttons."""
    if facts.demo_people is not None:
        body = _demo(facts.demo_people, form, wanted)
        heading = t("sign_in.demo_heading")
    else:
        heading = t("sign_in.heading")
        body = (
            f'<form method="post" action="/login?next={quote(wanted, safe="")}">{_hidden(form)}'
            + _field("name", complete="username", focus=True)
            + _field("password", kind="password", complete="current-password")
            + f'<button class="primary">{escape(t("sign_in.enter"))}</button></form>'
        )
    return _leaf(heading=heading, body=body, problem=problem, archive=facts.archive, here="/login")


def _demo(people: Sequence[User], form: str, wanted: str) -> str:
    buttons = "".join(
        f'<button name="person" value="{person.id}"><b>{escape(person.name)}</b>'
        f"<span>{escape(t('sign_in.join').join(term(Role(role)) for role in person.roles))}</span></button>"
        for person in people
    )
    return (
        f'<p class="lead">{escape(t("sign_in.demo_lead"))}</p>'
        f'<form method="post" action="/login?next={quote(wanted, safe="")}" class="people">'
        f"{_hidden(form)}{buttons}</form>"
    )


def setup(facts: Facts, *, form: str, ask_code: bool, name: str = "", problem: str | None = None) -> str:
    """First set-up (首次设置): the first administrator's name and password."""
    code = _field("code", complete="one-time-code", hint=t("sign_in.code_hint")) if ask_code else ""
    body = (
        f'<p class="lead">{escape(t("sign_in.setup_lead"))}</p>'
        f'<form method="post" action="/setup">{_hidden(form)}{code}'
        + _field("name", value=name, complete="username", focus=True)
        + _field("password", kind="password", complete="new-password", hint=t("sign_in.password_hint"))
        + _field("again", kind="password", complete="new-password")
        + f'<button class="primary">{escape(t("sign_in.set_up"))}</button></form>'
    )
    return _leaf(heading=t("sign_in.setup_heading"), body=body, problem=problem, archive=facts.archive, here="/setup")


def logout(*, form: str) -> str:
    """Sign-out page (退出页), for a browser that came by address and not by the button."""
    body = (
        f'<form method="post" action="/logout">{_hidden(form)}'
        f'<button class="primary">{escape(t("sign_in.leave"))}</button></form>'
        f'<p><a href="/">{escape(t("sign_in.stay"))}</a></p>'
    )
    return _leaf(heading=t("sign_in.leave_heading"), body=body, here="/logout")
