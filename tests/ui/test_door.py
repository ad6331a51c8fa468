"""The door, the gate and the headers (登录、门禁、安全头), asked as a browser asks."""

import re
from datetime import timedelta

import pytest
from asgi import Browser, knock
from sqlmodel import select

from builders import NOON, PASSWORD
from models import AuditEvent, SignInSession, User
from models.vocabulary import Role
from workbench import clock, db
from workbench.app import create_app
from workbench.app.door import safe_address
from workbench.app.headers import allowed_hosts
from workbench.services import people, setting_up, signing_in
from workbench.settings import Environment


@pytest.fixture
def environment(url: str) -> Environment:
    found = Environment()
    assert found.url == url
    return found


def register(environment: Environment, *names: str, demo: bool = False) -> None:
    with db.transaction(environment.url) as session:
        if demo:
            setting_up.store(session, setting_up.DEMO_FLAG, True)
        for name in names:
            people.add(
                session=session,
                name=name,
                roles=[Role.REVIEWER],
                password=None if demo else PASSWORD,
                by="test",
                at=NOON,
            )


def browser(environment: Environment, **known: object) -> Browser:
    return Browser(create_app(environment, setup_code="5eed"), **known)


def form_of(page: str) -> str:
    return re.search(r'name="form" value="([^"]+)"', page)[1]


def sign_in(visitor: Browser, name: str = "审核员甲", password: str = PASSWORD) -> object:
    page = visitor.get("/login")
    return visitor.post("/login", {"form": form_of(page.text), "name": name, "password": password})


def actions(environment: Environment) -> list[str]:
    with db.reading(environment.url) as session:
        return [event.action for event in session.exec(select(AuditEvent).order_by(AuditEvent.seq))]


@pytest.mark.parametrize(
    "path",
    ["/", "/review", "/static/js/index.js", "/_stcore/host-config", "/media/x.png", "/page-file?record=1", "/no"],
)
def test_nothing_answers_before_sign_in(environment: Environment, path: str) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    assert visitor.get(path, accept="*/*").status == 401
    shown = visitor.get(path, accept="text/html")
    assert shown.status == 303
    assert shown.headers["location"].startswith("/login?next=")


def test_no_file_can_be_uploaded_before_sign_in(environment: Environment) -> None:
    register(environment, "审核员甲")
    assert browser(environment).send("PUT", "/_stcore/upload_file/a/b", body=b"x").status == 401


def test_the_websocket_is_closed_before_sign_in_and_opened_after(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    assert knock(visitor, "/_stcore/stream") == "websocket.close"
    sign_in(visitor)
    assert knock(visitor, "/_stcore/stream") == "websocket.accept"


def test_a_right_password_opens_the_page_with_a_strict_http_only_cookie(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    answer = sign_in(visitor)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = next(line for line in answer.cookies if line.startswith(signing_in.COOKIE)).lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    page = visitor.get("/", accept="text/html")
    assert page.status == 200
    assert '<html lang="zh-CN">' in page.text
    assert actions(environment)[-1] == "sign_in.begin"


def test_the_database_keeps_no_token(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    sign_in(visitor)
    token = visitor.jar[signing_in.COOKIE]
    with db.reading(environment.url) as session:
        row = session.exec(select(SignInSession)).one()
    assert row.token_digest == signing_in.digest_of(token)
    assert token not in row.token_digest


def test_a_wrong_password_says_the_same_as_an_unknown_name(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    wrong, unknown = sign_in(visitor, password="incorrect"), sign_in(visitor, name="无此人")
    assert wrong.status == unknown.status == 403
    assert problem(wrong.text) == problem(unknown.text)
    assert actions(environment).count("sign_in.failed") == 1


def problem(page: str) -> str:
    return re.search(r'role="alert">([^<]+)<', page)[1]


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    for _ in range(5):
        sign_in(visitor, password="incorrect")
    assert sign_in(visitor).status == 403
    assert actions(environment)[-1] == "sign_in.locked"


def test_a_form_of_a_foreign_page_signs_nobody_in(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    visitor.get("/login")
    fields = {"form": "forged", "name": "审核员甲", "password": PASSWORD}
    assert "location" not in visitor.post("/login", fields).headers
    fields["form"] = form_of(visitor.get("/login").text)
    assert "location" not in visitor.post("/login", fields, origin="http://elsewhere.example").headers
    assert signing_in.COOKIE not in visitor.jar


def test_signing_out_needs_our_form_and_ends_the_session(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    sign_in(visitor)
    token = visitor.jar[signing_in.COOKIE]
    visitor.post("/logout", {"form": "forged"})
    assert visitor.get("/", accept="text/html").status == 200
    visitor.post("/logout", {"form": signing_in.form_token(token, "logout")})
    visitor.jar[signing_in.COOKIE] = token  # a copy of the cookie opens nothing any more
    assert visitor.get("/", accept="text/html").status == 303
    assert actions(environment)[-1] == "sign_in.end"


@pytest.mark.parametrize(
    ("seen", "started"), [(signing_in.IDLE, signing_in.IDLE), (timedelta(0), signing_in.ABSOLUTE)], ids=["idle", "old"]
)
def test_an_idle_or_old_session_ends(environment: Environment, seen: timedelta, started: timedelta) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    sign_in(visitor)
    with db.transaction(environment.url) as session:
        row = session.exec(select(SignInSession)).one()
        row.seen_at, row.started_at = (clock.now() - span - timedelta(seconds=1) for span in (seen, started))
        session.add(row)
    assert visitor.get("/", accept="text/html").status == 303


def test_a_person_who_left_is_out_at_once(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    sign_in(visitor)
    with db.transaction(environment.url) as session:
        user = session.exec(select(User)).one()
        user.is_active = False
        session.add(user)
    assert visitor.get("/", accept="text/html").status == 303


def test_the_first_administrator_is_set_up_once(environment: Environment) -> None:
    visitor = browser(environment)
    assert visitor.get("/login").headers["location"] == "/setup"
    fields = {"name": "管理员", "password": PASSWORD, "again": PASSWORD}
    short = {**fields, "password": "short", "again": "short", "form": form_of(visitor.get("/setup").text)}
    assert visitor.post("/setup", short).status == 422
    fields["form"] = form_of(visitor.get("/setup").text)
    assert visitor.post("/setup", fields).headers["location"] == "/"
    assert visitor.get("/", accept="text/html").status == 200
    assert browser(environment).get("/setup").headers["location"] == "/login"
    with db.reading(environment.url) as session:
        assert [person.roles for person in people.everyone(session)] == [["administrator"]]


@pytest.mark.parametrize("headers", [{}, {"x-forwarded-for": "192.0.2.7"}], ids=["other machine", "behind a proxy"])
def test_set_up_from_elsewhere_needs_the_code_of_the_terminal(
    environment: Environment, headers: dict[str, str]
) -> None:
    client = "127.0.0.1" if headers else "192.0.2.7"
    visitor = browser(environment, client=client, headers=headers)
    fields = {"name": "管理员", "password": PASSWORD, "again": PASSWORD, "code": "wrong"}
    fields["form"] = form_of(visitor.get("/setup").text)
    assert visitor.post("/setup", fields).status == 403
    fields |= {"form": form_of(visitor.get("/setup").text), "code": "5eed"}
    assert visitor.post("/setup", fields).status == 303


def test_demo_people_enter_with_one_click_on_this_machine_only(environment: Environment) -> None:
    register(environment, "审核员甲", demo=True)
    elsewhere = browser(environment, client="192.0.2.7")
    fields = {"person": "1", "form": form_of(elsewhere.get("/login").text)}
    assert elsewhere.post("/login", fields).status == 403
    visitor = browser(environment)
    fields["form"] = form_of(visitor.get("/login").text)
    assert visitor.post("/login", fields).status == 303
    assert visitor.get("/", accept="text/html").status == 200


def test_a_real_home_signs_nobody_in_by_one_click(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    fields = {"person": "1", "form": form_of(visitor.get("/login").text)}
    assert visitor.post("/login", fields).status == 403


def test_a_foreign_host_name_gets_nothing_from_a_loopback_home(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment, headers={"host": "rebound.example"})
    assert visitor.get("/login").status == 421
    assert knock(visitor, "/_stcore/stream") == "websocket.close"
    assert allowed_hosts("0.0.0.0") == ()


def test_every_answer_bears_the_security_headers(environment: Environment) -> None:
    register(environment, "审核员甲")
    for path in ("/login", "/", "/static/x.js"):
        headers = browser(environment).get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "script-src 'self' 'sha256-" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil", "/a/b", None, "/x?next=//e"])
def test_no_sign_in_leads_to_a_foreign_site(wanted: str | None) -> None:
    assert safe_address(wanted) == "/"


def test_a_wanted_page_is_remembered() -> None:
    assert safe_address("/review?batch=2") == "/review?batch=2"


def test_a_form_too_large_is_read_as_empty(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    fields = {"form": form_of(visitor.get("/login").text), "name": "x" * 20_000, "password": PASSWORD}
    assert "location" not in visitor.post("/login", fields).headers


def test_the_language_link_is_remembered(environment: Environment) -> None:
    register(environment, "审核员甲")
    visitor = browser(environment)
    visitor.get("/language?lang=en&next=/login")
    assert '<html lang="en">' in visitor.get("/login").text
