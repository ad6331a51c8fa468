"""A language model on the archive's own network (本地语言模型): one question, one answer, one address."""

import ipaddress
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from models.errors import LearnerError
from workbench.settings import Environment

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An OpenAI-compatible address (语言模型接口): base address, model's name, key, seconds to wait."""

    url: str
    name: str
    key: str | None = None
    timeout: float = 60.0

    def answer(self, messages: Sequence[dict[str, str]]) -> str:
        """What the model answers (提问并取答复), as text.

        Raises
        ------
        LearnerError
            ``language_model.unreachable`` with the reason; never with the item's text.
        """
        body = {
            "model": self.name, "messages": list(messages), "temperature": 0, "stream": False,
            "response_format": {"type": "json_object"},
        }  # fmt: skip
        request = urllib.request.Request(
            f"{self.url}/chat/completions", json.dumps(body, ensure_ascii=False).encode(), _headers(self.key)
        )
        try:
            with _straight().open(request, timeout=self.timeout) as reply:
                told = json.loads(reply.read(MOST_BYTES))
            return str(told["choices"][0]["message"]["content"])
        except urllib.error.HTTPError as error:
            error.close()
            raise LearnerError("language_model.unreachable", url=self.url, reason=f"HTTP {error.code}") from None
        except (OSError, HTTPException, ValueError, KeyError, IndexError, TypeError) as error:
            raise LearnerError("language_model.unreachable", url=self.url, reason=type(error).__name__) from None


def configured(environment: Environment) -> LanguageModel:
    """The model that this installation names (已配置的语言模型).

    Raises
    ------
    LearnerError
        ``language_model.off`` when no address is set; ``language_model.bad_address``; ``language_model.public``
        when the address is not a private one and ``WORKBENCH_LLM_ALLOW_PUBLIC`` does not say yes.
    """
    if not environment.llm_url:
        raise LearnerError("language_model.off")
    url = environment.llm_url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise LearnerError("language_model.bad_address", url=parts.hostname or url)
    if not environment.llm_allow_public:
        _require_private(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    key = environment.llm_key_file.read_text(encoding="utf-8").strip() if environment.llm_key_file else None
    return LanguageModel(url, environment.llm_model, key, environment.llm_timeout)


def _require_private(host: str, port: int) -> None:
    """Every address that the name stands for is loopback or private; one that is not is enough to refuse."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise LearnerError("language_model.unreachable", url=host, reason="DNS") from None
    for address in found:
        place = ipaddress.ip_address(str(address).partition("%")[0])
        if not (place.is_private or place.is_loopback or place.is_link_local) or place.is_unspecified:
            raise LearnerError("language_model.public", host=host, address=str(place))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the item's text to an address that nobody checked."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _straight() -> urllib.request.OpenerDirector:
    """Call without any proxy and without following anything."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def _headers(key: str | None) -> dict[str, str]:
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
