"""Templates of papers (公文模板): take a built-in one away, send the edited one back, see what is wrong with it."""

from pathlib import Path

import streamlit as st

from models import User
from workbench import clock, widgets
from workbench.i18n import t
from workbench.pages.frame import signed_in
from workbench.permissions import may
from workbench.services import paper_templates
from workbench.services.paper_templates import Template
from workbench.settings import environment

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def page() -> None:
    """All templates, the archive's own ones tried (公文模板)."""
    user = signed_in()
    widgets.heading(t("pages.templates.title"), t("pages.templates.lead"))
    home = environment().home
    found = paper_templates.everything(home)
    for each in found:
        for problem in each.problems:
            st.error(problem, icon=":material/block:")
    for name in paper_templates.strays(home):
        st.warning(t("pages.templates.stray", name=name), icon=":material/info:")
    rows = [
        {
            "name": each.title, "file": f"{each.name}.docx",
            "state": t("papers.template_own" if each.is_own else "papers.template_built_in"),
            "check": t("pages.templates.broken" if each.problems else "pages.templates.well") if each.is_own else "",
        }
        for each in found
    ]  # fmt: skip
    columns = {name: t(f"pages.templates.{name}") for name in ("name", "file", "state", "check")}
    widgets.table(rows, columns, height=38 * (len(rows) + 1) + 4)
    titles = {each.name: each for each in found}
    chosen = st.selectbox(
        t("pages.templates.which"), list(titles), format_func=lambda name: titles[name].title, key="template"
    )
    _one(titles[chosen], user, home)


def _one(template: Template, user: User, home: Path) -> None:
    st.download_button(
        t("pages.templates.download"), lambda: widgets.read(paper_templates.built_in, template.name),
        file_name=f"{template.name}.docx", mime=WORD, key=f"template-get-{template.name}", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    with st.expander(t("pages.templates.fields")):
        st.code("\n".join(f"{{{{ {field} }}}}" for field in paper_templates.fields(template.name)), language=None)
    if not may(user, "papers.template"):
        return
    uploaded = st.file_uploader(t("pages.templates.upload"), type=["docx"], key=f"template-file-{template.name}")
    known = {"name": template.name, "home": home, "by": user}
    if uploaded is not None and st.button(t("pages.templates.take"), key=f"template-take-{template.name}"):
        taken = widgets.act(paper_templates.take, content=uploaded.getvalue(), at=clock.now(), **known)
        if taken is not None:
            widgets.done(t("pages.templates.taken", name=template.title))
    if template.is_own and st.button(t("pages.templates.drop"), key=f"template-drop-{template.name}"):
        dropped = widgets.act(paper_templates.drop, at=clock.now(), **known)
        if dropped is not None:
            widgets.done(t("pages.templates.dropped", name=template.title))
