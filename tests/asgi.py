"""A browser without a screen (无界面浏览器): asks an ASGI application directly and keeps its cookies."""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

BEHIND = "Streamlit was reached"


async def behind(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(BEHIND)


async def behind_socket(socket: WebSocket) -> None:
    await socket.accept()


def run_apart(call: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: a browser test of the same run leaves its event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, call).result()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


class Browser:
    def __init__(self, app: Any, *, client: str = "127.0.0.1", headers: Mapping[str, str] | None = None) -> None:
        self.client = client
        # Our middleware and routes as they are; where Streamlit would answer, a fake says that it was reached.
        self.house = Starlette(
            routes=[*app._user_routes, Route("/{path:path}", behind), WebSocketRoute("/{path:path}", behind_socket)],
            middleware=app._user_middleware,
        )
        self.headers = {"host": "127.0.0.1:8501", **(headers or {})}
        self.jar: dict[str, str] = {}

    def scope(self, kind: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        parts = urlsplit(path)
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        sent = {**self.headers, **headers, **({"cookie": cookie} if cookie else {})}
        return {
            "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1",
            "scheme": "ws" if kind == "websocket" else "http",
            "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
            "root_path": "", "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "client": (self.client, 50_000), "server": ("127.0.0.1", 8501),
        }  # fmt: skip

    def send(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Answer:
        scope = {**self.scope("http", path, headers), "method": method}
        messages: list[dict[str, Any]] = []

        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        run_apart(self.house(scope, receive, send))
        return self._answer(messages)

    def _answer(self, messages: list[dict[str, Any]]) -> Answer:
        start = next(message for message in messages if message["type"] == "http.response.start")
        pairs = [(name.decode(), value.decode()) for name, value in start["headers"]]
        cookies = [value for name, value in pairs if name == "set-cookie"]
        for line in cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value
        body = b"".join(m.get("body", b"") for m in messages if m["type"] == "http.response.body")
        return Answer(start["status"], dict(pairs), cookies, body.decode("utf-8", errors="replace"))

    def get(self, path: str, *, accept: str = "text/html") -> Answer:
        return self.send("GET", path, accept=accept)

    def post(self, path: str, fields: Mapping[str, str], *, origin: str = "http://127.0.0.1:8501") -> Answer:
        return self.send(
            "POST", path, body=urlencode(fields).encode(), origin=origin,
            **{"content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip

    def sign_in(self, name: str, password: str) -> Answer:
        form = re.search(r'name="form" value="([^"]+)"', self.get("/login").text)
        return self.post("/login", {"form": form[1], "name": name, "password": password})


def knock(browser: Browser, path: str) -> str:
    """What the house first answers to a WebSocket: ``websocket.close`` or ``websocket.accept``."""
    scope = {**browser.scope("websocket", path, {}), "subprotocols": []}
    said: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message["type"])

    run_apart(browser.house(scope, receive, send))
    return said[0]
