"""What screens are made of (页面部件): the one transaction, and pieces that show values; no queries here."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeVar

import streamlit as st

from models.errors import WorkbenchError
from models.vocabulary import Access, Effect, Ground
from workbench import db
from workbench.i18n import explain, t, term
from workbench.settings import environment

Result = TypeVar("Result")

PAGE = 50
_SAID = "said"
_WEIGHT = tuple(Effect)


def read(query: Callable[..., Result], *args: Any, **given: Any) -> Result:
    """Ask a question of the home (读): ``query(session, …)`` in a reading session."""
    with db.reading(environment().url) as session:
        return query(session, *args, **given)


def act(service: Callable[..., Result], /, **given: Any) -> Result | None:
    """Do one act (办一件事): the one transaction of a click; a refusal is shown and gives ``None``."""
    try:
        with db.transaction(environment().url) as session:
            return service(session=session, **given)
    except WorkbenchError as refusal:
        refused(refusal)
        return None


def guarded(ask: Callable[..., Result], /, *args: Any, **given: Any) -> Result | None:
    """Call what opens no transaction but may be refused (受拒则示); a refusal is shown and gives ``None``."""
    try:
        return ask(*args, **given)
    except WorkbenchError as refusal:
        refused(refusal)
        return None


def refused(refusal: WorkbenchError) -> None:
    """Show a refusal: what is wrong and what to do (示错)."""
    st.error(explain(refusal), icon=":material/block:")


def say_next(text: str) -> None:
    """Say something on the next run (下次提示): the page reruns after an act, so a message waits for it."""
    st.session_state[_SAID] = text


def say_waiting() -> None:
    """Show what the last act left to say."""
    if _SAID in st.session_state:
        st.toast(st.session_state.pop(_SAID), icon=":material/check:")


def done(text: str) -> None:
    """The act succeeded (办毕): say it and show the page as it is now."""
    say_next(text)
    st.rerun()


def heading(title: str, lead: str | None = None) -> None:
    """Title of a page, with one sentence on what it is for (页头)."""
    st.title(title, anchor=False)
    if lead:
        st.html(f'<p class="lead">{escape(lead)}</p>')


def highlighted(text: str, evidence: Sequence[Mapping[str, Any]], field: str = "title") -> str:
    """HTML of a text with its evidence spans marked (标出依据); overlapping spans are joined."""
    spans = sorted(
        (max(0, each["start"]), min(len(text), each["end"]), each["effect"])
        for each in evidence
        if each["field"] == field and each["source"] != "classifier" and each["start"] < each["end"]
    )
    parts, position = [], 0
    for start, end, effect in spans:
        start = max(start, position)
        if start >= end:
            continue
        parts += [escape(text[position:start]), f'<mark class="{effect}">{escape(text[start:end])}</mark>']
        position = end
    return "".join([*parts, escape(text[position:])])


def evidence_cards(evidence: Sequence[Mapping[str, Any]]) -> None:
    """Evidence as cards (依据卡片): the sentence, the passage, the law, and whether its text was verified."""
    cards = []
    for each in sorted(evidence, key=lambda each: _WEIGHT.index(each["effect"])):  # the gravest first
        if each["source"] == "classifier":
            continue
        basis = t("pages.words.join").join(each["legal_basis"])
        unverified = "" if each["verified"] or not basis else escape(t("pages.review.unverified"))
        ground = f"<span>{escape(term(Ground(each['ground'])))}</span>" if each["ground"] else ""
        cards.append(
            f'<div class="evidence {escape(str(each["effect"]))}">'
            f'<div class="head"><b>{escape(term(Effect(each["effect"])))}</b>{ground}</div>'
            f"<p>{escape(each['explanation'])}</p>"
            f'<p class="foot"><span>{escape(basis)}{unverified}</span>'
            f'<span class="rule">{escape(each["rule_id"])}</span></p></div>'
        )
    if cards:
        st.html("".join(cards))
    terms = [each for each in evidence if each["source"] == "classifier"]
    if terms:
        words = t("pages.words.join").join(
            t("pages.review.term_toward" if (each["weight"] or 0) > 0 else "pages.review.term_away", term=each["text"])
            for each in terms
        )
        st.html(f'<p class="soft terms">{escape(t("pages.review.terms", terms=words))}</p>')


def proposed(access: Access) -> str:
    """An outcome before approval (拟开放、拟延期): the bare word comes only after it."""
    return t(f"pages.words.proposed.{access.value}")


def advice_line(card: Mapping[str, Any]) -> None:
    """The suggestion in grey, its number last (初判建议): it is advice, and no colour may vote."""
    if card["suggestion"]:
        text = t("pages.review.suggested", access=proposed(Access(card["suggestion"])))
    elif card["lean"]:
        text = t("pages.review.leaning", access=proposed(Access(card["lean"])))
    else:
        text = t("pages.review.no_suggestion")
    number = "" if card["probability"] is None else t("pages.review.probability", value=_share(card["probability"]))
    st.html(f'<p class="advice">{escape(text)}<span>{escape(number)}</span></p>')


def _share(value: float) -> str:
    """A probability with two digits, never rounded to certainty."""
    return "< 0.01" if value < 0.01 else "> 0.99" if value > 0.99 else f"{value:.2f}"


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Name–value pairs in two columns (著录项); absent ones are left out."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in pairs if value not in (None, "")
    )
    st.html(f'<dl class="facts">{rows}</dl>')


def figures(pairs: Sequence[tuple[str, str]]) -> None:
    """Numbers in a row, quietly (数字)."""
    cells = "".join(f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for name, value in pairs)
    st.html(f'<div class="figures">{cells}</div>')


def progress_bar(done_: int, all_: int, label: str) -> None:
    """How far it is (进度)."""
    st.progress(done_ / all_ if all_ else 0.0, text=label)


def turn_pages(key: str, *, last: int | None, full: bool) -> int | None:
    """Keyset paging (翻页): gives the id after which this page starts; ``last`` is the id it ended with.

    The ids where earlier pages began are kept, so that going back is exact without counting rows.
    """
    trail: list[int | None] = st.session_state.setdefault(f"{key}.trail", [None])
    left, middle, right = st.columns([1, 2, 1], vertical_alignment="center")
    if left.button(
        t("pages.words.previous"), key=f"{key}.previous", disabled=len(trail) < 2, icon=":material/chevron_left:"
    ):
        trail.pop()
        st.rerun()
    middle.html(f'<p class="soft centre">{escape(t("pages.words.page", page=len(trail)))}</p>')
    if right.button(t("pages.words.next"), key=f"{key}.next", disabled=not full, icon=":material/chevron_right:"):
        trail.append(last)
        st.rerun()
    return trail[-1]


def page_start(key: str) -> int | None:
    """Id after which the page in view starts (本页起点)."""
    trail: list[int | None] = st.session_state.setdefault(f"{key}.trail", [None])
    return trail[-1]


def first_page(key: str) -> None:
    """Back to the first page, when a filter changed (回到首页)."""
    st.session_state[f"{key}.trail"] = [None]


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, height: int | None = None) -> None:
    """A small table of plain rows under column names that people read (表格)."""
    shown = [{label: row.get(name) for name, label in columns.items()} for row in rows]
    if height is None:
        st.dataframe(shown, hide_index=True, width="stretch")
    else:
        st.dataframe(shown, hide_index=True, width="stretch", height=height)


def nothing(text: str) -> None:
    """An empty list says so, and what to do (空)."""
    st.html(f'<p class="nothing">{escape(text)}</p>')
