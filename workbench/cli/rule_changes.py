"""``rules add, retire, restore, preview, history, export, import`` (本馆规则): change the archive's own rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from models.errors import HomeError
from workbench.cli.framework import Call, Command, pass_call
from workbench.cli.parameters import FILE
from workbench.i18n import count, t
from workbench.services import local_rules, rule_bundles, rule_effects
from workbench.services.local_rules import Saved


def _text_of(file: Path) -> str:
    if not file.is_file():
        raise HomeError("home.no_file", path=str(file))
    return file.read_text(encoding="utf-8-sig")


def _row(saved: Saved) -> dict[str, Any]:
    return {"rule": saved.rule.id, "version": saved.rule.version, "status": saved.rule.status,
            "changed": saved.is_changed}  # fmt: skip


def _told(saved: Saved) -> str:
    outcome = "saved" if saved.is_changed else "unchanged"
    state = t(f"rule_changes.status.{saved.rule.status}")
    return t(f"rule_changes.{outcome}", rule=saved.rule.id, version=saved.rule.version, status=state)


@click.command("add", cls=Command, help=t("cli.help.rules_add"))
@click.argument("file", type=FILE)
@pass_call
def add(call: Call, file: Path) -> None:
    """Save one rule."""
    text = _text_of(file)
    with call.transaction() as session:
        actor = call.actor(session, local_rules.CHANGED)
        saved = local_rules.save(session=session, home=call.home, text=text, by=actor, at=call.at)
    call.emit(_row(saved), _told(saved))


@click.command("retire", cls=Command, help=t("cli.help.rules_retire"))
@click.argument("rule_id", metavar="ID")
@pass_call
def retire(call: Call, rule_id: str) -> None:
    """Put a rule out of force."""
    with call.transaction() as session:
        actor = call.actor(session, local_rules.CHANGED)
        saved = local_rules.retire(session=session, home=call.home, rule_id=rule_id, by=actor, at=call.at)
    call.emit(_row(saved), _told(saved))


@click.command("restore", cls=Command, help=t("cli.help.rules_restore"))
@click.argument("rule_id", metavar="ID")
@click.option("--version", type=click.IntRange(min=0), help=t("cli.help.rules_version"))
@pass_call
def restore(call: Call, rule_id: str, version: int | None) -> None:
    """Put a rule in force again."""
    with call.transaction() as session:
        actor = call.actor(session, local_rules.CHANGED)
        saved = local_rules.restore(
            session=session, home=call.home, rule_id=rule_id, by=actor, at=call.at, version=version
        )
    call.emit(_row(saved), _told(saved))


@click.command("history", cls=Command, help=t("cli.help.rules_history"))
@click.argument("rule_id", metavar="ID")
@pass_call
def history(call: Call, rule_id: str) -> None:
    """Show every change of a rule."""
    with call.reading() as session:
        rows = local_rules.history(session, rule_id)
    call.emit(
        rows, lambda: [f"{r['version']}\t{r['act']}\t{r['status']}\t{r['by']}\t{r['at']:%Y-%m-%d %H:%M}" for r in rows]
        or [t("rule_changes.no_history")]
    )  # fmt: skip


@click.command("preview", cls=Command, help=t("cli.help.rules_preview"))
@click.argument("file", type=FILE)
@pass_call
def preview(call: Call, file: Path) -> None:
    """Say what a rule would do here; nothing is stored."""
    with call.reading() as session:
        made = rule_effects.preview_rule(session, _text_of(file), on=call.on)
    call.emit(made, lambda: list(_effects(made)))


def _effects(made: dict[str, Any]) -> Iterator[str]:
    figures = {name: count(made[name]) for name in ("hits", "opened", "restricted")}
    yield t("rule_changes.touches", **figures)
    for name in ("newly_restricted", "newly_cautioned", "no_longer_touched"):
        yield t(f"rule_changes.{name}", count=count(made[name]["count"]))
        yield from (f"  {each['reference_code']}  {each['title']}" for each in made[name]["shown"])
    for failure in made["failures"]:
        yield t("rule_changes.failed", kind=t(f"pages.rules.{failure['kind']}"), text=failure["text"])


@click.command("export", cls=Command, help=t("cli.help.rules_export"))
@click.argument("out", type=FILE)
@pass_call
def export(call: Call, out: Path) -> None:
    """Write the archive's own rules, without the local pack."""
    with call.reading() as session:
        made = rule_bundles.export(session=session, home=call.home, out=out, at=call.at)
    call.emit(made, t("rule_changes.exported", **made))


@click.command("import", cls=Command, help=t("cli.help.rules_import"))
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, file: Path) -> None:
    """Save every rule of a bundle or a term list, or none."""
    with call.transaction() as session:
        actor = call.actor(session, local_rules.CHANGED)
        made = rule_bundles.import_(session=session, home=call.home, file=file, by=actor, at=call.at)
    call.emit([_row(saved) for saved in made], lambda: [_told(saved) for saved in made])


COMMANDS = (add, retire, restore, history, preview, export, import_)
