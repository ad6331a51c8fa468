"""What came with the item at transfer, beside it (移交时情况): as written, and where it was written."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from workbench.i18n import t


def panel(item: Mapping[str, Any]) -> None:
    """Opinion, disclosure and declassification at transfer (移交时情况)."""
    for said in item["at_transfer"]:
        key = "past.transfer.source" if said["sheet"] else "past.transfer.source_without_sheet"
        where = t(key, file=said["file"], sheet=said["sheet"], row=said["row"])
        st.html(
            f'<div class="given"><b>{escape(_kind(said))}</b><b>{escape(said["says"])}</b>'
            f'<span class="soft">{escape(where)}</span></div>'
        )


def _kind(said: Mapping[str, Any]) -> str:
    return t(f"past.transfer.{said['kind']}")
