"""Corrections beside the item (审核页上的纠错): what was proposed, what looks wrong, and a form to propose."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models.correction import CorrectedField, CorrectionState
from workbench import clock, widgets
from workbench.i18n import t, term
from workbench.pages.frame import present
from workbench.services import correcting

S = CorrectionState


def panel(item: Mapping[str, Any]) -> None:
    """What lies over the item or waits, suspicions, and the form; a blind reader may see it: it is no opinion."""
    for each in item["corrections"]:
        if each["state"] in (S.ACCEPTED, S.REPORTED, S.ASKED):
            st.html(f'<p class="correction {escape(each["state"])}">{escape(told(each))}</p>')
    for slip in item["slips"]:
        _suspicion(item, slip)
    is_begun = f"correct-{item['record_id']}-slip" in st.session_state
    with st.expander(t("pages.corrections.panel"), expanded=is_begun):
        st.caption(t("pages.corrections.panel_hint"))
        _form(item)


def told(each: Mapping[str, Any]) -> str:
    """One correction as a sentence (纠错一句话)."""
    field = term(CorrectedField(each["field"]))
    if each["state"] == S.ACCEPTED:
        original = each["original"] or "—"
        return t("pages.corrections.lies_over", field=field, proposed=each["proposed"], original=original)
    state = term(CorrectionState(each["state"]))
    return t("pages.corrections.waits", field=field, proposed=each["proposed"], state=state)


def suspicion_html(slip: Mapping[str, Any]) -> str:
    """A suspicion in words (疑点)."""
    kind = t("pages.corrections.suspicion", kind=t(f"terms.slipkind.{slip['kind']}"))
    against = t("pages.corrections.against", against=slip["against"]) if slip["against"] else ""
    proposed = f"→ {slip['proposed']}" if slip["proposed"] else ""
    parts = "".join(f"<span>{escape(part)}</span>" for part in (slip["found"], against, proposed) if part)
    return f'<div class="slip"><b>{escape(kind)}</b>{parts}</div>'


def _suspicion(item: Mapping[str, Any], slip: Mapping[str, Any]) -> None:
    key = f"{item['record_id']}-{slip['kind']}"
    st.html(suspicion_html(slip))
    if st.button(t("pages.corrections.prefill"), key=f"slip-{key}", type="tertiary", icon=":material/edit:"):
        name = f"correct-{item['record_id']}"
        st.session_state[f"{name}-slip"] = slip["kind"]
        st.session_state[f"{name}-field"] = slip["field"]
        st.session_state[f"{name}-to"] = slip["proposed"] or ""


def _form(item: Mapping[str, Any]) -> None:
    name = f"correct-{item['record_id']}"
    with st.form(name, border=False):
        field = st.selectbox(t("pages.corrections.field"), list(CorrectedField), key=f"{name}-field", format_func=term)
        wording = st.text_input(t("pages.corrections.to"), key=f"{name}-to")
        source = st.text_input(t("pages.corrections.source"), key=f"{name}-source")
        sent = st.form_submit_button(t("pages.corrections.propose"))
    user = present() if sent else None
    if user is None or field is None:
        return
    made = widgets.act(
        correcting.propose, record_id=int(item["record_id"]), field=field, proposed=wording, source=source, by=user,
        at=clock.now(), on=clock.today(), batch_id=item["batch"], slip=st.session_state.get(f"{name}-slip"),
    )  # fmt: skip
    if made is not None:
        for part in ("to", "source", "slip"):
            st.session_state.pop(f"{name}-{part}", None)
        widgets.done(t("pages.corrections.proposed"))
