"""The yearly plan on the page (年度计划): lines, burn-down, pace, and a form to draw up and change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import streamlit as st

from models import User
from models.vocabulary import Role
from workbench import clock, widgets
from workbench.i18n import count, day, t
from workbench.pages import outlook_line
from workbench.pages.frame import signed_in
from workbench.permissions import may
from workbench.queries import lists
from workbench.services import people, planning
from workbench.services.planning import Progress

COLUMNS = ("number", "fonds", "years", "people", "deadline", "items", "read", "decided", "left", "pace", "finish")
SERIES = {"planned": "#b9b2a2", "unread": "#c08a2e", "undecided": "#9b2d22"}


def page() -> None:
    """Lines of a year with their progress (年度计划)."""
    user = signed_in()
    widgets.heading(t("pages.plans.title"), t("pages.plans.lead"))
    outlook_line.show()
    this = clock.today().year
    year = st.selectbox(t("pages.plans.year"), range(this - 2, this + 3), index=2, key="plans.year", width=160)
    found = widgets.read(planning.overview, on=clock.today(), year=year)
    if found:
        _figures(found)
        rows = [widgets.read(planning.plain, each) for each in found]
        widgets.table([_row(row) for row in rows], {name: t(f"plan.columns.{name}") for name in COLUMNS})
        for each, row in zip(found, rows, strict=True):
            _line(each, row)
    else:
        widgets.nothing(t("pages.plans.none"))
    if may(user, "plan.change"):
        _add(user, int(year or this))
        if found:
            _change(user, found)


def _figures(found: Sequence[Progress]) -> None:
    items, read, decided = (sum(getattr(each, name) for each in found) for name in ("items", "read", "decided"))
    sums = {"items": items, "read": read, "decided": decided, "left": items - decided}
    widgets.figures([(t(f"pages.plans.{name}"), count(size)) for name, size in sums.items()])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    pace = row["looks_per_person_day"]
    return {
        "number": row["line"], "fonds": row["fonds_key"] or t("plan.all_fonds"), "years": planning.years_text(row),
        "people": t("pages.words.join").join(row["people"]), "deadline": day(row["deadline"]),
        **{name: count(row[name]) for name in ("items", "read", "decided", "left")},
        "pace": t("plan.unmeasured") if pace is None else f"{pace:.0f}", "finish": day(row["finish"]) or "—",
    }  # fmt: skip


def _line(found: Progress, row: dict[str, Any]) -> None:
    shown = _row(row)
    st.subheader(f"{shown['number']}　{shown['fonds']}　{shown['years']}", anchor=False)
    if found.items != found.line.items:
        st.caption(t("pages.plans.planned_then", then=count(found.line.items), now=count(found.items)))
    _chart(row["burn_down"])
    _forecast(found)


def _forecast(found: Progress) -> None:
    if found.finish is None:
        st.caption(t("pages.plans.all_done" if found.decided == found.items else "pages.plans.all_read"))
        return
    is_measured = found.pace.a_day is not None
    pace = t(
        "pages.plans.pace_measured" if is_measured else "pages.plans.pace_assumed", a_day=f"{found.a_day:.0f}",
        days=found.pace.person_days,
    )  # fmt: skip
    known = {
        "pace": pace, "people": len(found.line.people), "looks": count(found.looks_left), "finish": day(found.finish),
    }  # fmt: skip
    if found.is_late:
        st.warning(t("pages.plans.finish_late", deadline=day(found.line.deadline), **known), icon=":material/alarm:")
    else:
        st.caption(t("pages.plans.finish", **known))


def _chart(points: Sequence[dict[str, Any]]) -> None:
    """What is left at the end of each day beside the plan's line (燃尽图); no line where the day has not come."""
    names = {name: t(f"pages.plans.series.{name}") for name in SERIES}
    rows = [
        {"day": point["day"].isoformat(), "series": names[name], "left": point[name]}
        for point in points
        for name in SERIES
        if point[name] is not None
    ]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line()
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%m-%d", labelOverlap=True)),
            y=alt.Y("left:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1), scale=alt.Scale(domainMin=0)),
            color=alt.Color(
                "series:N", title=None, scale=alt.Scale(domain=list(names.values()), range=list(SERIES.values())),
                legend=alt.Legend(orient="bottom"),
            ),
            tooltip=[
                alt.Tooltip("day:T", title=t("pages.plans.day"), format="%Y-%m-%d"),
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("left:Q", title=t("pages.plans.records"), format=",.0f"),
            ],
        )
        .properties(height=220)
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")


def _readers() -> list[str]:
    reading = (Role.REVIEWER, Role.ARCHIVIST, Role.GROUP_LEAD)
    return [each.name for each in widgets.read(people.everyone) if any(each.holds(role) for role in reading)]


def _add(user: User, year: int) -> None:
    with st.expander(t("pages.plans.add")), st.form("plan-add", border=False):
        left, middle, right = st.columns([2, 1, 1])
        fonds = left.selectbox(
            t("pages.plans.fonds"), widgets.read(lists.fonds_names), index=None, key="plan.fonds",
            placeholder=t("pages.words.all"),
        )  # fmt: skip
        first = middle.number_input(t("pages.plans.from"), 1800, 2100, value=None, key="plan.from", format="%d")
        last = right.number_input(t("pages.plans.to"), 1800, 2100, value=None, key="plan.to", format="%d")
        who = left.multiselect(
            t("pages.plans.people"), _readers(), key="plan.people", placeholder=t("pages.words.choose")
        )
        starts_on = middle.date_input(t("pages.plans.starts_on"), clock.today(), key="plan.start", format="YYYY-MM-DD")
        deadline = right.date_input(
            t("pages.plans.deadline"), date(year, 12, 31), key=f"plan.deadline.{year}", format="YYYY-MM-DD"
        )
        note = st.text_input(t("pages.plans.note"), key="plan.note")
        sent = st.form_submit_button(t("pages.plans.draw_up"), type="primary")
    if not sent or not isinstance(starts_on, date) or not isinstance(deadline, date):
        return
    years = None if first is None and last is None else (int(first or last or 0), int(last or first or 0))
    made = widgets.act(
        planning.add, year=year, people=who, deadline=deadline, by=user, at=clock.now(), on=clock.today(),
        fonds=fonds, years=years, starts_on=starts_on, note=note,
    )  # fmt: skip
    if made is not None:
        widgets.done(t("plan.added", number=made.id, items=count(made.items)))


def _change(user: User, found: Sequence[Progress]) -> None:
    lines = {int(each.line.id or 0): each.line for each in found}
    with st.expander(t("pages.plans.change")):
        number = st.selectbox(t("pages.plans.which"), list(lines), key="plan.which")
        if number is None:
            return
        with st.form(f"plan-{number}", border=False):
            left, right = st.columns(2)
            deadline = left.date_input(
                t("pages.plans.deadline"), lines[number].deadline, key=f"plan.new.{number}", format="YYYY-MM-DD"
            )
            note = right.text_input(t("pages.plans.note"), value=lines[number].note or "", key=f"plan.said.{number}")
            adjust = left.form_submit_button(t("pages.plans.adjust"), type="primary", width="stretch")
            give_up = right.form_submit_button(t("pages.plans.give_up"), width="stretch")
    if adjust and isinstance(deadline, date):
        made = widgets.act(planning.change, line_id=number, by=user, at=clock.now(), deadline=deadline, note=note)
        if made is not None:
            widgets.done(t("plan.changed", number=number))
    if give_up and widgets.act(planning.give_up, line_id=number, by=user, at=clock.now()) is not None:
        widgets.done(t("plan.given_up", number=number))
