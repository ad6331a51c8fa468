"""The register of corrections (目录纠错): what waits, what looks wrong, lists out to the unit and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from sqlmodel import Session

from models import User
from models.correction import CorrectedField, CorrectionState
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import tables
from workbench.pages.corrections_panel import suspicion_html, told
from workbench.pages.frame import signed_in
from workbench.pages.statistics_rows import as_file
from workbench.permissions import may
from workbench.queries import lists
from workbench.services import correcting, correction_sheets, suspecting

S = CorrectionState
OPEN = (S.REPORTED, S.ASKED)
COLUMNS = (
    "number", "state", "fonds", "reference_code", "field", "original", "proposed", "source", "asked_of",
    "document_number", "note", "reported_by",
)  # fmt: skip
SUSPECTED = 30


def page() -> None:
    """Register, suspicions, lists (登记簿、疑点、清单往来)."""
    user = signed_in()
    widgets.heading(t("pages.corrections.title"), t("pages.corrections.lead"))
    known = widgets.read(correction_sheets.counts)
    names = ("reported", "accepted", "waiting", "asked", "refused")
    widgets.figures([(t(f"pages.corrections.count.{name}"), count(known[name])) for name in names])
    register, suspected, sheets = st.tabs(
        [t(f"pages.corrections.tab.{name}") for name in ("register", "suspected", "sheets")]
    )
    with register:
        _register(user)
    with suspected:
        _suspected(user)
    with sheets:
        _sheets(user)


def _register(user: User) -> None:
    states = st.multiselect(
        t("pages.corrections.state"), list(S), default=list(OPEN), format_func=term, key="corrections.state",
        placeholder=t("pages.corrections.any"), on_change=widgets.first_page, args=("corrections",),
    )  # fmt: skip
    start = widgets.page_start("corrections") or 0
    rows = widgets.read(correction_sheets.rows, states=states, after=start, limit=widgets.PAGE)
    if not rows:
        widgets.nothing(t("pages.corrections.none"))
        return
    shown = [
        {**row, "field": term(CorrectedField(row["field"])), "state": term(CorrectionState(row["state"]))}
        for row in rows
    ]
    widgets.table(tables.written(shown), {name: t(f"correction.columns.{name}") for name in COLUMNS})
    widgets.turn_pages("corrections", last=rows[-1]["number"], full=len(rows) == widgets.PAGE)
    waiting = {row["number"]: row for row in rows if row["state"] in (*OPEN, S.ACCEPTED)}
    if waiting and may(user, "correction.settle"):
        _settle(user, waiting)


def _settle(user: User, waiting: Mapping[int, Mapping[str, Any]]) -> None:
    with st.form("correction-step"):
        number = st.selectbox(
            t("pages.corrections.chosen"), list(waiting), key="correction.number",
            format_func=lambda each: _named(waiting, each),
        )  # fmt: skip
        left, middle, right = st.columns(3)
        note = left.text_input(t("pages.corrections.note"), key="correction.note")
        paper = middle.text_input(t("pages.corrections.number"), key="correction.paper")
        unit = right.text_input(t("pages.corrections.unit"), key="correction.unit")
        steps = {"ask": S.ASKED, "accept": S.ACCEPTED, "refuse": S.REFUSED, "take_back": S.TAKEN_BACK}
        pressed = [
            state
            for place, (name, state) in zip(st.columns(4), steps.items(), strict=True)
            if place.form_submit_button(
                t(f"pages.corrections.{name}"), type="primary" if name == "accept" else "secondary", width="stretch"
            )
        ]
    if not pressed or number is None:
        return
    done = widgets.act(
        correcting.settle, correction_id=number, state=pressed[0], by=user, at=clock.now(), on=clock.today(),
        note=note, document_number=paper, asked_of=unit,
    )  # fmt: skip
    if done is not None:
        for part in ("note", "paper", "unit"):
            st.session_state.pop(f"correction.{part}", None)
        widgets.done(t("pages.corrections.settled"))


def _named(waiting: Mapping[int, Mapping[str, Any]], number: int) -> str:
    row = waiting.get(number)
    return str(number) if row is None else f"{number} · {row['reference_code']} · {told(row)}"


def _suspected(user: User) -> None:
    st.caption(t("pages.corrections.suspected_hint"))
    names = st.multiselect(
        t("pages.corrections.fonds"), widgets.read(lists.fonds_names), key="suspected.fonds",
        placeholder=t("pages.words.all"), on_change=widgets.first_page, args=("suspected",),
    )  # fmt: skip
    start = widgets.page_start("suspected") or 0
    found = widgets.read(_scan, names, start)
    if not found:
        widgets.nothing(t("pages.corrections.no_suspicion"))
        return
    for slip in found:
        with st.container(border=True):
            code = f'<span class="code">{_safe(slip["reference_code"])}</span>'
            st.html(f'<p class="neighbour">{code}{_safe(slip["title"])}</p>{suspicion_html(slip)}')
            if may(user, "correction.propose"):
                _put_forward(user, slip)
    records = len({slip["record_id"] for slip in found})
    widgets.turn_pages("suspected", last=found[-1]["record_id"], full=records == SUSPECTED)


def _safe(text: str) -> str:
    return widgets.highlighted(text, [])


def _scan(session: Session, fonds: list[str], after: int) -> list[dict[str, Any]]:
    return list(suspecting.scan(session, fonds=fonds, after=after, limit=SUSPECTED))


def _put_forward(user: User, slip: Mapping[str, Any]) -> None:
    key = f"{slip['record_id']}-{slip['kind']}-{slip['field']}"
    with st.form(f"suspected-{key}", border=False):
        left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
        label = f"{term(CorrectedField(slip['field']))}　{t('pages.corrections.to')}"
        wording = left.text_input(label, value=slip["proposed"] or "", key=f"suspected-to-{key}")
        source = middle.text_input(t("pages.corrections.source"), key=f"suspected-source-{key}")
        sent = right.form_submit_button(t("pages.corrections.propose"), width="stretch")
    if sent:
        made = widgets.act(
            correcting.propose, record_id=slip["record_id"], field=slip["field"], proposed=wording, source=source,
            by=user, at=clock.now(), on=clock.today(), slip=slip["kind"],
        )  # fmt: skip
        if made is not None:
            widgets.done(t("pages.corrections.proposed"))


def _sheets(user: User) -> None:
    for name, states in (("accepted", (S.ACCEPTED,)), ("waiting", OPEN)):
        st.download_button(
            t(f"pages.corrections.download_{name}"), as_file(f"{name}.xlsx", _writer(states)),
            file_name=f"corrections-{name}.xlsx", key=f"corrections.{name}", icon=":material/download:",
        )  # fmt: skip
    if may(user, "correction.settle"):
        uploaded = st.file_uploader(t("pages.corrections.upload"), type=tables.TABLES, key="corrections.file")
        if uploaded is not None and st.button(t("pages.corrections.take"), key="corrections.take", type="primary"):
            tables.take(correction_sheets.import_, uploaded, by=user, at=clock.now(), on=clock.today())


def _writer(states: tuple[CorrectionState, ...]) -> Any:
    def write(out: Path) -> None:
        widgets.read(correction_sheets.export, out, states=states)

    return write
