"""``publish`` (公布): the notice and the open catalogue of an approved batch."""

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import t
from workbench.services import publishing


@root.command("publish", help=t("cli.help.publish"))
@click.argument("number", type=int)
@pass_call
def publish(call: Call, number: int) -> None:
    """Publish a batch."""
    with call.transaction() as session:
        notice = publishing.publish(
            session=session, batch_id=number, by=call.person(session), at=call.at, on=call.on, home=call.home
        )
    folder = call.home.resolve() / "published" / notice.folder
    result = {
        "notice": notice.folder, "opened": notice.opened, "public": folder / "public", "internal": folder / "internal",
        "snapshot": notice.snapshot_digest, "head": notice.ledger_head,
    }  # fmt: skip
    call.emit(result, t("publication.published", name=notice.folder, **result))
