"""``limit`` (限制利用): record, list and lift what donors, depositors and transferring units laid down."""

from datetime import date

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE
from workbench.i18n import t
from workbench.services import limited_items, use_limits


@root.group(help=t("cli.help.limit"))
def limit() -> None:
    """Limits on use."""


@limit.command("impose", help=t("cli.help.limit_impose"))
@click.option("--fonds", help=t("cli.help.limit_fonds"))
@click.option("--code", help=t("cli.help.limit_code"))
@click.option("--imposed-by", required=True, help=t("cli.help.limit_imposed_by"))
@click.option("--basis", required=True, help=t("cli.help.limit_basis"))
@click.option("--until", type=DATE, help=t("cli.help.limit_until"))
@pass_call
def impose(
    call: Call, fonds: str | None, code: str | None, imposed_by: str, basis: str, until: date | None
) -> None:  # fmt: skip
    """Record a limit."""
    with call.transaction() as session:
        person = call.person(session)
        made = use_limits.impose(
            session=session, fonds=fonds, code=code, imposed_by=imposed_by, basis=basis, until=until, by=person,
            at=call.at,
        )  # fmt: skip
        number = made.id
        published = len(limited_items.open_to_the_public(session, on=call.on))
    said = [t("use_limits.imposed", id=number)] + ([t("use_limits.covers", count=published)] if published else [])
    call.emit({"limit": number, "published": published}, lambda: said)


@limit.command("lift", help=t("cli.help.limit_lift"))
@click.argument("number", metavar="LIMIT", type=int)
@click.option("--reason", required=True, help=t("cli.help.limit_reason"))
@pass_call
def lift(call: Call, number: int, reason: str) -> None:
    """Lift a limit."""
    with call.transaction() as session:
        person = call.person(session)
        use_limits.lift(session=session, limit_id=number, reason=reason, by=person, at=call.at)
    call.emit({"limit": number, "lifted": True}, t("use_limits.lifted", id=number))


@limit.command("list", help=t("cli.help.limit_list"))
@pass_call
def list_limits(call: Call) -> None:
    """List all limits."""
    with call.reading() as session:
        rows = use_limits.everything(session, on=call.on)
    call.emit(
        [{**row, "until": row["until"].isoformat() if row["until"] else None} for row in rows],
        lambda: [
            t(
                "use_limits.line", id=row["id"], what=row["reference_code"] or row["fonds"] or "-",
                by=row["imposed_by"], basis=row["basis"], until=row["until"] or t("use_limits.until_lifted"),
                state=t(f"use_limits.{'in_force' if row['in_force'] else 'over'}"),
            )
            for row in rows
        ] or [t("use_limits.none")],
    )  # fmt: skip


@limit.command("published", help=t("cli.help.limit_published"))
@pass_call
def published(call: Call) -> None:
    """List published items under a limit."""
    with call.reading() as session:
        rows = [
            {"reference_code": each.reference_code, "fonds": each.fonds or each.fonds_code}
            for each in limited_items.open_to_the_public(session, on=call.on)
        ]
    lines = [f"{row['reference_code']}\t{row['fonds'] or '-'}" for row in rows] or [t("use_limits.none_published")]
    call.emit(rows, lambda: lines)


@limit.command("suspend", help=t("cli.help.limit_suspend"))
@pass_call
def suspend(call: Call) -> None:
    """Suspend all published items under a limit."""
    with call.transaction() as session:
        made = limited_items.suspend(
            session=session, by=call.person(session), at=call.at, on=call.on, home=call.home
        )  # fmt: skip
        names = [notice.folder for notice, _ in made.editions]
    size = len(made.changes)
    call.emit(
        {"suspended": size, "notices": names}, t("use_limits.suspended", count=size, names=", ".join(names))
    )  # fmt: skip


@limit.command("take-out", help=t("cli.help.limit_take_out"))
@click.argument("batch", type=int)
@pass_call
def take_out(call: Call, batch: int) -> None:
    """Take limited items out of an approved batch."""
    with call.transaction() as session:
        gone = limited_items.take_out(
            session=session, batch_id=batch, by=call.person(session), at=call.at, on=call.on
        )  # fmt: skip
    said = t("use_limits.taken_out", batch=batch, count=len(gone), codes=", ".join(gone[:10]))
    call.emit({"batch": batch, "items": list(gone)}, said)
