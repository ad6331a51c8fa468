"""The papers of a batch (公文): one button prints all of them; scans of the signed ones are kept here."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from models import Batch, PaperKind, SignedSheet, User
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import tables
from workbench.permissions import may
from workbench.services import paper_folders, paper_printing, papers, signed_sheets
from workbench.services.papers import LastPrinting, Printed
from workbench.settings import environment

SCANS = [suffix.removeprefix(".") for suffix in signed_sheets.SUFFIXES]


def section(batch: Batch, user: User) -> None:
    """Papers and scans of a batch, as one part of its page (公文)."""
    st.caption(t("pages.papers.lead"))
    out = paper_folders.folder(environment().home, "batch", int(batch.id or 0))
    if may(user, "papers.print") and st.button(
        t("pages.papers.print"), key=f"papers-{batch.id}", type="primary", icon=":material/print:"
    ):
        printed = _print(batch, user, out)
        if printed is not None:
            widgets.done(printed.warning or t("pages.papers.printed", count=count(len(printed.papers))))
    last = widgets.read(papers.last_printing, int(batch.id or 0))
    if last is not None and may(user, "papers.print"):
        _last(batch, last, out)
    _scans(batch, user)


def _print(batch: Batch, user: User, out: Path) -> Printed | None:
    """Read, write, seal: the long part in the middle holds no transaction, so that readers go on deciding."""
    at, home = clock.now(), environment().home
    with st.spinner(t("pages.papers.printing")):
        printing = widgets.guarded(
            widgets.read, papers.gather, int(batch.id or 0), home=home, at=at, on=clock.today()
        )  # fmt: skip
        printed = None if printing is None else widgets.guarded(paper_printing.write, printing, out)
    return None if printed is None else widgets.act(papers.record, printed=printed, by=user, at=at)


def _last(batch: Batch, last: LastPrinting, out: Path) -> None:
    at = last.at.astimezone(clock.LEGAL_ZONE).strftime("%Y-%m-%d %H:%M")
    st.caption(t("pages.papers.last", at=at, by=last.by))
    if last.lies_in(out):
        left, right, _ = st.columns([1, 1, 2])
        left.download_button(
            t("pages.papers.zip"), _zip(out), file_name=f"papers-{batch.id}.zip", key=f"papers-zip-{batch.id}",
            on_click="ignore", width="stretch",
        )  # fmt: skip
        bound = out / paper_printing.bound_name()
        if bound.is_file():
            right.download_button(
                t("pages.papers.bound"), bound.read_bytes, file_name=f"papers-{batch.id}.pdf",
                key=f"papers-bound-{batch.id}", on_click="ignore", width="stretch", mime="application/pdf",
            )  # fmt: skip
    shown = [{"name": file.removesuffix(".docx"), "pages": last.counts.get(file)} for file in last.papers]
    if shown:
        widgets.table(tables.written(shown), {name: t(f"pages.papers.{name}") for name in ("name", "pages")})
    if last.left_out:
        with st.expander(t("pages.papers.left_out_count", count=len(last.left_out))):
            rows = [_left_out(kind, said) for kind, said in last.left_out.items()]
            widgets.table(rows, {name: t(f"pages.papers.{name}") for name in ("name", "status", "why")})


def _zip(out: Path) -> Callable[[], bytes]:
    return lambda: paper_folders.zipped(out) or b""


def _left_out(kind: str, said: str) -> dict[str, str]:
    status, _, why = said.partition(".")
    return {
        "name": term(PaperKind(kind)), "status": t(f"papers.status.{status}"), "why": t(f"papers.why.{why}", path=""),
    }  # fmt: skip


def _scans(batch: Batch, user: User) -> None:
    st.subheader(t("pages.papers.scans"), anchor=False)
    st.caption(t("pages.papers.scans_lead"))
    kept = widgets.read(signed_sheets.of_batch, int(batch.id or 0))
    if kept:
        rows = [
            {
                "name": term(each.paper), "given": each.given_name or each.file, "pages": each.pages,
                "by": each.attached_by, "at": each.at.astimezone(clock.LEGAL_ZONE).strftime("%Y-%m-%d %H:%M"),
                "note": each.note, "digest": f"{each.digest[:16]}…",
            }
            for each in kept
        ]  # fmt: skip
        columns = {name: t(f"pages.papers.{name}") for name in ("name", "given", "pages", "by", "at", "note", "digest")}
        widgets.table(tables.written(rows), columns)
    if not may(user, "papers.attach"):
        return
    _attach(batch, user)
    if kept:
        _one(batch, user, {int(each.id or 0): each for each in kept})


def _attach(batch: Batch, user: User) -> None:
    with st.form(f"scan-{batch.id}", clear_on_submit=True):
        kind = st.selectbox(
            t("pages.papers.kind"), list(PaperKind), format_func=term, index=None, key=f"scan-kind-{batch.id}",
            placeholder=t("pages.papers.choose_kind"),
        )  # fmt: skip
        uploaded = st.file_uploader(t("pages.papers.file"), type=SCANS, key=f"scan-file-{batch.id}")
        note = st.text_input(t("pages.papers.note"), key=f"scan-note-{batch.id}")
        sent = st.form_submit_button(t("pages.papers.attach"))
    if not sent:
        return
    if kind is None or uploaded is None:
        st.warning(t("pages.papers.choose_both"), icon=":material/info:")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"scan{Path(uploaded.name).suffix}"
        file.write_bytes(uploaded.getvalue())
        made = widgets.act(
            signed_sheets.attach, batch_id=int(batch.id or 0), file=file, given_name=Path(uploaded.name).name,
            paper=kind, note=note, home=environment().home, by=user, at=clock.now(),
        )  # fmt: skip
    if made is not None:
        widgets.done(t("pages.papers.attached"))


def _one(batch: Batch, user: User, kept: dict[int, SignedSheet]) -> None:
    """Look at one scan again, or withdraw it."""
    with st.expander(t("pages.papers.one")):
        number = st.selectbox(
            t("pages.papers.choose_sheet"), list(kept), key=f"scan-one-{batch.id}",
            format_func=lambda each: f"{each} · {term(kept[each].paper)} · {kept[each].given_name or kept[each].file}",
        )  # fmt: skip
        chosen = kept[number]
        content = widgets.guarded(
            widgets.read, signed_sheets.content_of, int(batch.id or 0), number, home=environment().home
        )
        if content is not None:
            st.download_button(
                t("pages.papers.download"), content, file_name=chosen.given_name or chosen.file,
                key=f"scan-download-{number}", on_click="ignore",
            )  # fmt: skip
        with st.form(f"scan-withdraw-{number}"):
            reason = st.text_input(t("pages.papers.withdraw_reason"), key=f"scan-reason-{number}")
            sent = st.form_submit_button(t("pages.papers.withdraw"))
        if sent:
            gone = widgets.act(
                signed_sheets.withdraw, batch_id=int(batch.id or 0), sheet_id=number, reason=reason, by=user,
                at=clock.now(),
            )  # fmt: skip
            if gone is not None:
                widgets.done(t("pages.papers.withdrawn"))
