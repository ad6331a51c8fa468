"""``papers`` (整批公文): print a batch's papers, keep the scans of those that were signed, care for templates."""

from pathlib import Path
from typing import Any

import click

from models import PaperKind
from workbench.cli.framework import Call, Group, pass_call, root
from workbench.cli.paper_templates import templates
from workbench.cli.parameters import FILE, FOLDER
from workbench.i18n import t, term
from workbench.services import paper_printing, signed_sheets
from workbench.services import papers as batch_papers
from workbench.services.papers import Printed

KIND = click.Choice([kind.value for kind in PaperKind])
_TAKES_A_VALUE = ("--as", "--out")


class PapersGroup(Group):
    """``papers BATCH --out FOLDER`` prints; every other first word is a verb (批次号即打印)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the word ``print`` before what begins with a number."""
        words = [word for before, word in zip(["", *args], args, strict=False) if before not in _TAKES_A_VALUE]
        first = next((word for word in words if not word.startswith("-")), "")
        return super().parse_args(ctx, ["print", *args] if first.isdecimal() else args)


@root.group(cls=PapersGroup, help=t("cli.help.papers"))
def papers() -> None:
    """Papers."""


papers.add_command(templates)


@papers.command("print", help=t("cli.help.papers_print"))
@click.argument("batch", type=int)
@click.option("--out", type=FOLDER, required=True, help=t("cli.help.papers_out"))
@pass_call
def print_(call: Call, batch: int, out: Path) -> None:
    """Print a batch's papers; ``papers BATCH --out FOLDER`` is the same."""
    at = call.at
    with call.reading() as session:
        call.actor(session, "papers.print")  # refused before the work, not after
        printing = batch_papers.gather(session, batch, home=call.home, at=at, on=call.on)
    printed = paper_printing.write(printing, out)
    with call.transaction() as session:
        batch_papers.record(session=session, printed=printed, by=call.actor(session, "papers.print"), at=at)
    if printed.warning or not printed.bound:
        call.say(printed.warning or t("papers.no_typesetter"))
    call.emit(printed.to_dict(), lambda: _printed_lines(printed))


def _printed_lines(printed: Printed) -> list[str]:
    pages = t("papers.printed_pages", pages=printed.pages) if printed.pages else ""
    head = t("papers.printed", count=len(printed.papers), folder=printed.folder, pages=pages)
    return [
        head,
        *(f"  {paper.file}" for paper in printed.papers),
        *(f"  {t('papers.left_out', name=line['name'], why=line['why'])}" for line in printed.left_out),
    ]


@papers.command("attach", help=t("cli.help.papers_attach"))
@click.argument("batch", type=int)
@click.argument("file", type=FILE)
@click.option("--paper", "kind", type=KIND, required=True, help=t("cli.help.papers_kind"))
@click.option("--note", help=t("cli.help.papers_note"))
@pass_call
def attach(call: Call, batch: int, file: Path, kind: str, note: str | None) -> None:
    """Attach the scan of a signed sheet."""
    with call.transaction() as session:
        kept = signed_sheets.attach(
            session=session, batch_id=batch, file=file, paper=PaperKind(kind), home=call.home, note=note,
            by=call.person(session), at=call.at,
        )  # fmt: skip
    result = {"sheet": kept.id, "paper": kept.paper.value, "file": kept.file, "pages": kept.pages,
              "digest": kept.digest}  # fmt: skip
    call.emit(result, t("papers.attached", name=kept.given_name, **result))


@papers.command("scans", help=t("cli.help.papers_scans"))
@click.argument("batch", type=int)
@pass_call
def scans(call: Call, batch: int) -> None:
    """List a batch's scans."""
    with call.reading() as session:
        rows = signed_sheets.rows(session, batch)
    call.emit(rows, lambda: [_line(row) for row in rows] or [t("papers.no_scans")])


def _line(row: dict[str, Any]) -> str:
    return t(
        "papers.scan_line", sheet=row["sheet"], name=term(PaperKind(row["paper"])), pages=row["pages"] or "—",
        by=row["attached_by"], file=row["given_name"] or row["file"], digest=row["digest"],
    )  # fmt: skip


@papers.command("withdraw", help=t("cli.help.papers_withdraw"))
@click.argument("batch", type=int)
@click.argument("sheet", type=int)
@click.option("--reason", required=True, help=t("cli.help.papers_withdraw_reason"))
@pass_call
def withdraw(call: Call, batch: int, sheet: int, reason: str) -> None:
    """Withdraw a scan attached by mistake."""
    with call.transaction() as session:
        gone = signed_sheets.withdraw(
            session=session, batch_id=batch, sheet_id=sheet, reason=reason, by=call.person(session), at=call.at
        )
    call.emit({"batch": batch, "sheet": gone.id}, t("papers.withdrawn", sheet=gone.id))
