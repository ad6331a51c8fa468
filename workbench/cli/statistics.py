"""``statistics`` (统计): the tables as text, JSON or a workbook."""

from collections.abc import Iterator
from pathlib import Path

import click

from models.tally import YearKind
from models.vocabulary import Access
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import FILE
from workbench.i18n import count, share, t
from workbench.services import received, setting_up, statistics_book
from workbench.services import statistics as counting


@root.command("statistics", help=t("cli.help.statistics"))
@click.option("--year", type=click.IntRange(1000, 9999), help=t("cli.help.statistics_year"))
@click.option("--by", type=click.Choice([each.value for each in YearKind]), default=YearKind.DUE.value,
              help=t("cli.help.statistics_by"))  # fmt: skip
@click.option("--out", type=FILE, help=t("cli.help.statistics_out"))
@pass_call
def statistics(call: Call, year: int | None, by: str, out: Path | None) -> None:
    """Count the home."""
    with call.reading() as session:
        found = counting.count(session, on=call.on, year=year, by=YearKind(by))
        elsewhere = received.counts_of_home(session)
        rule = setting_up.get(session, "received_documents")
    if out is not None:
        statistics_book.export(found, out, at=call.at)
        call.say(t("statistics.written", file=out))
    call.emit({**found.to_dict(), "received": {**elsewhere, "rule": rule}}, lambda: _lines(found, elsewhere, rule))


def _lines(found: counting.Statistics, elsewhere: dict[str, int], rule: str) -> Iterator[str]:
    named = [(t(f"terms.unitkind.{kind}"), line) for kind, line in found.kinds().items()]
    named += [(statistics_book.year_name(year), line) for year, line in found.years().items()]
    for name, line in [*named, (t("statistics.total_line"), found.total)]:
        counts = ("due", "reviewed", "open", "restricted", "unreviewed", "unanswered")
        rates = {rate: share(getattr(line, rate)) for rate in statistics_book.RATES}
        yield t("statistics.line", name=name, **{each: count(line.sum(each)) for each in counts}, **rates)
    for decided_in, decided in found.decided_years().items():
        yield t(
            "statistics.decided_line", year=decided_in, total=count(decided.total),
            open=count(decided.access[Access.OPEN]), restricted=count(decided.access[Access.RESTRICTED]),
            overturned=count(decided.overturned), rate=share(decided.overturned_rate),
            published=count(found.published.get(decided_in, 0)),
        )  # fmt: skip
    yield t(
        "statistics.received", own=count(elsewhere["own"]), above=count(elsewhere["from_above"]),
        elsewhere=count(elsewhere["elsewhere"]), rule=t(f"terms.receivedrule.{rule}"),
    )  # fmt: skip
    yield statistics_book.note(found)
