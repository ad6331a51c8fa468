"""Give an opinion (意见): O opens, D delays, S parks with a question, N adds a note, Z takes back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import Access, Effect, Ground, ReviewStage
from workbench import clock, widgets
from workbench.i18n import t, term
from workbench.services import reviewing

# Streamlit's shortcuts refuse C and R; D is 延期 (delay).
KEYS = {"open": "o", "delay": "d", "park": "s", "note": "n", "undo": "z"}
_FORM = "opinion.form"


def ask(item: Mapping[str, Any], user: User) -> None:
    """The keys of one item, or the form that a key opened (意见键、意见表)."""
    name = f"{item['batch']}-{item['record_id']}-{item['round']}-{item['stage']}"
    opened = st.session_state.get(_FORM)
    form = opened[1] if opened and opened[0] == name else None
    if form is None:
        _keys(item, user, name)
    elif form == "delay":
        _delay(item, user, name)
    elif form == "park":
        _park(item, user, name)
    else:
        _note(item, user, name)


def _keys(item: Mapping[str, Any], user: User, name: str) -> None:
    cells = st.columns(5)
    pressed = {
        key: cell.button(
            t(f"pages.review.key.{key}"), key=f"{key}-{name}", shortcut=shortcut, width="stretch",
            help=t(f"pages.review.help.{key}"),
        )
        for cell, (key, shortcut) in zip(cells, KEYS.items(), strict=True)
    }  # fmt: skip
    if pressed["open"]:
        # Against a rule that restricts or cautions a reason is asked; else one key is enough.
        if _against_a_rule(item):
            _open_form(name, "note")
        else:
            _decide(item, user, Access.OPEN)
    elif pressed["undo"]:
        _undo(item["batch"], user)
    else:
        for key in ("delay", "park", "note"):
            if pressed[key]:
                _open_form(name, key)


def _against_a_rule(item: Mapping[str, Any]) -> bool:
    return any(
        each["source"] != "classifier" and each["effect"] in (Effect.RESTRICT, Effect.CAUTION)
        for each in item["evidence"]
    )


def _open_form(name: str, form: str) -> None:
    st.session_state[_FORM] = (name, form)
    st.rerun()


def _close_form() -> None:
    st.session_state.pop(_FORM, None)


def _decide(
    item: Mapping[str, Any], user: User, access: Access, ground: Ground | None = None, reason: str | None = None,
    again: date | None = None,
) -> None:  # fmt: skip
    made = widgets.act(
        reviewing.decide, batch_id=item["batch"], record_id=item["record_id"], by=user, at=clock.now(),
        on=clock.today(), access=access, ground=ground, reason=reason, review_again_on=again,
        stage=ReviewStage(item["stage"]),
    )  # fmt: skip
    if made is not None:
        _close_form()
        said = widgets.proposed(access)
        widgets.done(t("pages.review.decided", code=item["reference_code"], access=said))


def _delay(item: Mapping[str, Any], user: User, name: str) -> None:
    with st.form(f"delay-{name}"):
        ground = st.selectbox(
            t("pages.words.ground"), list(Ground), index=None, format_func=term, key=f"ground-{name}",
            placeholder=t("pages.review.choose_ground"),
        )  # fmt: skip
        reason = st.text_area(t("pages.words.reason"), key=f"reason-{name}", height=80)
        again = st.date_input(
            t("pages.words.review_again_on"), value=None, min_value=clock.today(), max_value=date(2150, 12, 31),
            key=f"again-{name}", format="YYYY-MM-DD",
        )  # fmt: skip
        st.caption(t("pages.review.nothing_defaulted"))
        sent, left = _form_buttons(t("pages.review.key.delay"))
    if sent:
        _decide(item, user, Access.RESTRICTED, ground, reason, again if isinstance(again, date) else None)
    if left:
        _close_form()
        st.rerun()


def _note(item: Mapping[str, Any], user: User, name: str) -> None:
    against = _against_a_rule(item)
    with st.form(f"note-{name}"):
        reason = st.text_area(
            t("pages.review.open_against" if against else "pages.review.open_note"), key=f"note-text-{name}", height=80
        )
        sent, left = _form_buttons(t("pages.review.key.open"))
    if sent and not reason.strip():
        st.error(t("pages.review.reason_missing"))
    elif sent:
        _decide(item, user, Access.OPEN, reason=reason)
    if left:
        _close_form()
        st.rerun()


def _park(item: Mapping[str, Any], user: User, name: str) -> None:
    with st.form(f"park-{name}"):
        text = st.text_area(t("pages.review.question"), key=f"question-{name}", height=80)
        sent, left = _form_buttons(t("pages.review.key.park"))
    if sent:
        made = widgets.act(
            reviewing.park, batch_id=item["batch"], record_id=item["record_id"], text=text, by=user, at=clock.now()
        )
        if made is not None:
            _close_form()
            widgets.done(t("procedure.parked", code=item["reference_code"]))
    if left:
        _close_form()
        st.rerun()


def _form_buttons(label: str) -> tuple[bool, bool]:
    left, right = st.columns([3, 1])
    sent = left.form_submit_button(label, type="primary", width="stretch")
    return sent, right.form_submit_button(t("pages.words.cancel"), width="stretch")


def _undo(batch_id: int, user: User) -> None:
    made = widgets.act(reviewing.undo, batch_id=batch_id, by=user, at=clock.now())
    if made is not None:
        widgets.done(t("pages.review.undone", stage=term(made.stage)))


def undo_only(batch: Batch, user: User) -> None:
    """The one key that is left when nothing waits (撤回)."""
    if st.button(t("pages.review.key.undo"), key=f"undo-{batch.id}-none", shortcut=KEYS["undo"]):
        _undo(int(batch.id or 0), user)
