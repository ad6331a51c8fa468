"""One file in (导入一个文件): see how it would be read, correct that, let it be parsed, look, and let it in."""

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import streamlit as st

from models import Job, User
from models.intake import JobKind, JobState
from models.vocabulary import Level
from workbench import clock, widgets
from workbench.i18n import count, explain, t, term
from workbench.pages import import_columns, import_jobs, outlook_line
from workbench.pages.import_columns import Explained, field_label
from workbench.permissions import require
from workbench.queries import lists
from workbench.readers import READERS
from workbench.readers.preview import FileLook
from workbench.services import (
    import_profiles,
    intake_files,
    job_steering,
    jobs,
    previewing,
    repair_sheets,
    setting_up,
    work_kinds,
)
from workbench.settings import environment

SHOWN = 50
_STATE = "import.upload"
JOB = "import.job"  # the job whose account is on the screen


@dataclass(frozen=True)
class Upload:
    """A file that was put here (上传的文件): where it lies, and what tells it from the next one."""

    path: Path
    file_id: str


def part(user: User) -> None:
    """From the upload to the home (导入)."""
    uploaded = st.file_uploader(
        t("pages.import.file"), type=[suffix.lstrip(".") for suffix in READERS], key="import.file"
    )
    job = _current()
    if uploaded is not None:
        upload: Upload | None = st.session_state.get(_STATE)
        if upload is None or upload.file_id != uploaded.file_id:
            upload = Upload(
                intake_files.keep_upload(environment().home, uploaded.name, uploaded.getvalue()), uploaded.file_id
            )
            st.session_state[_STATE] = upload
            st.session_state.pop(JOB, None)
            job = None
        if job is None:
            _explain_and_try(upload, user)
    if job is not None:
        _follow(job, user)
    elif uploaded is None:
        st.session_state.pop(_STATE, None)
        _earlier()


def _current() -> Job | None:
    number = st.session_state.get(JOB)
    return None if number is None else widgets.guarded(widgets.read, jobs.find, number)


# --- before: how it would be read ----------------------------------------------------------------------------------


def _explain_and_try(upload: Upload, user: User) -> None:
    require(user, "catalogue.import")
    if repair_sheets.is_repair_sheet(upload.path):
        st.info(t("intake.page.repair_sheet"), icon=":material/build:")
        if st.button(t("intake.page.take_back"), key="import.try", type="primary"):
            _queue(upload, {}, user)
        return
    options = _options()
    seen = widgets.guarded(_look, upload, options["encoding"])
    if seen is None:
        return
    st.subheader(t("intake.page.guess"), anchor=False)
    st.caption(_summary(seen))
    key = f"import.{upload.file_id}.{options['encoding']}"
    said = import_columns.explain(seen, key)
    if said.repeated:
        names = t("pages.words.join").join(map(field_label, said.repeated))
        st.warning(t("intake.page.repeated_field", fields=names), icon=":material/error:")
    _remember(said, key, options, user)
    if st.button(t("pages.import.try"), key="import.try", type="primary", disabled=bool(said.repeated)):
        _queue(upload, {**options, **_explained(said)}, user)


def _look(upload: Upload, encoding: str | None) -> FileLook:
    known = widgets.read(import_profiles.reading)
    live_mark = widgets.read(setting_up.get, "live_mark")
    with st.spinner(t("pages.import.reading")):
        return previewing.look(upload.path, encoding=encoding, profiles=known.profiles, live_mark=live_mark)


def _summary(seen: FileLook) -> str:
    hidden = [sheet.sheet or "—" for sheet in seen.sheets if sheet.is_hidden]
    return t(
        "intake.page.summary", reader=seen.reader, encoding=seen.encoding or "—", sheets=len(seen.sheets),
        hidden=t("pages.words.join").join(hidden) or "—",
    )  # fmt: skip


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
    return {"level": level, "encoding": encoding}


def _remember(said: Explained, key: str, options: dict[str, Any], user: User) -> None:
    """What was corrected may be kept: the next file with this header is then read so by itself."""
    if not said.is_changed or said.shape is None:
        return
    with st.container(border=True):
        st.caption(t("intake.page.remember"))
        left, middle, right = st.columns([3, 3, 1], vertical_alignment="bottom")
        name = left.text_input(t("intake.page.profile_name"), key=f"{key}.name")
        sender = middle.text_input(t("intake.page.sender"), key=f"{key}.sender")
        if right.button(t("intake.page.keep_profile"), key=f"{key}.keep"):
            made = widgets.act(
                import_profiles.save, name=name, headers=said.headers, columns=said.columns, sender=sender,
                encoding=options["encoding"], by=user, at=clock.now(),
            )  # fmt: skip
            if made:
                widgets.done(t("intake.page.profile_kept", name=made.name))


def _explained(said: Explained) -> dict[str, Any]:
    if not said.is_changed:
        return {}
    return {"mapping": said.columns} if said.shape is None else {"explained": {said.shape: said.columns}}


def _queue(upload: Upload, options: dict[str, Any], user: User) -> None:
    made = widgets.act(
        jobs.enqueue, kind=JobKind.IMPORT, subject=upload.path.name, by=user, at=clock.now(),
        options={**options, "path": str(upload.path), "ask": True},
    )  # fmt: skip
    if made:
        st.session_state[JOB] = made.id
        st.rerun()


# --- after: what would happen, and what did -------------------------------------------------------------------------


def _follow(job: Job, user: User) -> None:
    number = int(job.id or 0)
    if job.state is JobState.READY:
        _account(job.outcome or {})
        _let_in(job, user)
    elif job.state is JobState.DONE:
        outcome = job.outcome or {}
        st.success(t("pages.import.kept", count=count(outcome["accepted"])), icon=":material/check:")
        outlook_line.show(number)
        _account(outcome)
    elif job.state in jobs.ENDED:
        refusal = jobs.refusal(job)
        st.error(explain(refusal) if refusal else t("intake.cancelled"), icon=":material/block:")
    else:
        import_jobs.progress(number, user)
        return
    if job.state in jobs.ENDED and st.button(t("intake.page.another"), key=f"import.another.{number}"):
        st.session_state.pop(JOB, None)
        st.rerun()


def _let_in(job: Job, user: User) -> None:
    number, accepted = int(job.id or 0), (job.outcome or {})["accepted"]
    short, examples = work_kinds.short_codes(environment().home, job)
    restore = False
    if short:
        pairs = t("pages.words.join").join(f"{code} → {whole}" for _, _, code, whole in examples)
        st.warning(t("intake.page.zeros", count=count(short), examples=pairs), icon=":material/help:")
        restore = st.checkbox(t("intake.page.restore_zeros"), key=f"import.zeros.{number}")
    left, right = st.columns([1, 1])
    if left.button(t("pages.import.keep", count=count(accepted)), key="import.keep", type="primary"):
        made = widgets.act(
            job_steering.confirm, job_id=number, by=user, at=clock.now(), options={"restore_zeros": restore}
        )
        if made:
            st.rerun()
    if right.button(t("intake.page.discard"), key="import.discard"):
        made = widgets.act(job_steering.cancel, job_id=number, by=user, at=clock.now())
        if made:
            intake_files.discard_files_of(environment().home, made)
            st.session_state.pop(JOB, None)
            st.rerun()


def _account(outcome: dict[str, Any]) -> None:
    names = ("rows", "accepted", "rejected", "duplicates", "conflicts", "quarantined")
    widgets.figures([(t(f"pages.import.count.{name}"), count(outcome[name])) for name in names])
    beside = ("skipped", "not_due", "undated", "suspected")
    st.caption(t("intake.details", **{name: count(outcome[name]) for name in beside}))
    for found in outcome["headers"]:
        join = t("pages.words.join")
        columns = join.join(f"{header} → {field_label(name)}" for name, header in found["fields"].items())
        unmapped = join.join(found["unmapped"]) or "—"
        st.caption(t("pages.import.columns", sheet=found["sheet"] or "—", columns=columns, unmapped=unmapped))
    report = Path(outcome["report"]) if outcome["report"] else None
    if report and report.is_file():
        with report.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(islice(csv.DictReader(stream), SHOWN))
        if lines:
            st.subheader(t("pages.import.problems"), anchor=False)
            st.dataframe(lines, hide_index=True, width="stretch", height=300)
        st.download_button(
            t("pages.import.download"), report.read_bytes(), file_name=report.name, mime="text/csv",
            key=f"import.report.{report.name}", icon=":material/download:",
        )  # fmt: skip


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
