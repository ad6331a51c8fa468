"""``publish``, ``suspend``, ``withdraw`` (公布、暂停利用、撤销开放); ``restore`` stands in ``care``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from sqlmodel import Session

from models import Record, Suspension
from models.vocabulary import UseState
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE
from workbench.i18n import t, term
from workbench.services import publishing, suspending, suspending_together
from workbench.services.suspending import Changed


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
    call: Call, codes: tuple[str, ...], state: UseState, reason: str, fonds: str | None,
    deadline: date | None = None, *, together: bool = False,
) -> None:  # fmt: skip
    """Suspend, restore or withdraw opened items, and say so; ``together`` with all that one act suspended with one."""
    if together and len(codes) != 1:
        raise click.UsageError("--together CODE")
    with call.transaction() as session:
        given: dict[str, Any] = {
            "reason": reason,
            "by": call.person(session),
            "at": call.at,
            "on": call.on,
            "home": call.home,
        }
        made = (
            suspending_together.decide_together(session=session, code=codes[0], fonds=fonds, state=state, **given)
            if together
            else suspending.change_use(
                session=session, codes=codes, state=state, fonds=fonds, deadline=deadline, **given
            )
        )
        codes = codes_of(session, made)
    say_changed(call, made, codes)


def codes_of(session: Session, made: Changed) -> tuple[str, ...]:
    """档号 of what changed, in order."""
    return tuple(session.get_one(Record, change.record_id).reference_code for change in made.changes)


def say_changed(call: Call, made: Changed, codes: Sequence[str]) -> None:
    """Say what became of which item: one item as one object, several as a list."""
    changed = list(zip(codes, made.changes, strict=True))
    edition = [{"notice": notice.folder, "edition": each.number, "opened": each.opened,
                "public": call.home.resolve() / "published" / notice.folder / "public",
                "snapshot": each.snapshot_digest, "head": each.ledger_head}
               for notice, each in made.editions]  # fmt: skip
    rows = [
        {"code": code, "state": change.state.value, "deadline": change.deadline, "editions": edition}
        for code, change in changed
    ]
    lines = [_said(code, change) for code, change in changed]
    lines += [t("afterwards.edition_made", name=each["notice"], number=each["edition"], public=each["public"])
              for each in edition]  # fmt: skip
    call.emit(rows[0] if len(rows) == 1 else rows, lambda: lines)


def _said(code: str, change: Suspension) -> str:
    until = t("publication.until", deadline=change.deadline) if change.deadline else ""
    return t("publication.use_changed", code=code, state=term(change.state), until=until)


@root.command("suspend", help=t("cli.help.suspend"))
@click.argument("codes", metavar="CODE...", nargs=-1)
@click.option("--reason", help=t("cli.help.use_reason"))
@click.option("--deadline", type=DATE, help=t("cli.help.deadline"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--batch", "batch_id", type=int, help=t("cli.help.suspend_batch"))
@click.option("--list", "listed", is_flag=True, help=t("cli.help.suspend_list"))
@pass_call
def suspend(
    call: Call, codes: tuple[str, ...], reason: str | None, deadline: date | None, fonds: str | None,
    batch_id: int | None, listed: bool,
) -> None:  # fmt: skip
    """Suspend the use of opened items at once, or list what is suspended."""
    if listed:
        _list_suspended(call)
        return
    if reason is None or bool(codes) == (batch_id is not None):
        raise click.UsageError("CODE... --reason TEXT / --batch N --reason TEXT / --list")
    if batch_id is not None:
        with call.transaction() as session:
            made = suspending_together.suspend_batch(
                session=session, batch_id=batch_id, reason=reason, deadline=deadline, by=call.person(session),
                at=call.at, on=call.on, home=call.home,
            )  # fmt: skip
            codes = codes_of(session, made)
        say_changed(call, made, codes)
        return
    change_use(call, codes, UseState.SUSPENDED, reason, fonds, deadline)


def _list_suspended(call: Call) -> None:
    with call.reading() as session:
        rows = [
            {
                "code": item.record.reference_code,
                "title": item.record.public_title or item.record.title,
                "by": item.since.by,
                "reason": item.since.reason,
                "age": item.age,
                "deadline": item.since.deadline,
                "overdue": item.is_overdue,
            }
            for item in suspending.standing(session, on=call.on)
        ]
    call.emit(
        rows, lambda: [f"{'!' if r['overdue'] else ' '} {r['deadline']}\t{r['code']}\t{r['title']}" for r in rows]
    )


@root.command("withdraw", help=t("cli.help.withdraw"))
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--reason", required=True, help=t("cli.help.use_reason"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--together", is_flag=True, help=t("cli.help.together"))
@pass_call
def withdraw(call: Call, codes: tuple[str, ...], reason: str, fonds: str | None, together: bool) -> None:
    """Withdraw openings; the items are due for review again."""
    change_use(call, codes, UseState.WITHDRAWN, reason, fonds, together=together)
