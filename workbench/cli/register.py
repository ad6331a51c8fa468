"""Find the command modules (命令登记): every module of this package adds its commands to ``framework.root``."""

from importlib import import_module
from pkgutil import iter_modules

import workbench.cli


def register_all() -> None:
    """Import every command module once."""
    for module in iter_modules(workbench.cli.__path__):
        if module.name != "register":
            import_module(f"workbench.cli.{module.name}")
