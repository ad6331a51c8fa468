"""``batch`` (批次): assemble, look, and every step of the state table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from models import Batch
from models.vocabulary import BatchAction
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import FILE, YEARS, codes_from
from workbench.i18n import t, term
from workbench.services import approving, batching, overview, waiting_items
from workbench.services.roster import load_batch


@root.group(help=t("cli.help.batch"))
def batch() -> None:
    """Batches."""


@batch.command("new", help=t("cli.help.batch_new"))
@click.option("--title", required=True, help=t("cli.help.batch_title"))
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@click.option("--years", type=YEARS, help=t("cli.help.years"))
@click.option("--codes", type=FILE, help=t("cli.help.codes"))
@click.option("--early", is_flag=True, help=t("cli.help.early"))
@click.option("--basis", help=t("cli.help.basis"))
@pass_call
def new(
    call: Call,
    title: str,
    fonds: tuple[str, ...],
    years: tuple[int, int] | None,
    codes: Path | None,
    early: bool,
    basis: str | None,
) -> None:
    """Assemble a batch."""
    named = None if codes is None else codes_from(codes)
    with call.transaction() as session:
        made = batching.assemble(
            session=session, title=title, by=call.person(session), at=call.at, on=call.on, fonds=fonds, years=years,
            codes=named, early=early, basis=basis,
        )  # fmt: skip
        size = overview.progress(session, made)["items"]
    call.emit({"batch": made.id, "items": size}, t("procedure.created", batch=made.id, count=size))


@batch.command("list", help=t("cli.help.batch_list"))
@pass_call
def list_batches(call: Call) -> None:
    """List batches."""
    with call.reading() as session:
        rows = [
            {"batch": made.id, "title": made.title, "state": made.state.value, "items": size}
            for made, size in batching.everything(session)
        ]
    call.emit(rows, lambda: ["\t".join(_line(row)) for row in rows])


def _line(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return str(row["batch"]), t(f"terms.batchstate.{row['state']}"), str(row["items"]), row["title"]


@batch.command("show", help=t("cli.help.batch_show"))
@click.argument("number", type=int)
@pass_call
def show(call: Call, number: int) -> None:
    """Show a batch: state, counts, possible steps and what stands against them."""
    with call.reading() as session:
        shown = overview.batch_card(session, load_batch(session, number), on=call.on)

    def lines() -> list[str]:
        head = t(
            "procedure.progress", title=shown["title"], state=t(f"terms.batchstate.{shown['state']}"),
            items=shown["items"], settled=shown["settled"], waiting=shown["waiting"], disputed=shown["disputed"],
        )  # fmt: skip
        steps = [
            "".join([_step_line(step), *(f"\n    - {problem}" for problem in step["problems"])])
            for step in shown["steps"]
        ]
        return [head, *steps]

    call.emit(shown, lines)


def _step_line(step: Mapping[str, Any]) -> str:
    action, role = t(f"terms.batchaction.{step['action']}"), t(f"terms.role.{step['role']}")
    return t("procedure.step", step=action, role=role, command=step["action"])


def _moved(call: Call, made: Batch) -> None:
    call.emit(
        {"batch": made.id, "state": made.state.value}, t("procedure.moved", batch=made.id, state=term(made.state))
    )


def _step(action: BatchAction) -> None:
    """Add one plain step of the state table as a command."""

    @batch.command(action.value, help=t(f"terms.batchaction.{action.value}"))
    @click.argument("number", type=int)
    @pass_call
    def take(call: Call, number: int) -> None:
        with call.transaction() as session:
            person = call.person(session)
            made = batching.advance(
                session=session, batch=load_batch(session, number), action=action, by=person, at=call.at, on=call.on
            )
        _moved(call, made)


for _action in (
    BatchAction.START, BatchAction.FINISH, BatchAction.CONSULT, BatchAction.SKIP_CONSULTATION, BatchAction.CONCLUDE,
    BatchAction.CERTIFY, BatchAction.SKIP_CERTIFICATION, BatchAction.SUBMIT, BatchAction.REOPEN,
):  # fmt: skip
    _step(_action)


@batch.command("hold-back", help=t("terms.batchaction.hold-back"))
@click.argument("number", type=int)
@click.argument("codes", nargs=-1)
@click.option("--codes", "file", type=FILE, help=t("cli.help.codes"))
@click.option("--unanswered", is_flag=True, help=t("cli.help.unanswered"))
@pass_call
def hold_back(call: Call, number: int, codes: tuple[str, ...], file: Path | None, unanswered: bool) -> None:
    """Move named items, or all that cannot go on, to the successor batch."""
    with call.transaction() as session:
        made = waiting_items.hold_back(
            session=session, batch_id=number, codes=_named(codes, file), unanswered=unanswered,
            by=call.person(session), at=call.at, on=call.on,
        )  # fmt: skip
    call.emit(
        {"batch": number, "items": made.items, "successor": made.successor},
        t("consultation.held", batch=number, count=made.items, successor=made.successor),
    )


@batch.command("fail", help=t("terms.batchaction.fail"))
@click.argument("number", type=int)
@click.argument("codes", nargs=-1)
@click.option("--codes", "file", type=FILE, help=t("cli.help.codes"))
@pass_call
def fail(call: Call, number: int, codes: tuple[str, ...], file: Path | None) -> None:
    """Send named items back to be read, for what the sample showed."""
    with call.transaction() as session:
        made = approving.fail(
            session=session, batch_id=number, by=call.person(session), at=call.at, on=call.on,
            codes=_named(codes, file),
        )  # fmt: skip
    _moved(call, made)


def _named(codes: Sequence[str], file: Path | None) -> list[str]:
    return [*codes, *([] if file is None else codes_from(file))]


@batch.command("approve", help=t("terms.batchaction.approve"))
@click.argument("number", type=int)
@click.option("--minutes", required=True, help=t("cli.help.minutes"))
@click.option("--signed", type=FILE, help=t("cli.help.signed"))
@pass_call
def approve(call: Call, number: int, minutes: str, signed: Path | None) -> None:
    """Approve a batch."""
    with call.transaction() as session:
        made = approving.approve(
            session=session, batch_id=number, by=call.person(session), at=call.at, on=call.on, minutes_number=minutes,
            signed=signed, home=call.home,
        )  # fmt: skip
    _moved(call, made)


@batch.command("return", help=t("terms.batchaction.return"))
@click.argument("number", type=int)
@click.argument("codes", nargs=-1)
@click.option("--note", required=True, help=t("cli.help.note"))
@click.option("--codes", "file", type=FILE, help=t("cli.help.codes"))
@click.option("--all", "everything", is_flag=True, help=t("cli.help.all_items"))
@pass_call
def return_(call: Call, number: int, codes: tuple[str, ...], note: str, file: Path | None, everything: bool) -> None:
    """Return a batch, naming items or all."""
    named = [] if everything else _named(codes, file)
    with call.transaction() as session:
        made = approving.return_(
            session=session, batch_id=number, by=call.person(session), at=call.at, on=call.on, note=note, codes=named
        )
    _moved(call, made)
