"""Statistics on the page (统计): every number is a link to the list of what it counts."""

from html import escape
from typing import Any

import streamlit as st

from models.tally import Outcome, Selection, UnitKind, YearKind
from models.vocabulary import Access, Ground
from workbench import clock, widgets
from workbench.i18n import count, share, t, term
from workbench.pages import statistics_rows
from workbench.pages.frame import signed_in
from workbench.pages.statistics_cells import Cell, Row, counts, draw, linked, number, rate, share_of
from workbench.pages.statistics_charts import draw_years
from workbench.services import received, setting_up, statistics_book
from workbench.services import statistics as counting
from workbench.services.statistics import Statistics, selection_of

TABLES = ("overview", "years", "fonds", "grounds", "decisions", "rates")
FONDS_SHOWN, YEARS_SHOWN = 200, 12


def page() -> None:
    """The tables, or the list behind one number (统计)."""
    user = signed_in()
    widgets.heading(t("pages.statistics.title"), t("pages.statistics.lead"))
    if st.query_params.get("list"):
        statistics_rows.show(Selection.from_query(st.query_params.to_dict()))
        return
    by, year = _asked()
    found = widgets.read(counting.count, on=clock.today(), year=year, by=by)
    if not found.cells and year is None:
        widgets.nothing(t("pages.statistics.empty"))
        return
    _figures(found)
    wanted = st.segmented_control(
        t("pages.statistics.title"), TABLES, key="statistics.table", default=_table(), label_visibility="collapsed",
        format_func=lambda name: t(f"pages.statistics.tab.{name}"),
    )  # fmt: skip
    st.query_params["table"] = wanted or TABLES[0]
    _SHOW[wanted or TABLES[0]](found)
    st.caption(statistics_book.note(found))
    name = f"statistics-{found.on}.xlsx" if year is None else f"statistics-{year}.xlsx"
    st.download_button(
        t("pages.statistics.download"), statistics_rows.as_file(name, _written(found)), file_name=name,
        key=f"statistics.book.{user.id}", icon=":material/download:",
    )  # fmt: skip


def _figures(found: Statistics) -> None:
    """The home in seven figures, each a link as in the tables."""
    whole, known = found.total, _within(found)
    names = ("due", "reviewed", "open", "restricted")
    cells = {name: number(whole.sum(name), selection_of(name, **known)) for name in names}
    cells |= {name: rate(whole, name, **known) for name in statistics_book.RATES}
    shown = "".join(
        f"<div><b>{linked(*cell)}</b><span>{escape(statistics_book.label(name))}</span></div>"
        for name, cell in cells.items()
    )
    st.html(f'<div class="figures">{shown}</div>')


def _asked() -> tuple[YearKind, int | None]:
    """Which year, and which way of telling, from the address."""
    asked = Selection.from_query(st.query_params.to_dict())
    left, right, _ = st.columns([2, 2, 5], vertical_alignment="bottom")
    chosen = left.selectbox(
        t("pages.statistics.by"), list(YearKind), index=list(YearKind).index(asked.by), format_func=term,
        key="statistics.by",
    )  # fmt: skip
    by = chosen or YearKind.DUE
    years = widgets.read(counting.years, by=by)
    options: list[int | None] = [None, *years]
    year = right.selectbox(
        t("pages.statistics.year"), options, index=options.index(asked.year) if asked.year in options else 0,
        format_func=lambda each: t("pages.words.all") if each is None else str(each), key=f"statistics.year.{by}",
    )  # fmt: skip
    st.query_params.update({"by": str(by)})
    if year is None:
        st.query_params.pop("year", None)
    else:
        st.query_params["year"] = str(year)
    return by, year


def _table() -> str:
    asked = st.query_params.get("table", "")
    return asked if asked in TABLES else TABLES[0]


def _written(found: Statistics) -> Any:
    return lambda out: statistics_book.export(found, out, at=clock.now())


def _overview(found: Statistics) -> None:
    known = _within(found)
    rows: list[Row] = []
    for (kind, era), line in found.eras().items():
        rows.append((f"{term(kind)}　{term(era)}", counts(line, kind=kind, era=era, **known)))
    for kind, line in found.kinds().items():
        rows.append((f"{term(kind)}　{t('statistics.total_line')}", counts(line, kind=kind, **known)))
    draw(rows, statistics_book.label, totals=len(UnitKind))
    whole = found.total
    left = [(name, selection_of(name, **known)) for name in ("total", "undated", "not_due", "early", "marked")]
    draw([(t("statistics.columns.records"), [number(whole.sum(name), wanted) for name, wanted in left])],
          statistics_book.label, columns=[name for name, _ in left])  # fmt: skip
    told = widgets.read(received.counts_of_home)
    rule = widgets.read(setting_up.get, "received_documents")
    st.caption(
        t(
            "statistics.received", own=count(told["own"]), above=count(told["from_above"]),
            elsewhere=count(told["elsewhere"]), rule=t(f"terms.receivedrule.{rule}"),
        )
    )  # fmt: skip


def _years(found: Statistics) -> None:
    draw_years(found)
    for kind in UnitKind:
        years = found.years(kind)
        if years:
            st.subheader(term(kind), anchor=False)
            rows: list[Row] = [
                (statistics_book.year_name(year), counts(line, kind=kind, by=found.by, **_year(year)))
                for year, line in reversed(years.items())
            ]
            rows.append((t("statistics.total_line"), counts(found.kinds()[kind], kind=kind, **_within(found))))
            draw(rows, statistics_book.label, totals=1)


def _fonds(found: Statistics) -> None:
    known, table = _within(found), found.fonds()
    rows: list[Row] = [
        (statistics_book.fonds_name(found, key), counts(line, fonds=key, **known))
        for key, line in list(table.items())[:FONDS_SHOWN]
    ]
    if len(table) > FONDS_SHOWN:
        st.caption(t("pages.statistics.more", count=count(FONDS_SHOWN)))
    rows.append((t("statistics.total_line"), counts(found.total, **known)))
    draw(rows, statistics_book.label, totals=1)


def _grounds(found: Statistics) -> None:
    known, whole, rows = _within(found), found.total, []
    grounds: list[Ground | None] = [*Ground, *([None] if whole.grounds[None] else [])]
    for ground in grounds:
        given: dict[str, Any] = {"ground": ground, "no_ground": ground is None, **known}
        cells = [
            number(line.grounds[ground], selection_of("restricted", kind=kind, **given))
            for kind, line in found.kinds().items()
        ]
        cells += [number(whole.grounds[ground], selection_of("restricted", **given))]
        part = whole.grounds[ground]
        whole_share = part / whole.sum("restricted") if whole.sum("restricted") else None
        cells += [share_of(whole_share, part, selection_of("restricted", **given))]
        rows.append((statistics_book.ground_name(ground), cells))
    names = [*(term(kind) for kind in UnitKind), t("statistics.total_line"), t("statistics.columns.share")]
    draw(rows, str, columns=names)


def _decisions(found: Statistics) -> None:
    rows: list[Row] = []
    for year, line in found.decided_years().items():
        cells: list[Cell] = [number(line.total, Selection(decided_in=year))]
        cells += [number(line.access[access], Selection(access=access, decided_in=year)) for access in Access]
        cells += [number(line.outcomes[each], Selection(outcome=each, decided_in=year)) for each in Outcome]
        cells += [share_of(line.overturned_rate, line.overturned, Selection(overturned=True, decided_in=year))]
        cells += [number(found.published.get(year, 0), Selection(published_in=year))]
        cells += [number(found.past.get(year, 0), Selection(past_in=year))]
        rows.append((str(year), cells))
    undated = found.past.get(None, 0) if found.year is None else 0
    if undated:
        empty: list[Cell] = [("—", None)] * (len(Access) + len(Outcome) + 3)
        rows.append((t("statistics.no_year"), [*empty, number(undated, Selection(past_undated=True))]))
    if not rows:
        widgets.nothing(t("pages.statistics.none"))
        return
    names = [t("statistics.sums.decided"), *(term(access) for access in Access), *(term(each) for each in Outcome)]
    names += [t(f"statistics.sums.{name}") for name in ("overturned_rate", "published", "past")]
    draw(rows, str, columns=names)


def _rates(found: Statistics) -> None:
    rates, fonds = found.fonds_years(), found.fonds()
    decided = {year for (_, year), line in rates.items() if year is not None and line.opening_rate is not None}
    years = sorted(decided, reverse=True)[:YEARS_SHOWN]
    rows: list[Row] = []
    for key, whole in list(fonds.items()):
        if whole.opening_rate is None:
            continue
        link = selection_of("open", fonds=key, **_within(found))
        cells: list[Cell] = [(share(whole.opening_rate), link if whole.sum("open") else None)]
        for year in years:
            line = rates.get((key, year))
            link = selection_of("open", fonds=key, by=found.by, year=year)
            cells.append((share(line.opening_rate), link if line.sum("open") else None) if line else ("—", None))
        rows.append((statistics_book.fonds_name(found, key), cells))
    if not rows:
        widgets.nothing(t("pages.statistics.undecided"))
        return
    draw(rows, str, columns=[t("statistics.sums.opening_rate"), *(str(year) for year in years)])


_SHOW = {
    "overview": _overview, "years": _years, "fonds": _fonds, "grounds": _grounds, "decisions": _decisions,
    "rates": _rates,
}  # fmt: skip


def _within(found: Statistics) -> dict[str, Any]:
    return {} if found.year is None else {"year": found.year, "by": found.by}


def _year(year: int | None) -> dict[str, Any]:
    return {"no_year": True} if year is None else {"year": year}
