"""``second-opinion ask|list`` (语言模型旁证)."""

import click

from workbench import clock
from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import t
from workbench.services import language_model, second_opinions


@root.group("second-opinion", help=t("cli.help.second_opinion"))
def second_opinion() -> None:
    """A local language model's second opinion."""


@second_opinion.command("ask", help=t("cli.help.second_opinion_ask"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.second_opinion_batch"))
@click.option("--limit", type=click.IntRange(1), help=t("cli.help.second_opinion_limit"))
@pass_call
def ask(call: Call, batch_id: int | None, limit: int | None) -> None:
    """Ask about what the program is unsure of."""
    model = language_model.configured(call.environment)
    with call.reading() as session:
        by = call.actor(session, "suggest")
        questions = second_opinions.unsure(session, batch_id=batch_id, limit=limit)
    made = second_opinions.ask(
        transaction=call.transaction, model=model, questions=questions, by=by, now=clock.now,
        on_progress=lambda done, all_: call.say(t("second_opinion.asking", done=done, all=all_)),
    )  # fmt: skip
    call.emit(made, t("second_opinion.asked", **made))


@second_opinion.command("list", help=t("cli.help.second_opinion_list"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.second_opinion_batch"))
@pass_call
def list_opinions(call: Call, batch_id: int | None) -> None:
    """List the answers that were kept."""
    with call.reading() as session:
        rows = list(second_opinions.listed(session, batch_id=batch_id))
    call.emit(
        rows,
        lambda: [
            f"{row['reference_code']}\t{t('terms.heard.' + row['heard'])}\t{row['ground'] or ''}\t{row['quote'] or ''}"
            for row in rows
        ],
    )
