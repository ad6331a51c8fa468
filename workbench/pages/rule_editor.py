"""Changing a rule (修改规则): draft it or open it, see what it would do, save it when its examples hold."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from models import User
from models.vocabulary import Ground
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import own_lexicons
from workbench.services import local_rules, marked_passages, rule_bundles, rule_drafts, rule_effects
from workbench.settings import environment

VIEW = "rules.view"
_TEXT, _SEEN, _NEXT = "rules.yaml", "rules.seen", "rules.open_next"
_MARK = "rules.for_mark"
_EFFECTS = ("newly_restricted", "newly_cautioned", "no_longer_touched")


def open_rule(rule_id: str, wrong: str | None = None, mark: int | None = None) -> None:
    """Put a rule into the editor (打开规则), with a title that it flagged wrongly, if any: a callback.

    ``mark`` is the reader's mark that is settled once the rule is saved.
    """
    st.session_state[VIEW] = "editor"
    st.session_state[_NEXT] = (rule_id, wrong)
    st.session_state[_MARK] = mark


def draft_for(title: str, passage: str = "", mark: int | None = None) -> None:
    """Begin a draft for a title where something was missed (漏检起草), ``passage`` if it is known: a callback."""
    st.session_state[VIEW] = "editor"
    st.session_state["draft.title"], st.session_state["draft.passage"] = title, passage
    st.session_state[_MARK] = mark
    st.session_state.pop(_TEXT, None)


def page(user: User) -> None:
    """The editor (修改规则)."""
    if opened := st.session_state.pop(_NEXT, None):
        rule_id, wrong = opened
        text, version = widgets.read(local_rules.text_of, environment().home, rule_id, wrong=wrong)
        st.session_state[_TEXT], st.session_state[_SEEN] = text, version
    elif not st.session_state.get(_TEXT):  # Streamlit forgets the text of a view that was left
        st.session_state[_SEEN] = local_rules.SHIPPED
    _draft()
    _edit(user)
    _exchange(user)
    own_lexicons.panel(user)


def _draft() -> None:
    kinds = widgets.read(rule_drafts.kinds)
    with st.expander(t("local_rules.draft"), expanded=not st.session_state.get(_TEXT)), st.form("rules.draft"):
        left, right = st.columns(2)
        given: dict[str, Any] = {
            "name": left.text_input(t("rule_changes.column.name"), key="draft.name"),
            "passage": right.text_input(t("local_rules.passage"), key="draft.passage"),
            "title": left.text_input(t("local_rules.missed"), key="draft.title"),
            "counter_example": right.text_input(t("local_rules.counter_example"), key="draft.counter"),
            "kind": left.selectbox(
                t("rule_changes.column.kind"), list(kinds), key="draft.kind",
                format_func=lambda kind: f"{term(Ground(kinds[kind][0]))} · {kinds[kind][1]}",
            ),
            "pack": right.radio(
                t("local_rules.pack"), rule_drafts.PACKS, key="draft.pack", horizontal=True,
                format_func=lambda pack: t(f"local_rules.packs.{pack}"),
            ),
        }  # fmt: skip
        sent = st.form_submit_button(t("local_rules.make_draft"))
    if sent:
        made = widgets.guarded(widgets.read, rule_drafts.draft, environment().home, **given)
        if made is not None:
            st.session_state[_TEXT], st.session_state[_SEEN] = made, local_rules.SHIPPED
            st.rerun()


def _edit(user: User) -> None:
    with st.form("rules.edit"):
        text = st.text_area(t("local_rules.yaml"), key=_TEXT, height=380, help=t("local_rules.yaml_hint"))
        left, right, _ = st.columns([1, 1, 3])
        tried = left.form_submit_button(t("local_rules.preview"), width="stretch")
        kept = right.form_submit_button(t("local_rules.save"), type="primary", width="stretch")
    if not text.strip():
        return
    if tried:
        with st.spinner(t("local_rules.trying")):
            made = widgets.guarded(widgets.read, rule_effects.preview_rule, text, on=clock.today())
        if made is not None:
            _effects(made)
    if kept:
        saved = widgets.act(
            local_rules.save, home=environment().home, text=text, by=user, at=clock.now(),
            seen=st.session_state.get(_SEEN, local_rules.SHIPPED),
        )  # fmt: skip
        if saved is not None:
            if (mark := st.session_state.pop(_MARK, None)) is not None:
                widgets.act(marked_passages.mend, mark_id=mark, rule_id=saved.rule.id, by=user, at=clock.now())
            st.session_state[_NEXT] = (saved.rule.id, None)
            widgets.done(t("local_rules.saved", name=saved.rule.name, version=saved.rule.version))


def _effects(made: Mapping[str, Any]) -> None:
    for failure in made["failures"]:
        st.error(t("rule_changes.failed", kind=t(f"pages.rules.{failure['kind']}"), text=failure["text"]))
    figures = {name: count(made[name]) for name in ("hits", "opened", "restricted")}
    st.info(t("rule_changes.touches", **figures), icon=":material/info:")
    for name in _EFFECTS:
        if not made[name]["count"]:
            continue
        st.caption(t(f"rule_changes.{name}", count=count(made[name]["count"])))
        columns = {field: t(f"pages.words.{field}") for field in ("reference_code", "title")}
        widgets.table(made[name]["shown"], columns)
    if not any(made[name]["count"] for name in _EFFECTS):
        st.caption(t("local_rules.no_effect"))


def _exchange(user: User) -> None:
    with st.expander(t("local_rules.exchange")):
        st.caption(t("local_rules.exchange_hint"))
        left, right = st.columns(2)
        for column, suffix in ((left, ".yaml"), (right, ".xlsx")):
            content = widgets.guarded(widgets.read, rule_bundles.exported, environment().home, suffix, at=clock.now())
            if content is not None:
                name = f"{t('local_rules.own')}{suffix}"
                column.download_button(t("local_rules.download", suffix=suffix), content, name, width="stretch")
        uploaded = st.file_uploader(t("local_rules.upload"), type=["yaml", "yml", "xlsx"], key="rules.upload")
        if uploaded is None or not st.button(t("local_rules.take_in"), key="rules.take_in"):
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / Path(uploaded.name).name
            file.write_bytes(uploaded.getvalue())
            made = widgets.act(
                rule_bundles.import_, home=environment().home, file=file, by=user, at=clock.now()
            )  # fmt: skip
        if made is not None:
            changed = sum(saved.is_changed for saved in made)
            widgets.done(t("local_rules.taken_in", rules=count(len(made)), changed=count(changed)))
