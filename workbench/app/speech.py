"""The language of a request (请求语言): a cookie that the language link sets; zh-CN until then."""

from starlette.requests import HTTPConnection

from workbench.i18n import LANGUAGES
from workbench.services.signing_in import LANGUAGE_COOKIE


def language_of(request: HTTPConnection) -> str:
    """Language asked for by address (``?lang=en``) or cookie (取语言)."""
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or LANGUAGES[0]
    return wanted if wanted in LANGUAGES else LANGUAGES[0]
