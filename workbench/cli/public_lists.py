"""``rules public`` (已公开清单): load, list and take out lists of what was published before."""

from pathlib import Path

import click

from workbench.cli.framework import Call, Group, pass_call
from workbench.cli.parameters import FILE
from workbench.i18n import count, t
from workbench.services import already_public


@click.group(cls=Group, help=t("cli.help.rules_public"))
def public() -> None:
    """Lists of what is public already."""


@public.command("import", help=t("cli.help.rules_public_import"))
@click.argument("file", type=FILE)
@click.option("--source", help=t("cli.help.public_source"))
@pass_call
def import_(call: Call, file: Path, source: str | None) -> None:
    """Load a list; each row names its source, or all share one."""
    with call.transaction() as session:
        actor = call.actor(session, "rules.change")
        made = already_public.import_list(session=session, path=file, source=source, by=actor, at=call.at)
    figures = {name: count(made[name]) for name in ("rows", "added", "known", "unusable")}
    call.emit(made, t("public_list.imported", file=file.name, **figures))


@public.command("list", help=t("cli.help.rules_public_list"))
@pass_call
def list_(call: Call) -> None:
    """List what was loaded."""
    with call.reading() as session:
        rows = already_public.lists(session)
    call.emit(
        rows, lambda: [f"{row['list'][:12]}\t{row['items']}\t{row['source']}\t{row['file']}" for row in rows]
        or [t("public_list.none")]
    )  # fmt: skip


@public.command("remove", help=t("cli.help.rules_public_remove"))
@click.argument("digest", metavar="LIST")
@pass_call
def remove(call: Call, digest: str) -> None:
    """Take a list out again."""
    with call.transaction() as session:
        actor = call.actor(session, "rules.change")
        taken = already_public.remove_list(session=session, list_digest=digest, by=actor, at=call.at)
    call.emit({"list": digest, "items": taken}, t("public_list.removed", count=count(taken)))
