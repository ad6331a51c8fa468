"""``consult`` and ``agency`` (征求形成单位意见、全宗形成单位名册): letters out, replies in, talks, reminders."""

from datetime import date
from pathlib import Path

import click

from models.agency import AgencyStanding
from models.consultation import AgencyAnswer, TalkOutcome
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE, FOLDER
from workbench.i18n import day, t, term
from workbench.services import agencies, consulting, consulting_papers, received, replying
from workbench.services.returned_sheets import ReturnReport
from workbench.services.roster import load_batch, record_id_of


@root.group(help=t("cli.help.consult"))
def consult() -> None:
    """Consultation."""


@consult.command("export", help=t("cli.help.consult_export"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("out", type=FOLDER)
@click.option("--number", "letter_number", help=t("cli.help.letter_number"))
@click.option("--due", type=DATE, help=t("cli.help.reply_due"))
@pass_call
def export(call: Call, number: int, out: Path, letter_number: str | None, due: date | None) -> None:
    """Write letters and lists."""
    with call.transaction() as session:
        units = consulting_papers.export(
            session=session, batch_id=number, out=out, home=call.home, by=call.person(session), at=call.at, on=call.on,
            letter_number=letter_number, due_on=due,
        )  # fmt: skip
    rows = [{"consultation": u.id, "agency": u.agency, "asked_on": u.asked_on, "due_on": u.due_on} for u in units]
    if not units:
        call.emit([], t("consultation.nothing_to_write"))
        return
    until = day(max(unit.due_on for unit in units if unit.due_on))
    call.emit(rows, t("consultation.exported", count=len(units), folder=out, due=until))


def report_lines(result: ReturnReport) -> list[str]:
    """What became of a returned table, as lines (回收结果)."""
    head = t(
        "consultation.imported", recorded=result.recorded, unchanged=result.unchanged, blank=result.blank,
        problems=len(result.problems),
    )  # fmt: skip
    return [head, *(f"  {problem.where}: {problem.text}" for problem in result.problems)]


@consult.command("import", help=t("cli.help.consult_import"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, number: int, file: Path) -> None:
    """Read a returned list."""
    with call.transaction() as session:
        result = replying.import_(
            session=session, batch_id=number, file=file, by=call.person(session), at=call.at, on=call.on
        )
    call.emit(result.to_dict(), lambda: report_lines(result))


@consult.command("reply", help=t("cli.help.consult_reply"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("codes", nargs=-1)
@click.option("--agency", help=t("cli.help.reply_agency"))
@click.option("--agree", is_flag=True, help=t("cli.help.agree"))
@click.option("--object", "objects", is_flag=True, help=t("cli.help.object"))
@click.option("--reason", help=t("cli.help.reply_reason"))
@click.option("--number", "document_number", help=t("cli.help.reply_number"))
@click.option("--date", "replied_on", type=DATE, help=t("cli.help.reply_date"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def reply(
    call: Call, number: int, codes: tuple[str, ...], agency: str | None, agree: bool, objects: bool,
    reason: str | None, document_number: str | None, replied_on: date | None, fonds: str | None,
) -> None:  # fmt: skip
    """Record replies to named items, or one letter about everything an agency owes."""
    if agree == objects:
        raise click.UsageError("--agree / --object")
    if bool(codes) == bool(agency):
        raise click.UsageError("CODES / --agency NAME")
    answer = AgencyAnswer.AGREE if agree else AgencyAnswer.OBJECT
    with call.transaction() as session:
        person, on = call.person(session), replied_on or call.on
        if agency:
            kept = replying.reply_for_agency(
                session=session, batch_id=number, agency=agency, answer=answer, reason=reason,
                document_number=document_number, replied_on=on, by=person, at=call.at, on=call.on,
            )  # fmt: skip
        else:
            kept = replying.reply(
                session=session, batch_id=number,
                record_ids=[record_id_of(session, number, code, fonds) for code in codes], answer=answer,
                reason=reason, document_number=document_number, replied_on=on, by=person, at=call.at, on=call.on,
            )  # fmt: skip
    call.emit({"batch": number, "replies": len(kept)}, t("consultation.replied", count=len(kept)))


@consult.command("talk", help=t("cli.help.consult_talk"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("codes", nargs=-1, required=True)
@click.option("--outcome", type=click.Choice([o.value for o in TalkOutcome]), required=True,
              help=t("cli.help.talk_outcome"))  # fmt: skip
@click.option("--ours", required=True, help=t("cli.help.talk_ours"))
@click.option("--theirs", required=True, help=t("cli.help.talk_theirs"))
@click.option("--note", required=True, help=t("cli.help.talk_note"))
@click.option("--date", "held_on", type=DATE, help=t("cli.help.talk_date"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def talk(
    call: Call, number: int, codes: tuple[str, ...], outcome: str, ours: str, theirs: str, note: str,
    held_on: date | None, fonds: str | None,
) -> None:  # fmt: skip
    """Record talks on objections."""
    with call.transaction() as session:
        kept = replying.talk(
            session=session, batch_id=number,
            record_ids=[record_id_of(session, number, code, fonds) for code in codes], outcome=TalkOutcome(outcome),
            archive_side=ours, agency_side=theirs, note=note, held_on=held_on or call.on, by=call.person(session),
            at=call.at, on=call.on,
        )  # fmt: skip
    text = t("consultation.talked", count=len(kept), outcome=term(TalkOutcome(outcome)))
    call.emit({"batch": number, "talks": len(kept), "outcome": outcome}, text)


@consult.command("remind", help=t("cli.help.consult_remind"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("out", type=FOLDER)
@pass_call
def remind(call: Call, number: int, out: Path) -> None:
    """Write reminders and escalations that are due."""
    with call.transaction() as session:
        sent = consulting_papers.remind(
            session=session, batch_id=number, out=out, home=call.home, by=call.person(session), at=call.at, on=call.on
        )
    rows = [{"agency": unit.agency, "kind": kind.value, "file": str(file)} for unit, kind, file in sent]
    if not sent:
        call.emit([], t("consultation.nobody_to_remind"))
        return
    call.emit(
        rows,
        lambda: [t("consultation.reminded", agency=u.agency, kind=term(kind), file=file) for u, kind, file in sent],
    )


@consult.command("list", help=t("cli.help.consult_list"))
@click.argument("number", metavar="BATCH", type=int)
@click.option("--items", "each", is_flag=True, help=t("cli.help.items"))
@pass_call
def list_units(call: Call, number: int, each: bool) -> None:
    """List agencies and how they stand, or each item."""
    with call.reading() as session:
        load_batch(session, number)
        rows = consulting.item_rows(session, number) if each else consulting.ages(session, number, on=call.on)

    def lines() -> list[str]:
        if each:
            return [
                f"{row['reference_code']}\t{t('terms.consultationstanding.' + row['standing'])}\t{row['agency'] or ''}"
                f"\t{row['title']}"
                for row in rows
            ]
        return [
            t("consultation.line", agency=row["agency"] or "—", asked_as=t(f"terms.askedas.{row['asked_as']}"),
              items=row["items"], waiting=row["waiting"], objected=row["objected"],
              next=t(f"terms.nextstep.{row['next']}"))
            + (t("consultation.line_days", days=row["days"]) if row["days"] is not None else "")
            for row in rows
        ]  # fmt: skip

    call.emit(rows, lines)


@consult.command("received", help=t("cli.help.consult_received"))
@click.argument("number", metavar="BATCH", type=int)
@pass_call
def count_received(call: Call, number: int) -> None:
    """Count documents that came from above or elsewhere."""
    with call.reading() as session:
        found = received.counts(session, number)
    call.emit(found, lambda: [f"{t(f'consultation.received.{name}')}\t{size}" for name, size in found.items()])


@root.group(help=t("cli.help.agency"))
def agency() -> None:
    """Fonds register."""


@agency.command("list", help=t("cli.help.agency_list"))
@pass_call
def list_agencies(call: Call) -> None:
    """List the register, and the fonds that it does not know."""
    with call.reading() as session:
        known, missing = agencies.everything(session), agencies.unregistered(session)
    rows = [*(agencies.plain(line) for line in known), *({**line, "agency": None} for line in missing)]
    call.emit(
        rows,
        lambda: [
            *(t("agency.registered", fonds=line.fonds or line.fonds_key,
                agency=line.successor or line.agency, standing=term(line.standing)) for line in known),
            *(t("agency.unregistered", fonds=line["fonds"] or line["fonds_key"] or "—", items=line["items"])
              for line in missing),
        ],
    )  # fmt: skip


@agency.command("export", help=t("cli.help.agency_export"))
@click.argument("out", type=FILE)
@pass_call
def export_agencies(call: Call, out: Path) -> None:
    """Write the register to be filled in."""
    with call.reading() as session:
        written = agencies.export(session, out)
    call.emit({"lines": written, "file": str(out)}, t("agency.exported", count=written, file=out))


@agency.command("import", help=t("cli.help.agency_import"))
@click.argument("file", type=FILE)
@pass_call
def import_agencies(call: Call, file: Path) -> None:
    """Read a filled register."""
    with call.transaction() as session:
        result = agencies.import_(session=session, file=file, by=call.person(session), at=call.at)
    call.emit(result.to_dict(), lambda: report_lines(result))


@agency.command("set", help=t("cli.help.agency_set"))
@click.option("--fonds-code", help=t("cli.help.fonds_code"))
@click.option("--fonds", help=t("cli.help.fonds_name"))
@click.option("--agency", "name", required=True, help=t("cli.help.agency_name"))
@click.option("--standing", type=click.Choice([s.value for s in AgencyStanding]), default="existing",
              help=t("cli.help.agency_standing"))  # fmt: skip
@click.option("--successor", help=t("cli.help.agency_successor"))
@click.option("--basis", help=t("cli.help.agency_basis"))
@click.option("--contact", help=t("cli.help.agency_contact"))
@click.option("--telephone", help=t("cli.help.agency_telephone"))
@click.option("--address", help=t("cli.help.agency_address"))
@pass_call
def set_agency(call: Call, /, name: str, standing: str, **known: str | None) -> None:
    """Register the agency of one fonds."""
    with call.transaction() as session:
        line = agencies.register(
            session=session, line={**known, "agency": name, "standing": AgencyStanding(standing)},
            by=call.person(session), at=call.at,
        )  # fmt: skip
    text = t("agency.registered", fonds=line.fonds or line.fonds_key, agency=line.agency, standing=term(line.standing))
    call.emit(agencies.plain(line), text)
