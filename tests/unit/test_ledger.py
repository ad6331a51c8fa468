from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches import ledger


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    payload: dict[str, Any]
    previous_hash: str
    hash: str


def chain(contents: list[tuple[str, dict[str, Any]]]) -> list[Line]:
    lines: list[Line] = []
    previous = ledger.GENESIS
    for seq, (actor, payload) in enumerate(contents, start=1):
        at = datetime(2026, 11, 24, 1, 2, seq % 60, seq, tzinfo=UTC)
        sealed = ledger.seal(
            previous, seq=seq, at=at, actor=actor, action="review.decide", subject="batch/1", payload=payload
        )
        lines.append(Line(seq, at, actor, "review.decide", "batch/1", payload, previous, sealed))
        previous = sealed
    return lines


payloads = st.dictionaries(
    st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=8), st.booleans(), st.none()), max_size=3
)
contents = st.lists(st.tuples(st.text(min_size=1, max_size=5), payloads), min_size=2, max_size=8)


@given(contents)
def test_an_untouched_chain_holds_and_knows_its_heads(written: list[tuple[str, dict[str, Any]]]) -> None:
    lines = chain(written)
    assert ledger.first_break(lines) is None
    for line in lines:
        assert ledger.first_break(lines, head=line.hash) is None


@given(contents, st.data())
def test_any_edit_is_found_at_its_line(written: list[tuple[str, dict[str, Any]]], data: st.DataObject) -> None:
    lines = chain(written)
    place = data.draw(st.integers(0, len(lines) - 1))
    edits: list[dict[str, Any]] = [
        {"actor": lines[place].actor + "x"},
        {"action": "batch.approve"},
        {"subject": "batch/2"},
        {"payload": {**lines[place].payload, "new": 1}},
        {"at": lines[place].at.replace(year=2025)},
    ]
    lines[place] = replace(lines[place], **data.draw(st.sampled_from(edits)))
    broken = ledger.first_break(lines)
    assert broken is not None
    assert broken.seq == place + 1


@given(contents, st.data())
def test_a_dropped_line_is_found(written: list[tuple[str, dict[str, Any]]], data: st.DataObject) -> None:
    lines = chain(written)
    place = data.draw(st.integers(0, len(lines) - 2))
    del lines[place]
    assert ledger.first_break(lines) is not None


@given(contents, st.data())
def test_two_swapped_lines_are_found(written: list[tuple[str, dict[str, Any]]], data: st.DataObject) -> None:
    lines = chain(written)
    place = data.draw(st.integers(0, len(lines) - 2))
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    assert ledger.first_break(lines) is not None


@given(contents)
def test_a_cut_tail_is_found_by_a_head_kept_outside(written: list[tuple[str, dict[str, Any]]]) -> None:
    lines = chain(written)
    head = lines[-1].hash
    assert ledger.first_break(lines[:-1]) is None  # the chain alone cannot know
    broken = ledger.first_break(lines[:-1], head=head)
    assert broken is not None
    assert broken.reason == "tail"


@given(contents)
def test_a_chain_rewritten_from_the_start_is_found_by_a_head_kept_outside(
    written: list[tuple[str, dict[str, Any]]],
) -> None:
    head = chain(written)[-1].hash
    rewritten = chain([("改写者", payload) for _, payload in written])
    assert ledger.first_break(rewritten) is None
    if head != rewritten[-1].hash:
        assert ledger.first_break(rewritten, head=head) is not None


def test_a_float_may_not_enter() -> None:
    with pytest.raises(TypeError):
        ledger.canonical({"probability": 0.1})
