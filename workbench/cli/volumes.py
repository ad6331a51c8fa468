"""``volumes`` (案卷): which have their inner list, what their items make of them, what contradicts."""

from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.cli.inner_import import fault_line
from workbench.i18n import count, t, term
from workbench.services import volumes


@root.group("volumes", help=t("cli.help.volumes"))
def volumes_group() -> None:
    """Volumes."""


@volumes_group.command("coverage", help=t("cli.help.volumes_coverage"))
@pass_call
def coverage(call: Call) -> None:
    """By fonds: volumes, with and without a list."""
    with call.reading() as session:
        found = [each.to_dict() for each in volumes.coverage(session)]
    call.emit(found, lambda: [_coverage_line(each) for each in found] or [t("past.volumes.none")])


def _coverage_line(each: dict[str, Any]) -> str:
    figures = {name: count(each[name]) for name in ("volumes", "with_items", "without_items", "items")}
    return t("past.volumes.coverage_line", fonds=each["fonds"] or "—", **figures)


@volumes_group.command("list", help=t("cli.help.volumes_list"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--with-items/--without-items", "listed", default=None, help=t("cli.help.volumes_listed"))
@pass_call
def list_(call: Call, fonds: str | None, listed: bool | None) -> None:
    """Volumes with what their items make of them."""
    with call.reading() as session:
        found = volumes.rows(session, fonds=fonds, listed=listed)
    call.emit(found, lambda: [_line(each) for each in found] or [t("past.volumes.none")])


def _line(each: dict[str, Any]) -> str:
    status = term(each["status"]) if each["status"] else t("past.volumes.no_list")
    return t(
        "past.volumes.line", code=each["reference_code"], items=count(each["items"]), status=status,
        title=each["title"],
    )  # fmt: skip


@volumes_group.command("check", help=t("cli.help.volumes_check"))
@click.argument("code")
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def check(call: Call, code: str, fonds: str | None) -> None:
    """Where a volume and its list contradict each other."""
    with call.reading() as session:
        found = volumes.check(session, volumes.find(session, code, fonds))
    plain = [
        {
            "fault": each.fault.value, "reference_code": each.code, "row": each.row, "item_says": each.item_says,
            "volume_says": each.volume_says,
        }
        for each in found
    ]  # fmt: skip
    lines = [fault_line(each.fault.value, each.code, each.item_says, each.volume_says) for each in found]
    call.emit(plain, lambda: lines or [t("past.volumes.agrees")])


@volumes_group.command("give-way", help=t("cli.help.volumes_give_way"))
@click.argument("batch", type=int)
@pass_call
def give_way(call: Call, batch: int) -> None:
    """Take volumes off a roster whose items have come in."""
    with call.transaction() as session:
        gone = volumes.give_way(session=session, batch_id=batch, by=call.person(session), at=call.at)
    codes = ", ".join(gone)
    call.emit(
        {"batch": batch, "volumes": list(gone)}, t("past.volumes.gave_way", batch=batch, count=len(gone), codes=codes)
    )
