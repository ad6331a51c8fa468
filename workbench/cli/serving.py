"""``serve`` (启动服务): the page on this machine, or on the archive's own network."""

import os
import runpy
import secrets
import subprocess
import sys

import click

from models.errors import PermissionDenied
from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import t
from workbench.services import people, setting_up
from workbench.services.signing_in import is_loopback


@root.command("serve", help=t("cli.help.serve"))
@click.option("--host", default="127.0.0.1", show_default=True, help=t("cli.help.host"))
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help=t("cli.help.port"))
@click.option("--no-worker", is_flag=True, help=t("cli.help.no_worker"))
@pass_call
def serve(call: Call, host: str, port: int, no_worker: bool) -> None:
    """Open the page; refuses another address than loopback for a demo home, whose people have no passwords."""
    with call.reading() as session:
        if setting_up.is_demo(session) and not is_loopback(host):
            raise PermissionDenied("sign_in.loopback_only")
        first_start = people.is_empty(session) and not setting_up.is_demo(session)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    call.say(t("serving.open", url=f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"))
    if first_start:
        os.environ["WORKBENCH_SETUP_CODE"] = secrets.token_hex(4)
        call.say(t("serving.first_start", code=os.environ["WORKBENCH_SETUP_CODE"]))
    os.environ.update(WORKBENCH_SERVE_HOST=host, WORKBENCH_SERVE_PORT=str(port))
    if not no_worker:
        _start_worker()
    # Run, not imported: the command line knows no Streamlit.
    runpy.run_module("workbench.app", run_name="__main__", alter_sys=True)


def _start_worker() -> None:
    """The worker beside the page; it reads from our pipe, whose end it sees however this process dies."""
    command = [sys.executable, "-m", "workbench", "work", "--with-parent"]
    subprocess.Popen(command, stdin=subprocess.PIPE)
