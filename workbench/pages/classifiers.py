"""Classifiers (分类器): what they learned and how far they can be trusted; adopt, go back, train; reading orders."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models import Classifier, User
from models.intake import JobKind
from models.vocabulary import Access, BatchState
from workbench import clock, widgets
from workbench.i18n import count, day, t, term
from workbench.pages.frame import pick_batch, signed_in
from workbench.permissions import may
from workbench.services import classifiers_kept, jobs, reading_order, setting_up, watching
from workbench.services.training import APART_IN_TEN

_SHOWN = 25


def page() -> None:
    """The classifier in use and all that are kept (分类器)."""
    user = signed_in()
    widgets.heading(t("pages.classifiers.title"), t("pages.classifiers.lead"))
    kept = widgets.read(classifiers_kept.everything)
    in_use = next((each for each in kept if each.is_adopted), None)
    if in_use is None:
        widgets.nothing(t("pages.classifiers.none"))
    else:
        _card(in_use.card)
    if may(user, "classifier.train"):
        _train(user)
    if in_use is not None:
        _curve(in_use.card.get("curve") or [])
        _drift()
        _doubts()
    if kept:
        _kept(kept, user)
    if may(user, "review.order"):
        _order(user)


def _card(card: Mapping[str, Any]) -> None:
    held_out, rows = card["held_out"], card["rows"]
    widgets.figures(
        [
            (t("pages.classifiers.figures.taught"), count(rows["taught"])),
            (t("pages.classifiers.figures.apart"), count(rows["apart"])),
            (t("pages.classifiers.figures.auc", **_bounds(held_out["auc"])), _share(held_out["auc"]["value"])),
            (t("pages.classifiers.figures.ece"), _share(held_out["ece15"]["value"])),
            (t("pages.classifiers.figures.coverage"), _share(card["coverage"])),
        ]
    )
    certificate = card["certificate"]
    if certificate["threshold"] is not None:
        certified = {name: certificate[name] for name in ("limit", "n", "k")}
        st.html(f"<p>{escape(t('pages.classifiers.certified', **certified))}</p>")
    elif card["needed"] is None:
        st.warning(t("groups.card.not_separable", limit=certificate["limit"]), icon=":material/balance:")
    elif card["certified_on"] == "own decisions":
        read = -(-card["needed"] * 10 // APART_IN_TEN)
        said = t("pages.classifiers.needed", needed=count(card["needed"]), read=count(read))
        gain = t("pages.classifiers.gain", coverage=_percent(held_out["coverage_at_0.02"]))
        st.info(f"{said}{gain}", icon=":material/hourglass_top:")
    if card["certified_on"] != "own decisions" and not widgets.read(setting_up.is_demo):
        st.caption(t("pages.classifiers.not_here"))
    marks = card.get("marks")
    if marks and marks["count"]:
        st.success(t("groups.marking.changed", **marks), icon=":material/ink_highlighter:")


def _train(user: User) -> None:
    if st.button(
        t("pages.classifiers.train"), key="classifiers.train", type="primary", help=t("pages.classifiers.train_hint")
    ):
        made = widgets.act(
            jobs.enqueue, kind=JobKind.TRAIN, subject=t("jobs.subject.train"), options={"anew": True}, by=user,
            at=clock.now(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t("pages.classifiers.queued", job=made.id))


def _curve(points: list[Mapping[str, Any]]) -> None:
    st.subheader(t("pages.classifiers.curve"), anchor=False)
    if not points:
        widgets.nothing(t("pages.classifiers.no_curve"))
        return
    st.caption(t("pages.classifiers.curve_lead"))
    rows = [
        {"rows": point["rows"], **{name: _interval(point[name]) for name in ("auc", "coverage", "leak")}}
        for point in points
    ]
    widgets.table(rows, _columns("rows", "auc", "coverage", "leak"))
    if len(points) > 1:
        label = t("pages.classifiers.column.auc")
        drawn = {"rows": [point["rows"] for point in points], label: [point["auc"]["value"] for point in points]}
        st.line_chart(drawn, x="rows", y=label, x_label=t("pages.classifiers.column.rows"), height=220)


def _drift() -> None:
    st.subheader(t("pages.classifiers.drift"), anchor=False)
    found = widgets.read(watching.drifts)
    if found is None:
        return
    show = {"drifted": st.error, "warning": st.warning}.get(found["state"], st.caption)
    show(t(f"groups.drift.{found['state']}", count=count(found["count"]), highest=f"{found['highest']:.1f}"))
    rows = [
        {
            "week": week["week"], "expected": _share(week["expected"]), "met": _interval(week["restricted"]),
            "count": week["restricted"]["n"],
        }
        for week in reversed(found["weeks"])
    ]  # fmt: skip
    if rows:
        widgets.table(rows[:_SHOWN], _columns("week", "count", "expected", "met"))


def _doubts() -> None:
    rows = widgets.read(watching.doubted, limit=_SHOWN)
    if not rows:
        return
    st.subheader(t("pages.classifiers.doubts"), anchor=False)
    st.caption(t("pages.classifiers.doubts_lead"))
    shown = [{**row, "access": term(Access(row["access"])), "probability": _share(row["probability"])} for row in rows]
    widgets.table(shown, _columns("reference_code", "title", "access", "probability", "batch"))


def _kept(kept: list[Classifier], user: User) -> None:
    st.subheader(t("pages.classifiers.kept"), anchor=False)
    by_digest = {each.digest: each for each in kept}

    def label(digest: str) -> str:
        each = by_digest[digest]
        mark = f"（{t('pages.classifiers.in_use')}）" if each.is_adopted else ""
        made = {"name": each.name, "day": day(each.trained_at.date()), "by": each.trained_by}
        return t("pages.classifiers.choice", digest=digest[:12], **made) + mark

    chosen = st.selectbox(t("pages.classifiers.which"), list(by_digest), format_func=label, key="classifiers.which")
    if not by_digest[chosen].is_adopted:
        _card(by_digest[chosen].card)
    if not may(user, "classifier.adopt"):
        return
    left, right, _ = st.columns([1, 1, 3])
    made = None
    if left.button(
        t("pages.classifiers.adopt"), key="classifiers.adopt", disabled=by_digest[chosen].is_adopted, width="stretch"
    ):
        made = widgets.act(classifiers_kept.adopt, digest=chosen, by=user, at=clock.now())
    if right.button(t("pages.classifiers.rollback"), key="classifiers.rollback", width="stretch"):
        made = widgets.act(classifiers_kept.roll_back, by=user, at=clock.now())
    if made is not None:
        widgets.done(t("pages.classifiers.adopted", digest=made.digest[:12]))


def _order(user: User) -> None:
    """How a batch is read: the choice of whoever leads the reading."""
    st.subheader(t("pages.classifiers.order"), anchor=False)
    st.caption(t("pages.classifiers.order_lead"))
    batch = pick_batch(BatchState.IN_REVIEW)
    if batch is None:
        return
    batch_id = int(batch.id or 0)
    now = widgets.read(reading_order.in_force, batch_id)
    every = list(reading_order.Strategy)
    with st.form(f"order-{batch_id}"):
        strategy = st.radio(
            t("pages.classifiers.order"), every, index=every.index(now.strategy) if now else 0, horizontal=True,
            format_func=lambda each: t(f"pages.classifiers.strategy.{each}"), key=f"order-strategy-{batch_id}",
            label_visibility="collapsed",
        )  # fmt: skip
        share = st.number_input(
            t("pages.classifiers.random"), 0.0, 1.0, float(now.random_share) if now else 0.1, 0.05,
            key=f"order-share-{batch_id}", width=240,
        )  # fmt: skip
        sent = st.form_submit_button(t("pages.classifiers.order_set"))
    if sent:
        made = widgets.act(
            reading_order.choose, batch_id=batch_id, strategy=reading_order.Strategy(strategy), random_share=share,
            by=user, at=clock.now(),
        )  # fmt: skip
        if made is not None:
            widgets.done(t(f"procedure.ordered.{strategy}", batch=batch_id, **made))


def _columns(*names: str) -> dict[str, str]:
    return {name: t(f"pages.classifiers.column.{name}") for name in names}


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _bounds(figure: Mapping[str, Any]) -> dict[str, str]:
    return {name: _share(figure[name]) for name in ("low", "high")}


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"


def _interval(figure: Mapping[str, Any]) -> str:
    if figure["value"] is None:
        return "—"
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
