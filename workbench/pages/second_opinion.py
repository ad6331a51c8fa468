"""What a local language model pointed at, beside the item (语言模型旁证): small, last, and marked as uncertified."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from workbench.i18n import t, term


def panel(item: Mapping[str, Any]) -> None:
    """Ground and passage, to a first reader only: a blind reader is to see no one's opinion (旁证)."""
    if item["blind"] or not item["pointed_at"]:
        return
    lines = "".join(
        f'<p class="soft">{escape(t("pages.second_opinion.said", model=said.rule_id, ground=term(said.ground)))}'
        f"　<mark>{escape(said.text)}</mark></p>"
        for said in item["pointed_at"]
    )
    st.html(f'<p class="soft"><b>{escape(t("pages.second_opinion.heading"))}</b></p>{lines}')
