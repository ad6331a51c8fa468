"""``plan`` and ``outlook`` (年度计划、工作量): who decides what until when, and the work ahead."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import DATE, YEARS
from workbench.i18n import count, t
from workbench.services import outlook as ahead
from workbench.services import planning


@root.command("outlook", help=t("cli.help.outlook"))
@pass_call
def outlook(call: Call) -> None:
    """The work ahead in one sentence."""
    with call.reading() as session:
        found = ahead.outlook(session, on=call.on)
    call.emit(found.to_dict(), lambda: [found.sentence(), *([found.remark()] if found.looks else [])])


def ahead_lines(call: Call) -> list[str]:
    """The sentence for the end of another command (收尾一句)."""
    with call.reading() as session:
        return [ahead.outlook(session, on=call.on).sentence()]


@root.group(help=t("cli.help.plan"))
def plan() -> None:
    """Yearly plan."""


@plan.command("list", help=t("cli.help.plan_list"))
@click.option("--year", type=click.IntRange(1949, 9999), help=t("cli.help.plan_year"))
@pass_call
def list_plan(call: Call, year: int | None) -> None:
    """The plan, and how each line stands."""
    with call.reading() as session:
        rows = [planning.plain(session, found) for found in planning.overview(session, on=call.on, year=year)]
    call.emit(rows, lambda: [_line(row) for row in rows])


def _line(row: Mapping[str, Any]) -> str:
    pace = row["looks_per_person_day"]
    return t(
        "plan.line", number=row["line"], fonds=row["fonds_key"] or t("plan.all_fonds"), years=planning.years_text(row),
        people=", ".join(row["people"]), starts_on=row["starts_on"], deadline=row["deadline"],
        **{name: count(row[name]) for name in ("items", "read", "decided", "left")},
        pace=t("plan.unmeasured") if pace is None else f"{pace:.0f}", finish=row["finish"] or "—",
        late=t("plan.late") if row["is_late"] else "",
    )  # fmt: skip


@plan.command("add", help=t("cli.help.plan_add"))
@click.option("--year", type=click.IntRange(1949, 9999), help=t("cli.help.plan_year"))
@click.option("--fonds", help=t("cli.help.plan_fonds"))
@click.option("--years", type=YEARS, help=t("cli.help.plan_years"))
@click.option("--person", "people", multiple=True, required=True, help=t("cli.help.plan_people"))
@click.option("--deadline", type=DATE, required=True, help=t("cli.help.plan_deadline"))
@click.option("--start", "starts_on", type=DATE, help=t("cli.help.plan_start"))
@click.option("--note", help=t("cli.help.plan_note"))
@pass_call
def add(
    call: Call, year: int | None, fonds: str | None, years: tuple[int, int] | None, people: tuple[str, ...],
    deadline: date, starts_on: date | None, note: str | None,
) -> None:  # fmt: skip
    """Draw up one line."""
    with call.transaction() as session:
        line = planning.add(
            session=session, year=year or deadline.year, people=people, deadline=deadline, by=call.person(session),
            at=call.at, on=call.on, fonds=fonds, years=years, starts_on=starts_on, note=note,
        )  # fmt: skip
    text = t("plan.added", number=line.id, items=count(line.items))
    call.emit({"line": line.id, "items": line.items}, text)


@plan.command("change", help=t("cli.help.plan_change"))
@click.argument("number", type=int)
@click.option("--deadline", type=DATE, help=t("cli.help.plan_deadline"))
@click.option("--person", "people", multiple=True, help=t("cli.help.plan_people"))
@click.option("--note", help=t("cli.help.plan_note"))
@pass_call
def change(call: Call, number: int, deadline: date | None, people: tuple[str, ...], note: str | None) -> None:
    """Change deadline, people or note."""
    with call.transaction() as session:
        line = planning.change(
            session=session, line_id=number, by=call.person(session), at=call.at, deadline=deadline, people=people,
            note=note,
        )  # fmt: skip
    call.emit({"line": line.id}, t("plan.changed", number=line.id))


@plan.command("give-up", help=t("cli.help.plan_give_up"))
@click.argument("number", type=int)
@pass_call
def give_up(call: Call, number: int) -> None:
    """Give a line up."""
    with call.transaction() as session:
        line = planning.give_up(session=session, line_id=number, by=call.person(session), at=call.at)
    call.emit({"line": line.id}, t("plan.given_up", number=line.id))
