"""``records`` and ``due`` (在库条目、到期清单): what is in the home, and what has reached its day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from models import Record
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE
from workbench.i18n import count, t
from workbench.queries import records as record_lists
from workbench.services import code_report
from workbench.services import volumes as volumes_of
from workbench.services.due_list import DueRecord, due_records


@root.group("records", help=t("cli.help.records"), invoke_without_command=True)
@click.option("--catalogue", type=int, help=t("cli.help.catalogue"))
@click.pass_context
def records(ctx: click.Context, catalogue: int | None) -> None:
    """List records, unless something is asked about them."""
    call: Call = ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    with call.reading() as session:
        if call.json:
            derived = volumes_of.statuses(session)
            call.emit(
                [
                    {**plain(record, file), **volumes_of.derived_access(derived.get(int(record.id or 0)))}
                    for record, file in record_lists.records(session, catalogue=catalogue)
                ]
            )
            return
        for record, _ in record_lists.records(session, catalogue=catalogue):
            click.echo(
                t("intake.record_line", code=record.reference_code, date=record.date_text or "", title=record.title)
            )


@records.command("codes", help=t("cli.help.record_codes"))
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@pass_call
def codes(call: Call, fonds: tuple[str, ...]) -> None:
    """Look at the codes of each fonds."""
    with call.reading() as session:
        found = code_report.report(session, fonds)
    call.emit([each.to_dict() for each in found], lambda: [line for each in found for line in _code_lines(each)])


def _code_lines(each: code_report.FondsCodes) -> Iterator[str]:
    join = t("pages.words.join")
    yield t(
        "codes.line", fonds=each.fonds or each.fonds_key or t("codes.no_fonds"), records=count(each.records),
        generated=count(each.generated), odd=count(each.odd_count), missing=count(each.missing), alike=len(each.alike),
    )  # fmt: skip
    for pattern in each.patterns:
        yield t("codes.pattern_line", shape=pattern.shape, count=count(pattern.count), example=pattern.example)
    if each.odd:
        yield t("codes.odd_line", codes=join.join(each.odd))
    for gap in each.gaps:
        missing = join.join(gap.missing)
        yield t("codes.gap_line", run=f"{gap.prefix}{gap.first}–{gap.last}", missing=missing, count=count(gap.count))
    for group in each.alike:
        yield t("codes.alike_line", codes=join.join(group))


def plain(record: Record, file: str) -> dict[str, Any]:
    """A record as plain values (条目)."""
    return {
        "reference_code": record.reference_code,
        "code_generated": record.code_generated,
        "fonds": record.fonds,
        "fonds_code": record.fonds_code,
        "title": record.title,
        "public_title": record.public_title,
        "creator": record.creator,
        "document_number": record.document_number,
        "date_text": record.date_text,
        "date_from": record.date_from,
        "date_to": record.date_to,
        "precision": record.precision,
        "due_on": record.due_on,
        "security_class": record.security_class,
        "level": record.level,
        "file": file,
        "sheet": record.sheet,
        "row": record.row,
        "access": record.access,
    }


@root.command("due", help=t("cli.help.due_list"))
@click.option("--on", type=DATE, help=t("cli.help.on_date"))
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@pass_call
def due(call: Call, on: date | None, fonds: tuple[str, ...]) -> None:
    """List what has reached its opening date."""
    with call.reading() as session:
        found = due_records(session, on=on or call.on, fonds=fonds)
        if call.json:
            call.emit([_due_row(one) for one in found])
            return
        for one in found:
            reason = t(f"intake.due_reasons.{one.due.basis}", reference=one.due.reference)
            click.echo(
                t("intake.due_line", code=one.record.reference_code, due_on=one.due.due_on, reason=reason,
                  title=one.record.title)
            )  # fmt: skip


def _due_row(found: DueRecord) -> dict[str, Any]:
    row = plain(found.record, found.file)
    return {
        **row,
        "due_on": found.due.due_on,
        "basis": found.due.basis,
        "reference": found.due.reference,
        "verified": found.due.verified,
    }
