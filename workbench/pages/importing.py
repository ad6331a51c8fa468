"""Import a catalogue (导入目录): try it, look at what would happen, then import."""

import csv
import shutil
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import streamlit as st

from models import User
from models.vocabulary import Level
from workbench import clock, widgets
from workbench.i18n import count, has, t, term
from workbench.pages.frame import signed_in
from workbench.permissions import require
from workbench.queries import lists
from workbench.readers import READERS
from workbench.services import setting_up
from workbench.services.import_report import ImportReport
from workbench.services.importing import import_catalogue, stage
from workbench.settings import environment

SHOWN = 50
FIELDS = ("title", "reference_code", "date", "creator", "fonds", "document_number", "security_class")
_STATE = "import.tried"
_KEPT_FOR = 3600  # seconds


@dataclass(frozen=True)
class Tried:
    """A file that was tried (试读结果): where it lies, how it was read, what would happen."""

    path: Path
    reading: dict[str, Any]
    report: ImportReport


def page() -> None:
    """Import with preview and report (导入)."""
    user = signed_in()
    widgets.heading(t("pages.import.title"), t("pages.import.lead"))
    uploaded = st.file_uploader(
        t("pages.import.file"), type=[suffix.lstrip(".") for suffix in READERS], key="import.file"
    )
    reading = _options()
    if uploaded is None:
        _forget(st.session_state.pop(_STATE, None))
        _earlier()
        return
    if st.button(t("pages.import.try"), key="import.try", type="primary"):
        st.session_state[_STATE] = _try(uploaded.name, uploaded.getvalue(), reading, user)
    tried: Tried | None = st.session_state.get(_STATE)
    if tried is None or tried.path.name != Path(uploaded.name).name:
        return
    _account(tried.report)
    if tried.reading != reading:
        st.info(t("pages.import.options_changed"))
    elif tried.report.catalogue is not None:
        st.success(t("pages.import.kept", count=count(tried.report.accepted)), icon=":material/check:")
    elif st.button(t("pages.import.keep", count=count(tried.report.accepted)), key="import.keep", type="primary"):
        made = _import(tried.path, tried.reading, user, dry_run=False)
        if made:
            st.session_state[_STATE] = Tried(tried.path, tried.reading, made)
            _forget(tried)
            widgets.done(t("pages.import.kept", count=count(made.accepted)))


def _options() -> dict[str, Any]:
    with st.expander(t("pages.import.options")):
        left, right = st.columns(2)
        level = left.selectbox(
            t("pages.import.level"), [None, *Level], key="import.level",
            format_func=lambda each: t("pages.import.automatic") if each is None else term(each),
        )  # fmt: skip
        encoding = right.selectbox(
            t("pages.import.encoding"), [None, "utf-8", "gb18030", "big5", "utf-16"], key="import.encoding",
            format_func=lambda each: t("pages.import.automatic") if each is None else str(each),
        )  # fmt: skip
        st.caption(t("pages.import.map_hint"))
        cells = st.columns(4)
        mapping = {
            field: written.strip()
            for place, field in enumerate(FIELDS)
            if (written := cells[place % 4].text_input(t(f"pages.import.field.{field}"), key=f"import.map.{field}"))
            and written.strip()
        }
    return {"level": level, "encoding": encoding, "mapping": mapping or None}


def _try(name: str, content: bytes, reading: dict[str, Any], user: User) -> Tried | None:
    _forget(st.session_state.get(_STATE))
    path = _uploads() / Path(name).name
    path.write_bytes(content)
    made = _import(path, reading, user, dry_run=True)
    tried = None if made is None else Tried(path, reading, made)
    if tried is None:
        shutil.rmtree(path.parent, ignore_errors=True)
    return tried


def _uploads() -> Path:
    """A folder for one upload. What was left behind is swept: rows under a live mark may stand in it."""
    uploads = environment().home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    for left in uploads.iterdir():
        if clock.now().timestamp() - left.stat().st_mtime > _KEPT_FOR:
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix="upload-", dir=uploads))


def _forget(tried: Tried | None) -> None:
    if tried is not None:
        shutil.rmtree(tried.path.parent, ignore_errors=True)


def _import(path: Path, reading: dict[str, Any], user: User, *, dry_run: bool) -> ImportReport | None:
    settings = widgets.read(setting_up.all_values)
    given = {
        **reading, "on": clock.today(), "live_mark": settings["live_mark"], "whole_year": settings["whole_year_rule"],
    }  # fmt: skip
    with st.spinner(t("pages.import.reading")):
        # Parsed before the transaction begins: nobody waits for the database meanwhile.
        staged = widgets.guarded(_stage, user=user, path=path, **given)
        if staged is None:
            return None
        return widgets.act(import_catalogue, path=path, by=user.name, at=clock.now(), dry_run=dry_run, **given)


def _stage(*, user: User, path: Path, **given: Any) -> bool:
    require(user, "catalogue.import")
    stage(path=path, **given).close()
    return True


def _account(report: ImportReport) -> None:
    names = ("rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined")
    widgets.figures([(t(f"pages.import.count.{name}"), count(getattr(report, name))) for name in names])
    st.caption(
        t(
            "intake.details",
            skipped=count(report.skipped),
            not_due=count(report.not_due),
            undated=count(report.undated),
            suspected=count(report.suspected),
        )
    )
    for found in report.headers:
        columns = t("pages.words.join").join(f"{header} → {_field(field)}" for field, header in found["fields"].items())
        unmapped = t("pages.words.join").join(found["unmapped"]) or "—"
        st.caption(t("pages.import.columns", sheet=found["sheet"] or "—", columns=columns, unmapped=unmapped))
    if report.report and report.report.is_file():
        with report.report.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(islice(csv.DictReader(stream), SHOWN))
        if lines:
            st.subheader(t("pages.import.problems"), anchor=False)
            st.dataframe(lines, hide_index=True, width="stretch", height=300)
        st.download_button(
            t("pages.import.download"), report.report.read_bytes(), file_name=report.report.name, mime="text/csv",
            key=f"import.report.{report.report.name}", icon=":material/download:",
        )  # fmt: skip


def _field(name: str) -> str:
    key = f"pages.words.{'date_text' if name == 'date' else name}"
    return t(key) if has(key) else name


def _earlier() -> None:
    rows = [
        {
            "number": each.id, "file": each.file, "by": each.imported_by, "day": each.imported_at.date(),
            **{name: each.counts.get(name) for name in ("rows", "accepted", "rejected", "quarantined")},
        }
        for each in widgets.read(lists.catalogues)
    ]  # fmt: skip
    st.subheader(t("pages.import.earlier"), anchor=False)
    if not rows:
        widgets.nothing(t("pages.import.none_yet"))
        return
    labels = {name: t(f"pages.import.column.{name}") for name in ("number", "file", "by", "day")}
    counts = {name: t(f"pages.import.count.{name}") for name in ("rows", "accepted", "rejected", "quarantined")}
    widgets.table(rows, {**labels, **counts})
