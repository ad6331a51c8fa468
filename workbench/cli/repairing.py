"""``import-repair`` (更正退回的行): rows that could not come in, corrected and imported."""

from pathlib import Path
from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import FILE
from workbench.i18n import t
from workbench.services import repair_sheets, repairing


@root.group("import-repair", help=t("cli.help.import_repair"))
def import_repair() -> None:
    """Rejected rows."""


@import_repair.command("list", help=t("cli.help.import_repair_list"))
@click.argument("catalogue", type=int, required=False)
@pass_call
def list_(call: Call, catalogue: int | None) -> None:
    """List waiting rows, or the catalogues that have some."""
    with call.reading() as session:
        if catalogue is None:
            found: list[dict[str, Any]] = [
                {"catalogue": one.id, "file": one.file, "waiting": number}
                for one, number in repairing.waiting_by_catalogue(session)
            ]
            call.emit(found, lambda: [t("repair.catalogue_line", **row) for row in found])
            return
        found = [repairing.plain(row) for row in repairing.waiting(session, catalogue)]
    call.emit(found, lambda: [_line(row) for row in found])


def _line(row: dict[str, Any]) -> str:
    return t(
        "repair.row_line", number=row["number"], sheet=row["sheet"] or "-", row=row["row"], column=row["column"] or "-",
        reason=repairing.reason_of(row["reason"]),
    )  # fmt: skip


@import_repair.command("export", help=t("cli.help.import_repair_export"))
@click.argument("catalogue", type=int)
@click.argument("out", type=FILE)
@pass_call
def export(call: Call, catalogue: int, out: Path) -> None:
    """Write the waiting rows into a sheet to correct."""
    with call.reading() as session:
        written = repair_sheets.write_sheet(session=session, catalogue_id=catalogue, out=out)
    call.emit({"rows": written, "out": str(out)}, t("repair.written", rows=written, out=out))


@import_repair.command("import", help=t("cli.help.import_repair_import"))
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, file: Path) -> None:
    """Take a corrected sheet back."""
    with call.transaction() as session:
        by = call.actor(session, "catalogue.import")
        made = repair_sheets.take_sheet(session=session, path=file, by=by, at=call.at, on=call.on)
    call.emit(made.to_dict(), t("repair.taken", **made.to_dict()))


@import_repair.command("drop", help=t("cli.help.import_repair_drop"))
@click.argument("numbers", type=int, nargs=-1, required=True)
@pass_call
def drop(call: Call, numbers: tuple[int, ...]) -> None:
    """Say that lines are no items."""
    with call.transaction() as session:
        by = call.actor(session, "catalogue.import")
        for number in numbers:
            repairing.drop(session=session, row_id=number, by=by, at=call.at)
    call.emit({"dropped": len(numbers)}, t("repair.dropped", rows=len(numbers)))
