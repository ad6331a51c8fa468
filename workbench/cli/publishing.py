"""``publish``, ``suspend``, ``withdraw`` (公布、暂停利用、撤销开放); ``restore`` stands in ``care``."""

from datetime import date

import click

from models.vocabulary import UseState
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE
from workbench.i18n import t, term
from workbench.services import publishing, suspending


@root.command("publish", help=t("cli.help.publish"))
@click.argument("number", type=int)
@pass_call
def publish(call: Call, number: int) -> None:
    """Publish a batch."""
    with call.transaction() as session:
        notice = publishing.publish(
            session=session, batch_id=number, by=call.person(session), at=call.at, on=call.on, home=call.home
        )
    folder = call.home.resolve() / "published" / notice.folder
    result = {
        "notice": notice.folder, "opened": notice.opened, "public": folder / "public", "internal": folder / "internal",
        "snapshot": notice.snapshot_digest, "head": notice.ledger_head,
    }  # fmt: skip
    call.emit(result, t("publication.published", name=notice.folder, **result))


def change_use(
    call: Call, code: str, state: UseState, reason: str, fonds: str | None, deadline: date | None = None
) -> None:
    """Suspend, restore or withdraw an opened item, and say so."""
    with call.transaction() as session:
        change = suspending.change_use(
            session=session, code=code, state=state, reason=reason, by=call.person(session), at=call.at, on=call.on,
            fonds=fonds, deadline=deadline,
        )  # fmt: skip
    result = {"code": code, "state": change.state.value, "deadline": change.deadline}
    until = t("publication.until", deadline=change.deadline) if change.deadline else ""
    call.emit(result, t("publication.use_changed", code=code, state=term(change.state), until=until))


@root.command("suspend", help=t("cli.help.suspend"))
@click.argument("code", required=False)
@click.option("--reason", help=t("cli.help.use_reason"))
@click.option("--deadline", type=DATE, help=t("cli.help.deadline"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--list", "listed", is_flag=True, help=t("cli.help.suspend_list"))
@pass_call
def suspend(
    call: Call, code: str | None, reason: str | None, deadline: date | None, fonds: str | None, listed: bool
) -> None:
    """Suspend the use of an opened item at once, or list what is suspended."""
    if listed:
        _list_suspended(call)
        return
    if code is None or reason is None:
        raise click.UsageError("CODE --reason TEXT / --list")
    change_use(call, code, UseState.SUSPENDED, reason, fonds, deadline)


def _list_suspended(call: Call) -> None:
    with call.reading() as session:
        rows = [
            {
                "code": item.record.reference_code,
                "title": item.record.public_title or item.record.title,
                "by": item.since.by,
                "deadline": item.since.deadline,
                "overdue": item.is_overdue,
            }
            for item in suspending.standing(session, on=call.on)
        ]
    call.emit(
        rows, lambda: [f"{'!' if r['overdue'] else ' '} {r['deadline']}\t{r['code']}\t{r['title']}" for r in rows]
    )


@root.command("withdraw", help=t("cli.help.withdraw"))
@click.argument("code")
@click.option("--reason", required=True, help=t("cli.help.use_reason"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def withdraw(call: Call, code: str, reason: str, fonds: str | None) -> None:
    """Withdraw an opening; the item is due for review again."""
    change_use(call, code, UseState.WITHDRAWN, reason, fonds)
