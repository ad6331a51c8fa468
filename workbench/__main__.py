"""``workbench`` and ``python -m workbench`` (命令入口): one-line errors, exit 0 / 1 / 2."""

import sys
from typing import NoReturn

import click

from models.errors import WorkbenchError
from workbench.cli import outside
from workbench.cli.framework import root
from workbench.i18n import explain, t


def main() -> None:
    """Run a command; a refusal is one line on stderr and exit 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console or a C locale would fail on the first 汉字
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        root.main(prog_name="workbench", standalone_mode=True)
    except WorkbenchError as error:
        _refuse(explain(error))
    except Exception as fault:  # a fault of ours: one line all the same, and none of the texts it was about
        if sys.flags.dev_mode:
            raise
        _refuse(t("cli.fault", kind=type(fault).__name__, place=outside.place_of(fault)))


def _refuse(text: str) -> NoReturn:
    click.echo(t("cli.error", text=" ".join(text.split())), err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
