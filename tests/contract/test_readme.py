"""What README and CONTRIBUTING say is so (文档与程序一致)."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from batches.machine import to_mermaid
from workbench.cli.families import FAMILIES, MODULE_OF
from workbench.cli.framework import root

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTEXT = click.Context(root)


def test_the_state_diagram_in_the_readme_is_the_table() -> None:
    assert re.findall(r"```mermaid\n(.*?)\n```", README, re.S) == [to_mermaid()]


def commands(group: click.Group, prefix: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(CONTEXT):
        command = group.get_command(CONTEXT, name)
        assert command is not None, name
        found.append((f"{prefix}{name}", command))
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix}{name} ")
    return found


@pytest.mark.parametrize(("name", "command"), commands(root), ids=lambda part: part if isinstance(part, str) else "")
def test_every_command_has_a_help_text(name: str, command: click.Command) -> None:
    assert command.help, name
    assert not command.help.startswith("cli."), f"{name}: {command.help} has no text"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"
            assert not option.help.startswith("cli."), f"{name}: {option.help} has no text"


CONTRACT = [
    "init",
    "demo",
    "import",
    "records",
    "due",
    "score",
    "suggest",
    "train",
    "classifier",
    "evaluate",
    "user",
    "setting",
    "batch",
    "review",
    "publish",
    "rules",
    "ledger",
    "backup",
    "restore",
    "doctor",
    "serve",
    "suspend",
    "restore",
    "withdraw",
]


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contract_names_only_commands_that_exist(name: str) -> None:
    assert root.get_command(CONTEXT, name)


@pytest.mark.parametrize("module", FAMILIES)
def test_every_command_is_found_in_the_module_that_claims_it(module: str) -> None:
    import_module(f"workbench.cli.{module}")
    assert all(MODULE_OF[name] == module and name in root.commands for name in FAMILIES[module])


def test_the_readme_uses_only_commands_that_exist() -> None:
    known = {name for name, _ in commands(root)}
    used = set(re.findall(r"^workbench ([a-z]+)", README, re.M))
    assert used
    assert used <= known


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_the_readme_links_only_to_what_is_there(path: str) -> None:
    assert (ROOT / path).exists()
