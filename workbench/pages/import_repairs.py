"""Rows to repair (更正退回的行): each with its reason, corrected in place, judged again, and imported."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from models import Catalogue, User
from workbench import clock, widgets
from workbench.i18n import count, t
from workbench.services import repair_sheets, repairing

_OUT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def part(user: User) -> None:
    """Choose a catalogue and correct its rows (更正)."""
    found = {int(one.id or 0): (one, waiting) for one, waiting in widgets.read(repairing.waiting_by_catalogue)}
    if not found:
        widgets.nothing(t("repair.none"))
        return
    number = st.selectbox(
        t("repair.catalogue"), list(found), key="repair.catalogue",
        format_func=lambda each: t("repair.catalogue_option", file=found[each][0].file, waiting=count(found[each][1])),
    )  # fmt: skip
    catalogue, waiting = found[number]
    st.caption(t("repair.lead"))
    _results()
    _editor(catalogue, user)
    if waiting > widgets.PAGE:
        st.caption(t("repair.first_only", shown=widgets.PAGE, waiting=count(waiting)))
    _sheet(number)


def _editor(catalogue: Catalogue, user: User) -> None:
    number = int(catalogue.id or 0)
    rows = widgets.read(repairing.waiting, number, limit=widgets.PAGE)
    headers = repairing.headers_of(catalogue, rows)
    place, fault, reason, no_item = (t(f"repair.shown.{name}") for name in ("place", "fault", "reason", "no_item"))
    shown = [
        {
            no_item: False,
            place: _place(row.sheet, row.row),
            fault: row.header or "—",
            reason: repairing.reason_of(row.reason),
            **{name: (row.repaired or row.cells).get(name) for name in headers},
        }
        for row in rows
    ]
    version = st.session_state.get("repair.version", 0)
    edited = st.data_editor(
        shown, key=f"repair.{number}.{version}", hide_index=True, width="stretch", disabled=[place, fault, reason],
        placeholder="",
        column_config={
            no_item: st.column_config.CheckboxColumn(width=90),
            reason: st.column_config.TextColumn(width=260),
            **{name: st.column_config.TextColumn() for name in headers},
        },
    )  # fmt: skip
    if not st.button(t("repair.save"), key=f"repair.save.{number}", type="primary"):
        return
    dropped = [int(row.id or 0) for row, line in zip(rows, edited, strict=True) if line[no_item]]
    corrected: dict[int, dict[str, Any]] = {
        int(row.id or 0): {name: line[name] for name in headers}
        for row, line, before in zip(rows, edited, shown, strict=True)
        if not line[no_item] and any(line[name] != before[name] for name in headers)
    }
    made = widgets.act(
        repairing.repair_many, corrected=corrected, dropped=dropped, by=user, at=clock.now(), on=clock.today()
    )
    if made is not None:
        st.session_state["repair.version"] = version + 1
        st.session_state["repair.results"] = made
        st.rerun()


def _place(sheet: str | None, row: int) -> str:
    return f"{sheet} · {row}" if sheet else str(row)


def _results() -> None:
    """What became of the last corrections."""
    made: list[repairing.Repaired] | None = st.session_state.pop("repair.results", None)
    if made is None:
        return
    if not made:
        st.info(t("repair.nothing_changed"))
    for outcome in (*repairing.SETTLING, "rejected", "conflict"):
        if number := sum(1 for each in made if each.outcome == outcome):
            show = st.success if outcome in repairing.SETTLING else st.warning
            show(t(f"repair.result.{outcome}", count=count(number)))


def _sheet(number: int) -> None:
    """The same rows as a sheet for Excel; corrected, it is uploaded like any file."""
    with st.expander(t("repair.by_sheet")):
        st.caption(t("repair.by_sheet_hint"))
        if st.button(t("repair.make_sheet"), key=f"repair.sheet.{number}"):
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "sheet.xlsx"
                widgets.read(_written, number, out)
                st.session_state["repair.sheet"] = (number, out.read_bytes())
        kept = st.session_state.get("repair.sheet")
        if kept and kept[0] == number:
            st.download_button(
                t("repair.download"), kept[1], file_name=f"repair-{number}.xlsx", mime=_OUT,
                key=f"repair.download.{number}", icon=":material/download:",
            )  # fmt: skip


def _written(session: Any, number: int, out: Path) -> int:
    return repair_sheets.write_sheet(session=session, catalogue_id=number, out=out)
