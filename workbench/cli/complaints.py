"""``complaint`` (投诉登记): add, answer, list, export."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from models.complaint import ComplaintChannel, ComplaintOutcome
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE
from workbench.cli.publishing import codes_of, say_changed
from workbench.i18n import t, term
from workbench.services import complaints, suspending_together
from workbench.services.complaints import Registered

CHANNEL = click.Choice([channel.value for channel in ComplaintChannel])
OUTCOME = click.Choice([outcome.value for outcome in ComplaintOutcome])


@root.group(help=t("cli.help.complaint"))
def complaint() -> None:
    """Complaints."""


@complaint.command("add", help=t("cli.help.complaint_add"))
@click.option("--text", required=True, help=t("cli.help.complaint_text"))
@click.option("--code", help=t("cli.help.complaint_code"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.complaint_batch"))
@click.option("--channel", type=CHANNEL, default=ComplaintChannel.LETTER.value, help=t("cli.help.complaint_channel"))
@click.option("--from", "complainant", help=t("cli.help.complaint_who"))
@click.option("--contact", help=t("cli.help.complaint_contact"))
@click.option("--received", type=DATE, help=t("cli.help.complaint_received"))
@click.option("--due", type=DATE, help=t("cli.help.complaint_due"))
@pass_call
def add(
    call: Call, text: str, code: str | None, fonds: str | None, batch_id: int | None, channel: str,
    complainant: str | None, contact: str | None, received: date | None, due: date | None,
) -> None:  # fmt: skip
    """Record a complaint."""
    with call.transaction() as session:
        kept = complaints.record(
            session=session, text=text, channel=ComplaintChannel(channel), received_on=received or call.on,
            by=call.person(session), at=call.at, on=call.on, complainant=complainant, contact=contact, code=code,
            fonds=fonds, batch_id=batch_id, due_on=due,
        )  # fmt: skip
    call.emit({"complaint": kept.id, "due_on": kept.due_on}, t("complaint.recorded", number=kept.id, due=kept.due_on))


@complaint.command("answer", help=t("cli.help.complaint_answer"))
@click.argument("number", type=int)
@click.option("--outcome", type=OUTCOME, required=True, help=t("cli.help.complaint_outcome"))
@click.option("--answer", "text", required=True, help=t("cli.help.complaint_answer_text"))
@click.option("--date", "answered_on", type=DATE, help=t("cli.help.complaint_answered"))
@pass_call
def answer(call: Call, number: int, outcome: str, text: str, answered_on: date | None) -> None:
    """Record an answer."""
    with call.transaction() as session:
        kept = complaints.answer(
            session=session, complaint_id=number, outcome=ComplaintOutcome(outcome), text=text,
            answered_on=answered_on or call.on, by=call.person(session), at=call.at, on=call.on,
        )  # fmt: skip
    said = t("complaint.answered", number=number, outcome=term(kept.outcome))
    call.emit({"complaint": number, "outcome": kept.outcome.value, "answered_on": kept.answered_on}, said)


@complaint.command("suspend", help=t("cli.help.complaint_suspend"))
@click.argument("number", type=int)
@pass_call
def suspend(call: Call, number: int) -> None:
    """Suspend what a complaint is about."""
    with call.transaction() as session:
        made = suspending_together.suspend_complained(
            session=session, complaint_id=number, by=call.person(session), at=call.at, on=call.on, home=call.home
        )
        codes = codes_of(session, made)
    say_changed(call, made, codes)


@complaint.command("list", help=t("cli.help.complaint_list"))
@click.option("--waiting", "waiting_only", is_flag=True, help=t("cli.help.complaint_waiting"))
@pass_call
def list_(call: Call, waiting_only: bool) -> None:
    """List complaints, what waits first."""
    with call.reading() as session:
        rows = [_plain(each) for each in complaints.register(session, on=call.on, waiting_only=waiting_only)]

    def lines() -> list[str]:
        return [_line(row) for row in rows] or [t("complaint.none")]

    call.emit(rows, lines)


def _line(row: dict[str, Any]) -> str:
    mark = "!" if row["standing"] == "overdue" else " "
    about = row["reference_code"] or row["batch"] or "-"
    standing = t(f"complaint.standing.{row['standing']}")
    return f"{mark} {row['complaint']}\t{row['due_on']}\t{standing}\t{about}\t{row['text']}"


def _plain(each: Registered) -> dict[str, Any]:
    complaint, answer = each.complaint, each.answer
    return {
        "complaint": complaint.id,
        "received_on": complaint.received_on,
        "channel": complaint.channel.value,
        "complainant": complaint.complainant,
        "contact": complaint.contact,
        "reference_code": each.record.reference_code if each.record else None,
        "batch": complaint.batch_id,
        "text": complaint.text,
        "due_on": complaint.due_on,
        "standing": each.standing,
        "outcome": answer.outcome.value if answer else None,
        "answered_on": answer.answered_on if answer else None,
        "answer": answer.answer if answer else None,
    }


@complaint.command("export", help=t("cli.help.complaint_export"))
@click.argument("out", type=FILE)
@pass_call
def export(call: Call, out: Path) -> None:
    """Write the register."""
    with call.transaction() as session:
        rows = complaints.export(session=session, out=out, by=call.person(session), at=call.at, on=call.on)
    call.emit({"rows": rows, "file": str(out)}, t("complaint.exported", count=rows, file=out))
