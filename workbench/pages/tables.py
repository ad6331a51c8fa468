"""Tables that go out and come back, on the page (往来表格): shown as written, handed to a service as a file."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench import widgets
from workbench.i18n import t
from workbench.services.returned_sheets import ReturnReport

TABLES = ["xlsx", "xls", "csv"]


def written(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows as a person would write them (可读行): what is absent is an empty cell, never a word."""
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def take(service: Callable[..., ReturnReport], uploaded: UploadedFile, **given: Any) -> None:
    """Give the uploaded table to the service and say what became of each row (回收)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(uploaded.name).name
        file.write_bytes(uploaded.getvalue())
        report = widgets.act(service, file=file, **given)
    if report is None:
        return
    text = t(
        "consultation.imported", recorded=report.recorded, unchanged=report.unchanged, blank=report.blank,
        problems=len(report.problems),
    )  # fmt: skip
    if not report.problems:
        widgets.done(text)
    st.info(text, icon=":material/info:")
    columns = {name: t(f"pages.consulting.{name}") for name in ("where", "text")}
    widgets.table([{"where": each.where, "text": each.text} for each in report.problems], columns)
