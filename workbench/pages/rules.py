"""The rules in force (规则): list, law, examples, and what they find in a text."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models.vocabulary import Effect, Ground
from workbench import widgets
from workbench.i18n import count, t, term
from workbench.pages.frame import signed_in
from workbench.services import rule_book

SHOWN = 25


def page() -> None:
    """The rule library and a try (规则库)."""
    signed_in()
    widgets.heading(t("pages.rules.title"), t("pages.rules.lead"))
    rules = widgets.read(rule_book.ruleset)
    text = st.text_input(t("pages.rules.try"), key="rules.text", placeholder=t("pages.rules.placeholder"))
    if text.strip():
        found = rule_book.explain_text(widgets.read(rule_book.rules_and_list), text)
        st.html(f'<article class="item"><p class="title small">{widgets.highlighted(text, found)}</p></article>')
        if found:
            widgets.evidence_cards(found)
        else:
            widgets.nothing(t("rules.no_hit"))
    rows = rule_book.rows(rules)
    effects = list(dict.fromkeys(row["effect"] for row in rows))
    chosen = st.pills(
        t("pages.words.effect"), effects, selection_mode="multi", key="rules.effect",
        format_func=lambda effect: term(Effect(effect)), on_change=widgets.first_page, args=("rules",),
    )  # fmt: skip
    shown = [row for row in rows if not chosen or row["effect"] in chosen]
    st.caption(t("pages.rules.count", count=count(len(shown)), digest=rules.digest[:12]))
    start = widgets.page_start("rules") or 0
    for row in shown[start : start + SHOWN]:
        _rule(row)
    widgets.turn_pages("rules", last=start + SHOWN, full=start + SHOWN < len(shown))


def _rule(row: Mapping[str, Any]) -> None:
    with st.expander(f"{row['name']}　·　{term(Effect(row['effect']))}"):
        ground = term(Ground(row["ground"])) if row["ground"] else None
        verified = t("pages.rules.verified" if row["verified"] else "pages.rules.unverified")
        widgets.facts(
            [
                (t("pages.words.explanation"), row["explanation"]),
                (t("pages.words.ground"), ground),
                (t("pages.words.legal_basis"), t("pages.words.join").join(row["legal_basis"])),
                (t("pages.rules.state"), verified),
                (t("pages.rules.id"), f"{row['id']} · v{row['version']}"),
            ]
        )
        for kind in ("must_match", "must_not_match"):
            lines = "".join(f"<li>{escape(line)}</li>" for line in row[kind])
            st.html(f'<p class="soft">{escape(t(f"pages.rules.{kind}"))}</p><ul class="examples">{lines}</ul>')
