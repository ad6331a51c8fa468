"""``fulltext`` (全文): read the files named by 档号, and list how well they were read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from workbench import db
from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import count, explain, t
from workbench.services import full_text

_PAGES_A_PORTION = 20  # so much is lost at most when a run is stopped


@root.group("fulltext", help=t("fulltext.help.group"))
def fulltext() -> None:
    """Full text."""


@fulltext.command("read", help=t("fulltext.help.read"))
@click.option("--folder", type=click.Path(path_type=Path), help=t("fulltext.help.folder"))
@click.option("--batch", type=int, help=t("fulltext.help.batch"))
@pass_call
def read(call: Call, folder: Path | None, batch: int | None) -> None:
    """Read what was not read before; every portion is kept at once."""
    with call.reading() as session:
        actor = call.actor(session, "full_text.read")
        place = full_text.folder_of(session, folder)
        found = full_text.look(session, place, batch_id=batch)
    sums = {"documents": 0, "pages": 0, "unread_pages": 0, "failed": 0, "refused": found.refused}
    problems: list[dict[str, Any]] = []
    for portion in _portions(call, found.waiting):
        with db.transaction(call.environment.url) as session:
            kept = full_text.keep(session=session, documents=portion, by=actor, at=call.at)
        sums = {name: sums[name] + kept[name] for name in sums}
        problems += [
            {"reference_code": each.waiting.reference_code, "file": each.waiting.file.name, "code": each.problem.code}
            for each in portion
            if each.problem is not None
        ]
    told = {**sums, "unchanged": found.unchanged, "without_file": found.without_file, "problems": problems}
    figures = {name: count(number) for name, number in told.items() if isinstance(number, int)}
    call.emit(told, lambda: [t("fulltext.read_done", folder=str(place), **figures), *_remedies(told)])


def _portions(call: Call, waiting: list[full_text.Waiting]) -> Iterator[list[full_text.Document]]:
    portion: list[full_text.Document] = []
    for number, each in enumerate(waiting, start=1):
        document = full_text.read(each)
        if document.problem is not None:
            call.say(explain(document.problem))
        portion.append(document)
        if sum(len(one.pages) for one in portion) >= _PAGES_A_PORTION or number == len(waiting):
            yield portion
            portion = []
            call.say(t("fulltext.progress", done=count(number), all=count(len(waiting))))


def _remedies(told: dict[str, Any]) -> Iterator[str]:
    if told["unread_pages"]:
        yield "  " + t("fulltext.unread", pages=count(told["unread_pages"]))
    if told["refused"]:
        yield "  " + t("fulltext.refused", count=count(told["refused"]))


@fulltext.command("list", help=t("fulltext.help.list"))
@click.option("--poor", is_flag=True, help=t("fulltext.help.poor"))
@pass_call
def list_(call: Call, poor: bool) -> None:
    """What was read, the worst first."""
    with call.reading() as session:
        rows = full_text.rows(session, poor_only=poor)
    call.emit(rows, lambda: [_line(row) for row in rows])


def _line(row: dict[str, Any]) -> str:
    quality = {name: "-" if row[name] is None else f"{row[name]:.2f}" for name in ("quality", "poorest")}
    return t("fulltext.line", code=row["reference_code"], file=row["file"], pages=row["pages"], **quality)
