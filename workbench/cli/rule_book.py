"""``rules`` (规则库): check, list, explain; the archive's own rules and lists are in modules beside this one."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import click
from sqlmodel import Session

from models.errors import HomeError
from workbench.cli import marked_passages, own_lexicons
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.public_lists import public
from workbench.cli.rule_changes import COMMANDS
from workbench.i18n import t
from workbench.services import rule_book, rule_effects


@root.group(help=t("cli.help.rules"))
def rules() -> None:
    """Rule library."""


for _command in (public, own_lexicons.lexicon, *COMMANDS, *marked_passages.COMMANDS):
    rules.add_command(_command)


@contextmanager
def home_if_any(call: Call) -> Iterator[Session | None]:
    """A reading session, or ``None`` on a machine without a home: the library speaks there too."""
    with ExitStack() as stack:
        session = None
        with suppress(HomeError):
            session = stack.enter_context(call.reading())
        yield session


@rules.command("check", help=t("cli.help.rules_check"))
@pass_call
def check(call: Call) -> None:
    """Check the examples of every rule; exit 1 when one fails."""
    report = rule_book.check(rule_book.library())
    call.emit(
        report,
        lambda: [
            t("rules.checked", rules=report["rules"], examples=report["examples"], failed=len(report["failures"])),
            *(f"  {failure['rule']} {failure['kind']}: {failure['text']}" for failure in report["failures"]),
        ],
    )
    if report["failures"]:
        sys.exit(1)


@rules.command("list", help=t("cli.help.rules_list"))
@pass_call
def list_rules(call: Call) -> None:
    """List the rules in force."""
    with home_if_any(call) as session:
        known = rule_book.ruleset(session) if session else rule_book.library()
        judged = rule_effects.agreement(session) if session else {}
    rows = [{**row, **judged.get(row["id"], rule_effects.NOBODY)} for row in rule_book.rows(known)]
    call.emit(rows, lambda: [_line(row) for row in rows])


def _line(row: dict[str, Any]) -> str:
    agreed = f"{row['agreed']}/{row['judged']}" if row["judged"] else ""
    return "\t".join((row["id"], row["effect"], row["ground"] or "", row["name"], agreed))


@rules.command("explain", help=t("cli.help.rules_explain"))
@click.argument("text")
@pass_call
def explain(call: Call, text: str) -> None:
    """Show every hit in a text with span, rule, clause and sentence."""
    with home_if_any(call) as session:
        known = rule_book.rules_and_list(session) if session else rule_book.library()
        hits = rule_book.explain_text(known, text)
    call.emit(hits, lambda: [_hit(hit) for hit in hits] or [t("rules.no_hit")])


def _hit(hit: dict[str, Any]) -> str:
    law = "; ".join(hit["legal_basis"]) + ("" if hit["verified"] else t("rules.unverified"))
    span = f"{hit['start']}-{hit['end']} “{hit['text']}”"
    found = f"{span} {hit['rule_id']} [{hit['effect']}] {hit['explanation']}"
    return f"{found} ({law})" if hit["legal_basis"] else found
