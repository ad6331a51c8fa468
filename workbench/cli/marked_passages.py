"""``rules mark, marks, lay-aside`` (漏检、误检): what readers say the rules missed or flagged wrongly."""

import click

from models.marked_passage import Settlement
from workbench.cli.framework import Call, Command, pass_call
from workbench.i18n import t
from workbench.services import marked_passages
from workbench.services.roster import item, record_id_of


@click.command("mark", cls=Command, help=t("cli.help.rules_mark"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code")
@click.option("--missed", metavar="WORDS", help=t("cli.help.mark_missed"))
@click.option("--wrong", metavar="RULE", help=t("cli.help.mark_wrong"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def mark(call: Call, number: int, code: str, missed: str | None, wrong: str | None, fonds: str | None) -> None:
    """Mark words that the rules missed, or a rule that is wrong about an item."""
    if (missed is None) == (wrong is None):
        raise click.UsageError("--missed / --wrong")
    with call.transaction() as session:
        person = call.person(session)
        record_id = record_id_of(session, number, code, fonds)
        if wrong is not None:
            made = marked_passages.mark_wrong(
                session=session, batch_id=number, record_id=record_id, rule_id=wrong, by=person, at=call.at
            )
        else:
            # Words that do not stand in the title are at no place in it.
            start = item(session, number, record_id).record.title.find(missed or "")
            made = marked_passages.mark_missed(
                session=session, batch_id=number, record_id=record_id, words=[(start, start + len(missed or ""))],
                by=person, at=call.at,
            )  # fmt: skip
        row = {"mark": made.id, "slip": made.slip.value, "rule": made.rule_id, "start": made.start, "end": made.end}
    call.emit(row, t("marked_passages.kept"))


@click.command("marks", cls=Command, help=t("cli.help.rules_marks"))
@pass_call
def marks(call: Call) -> None:
    """List the marks that wait."""
    with call.reading() as session:
        rows = marked_passages.waiting(session)
    call.emit(
        rows,
        lambda: [
            t("marked_passages.row", **{**row, "rule": row["rule"] or "-",
                                        "slip": t(f"marked_passages.slip.{row['slip']}")}) for row in rows
        ] or [t("marked_passages.none")],
    )  # fmt: skip


@click.command("lay-aside", cls=Command, help=t("cli.help.rules_lay_aside"))
@click.argument("number", metavar="MARK", type=int)
@pass_call
def lay_aside(call: Call, number: int) -> None:
    """Lay a mark aside."""
    with call.transaction() as session:
        actor = call.actor(session, "rules.change")
        marked_passages.settle(
            session=session, mark_id=number, settlement=Settlement.LAID_ASIDE, by=actor, at=call.at
        )  # fmt: skip
    call.emit({"mark": number, "settlement": Settlement.LAID_ASIDE.value}, t("marked_passages.settled", id=number))


COMMANDS = (mark, marks, lay_aside)
