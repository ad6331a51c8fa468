"""Serve the application (运行应用): ``python -m workbench.app``, started by ``workbench serve``."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.app import SCRIPT, create_app
from workbench.app.headers import allowed_hosts
from workbench.settings import environment


def options(host: str, port: int) -> dict[str, Any]:
    """Streamlit's options (运行选项): the file beside the script, and over it what must hold in every copy."""
    file = SCRIPT.parent / ".streamlit" / "config.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {
        **dict(_flat("", written)),
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "logger.enableRich": False,
        "client.toolbarMode": "minimal",
        "runner.magicEnabled": False,
        "server.address": host,
        "server.port": port,
        "server.allowedHosts": list(allowed_hosts(host)),
        "server.enableXsrfProtection": True,
        "server.fileWatcherType": "none",
        "server.headless": True,
        "server.showEmailPrompt": False,
    }


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value


def main() -> None:
    """Serve until stopped."""
    host, port = (
        os.environ.get("WORKBENCH_SERVE_HOST", "127.0.0.1"),
        int(os.environ.get("WORKBENCH_SERVE_PORT", "8501")),
    )
    app = create_app(environment(), host=host, setup_code=os.environ.get("WORKBENCH_SETUP_CODE"))
    app.run(config=options(host, port))


if __name__ == "__main__":
    main()
