"""The fonds register (全宗形成单位名册): who answers for each fonds, and which fonds are missing."""

import tempfile
from pathlib import Path

import streamlit as st

from models.vocabulary import Role
from workbench import clock, widgets
from workbench.i18n import count, t, term
from workbench.pages import tables
from workbench.pages.frame import signed_in
from workbench.services import agencies

MAY_CHANGE = (Role.ADMINISTRATOR, Role.ARCHIVIST, Role.GROUP_LEAD)


def page() -> None:
    """The register, and the fonds that it does not know yet."""
    user = signed_in()
    widgets.heading(t("pages.agencies.title"), t("pages.agencies.lead"))
    known, missing = widgets.read(agencies.everything), widgets.read(agencies.unregistered)
    widgets.figures(
        [(t("pages.agencies.known"), count(len(known))), (t("pages.agencies.missing"), count(len(missing)))]
    )
    columns = {name: t(f"agency.columns.{name}") for name in agencies.FIELDS}
    if known:
        lines = [{**agencies.plain(line), "standing": term(line.standing)} for line in known]
        widgets.table(tables.written(lines), columns)
    if missing:
        st.subheader(t("pages.agencies.missing"), anchor=False)
        columns = {name: columns[name] for name in ("fonds_code", "fonds")} | {"items": t("pages.agencies.items")}
        widgets.table(tables.written(missing), columns, height=min(420, 38 * (len(missing) + 1) + 4))
    st.download_button(t("pages.agencies.download"), _written(), file_name="fonds-register.xlsx", key="register")
    if any(user.holds(role) for role in MAY_CHANGE):
        uploaded = st.file_uploader(t("pages.agencies.upload"), type=tables.TABLES, key="register-file")
        if uploaded is not None and st.button(t("pages.agencies.take"), key="register-take", type="primary"):
            tables.take(agencies.import_, uploaded, by=user, at=clock.now())


def _written() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.xlsx"
        widgets.read(agencies.export, file)
        return file.read_bytes()
