"""The list behind a number (数字背后的条目): by pages, and to be taken away as a workbook."""

import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from models.tally import Selection
from workbench import clock, widgets
from workbench.i18n import language, speaking, t, term
from workbench.services import statistics, statistics_book
from workbench.services.statistics import ROW_COLUMNS


def show(wanted: Selection) -> None:
    """What one number counts (清单)."""
    known = wanted.to_query()
    key = "statistics." + "&".join(f"{name}={value}" for name, value in sorted(known.items()))
    back = escape(f"/statistics?{urlencode({'table': st.query_params.get('table', '')})}")
    st.html(f'<p class="crumb"><a href="{back}" target="_self">← {t("pages.statistics.back")}</a></p>')
    st.subheader(_name(wanted) or t("statistics.list"), anchor=False)
    start = widgets.page_start(key) or 0
    found = widgets.read(statistics.behind, wanted, on=clock.today(), after=start)
    if not found:
        widgets.nothing(t("pages.statistics.none"))
        return
    columns = {name: t(f"statistics.columns.{name}") for name in ROW_COLUMNS}
    widgets.table([statistics.written(row, wanted) for row in found], columns, height=min(560, 36 * len(found) + 40))
    widgets.turn_pages(key, last=found[-1]["id"], full=len(found) == statistics.PAGE)
    st.download_button(
        t("pages.statistics.export"), as_file("list.xlsx", lambda out: _write(wanted, out)),
        file_name="list.xlsx", key=f"{key}.export", icon=":material/download:",
    )  # fmt: skip


def _write(wanted: Selection, out: Path) -> None:
    widgets.read(statistics.export_rows, wanted, out, on=clock.today(), at=clock.now())


def as_file(name: str, write: Callable[[Path], Any]) -> Callable[[], bytes]:
    """Make a file only when somebody takes it (点击才生成): it is written in a thread that speaks no language yet."""
    spoken = language()

    def made() -> bytes:
        with tempfile.TemporaryDirectory() as folder, speaking(spoken):
            out = Path(folder) / name
            write(out)
            return out.read_bytes()

    return made


def _name(wanted: Selection) -> str:
    """The selection in words (统计选择)."""
    parts: list[str] = []
    if wanted.fonds is not None:
        parts.append(widgets.read(statistics.fonds_name, wanted.fonds))
    if wanted.kind:
        parts.append(term(wanted.kind))
    if wanted.era:
        parts.append(term(wanted.era))
    if wanted.year is not None:
        parts.append(f"{term(wanted.by)} {wanted.year}")
    if wanted.no_year:
        parts.append(t("statistics.no_year"))
    if wanted.progress:
        parts.append(t("pages.words.join").join(term(each) for each in wanted.progress))
    if wanted.ground or wanted.no_ground:
        parts.append(statistics_book.ground_name(wanted.ground))
    if wanted.decided_in is not None:
        parts.append(f"{t('statistics.sums.decided')} {wanted.decided_in}")
    if wanted.access:
        parts.append(term(wanted.access))
    if wanted.outcome:
        parts.append(term(wanted.outcome))
    if wanted.overturned:
        parts.append(t("statistics.sums.overturned"))
    if wanted.published_in is not None:
        parts.append(f"{t('statistics.sums.published')} {wanted.published_in}")
    if wanted.is_of_history:
        parts.append(f"{t('statistics.sums.past')} {wanted.past_in or t('statistics.no_year')}")
    return "　·　".join(parts)
