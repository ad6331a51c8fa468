"""The sample of the open pile (抽样复核): the lead draws, people read blind, the finding stands in one sentence."""

from html import escape
from typing import Any

import streamlit as st

from models import Batch, Record, User
from models.vocabulary import Access, BatchState
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import opinion
from workbench.pages.frame import pick_batch, signed_in
from workbench.permissions import may
from workbench.services import sampling, sampling_report

_FACTS = ("fonds", "creator", "document_number", "date_text", "retention_period", "pages", "remarks")


def page() -> None:
    """Draw, read, and what was found (抽样复核)."""
    user = signed_in()
    widgets.heading(t("pages.sampling.title"), t("pages.sampling.lead"))
    batch = pick_batch(BatchState.AGREED, BatchState.CERTIFIED, BatchState.SUBMITTED, BatchState.APPROVED)
    if batch is None:
        return
    now = widgets.read(sampling.state, int(batch.id or 0))
    if batch.state is BatchState.AGREED and not (now["drawn"] and now["is_current"]):
        _draw(batch, now, user)
    elif not now["drawn"]:
        widgets.nothing(t("pages.sampling.passed_over", state=term(batch.state)))
    else:
        _found(batch, now)
        if now["waiting"]:
            _read(batch, now, user)


def _draw(batch: Batch, now: dict[str, Any], user: User) -> None:
    if not may(user, "certificate.draw"):
        widgets.nothing(t("pages.sampling.not_drawn"))
        return
    if not now["open"]:
        st.caption(t("pages.sampling.nothing_open"))
    choices = {each["name"]: each for each in widgets.read(sampling.presets, batch)}
    with st.form(f"draw-{batch.id}-{batch.version}"):
        chosen = st.radio(
            t("pages.sampling.choose"), list(choices), key=f"preset-{batch.id}",
            format_func=lambda name: t(f"pages.sampling.name.{name}"),
            captions=[
                t("pages.sampling.preset", n=count(each["n"]), tenths=f"{10 * each['power']:.0f}")
                for each in choices.values()
            ],
        )  # fmt: skip
        words = st.text_input(t("pages.sampling.words"), key=f"words-{batch.id}", help=t("pages.sampling.words_hint"))
        sent = st.form_submit_button(t("pages.sampling.draw"), type="primary")
    if sent:
        made = widgets.act(
            sampling.draw, batch_id=int(batch.id or 0), by=user, at=clock.now(), public_words=words,
            limit=choices[chosen]["limit"], version=batch.version,
        )  # fmt: skip
        if made is not None:
            told = {"batch": batch.id, "attempt": made.attempt, "open": made.open_count, "n": made.size}
            widgets.done(t("certificate.drawn", seed=made.seed[:12], **told))


def _found(batch: Batch, now: dict[str, Any]) -> None:
    widgets.progress_bar(now["read"], now["n"], t("certificate.waiting", n=count(now["n"]), read=count(now["read"])))
    if now["short"]:
        st.warning(t("pages.sampling.short", count=now["short"]))
    if now["restricted"]:
        codes = ", ".join(now["restricted"])
        st.error(t("certificate.found", n=count(now["n"]), found=len(now["restricted"]), codes=codes))
    if now["upper"] is None:
        return
    if now["passes"]:
        st.success(t("certificate.clean", n=count(now["n"])))
        if batch.state is BatchState.AGREED:
            st.caption(t("pages.sampling.certify"))
    with st.expander(t("pages.sampling.technical")):
        shares = {name: f"{now[name]:.2%}" for name in ("confidence", "bound", "limit")}
        st.caption(t("certificate.bound", **{**now, **shares}))
    package = widgets.read(sampling_report.packed, int(batch.id or 0))
    st.download_button(
        t("pages.sampling.download"), package, file_name=f"sampling-{batch.id}.zip", key=f"sampling-report-{batch.id}"
    )


def _read(batch: Batch, now: dict[str, Any], user: User) -> None:
    """One item, blind: no rule, no probability, no opinion; the keys bear its number."""
    record = widgets.read(sampling.next_item, batch_id=int(batch.id or 0), by=user)
    if record is None:
        widgets.nothing(t("pages.sampling.done"))
        return
    st.subheader(t("pages.sampling.yours"), anchor=False)
    st.html(
        f'<article class="item"><div class="head"><span class="code">{escape(record.reference_code)}</span></div>'
        f'<p class="title">{escape(record.title)}</p></article>'
    )
    widgets.facts([(t(f"pages.words.{name}"), getattr(record, name)) for name in _FACTS])
    name = f"sample-{now['attempt']}-{record.id}"
    if st.button(t("pages.review.key.open"), key=f"open-{name}", shortcut=opinion.KEYS["open"]):
        _keep(batch, record, user, Access.OPEN)
    with st.form(f"delay-{name}"):
        ground, reason, again = opinion.restriction(name)
        sent = st.form_submit_button(t("pages.review.key.delay"))
    if sent:
        _keep(batch, record, user, Access.RESTRICTED, ground=ground, reason=reason, review_again_on=again)


def _keep(batch: Batch, record: Record, user: User, access: Access, **given: Any) -> None:
    made = widgets.act(
        sampling.read, batch_id=int(batch.id or 0), record_id=int(record.id or 0), by=user, at=clock.now(),
        on=clock.today(), access=access, **given,
    )  # fmt: skip
    if made is not None:
        widgets.done(t("certificate.read", code=record.reference_code, access=widgets.proposed(access)))
