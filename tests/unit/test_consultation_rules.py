"""Reminders, levels of government and labels (征求意见的规则)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.agency
import models.consultation
import models.delay
from batches import consistency, consultation, delay
from batches.consultation import NextStep, next_step
from models.consultation import ReminderKind
from rules.issuing import GovernmentLevel, government_level, is_from_above, is_own
from workbench import i18n

ASKED = date(2026, 11, 24)
DUE = ASKED + timedelta(days=30)


def step(days: int, *sent: tuple[ReminderKind, date], waiting: int = 1) -> NextStep:
    return next_step(
        waiting=waiting, asked_on=ASKED, due_on=DUE, sent=sent, on=ASKED + timedelta(days=days), interval=10
    )


def test_nobody_is_reminded_on_the_last_day_and_somebody_is_the_day_after() -> None:
    assert (step(30), step(31)) == (NextStep.WAIT, NextStep.REMIND)


def test_a_unit_that_owes_nothing_is_left_in_peace_and_one_without_letter_gets_it_first() -> None:
    assert step(400, waiting=0) is NextStep.NOTHING
    unwritten = next_step(waiting=3, asked_on=None, due_on=None, sent=(), on=ASKED, interval=10)
    assert unwritten is NextStep.WRITE


@given(st.lists(st.integers(0, 40), max_size=12))
def test_two_reminders_come_before_any_escalation_and_none_within_the_interval(waits: list[int]) -> None:
    sent: list[tuple[ReminderKind, date]] = []
    on = DUE
    for wait in waits:
        on += timedelta(days=wait)
        found = next_step(waiting=1, asked_on=ASKED, due_on=DUE, sent=sent, on=on, interval=10)
        if found in (NextStep.REMIND, NextStep.ESCALATE):
            kind = ReminderKind.REMINDER if found is NextStep.REMIND else ReminderKind.ESCALATION
            if sent:
                assert on - sent[-1][1] > timedelta(days=10)
            sent.append((kind, on))
    kinds = [kind for kind, _ in sent]
    assert kinds[:2] == [ReminderKind.REMINDER] * min(2, len(kinds))
    assert all(kind is ReminderKind.ESCALATION for kind in kinds[2:])


@pytest.mark.parametrize(
    ("body", "level"),
    [
        ("国务院", 1), ("中共中央", 1), ("农业部", 1), ("全国总工会", 1), ("教育部办公厅", 1),
        ("岚南省人民政府", 2), ("省农业厅", 2), ("农业厅", 2), ("内蒙古自治区人民政府", 2), ("上海市人民政府", 2),
        ("澜港市人民政府", 3), ("青梁地区行政公署", 3), ("地委", 3), ("市委", 3),
        ("云溪县农业局", 4), ("岚南省云溪县农业局", 4), ("中共云溪县委组织部", 4), ("北京市海淀区人民政府", 4),
        ("雲溪縣城市建設局", 4), ("云溪县城关镇人民政府", 5), ("红旗公社", 5),
        ("农业局", None), ("武装部", None), ("宣传部", None), ("供销社", None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_the_level_of_a_body_is_read_from_its_name(body: str | None, level: int | None) -> None:
    assert government_level(body) == (GovernmentLevel(level) if level else None)


def test_a_short_name_is_the_own_unit_and_an_unknown_level_is_not_from_above() -> None:
    assert is_own("农业局", ["云溪县农业局"])
    assert is_own(None, ["云溪县农业局"])
    assert not is_own("云溪县水利局", ["云溪县农业局"])
    assert is_from_above("岚南省农业厅", ["云溪县农业局", None])
    assert not is_from_above("岚南省农业厅", ["供销社"])
    assert not is_from_above("供销社", ["云溪县农业局"])


@given(st.text(max_size=40))
def test_any_title_and_number_has_a_key_and_width_does_not_change_it(text: str) -> None:
    assert len(consistency.title_key(text)) == 16
    assert consistency.title_key(text) == consistency.title_key(f" {text} ")


KINDS = [
    kind
    for module in (models.agency, models.consultation, models.delay, consultation, delay, consistency)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "__members__")
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_term_of_consultation_and_delay_has_a_label(kind: type) -> None:
    assert [term for term in kind if not i18n.has(f"terms.{kind.__name__.lower()}.{term.value}")] == []


def test_the_kinds_above_are_all_there() -> None:
    assert len(KINDS) == 11
