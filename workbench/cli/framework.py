"""What all commands share (命令行骨架): ``--json``, ``--as``, one transaction, one-line errors."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session

from models import User
from models.errors import HomeError, PermissionDenied
from workbench import clock, db
from workbench.cli import outside
from workbench.cli.families import MODULE_OF
from workbench.i18n import t
from workbench.services import people, setting_up
from workbench.settings import Environment, environment

CLI_ACTOR = "cli"


@dataclass
class Call:
    """One run of one command (一次调用): where, as whom, and how to answer."""

    environment: Environment = field(default_factory=environment)
    json: bool = False
    name: str | None = None

    @property
    def home(self) -> Path:
        """The home folder (数据目录)."""
        return self.environment.home

    @property
    def at(self) -> datetime:
        """The instant (UTC)."""
        return clock.now()

    @property
    def on(self) -> date:
        """The legal date."""
        return clock.today()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The command's one transaction on an existing home."""
        db.require_current(self.environment.url)
        with db.transaction(self.environment.url) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading session on an existing home."""
        db.require_current(self.environment.url)
        with db.reading(self.environment.url) as session:
            yield session

    def person(self, session: Session) -> User:
        """Who acts (操作人), proved by password except in a demo home.

        Raises
        ------
        PermissionDenied
            ``permission.name_yourself`` without ``--as``; ``sign_in.*`` for a wrong name or password.
        """
        if self.name is None:
            raise PermissionDenied("permission.name_yourself")
        if setting_up.is_demo(session):
            return people.find(session, self.name)
        return people.authenticate(session, name=self.name, password=self.password(self.name), at=self.at)

    def actor(self, session: Session, action: str) -> str:
        """Name for the ledger where ``--as`` is optional: the person's, if named, else ``cli``."""
        if self.name is None:
            return CLI_ACTOR
        person = self.person(session)
        people.require(person, action)
        return person.name

    def password(self, name: str, *, line: int = 0, confirm: bool = False) -> str:
        """A password from ``WORKBENCH_PASSWORD_FILE`` or a prompt, never from the command line (口令).

        ``line`` picks a line of the file (the new person's stands on the second, if there is one).
        """
        file = self.environment.password_file
        if file:
            if not file.is_file():
                raise HomeError("home.no_password_file", path=str(file))
            lines = file.read_text(encoding="utf-8-sig").splitlines() or [""]
            return lines[min(line, len(lines) - 1)]
        if not sys.stdin.isatty():
            raise PermissionDenied("sign_in.no_terminal", user=name)
        prompt = t("cli.password_of", user=name)
        entered: str = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
        return entered

    def emit(self, value: Any, lines: Callable[[], Iterator[str] | list[str]] | str | None = None) -> None:
        """Answer (输出): the JSON document under ``--json``, else the readable lines, on stdout."""
        if self.json:
            click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=plain_value))
        elif isinstance(lines, str):
            click.echo(lines)
        elif lines is not None:
            for line in lines():
                click.echo(line)

    def say(self, text: str) -> None:
        """A message or progress, on stderr (提示)."""
        click.echo(text, err=True)


def plain_value(value: object) -> object:
    """JSON form of dates, paths and terms."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _take_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().obj.json = True


def _take_name(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.find_root().obj.name = value


def _shared_options() -> list[click.Option]:
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_take_json, help=t("cli.help.json")),
        click.Option(["--as"], metavar="USER", expose_value=False, callback=_take_name, help=t("cli.help.as")),
    ]


class Command(click.Command):
    """A command that takes ``--json`` and ``--as`` (命令)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared_options())


class Group(click.Group):
    """A family of commands (命令组); the shared options may stand before or after the verb."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared_options())

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Start every run with a Call of its own."""
        if parent is None:
            extra.setdefault("obj", Call())
        return super().make_context(info_name, args, parent, **extra)


Group.group_class = Group  # a group made inside a group is of our kind too


class Root(Group):
    """The top: it imports a family of commands when one of them is called (按需装入)."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a disk or another program prevents is told like any refusal."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            refusal = outside.refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names of the contract."""
        return sorted({*MODULE_OF, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that adds the command, then find it."""
        if cmd_name not in self.commands and cmd_name in MODULE_OF:
            import_module(f"workbench.cli.{MODULE_OF[cmd_name]}")
        return super().get_command(ctx, cmd_name)


pass_call = click.make_pass_decorator(Call)


@click.group(cls=Root, help=t("cli.help.root"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kaijian", prog_name="workbench")
def root() -> None:
    """Open the house (总命令)."""
