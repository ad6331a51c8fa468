"""``past`` (以往结论): the lists that were loaded, one record's history, likes that were decided both ways."""

from typing import Any

import click

from workbench.cli.framework import Call, pass_call, root
from workbench.i18n import count, day, t, term
from workbench.services import past_lists


@root.group("past", help=t("cli.help.past"))
def past_group() -> None:
    """Past decisions."""


@past_group.command("lists", help=t("cli.help.past_lists"))
@pass_call
def lists(call: Call) -> None:
    """The lists that were loaded."""
    with call.reading() as session:
        found = past_lists.lists(session)
        undated = past_lists.without_review_again(session)

    def lines() -> list[str]:
        told = [
            t("past.list_line", file=each["file"], open=count(each["open"]), restricted=count(each["restricted"]),
              by=each["by"], day=day(each["at"].date()))
            for each in found
        ]  # fmt: skip
        if undated:
            told.append(t("past.undated_delays", count=count(undated)))
        return told or [t("past.no_lists")]

    call.emit(found, lines)


@past_group.command("show", help=t("cli.help.past_show"))
@click.argument("code")
@click.option("--fonds", help=t("cli.help.code_fonds"))
@pass_call
def show(call: Call, code: str, fonds: str | None) -> None:
    """How one record and its likes were decided before."""
    with call.reading() as session:
        found = past_lists.history(session, code, fonds)

    def lines() -> list[str]:
        told = [_line(each) for each in found["closest"]]
        told.append(t("past.panel.alike", **{name: count(number) for name, number in found["alike"].items()}))
        return told

    call.emit(found, lines)


def _line(each: dict[str, Any]) -> str:
    parts = [
        t(f"past.closeness.{each['closeness']}"), term(each["access"]), each["batch_name"] or "",
        day(each["decided_on"]), term(each["ground"]) if each["ground"] else "", each["reference_code"], each["title"],
    ]  # fmt: skip
    return "\t".join(part for part in parts if part)


@past_group.command("contradictions", help=t("cli.help.past_contradictions"))
@pass_call
def contradictions(call: Call) -> None:
    """Decided records of one document that were decided both ways."""
    with call.reading() as session:
        found = past_lists.contradictions(session)

    def lines() -> list[str]:
        told: list[str] = []
        for group in found:
            told.append(f"{group['document_number']}\t{group['title']}")
            told += [
                f"  {each['reference_code']}\t{term(each['access'])}\t{each['batch_name'] or ''}\t{each['fonds'] or ''}"
                for each in group["records"]
            ]
        return told or [t("past.no_contradictions")]

    call.emit(found, lines)
