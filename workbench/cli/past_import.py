"""``import --decided`` (装入以往结论): lists of what earlier batches decided."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.cli.framework import Call
from workbench.i18n import count, t
from workbench.services import open_marks, past_decisions
from workbench.services.past_report import PastReport, sums


def import_decided(
    call: Call,
    files: Sequence[Path],
    *,
    meanings: Sequence[str],
    dry_run: bool,
    reports: Sequence[Path | None],
    reading: dict[str, Any],
) -> None:
    """Take in lists of past decisions: all of them, or none."""
    explained = open_marks.read_meanings(said(meanings))
    prepared = []
    for file in files:
        # Parsed before the transaction begins: nobody waits for the database meanwhile.
        with call.reading() as session:
            prepared.append(
                past_decisions.prepare(
                    session=session, path=file, meanings=explained,
                    progress=lambda done: call.say(t("intake.progress", count=count(done))), **reading,
                )
            )  # fmt: skip
    with call.transaction() as session:
        actor = call.actor(session, "past.import")
        made = [
            past_decisions.import_decided(
                session=session, prepared=each, by=actor, at=call.at, dry_run=dry_run, report=report
            )
            for each, report in zip(prepared, reports, strict=True)
        ]
    files_told: list[dict[str, Any]] = [{"file": one.file, **one.to_dict()} for one in made]
    whole = made[0].to_dict() if len(made) == 1 else {"files": files_told, **sums(made)}
    for one in made:
        if one.unknown_marks:
            call.say(t("past.ask", file=one.file, marks=_listed(one), example=next(iter(one.unknown_marks))))
    call.emit(whole, lambda: [line for one in made for line in _told(one, dry_run)])


def said(meanings: Sequence[str]) -> dict[str, str]:
    """``--meaning`` as mark → meaning (标识含义), tried.

    Raises
    ------
    ImportFailure
        What ``open_marks.read_meanings`` raises for a meaning that there is not.
    """
    pairs = dict(_pair(text) for text in meanings)
    open_marks.read_meanings(pairs)
    return pairs


def _pair(text: str) -> tuple[str, str]:
    mark, _, meaning = text.rpartition("=")
    return mark, meaning.strip().lower()


def _listed(made: PastReport) -> str:
    return t("intake.list_mark").join(
        t("past.mark_count", mark=mark, count=count(number)) for mark, number in made.unknown_marks.items()
    )


def _told(made: PastReport, dry_run: bool) -> Iterator[str]:
    figures = {name: count(number) for name, number in made.counts().items()}
    yield t("intake.summary", file=made.file, **figures)
    yield "  " + t("past.summary", **figures)
    yield "  " + t("past.noted_counts", **figures)
    if dry_run:
        yield "  " + t("intake.dry_run", report=made.report)
    else:
        yield "  " + t("past.kept", catalogue=made.catalogue or "—", report=made.report)
