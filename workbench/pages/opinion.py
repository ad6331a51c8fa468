"""Give an opinion (意见): O opens, D delays, S parks with a question, N adds a note, Z takes back."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import Access, Effect, Ground, ReviewStage
from workbench import clock, widgets
from workbench.i18n import t, term
from workbench.pages.frame import present
from workbench.services import reviewing

# Streamlit's shortcuts refuse C and R; D is 延期 (delay).
KEYS = {"open": "o", "delay": "d", "park": "s", "note": "n", "undo": "z"}
_FORM, _LAST = "opinion.form", "opinion.last"


def ask(item: Mapping[str, Any], user: User) -> None:
    """The keys of one item, or the form that a key opened (意见键、意见表)."""
    name = f"{item['batch']}-{item['record_id']}-{item['round']}-{item['stage']}"
    opened = st.session_state.get(_FORM)
    form = opened[1] if opened and opened[0] == name else None
    if form is None:
        _keys(item, name)
    elif form == "delay":
        _delay(item, user, name)
    elif form == "park":
        _park(item, user, name)
    else:
        _note(item, user, name)


def _keys(item: Mapping[str, Any], name: str) -> None:
    """The five keys. They act in callbacks, before the page is drawn again: one run a key, not two."""
    # Against a rule that restricts or cautions a reason is asked; else one key is enough.
    opens = (_open_form, (name, "note")) if _against_a_rule(item) else (_decide_now, (dict(item), name))
    acts: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
        "open": opens,
        "delay": (_open_form, (name, "delay")),
        "park": (_open_form, (name, "park")),
        "note": (_open_form, (name, "note")),
        "undo": (_undo, (item["batch"],)),
    }
    for cell, (key, (call, given)) in zip(st.columns(5), acts.items(), strict=True):
        cell.button(
            t(f"pages.review.key.{key}"), key=f"{key}-{name}", shortcut=KEYS[key], width="stretch",
            help=t(f"pages.review.help.{key}"), on_click=call, args=given,
        )  # fmt: skip


def _against_a_rule(item: Mapping[str, Any]) -> bool:
    return any(
        each["source"] != "classifier" and each["effect"] in (Effect.RESTRICT, Effect.CAUTION)
        for each in item["evidence"]
    )


def _open_form(name: str, form: str) -> None:
    st.session_state[_FORM] = (name, form)


def _close_form() -> None:
    st.session_state.pop(_FORM, None)


def _decide_now(item: Mapping[str, Any], name: str) -> None:
    # A second press that was on its way meant this same item: it is done, and no refusal is due.
    if st.session_state.get(_LAST) == name:
        return
    user = present()
    if user is not None and _decide(item, user, Access.OPEN):
        st.session_state[_LAST] = name


def _decide(
    item: Mapping[str, Any], user: User, access: Access, ground: Ground | None = None, reason: str | None = None,
    again: date | None = None,
) -> bool:  # fmt: skip
    made = widgets.act(
        reviewing.decide, batch_id=item["batch"], record_id=item["record_id"], by=user, at=clock.now(),
        on=clock.today(), access=access, ground=ground, reason=reason, review_again_on=again,
        stage=ReviewStage(item["stage"]),
    )  # fmt: skip
    if made is None:
        return False
    _close_form()
    widgets.say_next(t("pages.review.decided", code=item["reference_code"], access=widgets.proposed(access)))
    return True


def restriction(name: str) -> tuple[Ground | None, str, date | None]:
    """The three things that a delay needs, asked inside a form (延期三项): ground, reason, review-again date."""
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
    return ground, reason, again if isinstance(again, date) else None


def _delay(item: Mapping[str, Any], user: User, name: str) -> None:
    with st.form(f"delay-{name}"):
        ground, reason, again = restriction(name)
        sent, left = _form_buttons(t("pages.review.key.delay"))
    if sent and _decide(item, user, Access.RESTRICTED, ground, reason, again):
        st.rerun()
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
    elif sent and _decide(item, user, Access.OPEN, reason=reason):
        st.rerun()
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


def _undo(batch_id: int) -> None:
    user = present()
    made = None if user is None else widgets.act(reviewing.undo, batch_id=batch_id, by=user, at=clock.now())
    if made is not None:
        st.session_state.pop(_LAST, None)
        widgets.say_next(t("pages.review.undone", stage=term(made.stage)))


def undo_only(batch: Batch) -> None:
    """The one key that is left when nothing waits (撤回)."""
    st.button(
        t("pages.review.key.undo"), key=f"undo-{batch.id}-none", shortcut=KEYS["undo"], on_click=_undo,
        args=(int(batch.id or 0),),
    )  # fmt: skip
