"""Groups of like items (成组审核): differences marked, a few opened first, then one opinion on all."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import Access, BatchState, ReviewStage
from workbench import clock, widgets
from workbench.i18n import t, term
from workbench.pages import card, opinion
from workbench.pages.frame import pick_batch, signed_in
from workbench.services import group_reading
from workbench.services.group_reading import Tie

_STAGES = (ReviewStage.FIRST, ReviewStage.SECOND)
_LISTED = 50
_OPENED = "groups.opened"
_AS_DIFFERENCE = {"field": "title", "source": "detector", "effect": "unlike"}


def page() -> None:
    """Like items that wait for this person (成组审核)."""
    user = signed_in()
    widgets.heading(t("pages.groups.title"), t("pages.groups.lead"))
    batch = pick_batch(BatchState.IN_REVIEW)
    if batch is None:
        return
    left, right = st.columns([1, 2])
    stage = left.segmented_control(
        t("pages.groups.stage"), _STAGES, default=_STAGES[0], format_func=term, key="groups.stage", required=True
    )
    tie = right.segmented_control(
        t("pages.groups.tie"), list(Tie), default=Tie.NEAR, key="groups.tie", required=True,
        format_func=lambda each: t(f"pages.groups.ties.{each}"),
    )  # fmt: skip
    batch_id = int(batch.id or 0)
    found = widgets.read(group_reading.listed, batch_id, tie=tie, by=user, at=clock.now(), stage=stage)
    if not found:
        widgets.nothing(t("pages.groups.none", tie=t(f"pages.groups.ties.{tie}")))
        return
    if len(found) > _LISTED:
        st.caption(t("pages.groups.more", count=_LISTED))
    chosen = st.selectbox(
        t("pages.groups.which"), range(min(len(found), _LISTED)), key=f"groups.which-{batch_id}-{tie}-{stage}",
        format_func=lambda at: t("pages.groups.choice", **found[at]) if at < len(found) else "",
    )  # fmt: skip
    _group(batch, found[chosen if chosen < len(found) else 0]["record_ids"], Tie(tie), ReviewStage(stage), user)


def _group(batch: Batch, members: Sequence[int], tie: Tie, stage: ReviewStage, user: User) -> None:
    batch_id = int(batch.id or 0)
    name = f"{batch_id}-{tie}-{stage}-{members[0]}-{len(members)}"
    codes = {row["record_id"]: row["reference_code"] for row in _shown(batch_id, members, user)}
    left_out = st.multiselect(
        t("pages.groups.leave_out"), list(members), format_func=lambda number: codes[number], key=f"left-out-{name}",
        help=t("pages.groups.leave_out_hint"), placeholder=t("pages.words.choose"),
    )  # fmt: skip
    kept = [number for number in members if number not in left_out]
    if len(kept) < 2:
        return
    rows = _shown(batch_id, kept, user)
    _table(rows)
    draw = [row for row in rows if row["is_drawn"]]
    opened = sum(row["is_opened"] for row in draw)
    st.caption(t("pages.groups.draw", count=len(draw), opened=opened))
    _openings(batch_id, draw, user)
    if opened == len(draw):
        _form(batch_id, kept, tie, stage, user, name)


def _shown(batch_id: int, members: Sequence[int], user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = widgets.read(group_reading.shown, batch_id, members, by=user)
    return found


def _table(rows: Sequence[Mapping[str, Any]]) -> None:
    """The titles under each other; colour marks where they differ, never what to decide."""
    lines = []
    for row in rows:
        spans = [{**_AS_DIFFERENCE, "start": start, "end": end} for start, end in row["differences"]]
        notes = [
            t("pages.groups.opened" if row["is_opened"] else "pages.groups.to_open") if row["is_drawn"] else "",
            t("pages.groups.ruled") if row["ruled"] else "",
        ]
        lines.append(
            f'<tr><td class="code">{escape(row["reference_code"])}</td>'
            f"<td>{widgets.highlighted(row['title'], spans)}</td><td>{escape(row['date_text'] or '')}</td>"
            f'<td class="soft">{escape("　".join(note for note in notes if note))}</td></tr>'
        )
    head = "".join(f"<th>{escape(t(f'pages.groups.column.{name}'))}</th>" for name in _COLUMNS)
    st.html(f'<table class="group"><thead><tr>{head}<th></th></tr></thead><tbody>{"".join(lines)}</tbody></table>')


_COLUMNS = ("reference_code", "title", "date_text")


def _openings(batch_id: int, draw: Sequence[Mapping[str, Any]], user: User) -> None:
    """A key for each drawn item; the one that was pressed last stands open."""
    for cell, row in zip(st.columns(max(len(draw), 4)), draw, strict=False):
        cell.button(
            t("pages.groups.open", code=row["reference_code"]), key=f"open-{batch_id}-{row['record_id']}",
            icon=":material/check:" if row["is_opened"] else ":material/visibility:", width="stretch",
            on_click=_open, args=(batch_id, row["record_id"]),
        )  # fmt: skip
    now_open = st.session_state.get(_OPENED)
    if now_open not in {(batch_id, row["record_id"]) for row in draw}:
        return
    shown = widgets.act(group_reading.open_item, batch_id=batch_id, record_id=now_open[1], by=user, at=clock.now())
    if shown is None:
        return
    with st.container(border=True):
        card.show(shown)
        if shown["pages_at_hand"]:
            card.pages(shown)
        card.reasons(shown)
        st.button(t("pages.groups.close"), key="groups.close", on_click=lambda: st.session_state.pop(_OPENED, None))


def _open(batch_id: int, record_id: int) -> None:
    st.session_state[_OPENED] = (batch_id, record_id)
    user = signed_in()
    # Opened before the page is drawn: its table and its counts then know it.
    widgets.act(group_reading.open_item, batch_id=batch_id, record_id=record_id, by=user, at=clock.now())


def _form(batch_id: int, kept: Sequence[int], tie: Tie, stage: ReviewStage, user: User, name: str) -> None:
    opens, delays = st.tabs([t("pages.review.key.open"), t("pages.review.key.delay")])
    given: dict[str, Any] | None = None
    with opens, st.form(f"group-open-{name}"):
        reason = st.text_input(t("pages.groups.reason_open"), key=f"group-reason-{name}")
        if st.form_submit_button(t("pages.review.key.open"), type="primary"):
            given = {"access": Access.OPEN, "reason": reason}
    with delays, st.form(f"group-delay-{name}"):
        ground, because, again = opinion.restriction(f"group-{name}")
        if st.form_submit_button(t("pages.review.key.delay"), type="primary"):
            given = {"access": Access.RESTRICTED, "ground": ground, "reason": because, "review_again_on": again}
    if given is None:
        return
    made = widgets.act(
        group_reading.decide, batch_id=batch_id, record_ids=kept, tie=tie, by=user, at=clock.now(), on=clock.today(),
        stage=stage, **given,
    )  # fmt: skip
    if made is not None:
        st.session_state.pop(_OPENED, None)
        widgets.done(t("pages.groups.decided", count=len(made), access=widgets.proposed(given["access"])))
