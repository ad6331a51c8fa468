"""Plots of the statistics (统计图): drawn in the browser by what the program brings along, offline."""

import altair as alt
import streamlit as st

from models.tally import Progress
from workbench.i18n import t, term
from workbench.services.statistics import Statistics

# Opening is the rule: what is open is calm green-grey, what is delayed seal red, what waits sand.
COLOURS = {
    Progress.OPENED: "#5f7f6b",
    Progress.TO_PUBLISH: "#9db8a5",
    Progress.DELAYED: "#9b2d22",
    Progress.AGAIN: "#c9786c",
    Progress.UNANSWERED: "#b89b5e",
    Progress.IN_REVIEW: "#d5c08f",
    Progress.WAITING: "#ded8c8",
}


def draw_years(found: Statistics) -> None:
    """What became of what came due each year, and the opening rate over it (各年度去向、开放率)."""
    rows = [
        {"year": str(year), "progress": term(state), "order": place, "records": line.sum(state.value)}
        for year, line in found.years().items()
        if year is not None
        for place, state in enumerate(COLOURS)
        if line.sum(state.value)
    ]
    if not rows:
        return
    names = [term(state) for state in COLOURS]
    titles = {name: t(f"statistics.columns.{name}") for name in ("year", "records", "progress")}
    chart = (
        alt.Chart(alt.InlineData(values=rows), title=t("pages.statistics.chart_years"))
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("sum(records):Q", title=None, axis=alt.Axis(format=",d")),
            color=alt.Color(
                "progress:N", title=None, scale=alt.Scale(domain=names, range=list(COLOURS.values())),
                legend=alt.Legend(orient="bottom", columns=4),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("year:O", title=titles["year"]), alt.Tooltip("progress:N", title=titles["progress"]),
                alt.Tooltip("records:Q", title=titles["records"], format=","),
            ],
        )
        .properties(height=280)
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")
    _draw_rates(found)


def _draw_rates(found: Statistics) -> None:
    rows = [
        {"year": str(year), "rate": line.opening_rate}
        for year, line in found.years().items()
        if year is not None and line.opening_rate is not None
    ]
    if len(rows) < 2:
        return
    chart = (
        alt.Chart(alt.InlineData(values=rows), title=t("pages.statistics.chart_rates"))
        .mark_line(point={"color": "#9b2d22"}, color="#9b2d22")
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("rate:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            tooltip=[
                alt.Tooltip("year:O", title=t("statistics.columns.year")),
                alt.Tooltip("rate:Q", title=t("statistics.sums.opening_rate"), format=".1%"),
            ],
        )
        .properties(height=180)
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")
