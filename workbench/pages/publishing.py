"""Publish (公布): look at what the public will see, then publish it from the frozen snapshot."""

import re
from pathlib import Path

import streamlit as st

from models import Batch, NoticeEdition, OpeningNotice, User
from models.vocabulary import BatchState
from workbench import clock, widgets
from workbench.i18n import count, day, has, t, term
from workbench.pages.frame import pick_batch, signed_in
from workbench.queries import lists
from workbench.services import publication_editions, publication_now, publishing
from workbench.settings import environment

_NUMBER = re.compile(r"-\d+")


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
        return
    _files(list(notices))


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


def _files(notices: list[OpeningNotice]) -> None:
    """One publication at a time, and of it one edition: reading all files at every click would be slow."""
    known = {int(each.id or 0): each for each in notices}
    chosen = st.selectbox(
        t("pages.publishing.which"), list(known), key="publishing.notice",
        format_func=lambda number: _line(known[number]) if number in known else str(number),
    )  # fmt: skip
    if chosen not in known:
        return
    notice = known[chosen]
    editions = {each.number: each for each in widgets.read(publication_now.editions, chosen)}
    newest = editions[max(editions)]
    turn = st.radio(
        t("pages.publishing.turn"), list(editions), key=f"publishing.edition-{chosen}", disabled=len(editions) == 1,
        format_func=lambda number: _turn(editions[number], newest) if number in editions else str(number),
    )  # fmt: skip
    edition = editions[turn or newest.number]
    folder = publication_now.folder_of(environment().home, notice, edition, newest)
    for part in publication_editions.PARTS:
        st.html(f'<p class="soft">{t(f"pages.publishing.part.{part}")}</p>')
        columns = st.columns(3)
        files = sorted(file for file in (folder / part).rglob("*") if file.is_file())
        for number, file in enumerate(files):
            with columns[number % len(columns)]:
                _download(edition, part, file)
    widgets.facts(
        [
            (t("pages.publishing.published_by"), edition.made_by),
            (t("pages.publishing.opened"), count(edition.opened)),
            (t("pages.publishing.digest"), edition.snapshot_digest),
            (t("pages.publishing.head"), edition.ledger_head),
        ]
    )


def _line(notice: OpeningNotice) -> str:
    summary = t("pages.publishing.line", day=day(notice.published_on), count=count(notice.opened))
    return f"{notice.folder}　{summary}"


def _turn(edition: NoticeEdition, newest: NoticeEdition) -> str:
    what = t("pages.publishing.first_edition") if edition.state is None else term(edition.state)
    text = t("pages.publishing.edition", number=edition.number, day=day(edition.made_on), what=what)
    standing = t("pages.publishing.current" if edition.id == newest.id else "pages.publishing.earlier_edition")
    return f"{text}　{standing}"


def _called(name: str) -> str:
    """What the file is, and its name: correction-2_fragment.html is the fragment of a correction."""
    key = f"pages.publishing.called.{_NUMBER.sub('', name.partition('.')[0])}"
    return t("pages.publishing.file", what=t(key), name=name) if has(key) else name


def _download(edition: NoticeEdition, part: str, file: Path) -> None:
    st.download_button(
        _called(file.name), file.read_bytes(), file_name=file.name, key=f"file-{edition.id}-{part}-{file.name}",
        icon=":material/download:", type="tertiary", on_click="ignore",
    )  # fmt: skip
