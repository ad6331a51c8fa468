"""``import-profile`` (导入方案): how lists of a known header are read."""

from pathlib import Path
from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.cli.intake import mapping_of
from workbench.cli.parameters import FILE
from workbench.i18n import t
from workbench.services import import_profiles, previewing


@root.group("import-profile", help=t("cli.help.import_profile"))
def import_profile() -> None:
    """Remembered mappings of columns."""


@import_profile.command("list", help=t("cli.help.import_profile_list"))
@pass_call
def list_(call: Call) -> None:
    """List profiles."""
    with call.reading() as session:
        found = [import_profiles.plain(each) for each in import_profiles.listed(session)]
    call.emit(found, lambda: [_line(row) for row in found])


@import_profile.command("save", help=t("cli.help.import_profile_save"))
@click.argument("name")
@click.argument("file", type=FILE)
@click.option("--map", "pairs", multiple=True, metavar="FIELD=HEADER", help=t("cli.help.map"))
@click.option("--sheet", help=t("cli.help.sheet"))
@click.option("--row", type=click.IntRange(0), help=t("cli.help.header_row"))
@click.option("--sender", help=t("cli.help.sender"))
@click.option("--encoding", help=t("cli.help.encoding"))
@pass_call
def save(
    call: Call, name: str, file: Path, pairs: tuple[str, ...], sheet: str | None, row: int | None, sender: str | None,
    encoding: str | None,
) -> None:  # fmt: skip
    """Keep how the list in a file is read: its header as recognised, changed by ``--map``."""
    headers, columns = previewing.explained(
        file, mapping_of(pairs), sheet=sheet, row=row, encoding=encoding
    )  # fmt: skip
    with call.transaction() as session:
        by = call.actor(session, "catalogue.import")
        kept = import_profiles.save(
            session=session, name=name, headers=headers, columns=columns, by=by, at=call.at, sender=sender,
            encoding=encoding,
        )  # fmt: skip
        plain = import_profiles.plain(kept)
    call.emit(plain, _line(plain))


@import_profile.command("remove", help=t("cli.help.import_profile_remove"))
@click.argument("name")
@pass_call
def remove(call: Call, name: str) -> None:
    """Forget a profile."""
    with call.transaction() as session:
        import_profiles.remove(
            session=session, name=name, by=call.actor(session, "catalogue.import"), at=call.at
        )  # fmt: skip
    call.emit({"removed": name}, t("intake.profile.removed", name=name))


def _line(row: dict[str, Any]) -> str:
    columns = t("pages.words.join").join(f"{header} → {name}" for name, header in row["columns"].items())
    return t("intake.profile.line", name=row["name"], sender=row["sender"] or "-", columns=columns)
