"""``certificate plan|draw|read|check|export`` (抽样复核)."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from models.vocabulary import Access, Ground
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, GROUND
from workbench.i18n import proposed, t
from workbench.services import people, sampling, sampling_report
from workbench.services.roster import record_id_of


@root.group(help=t("cli.help.certificate"))
def certificate() -> None:
    """The opening certificate."""


@certificate.command("plan", help=t("cli.help.certificate_plan"))
@click.option("--open", "open_pile", type=int, required=True, help=t("cli.help.certificate_open"))
@click.option("--limit", type=float, required=True, help=t("cli.help.certificate_limit"))
@click.option("--confidence", type=float, required=True, help=t("cli.help.certificate_confidence"))
@click.option("--allow", type=int, default=0, show_default=True, help=t("cli.help.certificate_allow"))
@click.option("--true-leak", type=float, help=t("cli.help.certificate_true_leak"))
@pass_call
def plan(call: Call, open_pile: int, limit: float, confidence: float, allow: int, true_leak: float | None) -> None:
    """How many to draw; needs no home."""
    made = sampling.plan(open_pile, limit=limit, confidence=confidence, allow=allow, true_leak=true_leak)
    told = t("certificate.plan", **{**made, "power": f"{made['power']:.3f}"})
    call.emit({key: value for key, value in made.items() if key != "true_leak"}, lambda: [told])


@certificate.command("draw", help=t("cli.help.certificate_draw"))
@click.argument("number", metavar="BATCH", type=int)
@click.option("--words", required=True, help=t("cli.help.certificate_words"))
@click.option("--limit", type=float, help=t("cli.help.certificate_limit"))
@click.option("--confidence", type=float, help=t("cli.help.certificate_confidence"))
@pass_call
def draw(call: Call, number: int, words: str, limit: float | None, confidence: float | None) -> None:
    """Freeze the open pile and draw its sample."""
    with call.transaction() as session:
        made = sampling.draw(
            session=session, batch_id=number, by=call.person(session), at=call.at, public_words=words, limit=limit,
            confidence=confidence,
        )  # fmt: skip
        told = {"batch": number, "attempt": made.attempt, "open": made.open_count, "n": made.size, "seed": made.seed}
    call.emit(told, t("certificate.drawn", **told))


@certificate.command("read", help=t("cli.help.certificate_read"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code", required=False)
@click.option("--fonds", help=t("cli.help.code_fonds"))
@click.option("--open", "access", flag_value=Access.OPEN.value, help=t("cli.help.open"))
@click.option("--restrict", "access", flag_value=Access.RESTRICTED.value, help=t("cli.help.restrict"))
@click.option("--ground", type=GROUND, help=t("cli.help.ground"))
@click.option("--reason", help=t("cli.help.reason"))
@click.option("--again", type=DATE, help=t("cli.help.again"))
@pass_call
def read(
    call: Call, number: int, code: str | None, fonds: str | None, access: str | None, ground: str | None,
    reason: str | None, again: date | None,
) -> None:  # fmt: skip
    """Show the next sampled item, or give a reading of a named one."""
    if code is None:
        _show_next(call, number)
        return
    with call.transaction() as session:
        made = sampling.read(
            session=session, batch_id=number, record_id=record_id_of(session, number, code, fonds),
            by=call.person(session), at=call.at, on=call.on, access=Access(access) if access else None,
            ground=Ground(ground) if ground else None, reason=reason, review_again_on=again,
        )  # fmt: skip
    call.emit(
        {"batch": number, "reference_code": code, "access": made.access},
        t("certificate.read", code=code, access=proposed(made.access)),
    )


def _show_next(call: Call, number: int) -> None:
    with call.reading() as session:
        person = call.person(session)
        people.require(person, "certificate.read")
        record = sampling.next_item(session, batch_id=number, by=person)
    if record is None:
        call.emit(None, t("certificate.none_left"))
        return
    names = ("reference_code", "title", "creator", "document_number", "date_text", "fonds", "remarks")
    shown: dict[str, Any] = {name: getattr(record, name) for name in names}
    call.emit(shown, lambda: [str(value) for value in shown.values() if value])


@certificate.command("check", help=t("cli.help.certificate_check"))
@click.argument("number", metavar="BATCH", type=int)
@pass_call
def check(call: Call, number: int) -> None:
    """Progress and finding of the sample."""
    with call.reading() as session:
        now = sampling.state(session, number)
    call.emit(now, lambda: sentences(now))


def sentences(now: dict[str, Any]) -> list[str]:
    """The finding as people read it (抽检结论): one plain sentence first, the bound below."""
    if not now["drawn"]:
        return [t("errors.certificate.not_drawn", batch=now["batch"])]
    if now["upper"] is None:
        return [t("certificate.waiting", n=now["n"], read=now["read"])]
    restricted = now["restricted"]
    plain = t("certificate.found", n=now["n"], found=len(restricted), codes=", ".join(restricted))
    bound = {
        **now,
        "confidence": f"{now['confidence']:.1%}",
        "bound": f"{now['bound']:.2%}",
        "limit": f"{now['limit']:.2%}",
    }
    return [plain if restricted else t("certificate.clean", n=now["n"]), t("certificate.bound", **bound)]


@certificate.command("export", help=t("cli.help.certificate_export"))
@click.argument("number", metavar="BATCH", type=int)
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help=t("cli.help.certificate_folder"))
@pass_call
def export(call: Call, number: int, folder: Path) -> None:
    """Write the sampling report."""
    with call.reading() as session:
        files = sampling_report.write(session, number, folder)
    call.emit({"batch": number, "files": files}, t("certificate.exported", folder=folder))
