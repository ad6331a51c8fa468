"""The gate (门禁): nothing but the door itself answers to who has not signed in, by HTTP or WebSocket."""

import re
from functools import lru_cache
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.app.headers import INDEX
from workbench.app.leaves import favicon
from workbench.app.speech import language_of
from workbench.i18n import speaking, t
from workbench.services.signing_in import current_user

OPEN_TO_ALL = frozenset({"/login", "/setup", "/language", "/_stcore/health"})
OURS = frozenset({"/logout", "/page-file"})
SIGNED_OUT = 4401  # private close code: "sign in again"


class Gate:
    """Middleware that lets signed-in people pass (门禁中间件), and gives the page its language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN_TO_ALL:
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        # Asked of the database each time: a session that was deleted a moment ago opens nothing any more.
        if await run_in_threadpool(current_user, request.cookies) is None:
            await _refuse(request, scope, receive, send)
        elif scope["type"] == "http" and _is_page(scope):
            await HTMLResponse(_index(language_of(request)), headers={"Cache-Control": "no-store"})(
                scope, receive, send
            )
        else:
            await self.app(scope, receive, send)


async def _refuse(request: HTTPConnection, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": SIGNED_OUT})
    elif scope["method"] == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        await RedirectResponse(f"/login?next={quote(wanted, safe='')}", status_code=303)(scope, receive, send)
    else:
        await PlainTextResponse("sign in", status_code=401)(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    """A page's own address: one segment without a dot, and no route of ours or of Streamlit's."""
    path = scope["path"]
    return scope["method"] == "GET" and path.count("/") == 1 and "." not in path and path not in OURS


@lru_cache(maxsize=2)
def _index(language: str) -> str:
    """Streamlit's page with our language, name and seal: it says ``lang="en"`` and "Streamlit" to everybody."""
    text = INDEX.read_text(encoding="utf-8")
    with speaking(language):
        text = re.sub(r'<link rel="shortcut icon"[^>]*>', f'<link rel="icon" href="{favicon()}">', text)
        return text.replace('<html lang="en">', f'<html lang="{t("sign_in.html_lang")}">').replace(
            "<title>Streamlit</title>", f"<title>{t('sign_in.brand')}</title>"
        )
