"""``correction`` (目录纠错): suspected slips, proposals, the unit's answers, the list for the holdings system."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import click

from models.correction import CorrectedField, CorrectionState
from workbench.cli.consultation import report_lines
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE
from workbench.i18n import count, t, term
from workbench.services import correcting, correction_sheets, suspecting

FIELD = click.Choice([field.value for field in CorrectedField])
STATE = click.Choice([state.value for state in CorrectionState])


@root.group(help=t("cli.help.correction"))
def correction() -> None:
    """Corrections."""


@correction.command("list", help=t("cli.help.correction_list"))
@click.option("--state", "states", multiple=True, type=STATE, help=t("cli.help.correction_state"))
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@pass_call
def list_corrections(call: Call, states: tuple[str, ...], fonds: tuple[str, ...]) -> None:
    """The register."""
    with call.reading() as session:
        wanted = [CorrectionState(state) for state in states]
        rows = correction_sheets.rows(session, states=wanted, fonds=fonds)
        known = correction_sheets.counts(session)

    def lines() -> Iterator[str]:
        for row in rows:
            yield t(
                "correction.line", number=row["number"], state=term(CorrectionState(row["state"])),
                code=row["reference_code"], field=term(CorrectedField(row["field"])), original=row["original"] or "—",
                proposed=row["proposed"], source=row["source"],
            )  # fmt: skip
        yield t("correction.counts", **{name: count(size) for name, size in known.items()})

    call.emit(rows, lines)


@correction.command("suspect", help=t("cli.help.correction_suspect"))
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@click.option("--batch", type=int, help=t("cli.help.correction_batch"))
@click.option("--limit", type=click.IntRange(1), help=t("cli.help.correction_limit"))
@pass_call
def suspect(call: Call, fonds: tuple[str, ...], batch: int | None, limit: int | None) -> None:
    """What looks wrong; nothing is changed."""
    with call.reading() as session:
        found = suspecting.scan(session, fonds=fonds, batch_id=batch)
        rows = list(islice(found, limit))
    call.emit(rows, lambda: [_suspicion(row) for row in rows])


def _suspicion(row: dict[str, Any]) -> str:
    return t(
        "correction.suspicion", code=row["reference_code"], kind=t(f"terms.slipkind.{row['kind']}"),
        found=row["found"], against=row["against"] or "", proposed=row["proposed"] or "—", title=row["title"],
    )  # fmt: skip


@correction.command("propose", help=t("cli.help.correction_propose"))
@click.argument("code")
@click.option("--field", required=True, type=FIELD, help=t("cli.help.correction_field"))
@click.option("--to", "proposed", required=True, help=t("cli.help.correction_to"))
@click.option("--source", required=True, help=t("cli.help.correction_source"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def propose(call: Call, code: str, field: str, proposed: str, source: str, fonds: str | None) -> None:
    """Propose another wording."""
    with call.transaction() as session:
        made = correcting.propose(
            session=session, record_id=int(correcting.record_of(session, code, fonds).id or 0),
            field=CorrectedField(field), proposed=proposed, source=source, by=call.person(session), at=call.at,
            on=call.on,
        )  # fmt: skip
    call.emit({"correction": made.id}, t("correction.proposed", number=made.id))


def _steps(name: str, state: CorrectionState) -> None:
    """One command a step: the same words, another state."""

    @correction.command(name, help=t(f"cli.help.correction_{name.replace('-', '_')}"))
    @click.argument("numbers", nargs=-1, required=True, type=int)
    @click.option("--note", help=t("cli.help.correction_note"))
    @click.option("--number", "document_number", help=t("cli.help.correction_number"))
    @click.option("--unit", "asked_of", help=t("cli.help.correction_unit"))
    @click.option("--date", "day", type=DATE, help=t("cli.help.correction_date"))
    @pass_call
    def step(
        call: Call, numbers: tuple[int, ...], note: str | None, document_number: str | None, asked_of: str | None,
        day: date | None,
    ) -> None:  # fmt: skip
        """Take one step."""
        with call.transaction() as session:
            done = correcting.settle_many(
                session=session, correction_ids=numbers, state=state, by=call.person(session), at=call.at, on=call.on,
                day=day, asked_of=asked_of, document_number=document_number, note=note,
            )  # fmt: skip
        text = t("correction.settled", count=count(len(done)), state=term(state))
        call.emit({"corrections": [each.id for each in done], "state": state}, text)


for _name, _state in (
    ("ask", CorrectionState.ASKED), ("accept", CorrectionState.ACCEPTED), ("refuse", CorrectionState.REFUSED),
    ("take-back", CorrectionState.TAKEN_BACK),
):  # fmt: skip
    _steps(_name, _state)


@correction.command("export", help=t("cli.help.correction_export"))
@click.argument("out", type=FILE)
@click.option("--state", "states", multiple=True, type=STATE, default=("accepted",),
              help=t("cli.help.correction_state"))  # fmt: skip
@click.option("--fonds", multiple=True, help=t("cli.help.fonds"))
@pass_call
def export(call: Call, out: Path, states: tuple[str, ...], fonds: tuple[str, ...]) -> None:
    """Write the list: for the holdings system, or to be checked by the unit."""
    with call.reading() as session:
        written = correction_sheets.export(
            session, out, states=[CorrectionState(state) for state in states], fonds=fonds
        )
    call.emit({"rows": written, "file": str(out)}, t("correction.exported", count=count(written), file=out))


@correction.command("import", help=t("cli.help.correction_import"))
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, file: Path) -> None:
    """Read the list that the unit filled in."""
    with call.transaction() as session:
        result = correction_sheets.import_(session=session, file=file, by=call.person(session), at=call.at, on=call.on)
    call.emit(result.to_dict(), lambda: report_lines(result))
