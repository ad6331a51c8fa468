"""What nobody foresaw (意外错误): a number for the log, a calm sentence for the person, no link elsewhere."""

import logging
import secrets

import streamlit as st

from workbench.i18n import t

_LOG = logging.getLogger("workbench.page")


def show(fault: Exception) -> bool:
    """Log a fault under a number and show that number (记下并示知).

    Streamlit's own box would offer to search the error at services outside the archive.
    """
    number = secrets.token_hex(3)
    _LOG.error("fault %s", number, exc_info=fault)
    st.error(t("pages.fault", number=number), icon=":material/error:")
    return True
