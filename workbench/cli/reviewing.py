"""``review`` (审核): next, list, decide, undo, title, and the offline round trip."""

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click

from models.vocabulary import Access, Ground, ReviewStage
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, FILE, GROUND, STAGE, codes_from
from workbench.i18n import proposed, t, term
from workbench.services import overview, reading_order, reading_queue, review_sheets, reviewing, titles
from workbench.services.roster import load_batch, record_id_of


@root.group(help=t("cli.help.review"))
def review() -> None:
    """Opinions."""


@review.command("next", help=t("cli.help.review_next"))
@click.argument("number", metavar="BATCH", type=int)
@click.option("--stage", type=STAGE, help=t("cli.help.stage"))
@pass_call
def next_item(call: Call, number: int, stage: str | None) -> None:
    """Take the next waiting item."""
    with call.transaction() as session:
        person = call.person(session)
        found = reading_queue.next_item(
            session=session, batch_id=number, by=person, at=call.at, stage=ReviewStage(stage) if stage else None
        )
        card: dict[str, Any] | None = None
        if found is not None:
            card = overview.item_card(session, load_batch(session, number), found)
    if card is None:
        call.emit(None, t("procedure.none_left"))
        return
    shown = card

    def lines() -> list[str]:
        head = [
            f"{shown['reference_code']}  {shown['title']}",
            "  ".join(filter(None, (shown["fonds"], shown["creator"], shown["date_text"]))),
        ]
        reasons = [f"  · {reason['explanation']}：{reason['text']}" for reason in shown["evidence"] or ()]
        return [*head, *reasons, t(f"terms.reviewstage.{shown['stage']}")]

    call.emit(card, lines)


@review.command("order", help=t("cli.help.review_order"))
@click.argument("number", metavar="BATCH", type=int)
@click.option(
    "--strategy",
    type=click.Choice([each.value for each in reading_order.Strategy]),
    required=True,
    help=t("cli.help.order_strategy"),
)
@click.option("--random-share", type=click.FloatRange(0, 1), help=t("cli.help.order_random"))
@click.option("--seeds", type=FILE, help=t("cli.help.order_seeds"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def order(
    call: Call, number: int, strategy: str, random_share: float | None, seeds: Path | None, fonds: str | None
) -> None:
    """Set the order in which a batch is read."""
    with call.transaction() as session:
        ranked = reading_order.choose(
            session=session, batch_id=number, strategy=reading_order.Strategy(strategy), random_share=random_share,
            seeds=[record_id_of(session, number, code, fonds) for code in (codes_from(seeds) if seeds else ())],
            by=call.person(session), at=call.at,
        )  # fmt: skip
    call.emit({"batch": number, **ranked}, t(f"procedure.ordered.{strategy}", batch=number, **ranked))


@review.command("list", help=t("cli.help.review_list"))
@click.argument("number", metavar="BATCH", type=int)
@pass_call
def list_items(call: Call, number: int) -> None:
    """List a batch's items and how they stand."""
    with call.reading() as session:
        rows = overview.roster_rows(session, load_batch(session, number))
    call.emit(rows, lambda: ["\t".join(_line(row)) for row in rows])


def _line(row: dict[str, Any]) -> tuple[str, str, str, str]:
    outcome = proposed(Access(row["access"])) if row["access"] else ""
    return row["reference_code"], t(f"pages.batches.standing.{row['standing']}"), outcome, row["title"]


@review.command("decide", help=t("cli.help.review_decide"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code", required=False)
@click.option("--open", "opens", is_flag=True, help=t("cli.help.open"))
@click.option("--restrict", "restricts", is_flag=True, help=t("cli.help.restrict"))
@click.option("--ground", type=GROUND, help=t("cli.help.ground"))
@click.option("--reason", help=t("cli.help.reason"))
@click.option("--again", type=DATE, help=t("cli.help.again"))
@click.option("--stage", type=STAGE, help=t("cli.help.stage"))
@click.option("--group", type=FILE, help=t("cli.help.group"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def decide(
    call: Call, number: int, code: str | None, opens: bool, restricts: bool, ground: str | None, reason: str | None,
    again: date | None, stage: str | None, group: Path | None, fonds: str | None,
) -> None:  # fmt: skip
    """Record an opinion on one item, or the same on a group."""
    if opens and restricts:
        raise click.UsageError("--open / --restrict")
    if (code is None) == (group is None):
        raise click.UsageError("CODE / --group FILE")
    codes = [code] if code is not None else list(codes_from(group)) if group else []
    access = Access.OPEN if opens else Access.RESTRICTED if restricts else None
    with call.transaction() as session:
        person = call.person(session)
        given = reviewing.decide_group(
            session=session, batch_id=number,
            record_ids=[record_id_of(session, number, one, fonds) for one in codes],
            group_id=uuid.uuid4().hex if group else None, by=person, at=call.at, on=call.on, access=access,
            ground=Ground(ground.upper()) if ground else None, reason=reason, review_again_on=again,
            stage=ReviewStage(stage) if stage else None,
        )  # fmt: skip
    rows = [
        {"code": one, "stage": opinion.stage.value, "access": opinion.access.value, "round": opinion.round}
        for one, opinion in zip(codes, given, strict=True)
    ]
    call.emit(
        rows[0] if group is None else rows,
        lambda: [
            t("procedure.decided", code=one, stage=term(opinion.stage), access=proposed(opinion.access))
            for one, opinion in zip(codes, given, strict=True)
        ],
    )


@review.command("undo", help=t("cli.help.review_undo"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code", required=False)
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def undo(call: Call, number: int, code: str | None, fonds: str | None) -> None:
    """Withdraw one's newest opinion."""
    with call.transaction() as session:
        record_id = None if code is None else record_id_of(session, number, code, fonds)
        withdrawn = reviewing.undo(
            session=session, batch_id=number, by=call.person(session), at=call.at, record_id=record_id
        )
        undone = overview.code_of(session, withdrawn.record_id)
    text = t("procedure.undone", code=undone, stage=term(withdrawn.stage))
    call.emit({"code": undone, "stage": withdrawn.stage.value}, text)


@review.command("park", help=t("cli.help.review_park"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code")
@click.option("--question", required=True, help=t("cli.help.question"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def park(call: Call, number: int, code: str, question: str, fonds: str | None) -> None:
    """Put an item aside with a question."""
    with call.transaction() as session:
        reviewing.park(
            session=session, batch_id=number, record_id=record_id_of(session, number, code, fonds), text=question,
            by=call.person(session), at=call.at,
        )  # fmt: skip
    call.emit({"code": code}, t("procedure.parked", code=code))


@review.command("title", help=t("cli.help.review_title"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("code")
@click.option("--keep", is_flag=True, help=t("cli.help.title_keep"))
@click.option("--public", "public_title", help=t("cli.help.title_public"))
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def title(call: Call, number: int, code: str, keep: bool, public_title: str | None, fonds: str | None) -> None:
    """Keep a title or replace it in public."""
    if keep == (public_title is not None):
        raise click.UsageError("--keep / --public TEXT")
    with call.transaction() as session:
        titles.decide_title(
            session=session, batch_id=number, record_id=record_id_of(session, number, code, fonds),
            public_title=public_title, by=call.person(session), at=call.at,
        )  # fmt: skip
    call.emit({"code": code, "public_title": public_title}, t("procedure.titled", code=code))


@review.command("titles", help=t("cli.help.review_titles"))
@click.argument("number", metavar="BATCH", type=int)
@pass_call
def list_titles(call: Call, number: int) -> None:
    """List the titles that wait for a check, each with a proposal."""
    with call.reading() as session:
        rows = titles.waiting_rows(session, number)
    call.emit(
        rows, lambda: [f"{r['reference_code']}\t{r['title']}\t{r['proposal'] or ''}" for r in rows]
        or [t("pages.titles.none")]
    )  # fmt: skip


@review.command("export", help=t("cli.help.review_export"))
@click.argument("number", metavar="BATCH", type=int)
@click.argument("out", type=FILE)
@click.option("--stage", type=STAGE, help=t("cli.help.stage"))
@pass_call
def export(call: Call, number: int, out: Path, stage: str | None) -> None:
    """Write the items that wait for this person to an Excel sheet."""
    with call.reading() as session:
        written = review_sheets.export(
            session=session, batch_id=number, out=out, by=call.person(session), at=call.at,
            stage=ReviewStage(stage) if stage else None,
        )  # fmt: skip
    call.emit({"batch": number, "items": written, "file": str(out)}, t("procedure.exported", count=written, file=out))


@review.command("import", help=t("cli.help.review_import"))
@click.argument("file", type=FILE)
@pass_call
def import_(call: Call, file: Path) -> None:
    """Read the opinions of a returned sheet."""
    with call.transaction() as session:
        result = review_sheets.import_(session=session, file=file, by=call.person(session), at=call.at, on=call.on)
    call.emit(
        result.to_dict(),
        lambda: [
            t("procedure.imported", recorded=result.recorded, blank=result.blank, conflicts=len(result.problems)),
            *(f"  {problem.where}: {problem.text}" for problem in result.problems),
        ],
    )
