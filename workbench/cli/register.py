"""The list of command modules (命令登记): a module here is a family of commands in the contract."""

from importlib import import_module

MODULES = (
    "home", "intake", "learning", "people", "batches", "reviewing", "publishing", "rule_book", "care", "serving",
)  # fmt: skip


def register_all() -> None:
    """Import every command module, which adds itself to ``framework.root``."""
    for module in MODULES:
        import_module(f"workbench.cli.{module}")
