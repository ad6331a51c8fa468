"""Past decisions in (以往结论): try a list, say what unknown marks mean, let it in; what was loaded, what clashes."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import streamlit as st

from models import User
from workbench import clock, widgets
from workbench.i18n import count, day, t, term
from workbench.pages import import_jobs, tables
from workbench.permissions import require
from workbench.readers import READERS
from workbench.services import import_profiles, intake_files, jobs, past_decisions, past_lists, setting_up
from workbench.services.open_marks import SAYABLE, Mark, read_meanings
from workbench.services.past_decisions import Prepared
from workbench.services.past_report import PastReport
from workbench.settings import environment

SHOWN = 50
_STATE = "past.tried"
_ACCOUNT = ("rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined")
_DECISIONS = ("open", "restricted", "undecided", "records_added", "applied")


@dataclass
class Tried:
    """A list that was tried (试读的清单): what would happen, and every mark that anybody had to explain."""

    path: Path
    file_id: str
    header: str
    report: PastReport
    asked: dict[str, int] = field(default_factory=dict)
    is_kept: bool = False


def part(user: User) -> None:
    """From the upload to history (装入以往结论)."""
    st.caption(t("past.page.lead"))
    uploaded = st.file_uploader(t("past.page.file"), type=[each.lstrip(".") for each in READERS], key="past.file")
    header = st.text_input(t("past.page.mark_header"), key="past.header", help=t("past.page.mark_header_help")).strip()
    tried: Tried | None = st.session_state.get(_STATE)
    if uploaded is None:
        st.session_state.pop(_STATE, None)
    else:
        if tried is not None and (tried.file_id, tried.header) != (uploaded.file_id, header):
            tried = None
        if tried is None and st.button(t("past.page.try"), key="past.try", type="primary"):
            path = intake_files.keep_upload(environment().home, uploaded.name, uploaded.getvalue())
            tried = _try(path, uploaded.file_id, header, {}, {}, user)
        if tried is not None:
            _show(tried, user)
            return
    _loaded()


def _reading(header: str) -> dict[str, Any]:
    settings = widgets.read(setting_up.all_values)
    asked = {
        "on": clock.today(), "live_mark": settings["live_mark"], "whole_year": settings["whole_year_rule"],
        "mapping": {"open_mark": header} if header else None,
    }  # fmt: skip
    return widgets.read(import_profiles.reading).options(**asked)


def _try(
    path: Path, file_id: str, header: str, meanings: Mapping[str, str], asked: dict[str, int], user: User
) -> Tried | None:
    report = _take(path, header, meanings, user, dry_run=True)
    tried = None if report is None else Tried(path, file_id, header, report, {**asked, **report.unknown_marks})
    st.session_state[_STATE] = tried
    return tried


def _take(path: Path, header: str, meanings: Mapping[str, str], user: User, *, dry_run: bool) -> PastReport | None:
    require(user, "past.import")
    with st.spinner(t("pages.import.reading")):
        # Parsed before the transaction begins: nobody waits for the database meanwhile.
        prepared: Prepared | None = widgets.guarded(_prepare, path, header, meanings)
        if prepared is None:
            return None
        return widgets.act(
            past_decisions.import_decided, prepared=prepared, by=user.name, at=clock.now(), dry_run=dry_run
        )


def _prepare(path: Path, header: str, meanings: Mapping[str, str]) -> Prepared:
    reading, said = _reading(header), read_meanings(meanings)
    return widgets.read(_prepared, path=path, meanings=said, **reading)


def _prepared(session: Any, **given: Any) -> Prepared:
    return past_decisions.prepare(session=session, **given)


def _show(tried: Tried, user: User) -> None:
    report = tried.report
    widgets.figures([(t(f"pages.import.count.{name}"), count(report[name])) for name in _ACCOUNT])
    widgets.figures([(t(f"past.page.count.{name}"), count(report[name])) for name in _DECISIONS])
    notes = ("overturned", "opposite_here", "on_roster", "without_review_again")
    st.caption(t("past.noted_counts", **{name: count(report[name]) for name in notes}))
    if tried.asked and not tried.is_kept:
        _ask(tried, user)
    _problems(report)
    if tried.is_kept:
        st.success(t("past.page.kept", count=count(report["open"] + report["restricted"])), icon=":material/check:")
        return
    meanings = st.session_state.get("past.meanings", {})
    left, right, _ = st.columns([2, 2, 3])
    if right.button(t("jobs.in_background"), key="past.queue", icon=":material/schedule:"):
        st.session_state.pop(_STATE, None)
        asked = {"mapping": {"open_mark": tried.header}} if tried.header else {}
        given = {"list": "decided", "meanings": dict(meanings), **asked, **jobs.places_of([tried.path])}
        import_jobs.queue(user, tried.path.name, given)
    if left.button(t("past.page.keep", count=count(report["accepted"])), key="past.keep", type="primary"):
        made = _take(tried.path, tried.header, meanings, user, dry_run=False)
        if made is not None:
            intake_files.discard_upload(environment().home, tried.path)
            st.session_state[_STATE] = Tried(tried.path, tried.file_id, tried.header, made, is_kept=True)
            widgets.done(t("past.page.kept", count=count(made["open"] + made["restricted"])))


def _ask(tried: Tried, user: User) -> None:
    """What a mark means in this archive is asked, never guessed (问明标识)."""
    st.warning(t("past.page.ask"), icon=":material/help:")
    with st.form("past.ask"):
        said: dict[str, Mark | None] = {}
        for mark, number in tried.asked.items():
            said[mark] = st.selectbox(
                t("past.mark_count", mark=mark, count=count(number)), [None, *SAYABLE], key=f"past.mark.{mark}",
                format_func=lambda each: t(f"past.page.meaning.{each.value}" if each else "past.page.meaning.unsaid"),
            )  # fmt: skip
        sent = st.form_submit_button(t("past.page.again"))
    if sent:
        meanings = {mark: meaning.value for mark, meaning in said.items() if meaning}
        st.session_state["past.meanings"] = meanings
        if _try(tried.path, tried.file_id, tried.header, meanings, tried.asked, user) is not None:
            st.rerun()


def _problems(report: PastReport) -> None:
    if report.report is None or not report.report.is_file():
        return
    with report.report.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(islice(csv.DictReader(stream), SHOWN))
    if lines:
        st.subheader(t("pages.import.problems"), anchor=False)
        st.dataframe(lines, hide_index=True, width="stretch", height=260)
        st.download_button(
            t("pages.import.download"), report.report.read_bytes(), file_name=report.report.name, mime="text/csv",
            key=f"past.report.{report.report.name}", icon=":material/download:",
        )  # fmt: skip


def _loaded() -> None:
    st.subheader(t("past.page.loaded"), anchor=False)
    rows = [{**each, "day": day(each["at"].date())} for each in widgets.read(past_lists.lists)]
    if not rows:
        widgets.nothing(t("past.no_lists"))
        return
    columns = ("file", "decisions", "open", "restricted", "batches", "by", "day")
    widgets.table(rows, {name: t(f"past.page.column.{name}") for name in columns})
    if undated := widgets.read(past_lists.without_review_again):
        st.caption(t("past.undated_delays", count=count(undated)))
    clashes = widgets.read(past_lists.contradictions)
    if clashes:
        st.subheader(t("past.page.contradictions", count=count(len(clashes))), anchor=False)
        shown = [
            {**each, "title": group["title"], "document_number": group["document_number"],
             "access": term(each["access"]), "batch": each["batch_name"] or each["batch"]}
            for group in clashes for each in group["records"]
        ]  # fmt: skip
        names = ("document_number", "title", "reference_code", "fonds", "access", "batch")
        widgets.table(
            tables.written(shown),
            {name: t(f"past.page.column.{name}") for name in names},
            height=320 if len(shown) > 8 else None,
        )
