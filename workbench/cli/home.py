"""``init`` and ``demo`` (建库、演示)."""

import click

from workbench import db
from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import t
from workbench.services import keeping, ledger_keeping


@root.command("init", help=t("cli.help.init"))
@pass_call
def init(call: Call) -> None:
    """Create or upgrade the home."""
    keeping.create(call.environment)
    call.emit({"home": call.home.resolve()}, t("home.ready", path=call.home.resolve()))


@root.command("demo", help=t("cli.help.demo"))
@click.option("--if-absent", is_flag=True, help=t("cli.help.if_absent"))
@pass_call
def demo(call: Call, if_absent: bool) -> None:
    """Make a demo home and publish its first batch."""
    from workbench.services import demonstration  # loads the learning libraries: slow, and only needed here

    home = call.home.resolve()
    if if_absent and demonstration.exists(call.environment):
        call.emit({"home": home}, t("demo.present", home=home))
        return
    notice = demonstration.build(call.environment, at=call.at, on=call.on, say=call.say)
    with db.reading(call.environment.url) as session:
        events, head = ledger_keeping.verify(session), ledger_keeping.head(session)
    folder = home / "published" / notice.folder
    result = {
        "home": home, "public": folder / "public", "internal": folder / "internal", "events": events, "head": head,
    }  # fmt: skip
    call.emit(result, t("demo.ready", **result))
