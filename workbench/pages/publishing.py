"""Publish (公布): look at what the public will see, then publish it from the frozen snapshot."""

from pathlib import Path

import streamlit as st

from models import Batch, OpeningNotice, User
from models.vocabulary import BatchState
from workbench import clock, widgets
from workbench.i18n import count, day, t
from workbench.pages.frame import pick_batch, signed_in
from workbench.queries import lists
from workbench.services import publishing
from workbench.settings import environment


def page() -> None:
    """Preview and publish an approved batch; earlier publications with their files (公布)."""
    user = signed_in()
    widgets.heading(t("pages.publishing.title"), t("pages.publishing.lead"))
    batch = pick_batch(BatchState.APPROVED)
    if batch is not None:
        _preview(batch, user)
    st.subheader(t("pages.publishing.earlier"), anchor=False)
    notices = widgets.read(lists.notices)
    if not notices:
        widgets.nothing(t("pages.publishing.none_yet"))
    for notice in notices[: widgets.PAGE]:
        _files(notice)


def _preview(batch: Batch, user: User) -> None:
    home = environment().home
    shown = widgets.guarded(
        widgets.read, publishing.preview, int(batch.id or 0), at=clock.now(), on=clock.today(), home=home
    )
    if shown is None:
        return
    widgets.figures(
        [
            (t("pages.publishing.number"), shown.number),
            (t("pages.publishing.opened"), count(shown.opened)),
            (t("pages.publishing.delayed"), count(shown.delayed)),
        ]
    )
    for problem in shown.problems:
        st.warning(problem, icon=":material/rule:")
    notice, catalogue = st.tabs([t("pages.publishing.notice"), t("pages.publishing.catalogue")])
    with notice:
        st.iframe(shown.html, height=640, alt=shown.title)
    with catalogue:
        rows = [dict(zip(shown.headers, row, strict=True)) for row in shown.rows]
        st.dataframe(rows, hide_index=True, width="stretch", height=480)
    st.caption(t("pages.publishing.final"))
    name = f"publish-{batch.id}-{batch.version}"
    sure = st.checkbox(t("pages.publishing.sure"), key=f"sure-{name}")
    if st.button(
        t("terms.batchaction.publish"), key=name, type="primary", icon=":material/campaign:",
        disabled=bool(shown.problems) or not sure,
    ):  # fmt: skip
        made = widgets.act(
            publishing.publish, batch_id=int(batch.id or 0), version=batch.version, by=user, at=clock.now(),
            on=clock.today(), home=home,
        )  # fmt: skip
        if made is not None:
            widgets.done(t("pages.publishing.done", name=made.folder, count=count(made.opened)))


def _files(notice: OpeningNotice) -> None:
    folder = environment().home / "published" / notice.folder
    summary = t("pages.publishing.line", day=day(notice.published_on), count=count(notice.opened))
    with st.expander(f"{notice.folder}　·　{summary}"):
        for part in ("public", "internal"):
            st.html(f'<p class="soft">{t(f"pages.publishing.part.{part}")}</p>')
            for file in sorted((folder / part).rglob("*")):
                if file.is_file():
                    _download(notice, part, file)
        widgets.facts(
            [
                (t("pages.publishing.published_by"), notice.published_by),
                (t("pages.publishing.digest"), notice.snapshot_digest),
                (t("pages.publishing.head"), notice.ledger_head),
            ]
        )


def _download(notice: OpeningNotice, part: str, file: Path) -> None:
    st.download_button(
        file.name, file.read_bytes(), file_name=file.name, key=f"file-{notice.id}-{part}-{file.name}",
        icon=":material/download:", type="tertiary", on_click="ignore",
    )  # fmt: skip
