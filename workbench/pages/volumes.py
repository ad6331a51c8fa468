"""Volumes and their inner lists (案卷与卷内目录): coverage, lists in, what each volume's items make of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from sqlmodel import Session
from streamlit.runtime.uploaded_file_manager import UploadedFile

from models import User
from workbench import clock, widgets
from workbench.i18n import count, explain, t, term
from workbench.pages import import_jobs
from workbench.pages.frame import signed_in
from workbench.permissions import may
from workbench.readers import READERS
from workbench.services import import_profiles, inner_lists, intake_files, jobs, setting_up, volumes
from workbench.services.inner_lists import InnerReport, InnerReports
from workbench.settings import environment

_KEY = "volumes"
_KINDS = {"all_kinds": None, "without_items": False, "with_items": True}


def page() -> None:
    """Coverage by fonds, the lists in, and the volumes (案卷与卷内目录)."""
    user = signed_in()
    widgets.heading(t("pages.volumes.title"), t("pages.volumes.lead"))
    covered = [each.to_dict() for each in widgets.read(volumes.coverage)]
    if not covered:
        widgets.nothing(t("past.volumes.none"))
        return
    if may(user, "catalogue.import"):
        with st.expander(t("pages.volumes.bring_in")):
            if _bring_in(user):
                covered = [each.to_dict() for each in widgets.read(volumes.coverage)]
    names = ("volumes", "with_items", "without_items", "items")
    widgets.figures([(t(f"pages.volumes.{name}"), count(sum(each[name] for each in covered))) for name in names])
    columns = ("fonds", *names)
    widgets.table(covered, {name: t(f"pages.volumes.{name}") for name in columns})
    _list(covered)


def _bring_in(user: User) -> bool:
    """The form; says whether a list came in on this run."""
    st.caption(t("pages.volumes.bring_in_lead"))
    with st.form("volumes.import", clear_on_submit=True):
        files = st.file_uploader(
            t("pages.volumes.files"), type=[each.lstrip(".") for each in READERS], accept_multiple_files=True,
            key="volumes.files",
        )  # fmt: skip
        left, right = st.columns(2)
        code = left.text_input(t("pages.volumes.code"), help=t("pages.volumes.code_help"), key="volumes.code").strip()
        fonds = right.text_input(t("pages.volumes.fonds_named"), key="volumes.fonds").strip()
        is_trial = left.checkbox(t("pages.volumes.trial"), key="volumes.trial")
        is_queued = right.checkbox(t("jobs.in_background"), key="volumes.queue")
        sent = st.form_submit_button(t("pages.volumes.send"), type="primary")
    if sent and files and is_queued and not is_trial:
        _queue(files, user, code or None, fonds or None)
    elif sent and files:
        made = _take(files, user, code=code or None, fonds=fonds or None, dry_run=is_trial)
        if made is not None:
            _told(made)
            return True
    return False


def _queue(files: Sequence[UploadedFile], user: User, code: str | None, fonds: str | None) -> None:
    kept = intake_files.keep_uploads(environment().home, [(file.name, file.getvalue()) for file in files])
    given = {"list": "inner", "volume": code, "fonds": fonds, **jobs.places_of(kept)}
    import_jobs.queue(user, jobs.named_after(kept), given)


def _take(files: Sequence[UploadedFile], user: User, *, code: str | None, **given: Any) -> InnerReports | None:
    settings = widgets.read(setting_up.all_values)
    reading = {"on": clock.today(), "live_mark": settings["live_mark"], "whole_year": settings["whole_year_rule"]}
    given |= {"by": user.name, "at": clock.now(), **widgets.read(import_profiles.reading).options(**reading)}
    with tempfile.TemporaryDirectory() as folder, st.spinner(t("pages.import.reading")):
        paths = []
        for file in files:
            paths.append(Path(folder) / Path(file.name).name)
            paths[-1].write_bytes(file.getvalue())
        if code is None:
            return widgets.act(inner_lists.import_folder, paths=paths, **given)
        return widgets.act(_of_one_volume, paths=paths, volume=code, **given)


def _of_one_volume(*, session: Session, paths: Sequence[Path], **given: Any) -> InnerReports:
    return InnerReports([inner_lists.import_inner_list(session=session, path=path, **given) for path in paths])


def _told(found: InnerReports) -> None:
    for each in found.made:
        st.success(_line(each), icon=":material/check:")
        if each.contradictions:
            lines = [{"text": _fault(wrong)} for wrong in each.to_dict()["contradictions"]]
            widgets.table(lines, {"text": t("pages.volumes.contradictions", count=count(len(lines)))})
        if each.batch is not None:
            st.warning(t("past.volumes.on_roster", batch=each.batch), icon=":material/error:")
    for path, failure in found.failed:
        st.error(t("past.volumes.failed", file=path.name, text=explain(failure)), icon=":material/block:")


def _fault(wrong: dict[str, Any]) -> str:
    given = {"code": wrong["reference_code"], "item": wrong["item_says"], "volume": wrong["volume_says"]}
    return t(f"past.faults.{wrong['fault']}", **{name: text or "" for name, text in given.items()})


def _line(made: InnerReport) -> str:
    figures = {name: count(number) for name, number in made.report.to_dict().items() if isinstance(number, int)}
    return t("past.volumes.imported", volume=made.volume, file=made.report.file, **figures)


def _column(name: str) -> str:
    return t("pages.volumes.title_column" if name == "title" else f"pages.volumes.{name}")


def _list(covered: Sequence[dict[str, Any]]) -> None:
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    fonds = left.selectbox(
        t("pages.words.fonds"), [None, *dict.fromkeys(each["fonds"] for each in covered if each["fonds"])],
        key="volumes.of", format_func=lambda each: each or t("pages.words.all"), on_change=widgets.first_page,
        args=(_KEY,),
    )  # fmt: skip
    kind = right.segmented_control(
        t("pages.volumes.kind"), list(_KINDS), default="all_kinds", required=True, key="volumes.kind",
        label_visibility="collapsed", format_func=lambda each: t(f"pages.volumes.{each}"),
        on_change=widgets.first_page, args=(_KEY,),
    )  # fmt: skip
    listed = _KINDS[kind or "all_kinds"]
    start = widgets.page_start(_KEY) or 0
    found = widgets.read(volumes.rows, fonds=fonds, listed=listed, after=start, limit=widgets.PAGE)
    if not found:
        widgets.nothing(t("past.volumes.none"))
        return
    shown = [
        {**each, "status": term(each["status"]) if each["status"] else t("past.volumes.no_list"),
         "batch": each["batch"] or ""}
        for each in found
    ]  # fmt: skip
    columns = ("reference_code", "title", "fonds", "date_text", "items", "open", "restricted", "status", "batch")
    widgets.table(shown, {name: _column(name) for name in columns}, height=420)
    widgets.turn_pages(_KEY, last=found[-1]["record_id"], full=len(found) == widgets.PAGE)
