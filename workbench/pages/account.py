"""One's own password (我的口令)."""

import streamlit as st

from workbench import clock, widgets
from workbench.i18n import t
from workbench.pages.frame import signed_in
from workbench.services import setting_up, signing_in, staffing


def page() -> None:
    """Change one's password; other browsers are signed out (改口令)."""
    user = signed_in()
    widgets.heading(t("pages.account.title"), t("pages.account.lead"))
    if widgets.read(setting_up.is_demo):
        widgets.nothing(t("errors.sign_in.demo_has_no_passwords"))
        return
    with st.form("account"):
        old = st.text_input(t("pages.account.old"), type="password", key="account.old")
        new = st.text_input(t("pages.people.new_password"), type="password", key="account.new")
        again = st.text_input(t("sign_in.field.again"), type="password", key="account.again")
        sent = st.form_submit_button(t("pages.account.change"), type="primary")
    if not sent:
        return
    proof = widgets.act(
        staffing.change_own_password, user=user, old=old, new=new, again=again, at=clock.now(),
        token=st.context.cookies.get(signing_in.COOKIE, ""),
    )  # fmt: skip
    if proof is not None and proof.refusal is not None:
        widgets.refused(proof.refusal)
    elif proof is not None:
        widgets.done(t("pages.account.changed"))
