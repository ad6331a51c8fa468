"""``workbench`` and ``python -m workbench`` (命令入口): one-line errors, exit 0 / 1 / 2."""

import sys

import click

from models.errors import WorkbenchError
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
        click.echo(t("cli.error", text=explain(error)), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
