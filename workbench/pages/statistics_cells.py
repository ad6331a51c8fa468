"""Cells of the statistics tables (统计格): a number or a share, and the address of the rows that it counts."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from models.tally import Selection
from workbench.i18n import count, share
from workbench.services import statistics_book
from workbench.services.statistics import selection_of

COLUMNS = (
    "due", "reviewed", "open", "opened", "to_publish", "delayed", "again", "waiting", "in_review", "unanswered",
)  # fmt: skip
_PARTS = {"opening_rate": "open", "reviewed_rate": "reviewed", "opened_rate": "opened"}
Cell = tuple[str, Selection | None]  # what stands in a cell, and what it leads to
Row = tuple[str, Sequence[Cell]]


def counts(line: Any, **known: Any) -> list[Cell]:
    """The counts and rates of a line (一行的数和率)."""
    cells = [number(line.sum(name), selection_of(name, **known)) for name in COLUMNS]
    return [*cells, *(rate(line, name, **known) for name in statistics_book.RATES)]


def rate(line: Any, name: str, **known: Any) -> Cell:
    """A rate, leading to what stands above its line of division (率及其分子)."""
    part = _PARTS[name]
    return share_of(getattr(line, name), line.sum(part), selection_of(part, **known))


def share_of(rate: float | None, part: int, wanted: Selection) -> Cell:
    """A share that leads to the rows of its part (占比)."""
    return (share(rate), wanted if rate is not None and part else None)


def number(size: int, wanted: Selection) -> Cell:
    """A number that leads to its rows (数); nothing stands behind a nought."""
    return (count(size), wanted if size else None)


def draw(rows: Iterable[Row], label: Any, *, columns: Sequence[str] | None = None, totals: int = 0) -> None:
    """A table whose numbers are links; the last ``totals`` rows add the others up."""
    names = [*COLUMNS, *statistics_book.RATES] if columns is None else columns
    head = "".join(f"<th>{escape(label(name))}</th>" for name in names)
    listed = list(rows)
    body = "".join(
        f'<tr class="{"total" if place >= len(listed) - totals else ""}"><th>{escape(name)}</th>'
        + "".join(f"<td>{linked(*cell)}</td>" for cell in cells)
        + "</tr>"
        for place, (name, cells) in enumerate(listed)
    )
    st.html(f'<div class="tally"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def linked(text: str, wanted: Selection | None) -> str:
    """A cell as HTML (链接)."""
    if wanted is None:
        return f'<span class="none">{text}</span>' if text in ("0", "—") else escape(text)
    address = urlencode({"list": "1", "table": st.query_params.get("table", ""), **wanted.to_query()})
    return f'<a href="/statistics?{escape(address)}" target="_self">{escape(text)}</a>'
