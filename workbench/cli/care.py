"""``ledger``, ``backup``, ``restore``, ``doctor`` (维护)."""

import json
import sys
from pathlib import Path

import click

from models.errors import HomeError
from models.vocabulary import UseState
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import FILE
from workbench.cli.publishing import change_use
from workbench.i18n import t
from workbench.services import examining, keeping, ledger_keeping, tidying


@root.group(help=t("cli.help.ledger"))
def ledger() -> None:
    """Audit ledger."""


@ledger.command("verify", help=t("cli.help.ledger_verify"))
@click.option("--head", help=t("cli.help.ledger_head_option"))
@pass_call
def verify(call: Call, head: str | None) -> None:
    """Walk the chain; exit 1 at the first line that does not hold."""
    with call.reading() as session:
        count = ledger_keeping.verify(session, head=head.strip().lower() if head else None)
        newest = ledger_keeping.head(session)
    call.emit({"events": count, "head": newest, "intact": True}, t("ledger.intact", count=count, head=newest))


@ledger.command("head", help=t("cli.help.ledger_head"))
@pass_call
def head(call: Call) -> None:
    """Print the newest hash."""
    with call.reading() as session:
        newest = ledger_keeping.head(session)
    call.emit({"head": newest}, newest)


@ledger.command("export", help=t("cli.help.ledger_export"))
@click.argument("out", type=FILE, required=False)
@pass_call
def export(call: Call, out: Path | None) -> None:
    """Write every line as JSON, one a line, to a file or stdout."""
    with call.reading() as session:
        rows = [ledger_keeping.plain(event) for event in ledger_keeping.events(session)]
    if out is None:
        call.emit(rows, lambda: [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows])
        return
    try:
        out.write_text(
            "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows), encoding="utf-8"
        )
    except OSError as error:
        raise HomeError("home.cannot_write", path=str(out)) from error
    call.emit({"events": len(rows), "file": str(out)}, t("ledger.exported", count=len(rows), file=out))


@root.command("backup", help=t("cli.help.backup"))
@click.argument("file", type=FILE)
@pass_call
def backup(call: Call, file: Path) -> None:
    """Back the home up."""
    keeping.require_place(call.environment, file)
    with call.transaction() as session:
        actor = call.actor(session, "home.backup")
        # Sealed first, so that the backup itself contains the line that it was made.
        ledger_keeping.seal(session, actor=actor, action="home.backup", subject="home", payload={}, at=call.at)
    count = keeping.backup(call.environment, file)
    call.emit({"files": count, "file": str(file)}, t("backup.done", count=count, file=file))


@root.command("restore", help=t("cli.help.restore"))
@click.argument("target", metavar="FILE|CODE")
@click.option("--reason", help=t("cli.help.use_reason"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--together", is_flag=True, help=t("cli.help.together"))
@pass_call
def restore(call: Call, target: str, reason: str | None, fonds: str | None, together: bool) -> None:
    """Restore a backup into an empty home; with ``--reason``, the use of a suspended item."""
    if reason is not None:
        change_use(call, (target,), UseState.RESTORED, reason, fonds, together=together)
        return
    file = Path(target)
    count = keeping.restore(call.environment, file)
    call.emit({"files": count, "home": str(call.home)}, t("backup.restored", count=count, path=call.home))


@root.command("doctor", help=t("cli.help.doctor"))
@pass_call
def doctor(call: Call) -> None:
    """Look for trouble; exit 1 when something is not well."""
    findings = [*examining.examine(call.environment, on=call.on), *tidying.tidy(call.environment, at=call.at)]
    rows = [{"name": f.name, "well": f.is_well, "text": f.text} for f in findings]
    call.emit(rows, lambda: [f"{'✓' if f.is_well else '✗'} {f.text}" for f in findings])
    if not all(f.is_well for f in findings):
        sys.exit(1)
