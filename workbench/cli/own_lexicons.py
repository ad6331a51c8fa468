"""``rules lexicon`` (词表): list, export, import, give back."""

from pathlib import Path

import click

from workbench.cli.framework import Call, Group, pass_call
from workbench.cli.parameters import FILE
from workbench.i18n import t
from workbench.services import own_lexicons


@click.group("lexicon", cls=Group, help=t("cli.help.lexicon"))
def lexicon() -> None:
    """Word lists that rules share."""


@lexicon.command("list", help=t("cli.help.lexicon_list"))
@pass_call
def list_lexicons(call: Call) -> None:
    """List all word lists."""
    with call.reading() as session:
        rows = own_lexicons.rows(session, call.home)
    call.emit(
        rows,
        lambda: [
            t(f"lexicons.{'own_line' if row['is_own'] else 'line'}", **{**row, "rules": len(row["rules"])})
            for row in rows
        ],
    )


@lexicon.command("export", help=t("cli.help.lexicon_export"))
@click.argument("name", metavar="ID")
@click.argument("out", type=FILE)
@pass_call
def export(call: Call, name: str, out: Path) -> None:
    """Write a list to Excel."""
    with call.reading() as session:
        terms = own_lexicons.export(session=session, lexicon=name, out=out, at=call.at)
    call.emit({"lexicon": name, "terms": terms, "file": str(out)}, t("lexicons.exported", terms=terms, file=out))


@lexicon.command("import", help=t("cli.help.lexicon_import"))
@click.argument("name", metavar="ID")
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, name: str, file: Path) -> None:
    """Lay a list over the library's."""
    terms = own_lexicons.read_terms(file)
    with call.transaction() as session:
        actor = call.actor(session, "rules.change")
        made = own_lexicons.save(session=session, home=call.home, lexicon=name, terms=terms, by=actor, at=call.at)
    call.emit({"lexicon": name, **made}, t("lexicons.taken_in", id=name, **made))


@lexicon.command("give-back", help=t("cli.help.lexicon_give_back"))
@click.argument("name", metavar="ID")
@pass_call
def give_back(call: Call, name: str) -> None:
    """Let the library's list speak again."""
    with call.transaction() as session:
        actor = call.actor(session, "rules.change")
        was_there = own_lexicons.give_back(session=session, home=call.home, lexicon=name, by=actor, at=call.at)
    call.emit({"lexicon": name, "changed": was_there}, t("lexicons.given_back", id=name))
