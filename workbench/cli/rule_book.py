"""``rules`` (规则库): check, list, explain."""

import sys

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
    call.emit(
        hits,
        lambda: (
            [
                f"{h['start']}-{h['end']} “{h['text']}” {h['rule_id']} [{h['effect']}] {h['explanation']}"
                + (
                    f" ({'; '.join(h['legal_basis'])}{'' if h['verified'] else t('rules.unverified')})"
                    if h["legal_basis"]
                    else ""
                )
                for h in hits
            ]
            or [t("rules.no_hit")]
        ),
    )
