"""The door (登录、退出、首次设置): plain pages of our own, before and beside Streamlit."""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from models.errors import WorkbenchError
from workbench import clock, db
from workbench.app import leaves, page_view
from workbench.app.speech import language_of
from workbench.i18n import explain, speaking, t
from workbench.services import people, setting_up, signing_in
from workbench.services.signing_in import is_loopback

FORM_COOKIE = "kaijian_form"
_LARGEST_FORM = 16 * 1024
_ADDRESS = re.compile(r"/[A-Za-z0-9_-]*(\?[A-Za-z0-9_=&%.~-]*)?")


@dataclass(frozen=True)
class House:
    """What the door needs to know of the home (门厅): its database, and the one-time code of a first set-up."""

    url: str
    setup_code: str | None = None


def routes(house: House) -> list[Route]:
    """Routes of the door (路由)."""
    door = Door(house)
    return [
        Route("/login", door.login, methods=["GET", "POST"]),
        Route("/logout", door.logout, methods=["GET", "POST"]),
        Route("/setup", door.setup, methods=["GET", "POST"]),
        Route("/language", change_language, methods=["GET"]),
        Route("/page-file", page_view.page_file(house.url), methods=["GET"]),
    ]


class Door:
    """The three pages of the door (登录、退出、首次设置)."""

    def __init__(self, house: House) -> None:
        self.house = house
        # argon2 takes 64 MiB a try: a crowd at the door must not eat the machine.
        self.limiter = anyio.CapacityLimiter(2)

    async def _write(self, act: Callable[..., Any], **given: Any) -> Any:
        def run() -> Any:
            with db.transaction(self.house.url) as session:
                return act(session=session, at=clock.now(), **given)

        return await to_thread.run_sync(run, limiter=self.limiter)

    async def _facts(self) -> leaves.Facts:
        def run() -> leaves.Facts:
            with db.reading(self.house.url) as session:
                demo = setting_up.is_demo(session)
                return leaves.Facts(
                    is_empty=people.is_empty(session),
                    archive=setting_up.get(session, "archive_name"),
                    demo_people=[person for person in people.everyone(session) if person.is_active] if demo else None,
                )

        return await to_thread.run_sync(run)

    async def login(self, request: Request) -> Response:
        """Sign in by name and password, or by one click in a demo home (登录)."""
        facts, wanted = await self._facts(), safe_address(request.query_params.get("next"))
        if facts.is_empty:
            return RedirectResponse("/setup", status_code=303)
        if request.method == "GET":
            return _with_form_cookie(request, leaves.login, facts, wanted=wanted)
        form = await read_form(request)
        if not _our_form(request, form):
            return _with_form_cookie(request, leaves.login, facts, wanted=wanted, problem_key="sign_in.stale_form")
        if facts.demo_people is not None:
            if not _from_this_machine(request):
                return PlainTextResponse("loopback only", status_code=403)
            person = form.get("person", "")
            attempt = await self._write(signing_in.sign_in_demo, user_id=int(person) if person.isdigit() else 0)
        else:
            attempt = await self._write(
                signing_in.sign_in, name=form.get("name", ""), password=form.get("password", "")
            )
        if attempt.token is None:
            return _with_form_cookie(request, leaves.login, facts, wanted=wanted, problem=attempt.refusal, status=403)
        return _entered(request, attempt.token, wanted)

    async def setup(self, request: Request) -> Response:
        """Register the first administrator (首次设置): only while nobody is registered."""
        facts = await self._facts()
        if not facts.is_empty or facts.demo_people is not None:
            return RedirectResponse("/login", status_code=303)
        ask_code = not _from_this_machine(request)
        if request.method == "GET":
            return _with_form_cookie(request, leaves.setup, facts, ask_code=ask_code)
        form = await read_form(request)
        again: dict[str, Any] = {"facts": facts, "ask_code": ask_code, "name": form.get("name", "")}
        if not _our_form(request, form):
            return _with_form_cookie(request, leaves.setup, **again, problem_key="sign_in.stale_form")
        if ask_code and not _same(self.house.setup_code, form.get("code")):
            return _with_form_cookie(request, leaves.setup, **again, problem_key="sign_in.wrong_code", status=403)
        if form.get("password") != form.get("again"):
            return _with_form_cookie(request, leaves.setup, **again, problem_key="sign_in.not_the_same", status=422)
        try:
            token = await self._write(
                signing_in.set_up_first, name=form.get("name", ""), password=form.get("password", "")
            )
        except WorkbenchError as problem:
            return _with_form_cookie(request, leaves.setup, **again, problem=problem, status=422)
        return _entered(request, token, "/")

    async def logout(self, request: Request) -> Response:
        """Sign out (退出): by form, so that no foreign link signs anybody out."""
        token = request.cookies.get(signing_in.COOKIE)
        if request.method == "POST":
            form = await read_form(request)
            if token and signing_in.form_token_fits(token, "logout", form.get("form")):
                await self._write(signing_in.sign_out, token=token)
                response = RedirectResponse("/login", status_code=303)
                response.delete_cookie(signing_in.COOKIE, path="/", httponly=True, samesite="strict")
                return response
        with speaking(language_of(request)):
            return _page(leaves.logout(form=signing_in.form_token(token or "", "logout")))


async def change_language(request: Request) -> Response:
    """Remember the language asked for and go back (切换语言)."""
    response = RedirectResponse(safe_address(request.query_params.get("next")), status_code=303)
    response.set_cookie(
        signing_in.LANGUAGE_COOKIE, language_of(request), max_age=31_536_000, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


def safe_address(wanted: str | None) -> str:
    """A page of ours to go to (本站地址), ``/`` for anything else: no sign-in leads to a foreign site."""
    return wanted if wanted and _ADDRESS.fullmatch(wanted) else "/"


async def read_form(request: Request) -> dict[str, str]:
    """Fields of a small form (表单字段); more than 16 KiB is read as an empty one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}


def _from_this_machine(request: Request) -> bool:
    # Behind a proxy everybody seems to come from here; then nobody does.
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    return request.client is not None and is_loopback(request.client.host) and not forwarded


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and hmac.compare_digest((one or "").encode(), (other or "").strip().encode())


def _our_form(request: Request, form: dict[str, str]) -> bool:
    origin = request.headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host")
    return not foreign and _same(request.cookies.get(FORM_COOKIE), form.get("form"))


def _with_form_cookie(
    request: Request, leaf: Callable[..., str], facts: leaves.Facts, *, status: int = 200,
    problem: WorkbenchError | None = None, problem_key: str | None = None, **given: Any,
) -> Response:  # fmt: skip
    secret = secrets.token_urlsafe(24)
    with speaking(language_of(request)):
        said = explain(problem) if problem else t(problem_key) if problem_key else None
        response = _page(leaf(facts, form=secret, problem=said, **given), status=status)
    response.set_cookie(
        FORM_COOKIE, secret, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


def _entered(request: Request, token: str, wanted: str) -> Response:
    response = RedirectResponse(wanted, status_code=303)
    # No max-age: the cookie goes with the browser, and the row decides anyway.
    response.set_cookie(
        signing_in.COOKIE, token, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    response.delete_cookie(FORM_COOKIE, path="/")
    return response


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
