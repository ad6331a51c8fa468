"""What has reached its opening date, and why (到期清单)."""

from datetime import date
from itertools import islice

import streamlit as st
from sqlmodel import Session

from models.vocabulary import Access
from workbench import clock, widgets
from workbench.i18n import count, day, t, term
from workbench.pages import outlook_line
from workbench.pages.frame import signed_in
from workbench.queries import lists
from workbench.services.due_list import DueRecord, due_records


def page() -> None:
    """The due list, by pages (到期清单)."""
    signed_in()
    widgets.heading(t("pages.due.title"), t("pages.due.lead"))
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    names = left.multiselect(
        t("pages.words.fonds"), widgets.read(lists.fonds_names), key="due.fonds", placeholder=t("pages.words.all"),
        on_change=widgets.first_page, args=("due",),
    )  # fmt: skip
    on = right.date_input(
        t("pages.due.day"),
        clock.today(),
        key="due.on",
        format="YYYY-MM-DD",
        on_change=widgets.first_page,
        args=("due",),
    )
    if not isinstance(on, date):
        return
    widgets.figures([(t("pages.due.undecided"), count(widgets.read(lists.due_count, on)))])
    outlook_line.show()
    start = widgets.page_start("due") or 0
    found = widgets.read(_portion, on, names, start)
    if not found:
        widgets.nothing(t("pages.due.none"))
        return
    columns = ("reference_code", "title", "fonds", "date_text", "due_on", "why", "access")
    widgets.table(
        [_row(each) for each in found], {name: t(f"pages.words.{name}") for name in columns}, height=560
    )  # fmt: skip
    widgets.turn_pages("due", last=found[-1].record.id, full=len(found) == widgets.PAGE)


def _portion(session: Session, on: date, fonds: list[str], after: int) -> list[DueRecord]:
    return list(islice(due_records(session, on=on, fonds=fonds, after=after), widgets.PAGE))


def _row(each: DueRecord) -> dict[str, object]:
    record = each.record
    return {
        "reference_code": record.reference_code,
        "title": record.title,
        "fonds": record.fonds,
        "date_text": record.date_text,
        "due_on": day(each.due.due_on),
        "why": t(f"intake.due_reasons.{each.due.basis}", reference=each.due.reference or ""),
        "access": term(Access(record.access)) if record.access else None,
    }
