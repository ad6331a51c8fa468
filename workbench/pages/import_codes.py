"""Codes of each fonds (档号检查): patterns, gaps, odd ones, codes that mean the same; looked for when asked."""

import streamlit as st

from models import User
from workbench import widgets
from workbench.i18n import count, t
from workbench.services import code_report
from workbench.services.code_report import FondsCodes

_STATE = "codes.found"


def part(_user: User) -> None:
    """Look at the codes (档号检查)."""
    st.caption(t("codes.lead"))
    if st.button(t("codes.look"), key="codes.look", type="primary"):
        with st.spinner(t("codes.looking")):
            st.session_state[_STATE] = widgets.read(code_report.report)
    found: list[FondsCodes] | None = st.session_state.get(_STATE)
    if found is None:
        return
    if not found:
        widgets.nothing(t("codes.none"))
        return
    names = ("fonds", "records", "generated", "patterns", "odd", "missing", "alike")
    widgets.table([_row(each) for each in found], {name: t(f"codes.column.{name}") for name in names})
    chosen = st.selectbox(
        t("codes.fonds"), range(len(found)), key="codes.fonds", format_func=lambda place: _name(found[place])
    )
    _details(found[chosen])


def _name(each: FondsCodes) -> str:
    return each.fonds or each.fonds_key or t("codes.no_fonds")


def _row(each: FondsCodes) -> dict[str, object]:
    return {
        "fonds": _name(each), "records": each.records, "generated": each.generated, "patterns": len(each.patterns),
        "odd": each.odd_count, "missing": each.missing, "alike": len(each.alike),
    }  # fmt: skip


def _details(each: FondsCodes) -> None:
    names = ("shape", "count", "example")
    rows = [{"shape": one.shape, "count": one.count, "example": one.example} for one in each.patterns]
    widgets.table(rows, {name: t(f"codes.pattern.{name}") for name in names})
    join = t("pages.words.join")
    if each.odd:
        st.markdown(t("codes.odd", count=count(each.odd_count)))
        st.text(join.join(each.odd))
    if each.gaps:
        st.markdown(t("codes.gaps", count=count(each.missing)))
        gaps = [
            {"run": f"{gap.prefix}{gap.first} — {gap.last}", "missing": join.join(gap.missing), "count": gap.count}
            for gap in each.gaps
        ]
        widgets.table(gaps, {name: t(f"codes.gap.{name}") for name in ("run", "missing", "count")})
    if each.alike:
        st.markdown(t("codes.alike"))
        st.text("\n".join(join.join(group) for group in each.alike))
    if each.elsewhere:
        st.markdown(t("codes.elsewhere"))
        st.text(join.join(each.elsewhere))
