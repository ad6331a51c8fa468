"""``import`` (目录进来): catalogue files, lists of past decisions, inner lists of volumes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from models.errors import ImportFailure
from models.vocabulary import Level
from workbench.cli import inner_import, past_import
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import FILE
from workbench.cli.plans import ahead_lines
from workbench.cli.working import queue_import
from workbench.i18n import count, t
from workbench.services import import_profiles, repair_sheets, setting_up
from workbench.services.import_report import ImportReport, sum_of
from workbench.services.importing import import_catalogue, stage

LEVEL = click.Choice([level.value for level in Level], case_sensitive=False)


@root.command("import", help=t("cli.help.import"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--sheet", help=t("cli.help.sheet"))
@click.option("--encoding", help=t("cli.help.encoding"))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=HEADER", help=t("cli.help.map"))
@click.option("--level", type=LEVEL, help=t("cli.help.level"))
@click.option("--profile", help=t("cli.help.profile"))
@click.option("--restore-zeros", is_flag=True, help=t("cli.help.restore_zeros"))
@click.option("--background", is_flag=True, help=t("cli.help.background"))
@click.option("--dry-run", is_flag=True, help=t("cli.help.dry_run"))
@click.option("--report", type=FILE, help=t("cli.help.report"))
@click.option("--decided", is_flag=True, help=t("cli.help.decided"))
@click.option("--meaning", "meanings", multiple=True, metavar="MARK=MEANING", help=t("cli.help.meaning"))
@click.option("--volume", metavar="CODE", help=t("cli.help.volume"))
@click.option("--volumes", is_flag=True, help=t("cli.help.volumes_named"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def import_(
    call: Call,
    files: tuple[Path, ...],
    sheet: str | None,
    encoding: str | None,
    pairs: tuple[str, ...],
    level: str | None,
    profile: str | None,
    restore_zeros: bool,
    background: bool,
    dry_run: bool,
    report: Path | None,
    decided: bool,
    meanings: tuple[str, ...],
    volume: str | None,
    volumes: bool,
    fonds: str | None,
) -> None:
    """Import catalogue files: all of them, or none."""
    if sum((decided, volume is not None, volumes)) > 1:
        raise click.UsageError(t("past.one_way"))
    if background and (dry_run or report is not None):
        raise click.UsageError(t("jobs.no_trial"))
    asked: dict[str, Any] = {
        "sheet": sheet, "encoding": encoding, "mapping": mapping_of(pairs), "level": Level(level) if level else None,
    }  # fmt: skip
    with call.reading() as session:
        actor = call.actor(session, "catalogue.import")
        known = import_profiles.reading(session, profile)
        reading: dict[str, Any] = {
            **asked, "on": call.on, "live_mark": setting_up.get(session, "live_mark"),
            "whole_year": setting_up.get(session, "whole_year_rule"),
        }  # fmt: skip
    if background:
        options: dict[str, Any] = {**asked, "profile": profile, "restore_zeros": restore_zeros}
        if decided:
            options |= {"list": "decided", "meanings": past_import.said(meanings)}
        if volume is not None or volumes:
            options |= {"list": "inner", "volume": volume, "fonds": fonds}
        together = [files] if "volume" in options else [(file,) for file in files]
        numbers = [queue_import(call, each, options, actor) for each in together]
        call.emit({"jobs": numbers}, lambda: [t("jobs.queued", number=number) for number in numbers])
        return
    reports = [_report_for(report, file, files) for file in files]
    if decided:
        past_import.import_decided(
            call, files, meanings=meanings, dry_run=dry_run, reports=reports, reading=known.options(**reading)
        )  # fmt: skip
        return
    if volume is not None or volumes:
        inner_import.import_inner_lists(
            call, files, volume=volume, fonds=fonds, dry_run=dry_run, report=report, reading=known.options(**reading)
        )  # fmt: skip
        return
    reading = {**known.options(**reading), "restore_zeros": restore_zeros}
    returned = [file for file in files if repair_sheets.is_repair_sheet(file)]
    for file in files:
        if file in returned:
            continue
        # Parsed before the transaction begins: nobody waits for the database meanwhile.
        stage(path=file, progress=lambda done: call.say(t("intake.progress", count=count(done))), **reading).close()
    with call.transaction() as session:
        made = [
            repair_sheets.take_sheet(session=session, path=file, by=actor, at=call.at, on=call.on, dry_run=dry_run)
            if file in returned
            else import_catalogue(
                session=session, path=file, by=actor, at=call.at, dry_run=dry_run,
                report=_report_for(report, file, files), **reading,
            )
            for file in files
        ]  # fmt: skip
    whole = made[0].to_dict() if len(made) == 1 else {"files": [_named(one) for one in made], **sum_of(made)}
    call.emit(
        whole,
        lambda: [*(line for one in made for line in _told(one, dry_run)), *([] if dry_run else ahead_lines(call))],
    )


def mapping_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``--map`` as field → header (列对照).

    Raises
    ------
    ImportFailure
        ``import.bad_mapping``.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, header = pair.partition("=")
        if not equals or not field.strip() or not header.strip():
            raise ImportFailure("import.bad_mapping", text=pair)
        mapping[field.strip()] = header.strip()
    return mapping


def _report_for(report: Path | None, file: Path, files: tuple[Path, ...]) -> Path | None:
    """One report a file: several files get the source's name put before the suffix."""
    if report is None or len(files) == 1:
        return report
    return report.with_name(f"{report.stem}-{files.index(file) + 1}-{file.stem}{report.suffix or '.csv'}")


def _named(made: ImportReport) -> dict[str, Any]:
    return {"file": made.file, **made.to_dict()}


def _recognised(made: ImportReport) -> str:
    """How well the pages of a scan were read."""
    _, page, lowest = min(made.page_quality, key=lambda each: each[2])
    mean = sum(quality for *_, quality in made.page_quality) / len(made.page_quality)
    return t("intake.scanned", pages=len(made.page_quality), mean=f"{mean:.2f}", page=page, lowest=f"{lowest:.2f}")


def _told(made: ImportReport, dry_run: bool) -> Iterator[str]:
    figures = {name: count(number) for name, number in made.to_dict().items() if isinstance(number, int)}
    yield t("intake.summary", file=made.file, **figures)
    yield "  " + t("intake.details", undated=count(made.undated), **figures)
    yield "  " + t("intake.reading", reader=made.reader, encoding=made.encoding or "-")
    if made.hidden_sheets or made.hidden_rows:
        yield "  " + t("intake.hidden", sheets=", ".join(made.hidden_sheets) or "-", rows=made.hidden_rows)
    if made.page_quality:
        yield "  " + _recognised(made)
    outcome = "dry_run" if dry_run else "kept" if made.catalogue else "nothing_new"
    yield "  " + t(f"intake.{outcome}", catalogue=made.catalogue, report=made.report)
