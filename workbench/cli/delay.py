"""``delay`` and ``consistency`` (延期报批、一致性核对): the package out, answers in; like items decided otherwise."""

from datetime import date
from pathlib import Path

import click

from models.delay import AuthorityAnswer
from workbench.cli.consultation import report_lines
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE, FOLDER
from workbench.i18n import t
from workbench.services import consistency, delaying, delaying_papers
from workbench.services.roster import load_batch, record_id_of


@root.group(help=t("cli.help.delay"))
def delay() -> None:
    """Delay."""


@delay.command("export", help=t("cli.help.delay_export"))
@click.argument("batch", type=int)
@click.argument("out", type=FOLDER)
@click.option("--authority", help=t("cli.help.authority"))
@click.option("--number", help=t("cli.help.request_number"))
@pass_call
def export(call: Call, batch: int, out: Path, authority: str | None, number: str | None) -> None:
    """Report delayed items and write the package."""
    with call.transaction() as session:
        waiting = delaying_papers.export(
            session=session, batch_id=batch, out=out, home=call.home, by=call.person(session), at=call.at, on=call.on,
            authority=authority, number=number,
        )  # fmt: skip
    text = t("delay.exported", count=len(waiting), folder=out)
    call.emit({"batch": batch, "items": len(waiting), "folder": str(out)}, text)


@delay.command("import", help=t("cli.help.delay_import"))
@click.argument("batch", type=int)
@click.argument("file", type=FILE)
@click.option("--number", help=t("cli.help.answer_number"))
@click.option("--date", "answered_on", type=DATE, help=t("cli.help.answer_date"))
@pass_call
def import_(call: Call, batch: int, file: Path, number: str | None, answered_on: date | None) -> None:
    """Read the answered list."""
    with call.transaction() as session:
        result = delaying.import_(
            session=session, batch_id=batch, file=file, document_number=number, answered_on=answered_on,
            by=call.person(session), at=call.at, on=call.on,
        )  # fmt: skip
    call.emit(result.to_dict(), lambda: report_lines(result))


@delay.command("answer", help=t("cli.help.delay_answer"))
@click.argument("batch", type=int)
@click.argument("codes", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=t("cli.help.answer_all"))
@click.option("--consent", is_flag=True, help=t("cli.help.consent"))
@click.option("--refuse", is_flag=True, help=t("cli.help.refuse"))
@click.option("--number", required=True, help=t("cli.help.answer_number"))
@click.option("--date", "answered_on", type=DATE, required=True, help=t("cli.help.answer_date"))
@click.option("--reason", help=t("cli.help.answer_reason"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def answer(
    call: Call, batch: int, codes: tuple[str, ...], everything: bool, consent: bool, refuse: bool, number: str,
    answered_on: date, reason: str | None, fonds: str | None,
) -> None:  # fmt: skip
    """Record the authority's answer on named items, or on all that wait."""
    if consent == refuse:
        raise click.UsageError("--consent / --refuse")
    if bool(codes) == everything:
        raise click.UsageError("CODES / --all")
    with call.transaction() as session:
        kept = delaying.answer(
            session=session, batch_id=batch,
            record_ids=None if everything else [record_id_of(session, batch, code, fonds) for code in codes],
            answer=AuthorityAnswer.CONSENT if consent else AuthorityAnswer.REFUSE, document_number=number,
            answered_on=answered_on, reason=reason, by=call.person(session), at=call.at, on=call.on,
        )  # fmt: skip
    call.emit({"batch": batch, "answers": len(kept)}, t("delay.answered", count=len(kept)))


@delay.command("list", help=t("cli.help.delay_list"))
@click.argument("batch", type=int)
@pass_call
def list_delays(call: Call, batch: int) -> None:
    """The register of delayed items."""
    with call.reading() as session:
        rows = delaying_papers.register(session, batch, on=call.on)
    call.emit(
        rows,
        lambda: [
            t("delay.line", code=row["reference_code"], standing=t(f"terms.delaystanding.{row['standing']}"),
              ground=t(f"terms.ground.{row['ground']}"), again=row["review_again_on"],
              number=row["document_number"] or "", title=row["title"])
            for row in rows
        ],
    )  # fmt: skip


@root.group("consistency", help=t("cli.help.consistency"))
def consistency_group() -> None:
    """Consistency."""


@consistency_group.command("list", help=t("cli.help.consistency_list"))
@click.argument("batch", type=int)
@pass_call
def list_contradictions(call: Call, batch: int) -> None:
    """Decisions opposite to those on like items."""
    with call.reading() as session:
        rows = consistency.rows(session, load_batch(session, batch))

    def lines() -> list[str]:
        found = []
        for row in rows:
            access = t(f"terms.access.{row['access']}")
            mark = t("consistency.explained") if row["explained"] else ""
            found.append(t("consistency.line", code=row["reference_code"], access=access, title=row["title"]) + mark)
            found += [
                t("consistency.other", likeness=t(f"terms.likeness.{other['likeness']}"), code=other["reference_code"],
                  access=t(f"terms.access.{other['access']}"), fonds=other["fonds"] or "", title=other["title"])
                for other in row["others"]
            ]  # fmt: skip
        return found or [t("consistency.none")]

    call.emit(rows, lines)


@consistency_group.command("explain", help=t("cli.help.consistency_explain"))
@click.argument("batch", type=int)
@click.argument("codes", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=t("cli.help.consistency_all"))
@click.option("--text", required=True, help=t("cli.help.consistency_text"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def explain(
    call: Call, batch: int, codes: tuple[str, ...], everything: bool, text: str, fonds: str | None
) -> None:  # fmt: skip
    """Say why like items are decided otherwise."""
    if bool(codes) == everything:
        raise click.UsageError("CODES / --all")
    with call.transaction() as session:
        person = call.person(session)
        kept = consistency.explain(
            session=session, batch_id=batch, text=text, by=person, at=call.at,
            record_ids=consistency.everything_unexplained(session, load_batch(session, batch))
            if everything
            else [record_id_of(session, batch, code, fonds) for code in codes],
        )  # fmt: skip
    call.emit({"batch": batch, "notes": len(kept)}, t("consistency.written", count=len(kept)))
