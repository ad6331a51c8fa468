"""The served application (网页应用): Streamlit behind our own door, gate and headers."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

import workbench
from workbench.app import door, faults
from workbench.app.gate import Gate
from workbench.app.headers import SecurityHeaders, allowed_hosts
from workbench.settings import Environment

SCRIPT = Path(workbench.__file__).resolve().parents[1] / "streamlit_app.py"


def create_app(environment: Environment, *, host: str = "127.0.0.1", setup_code: str | None = None) -> App:
    """Build the application for a home (建立应用).

    ``host`` is the address that will be listened on: on a loopback address only loopback names are answered,
    so that no foreign page can reach a home by a name that it makes point here. ``setup_code`` lets the first
    administrator be registered from another machine.
    """
    return App(
        SCRIPT,
        routes=door.routes(door.House(url=environment.url, setup_code=setup_code)),
        on_script_error=faults.show,
        middleware=[Middleware(SecurityHeaders, hosts=allowed_hosts(host)), Middleware(Gate)],
    )
