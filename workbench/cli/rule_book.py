"""``rules`` (规则库): check, list, explain."""

import sys
from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import t
from workbench.services import rule_book


@root.group(help=t("cli.help.rules"))
def rules() -> None:
    """Rule library."""


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
    rows = rule_book.rows(rule_book.library())
    call.emit(rows, lambda: [f"{r['id']}\t{r['effect']}\t{r['ground'] or ''}\t{r['name']}" for r in rows])


@rules.command("explain", help=t("cli.help.rules_explain"))
@click.argument("text")
@pass_call
def explain(call: Call, text: str) -> None:
    """Show every hit in a text with span, rule, clause and sentence."""
    hits = rule_book.explain_text(rule_book.library(), text)
    call.emit(hits, lambda: [_hit(hit) for hit in hits] or [t("rules.no_hit")])


def _hit(hit: dict[str, Any]) -> str:
    law = "; ".join(hit["legal_basis"]) + ("" if hit["verified"] else t("rules.unverified"))
    span = f"{hit['start']}-{hit['end']} “{hit['text']}”"
    found = f"{span} {hit['rule_id']} [{hit['effect']}] {hit['explanation']}"
    return f"{found} ({law})" if hit["legal_basis"] else found
