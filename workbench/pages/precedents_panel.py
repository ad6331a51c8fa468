"""How this was decided before, beside the item (以往如何定): the closest few, and how all like items fared."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models.vocabulary import Access
from workbench.i18n import count, day, t, term


def panel(item: Mapping[str, Any]) -> None:
    """Precedents, to whoever may see others' decisions (先例); a blind reader gets none with the card."""
    found = item["decided_before"]
    if not found or not (found["closest"] or any(found["alike"].values())):
        return
    heading = t("past.panel.split" if found["is_split"] else "past.panel.heading")
    st.html(f'<p class="soft"><b>{escape(heading)}</b></p>{"".join(_line(each) for each in found["closest"])}')
    if any(found["alike"].values()):
        figures = {name: count(number) for name, number in found["alike"].items()}
        st.html(f'<p class="soft">{escape(t("past.panel.alike", **figures))}</p>')


def _line(each: Mapping[str, Any]) -> str:
    where = each["batch_name"] or (t("past.panel.batch", batch=each["batch"]) if each["batch"] else None)
    is_other = each["closeness"] not in ("itself", "its-volume")
    parts = [
        term(each["ground"]) if each["ground"] else None, each["reason"], where,
        day(each["decided_on"]) if each["decided_on"] else None,
        f"{each['reference_code']}　{each['title']}" if is_other else None,
    ]  # fmt: skip
    rest = "".join(f"<span>{escape(str(part))}</span>" for part in parts if part)
    closeness = escape(t(f"past.closeness.{each['closeness']}"))
    return f'<div class="given"><b>{closeness}</b><b>{escape(term(Access(each["access"])))}</b>{rest}</div>'
