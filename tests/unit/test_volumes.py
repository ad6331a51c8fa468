"""A volume is what its items make of it, and every contradiction with its list is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches import volumes
from batches.volumes import Dates, Fault, ItemFacts, VolumeFacts
from models.vocabulary import VolumeStatus
from workbench.readers import SourceRow
from workbench.services.inner_rows import InnerList, Scheme, scheme_of

V = VolumeStatus
WITHIN = Dates(date(1987, 1, 5), date(1987, 11, 30))


def volume(**known: object) -> VolumeFacts:
    return VolumeFacts(**{"code": "X-1-12", "dates": WITHIN, "pages": None, "items": None, **known})


def item(number: int, **known: object) -> ItemFacts:
    plain = {
        "code": f"X-1-12-{number:03d}", "row": number + 1, "is_generated": False, "dates": None, "pages": None,
        "counts_pages": False,
    }  # fmt: skip
    return ItemFacts(**{**plain, **known})


def faults(box: VolumeFacts, *items: ItemFacts) -> list[str]:
    return [each.fault.value for each in volumes.contradictions(box, items)]


@pytest.mark.parametrize(
    ("open_", "restricted", "undecided", "status"),
    [(0, 0, 0, None), (3, 0, 0, V.OPEN), (0, 2, 0, V.RESTRICTED), (2, 1, 0, V.PARTLY_OPEN), (5, 0, 1, V.UNDECIDED)],
)
def test_a_volume_is_what_its_items_are(open_: int, restricted: int, undecided: int, status: V | None) -> None:
    assert volumes.status(open_=open_, restricted=restricted, undecided=undecided) is status


@given(*[st.integers(0, 4)] * 3)
def test_a_volume_is_open_only_when_every_item_is(open_: int, restricted: int, undecided: int) -> None:
    found = volumes.status(open_=open_, restricted=restricted, undecided=undecided)
    assert (found is V.OPEN) == (open_ > 0 and not restricted and not undecided)


def test_a_list_that_agrees_has_no_contradiction() -> None:
    items = [item(1, dates=WITHIN, pages="1-4"), item(2, pages="5"), item(3, pages="9-12")]
    assert faults(volume(pages=12, items=3), *items) == []


def test_dates_outside_the_volume_are_said_on_either_side() -> None:
    late, early = Dates(date(1987, 12, 1), date(1987, 12, 1)), Dates(date(1986, 1, 1), date(1986, 1, 1))
    assert faults(volume(), item(1, dates=late), item(2, dates=early)) == [Fault.LATER, Fault.EARLIER]
    assert faults(volume(dates=None), item(1, dates=late)) == []


def test_pages_beyond_and_backward_are_said() -> None:
    items = [item(1, pages="10-14"), item(2, pages="8"), item(3, pages="90")]
    found = volumes.contradictions(volume(pages=85), items)
    assert [(each.fault, each.item_says, each.volume_says) for each in found] == [
        (Fault.PAGES_BACKWARD, "8", "10"), (Fault.BEYOND_PAGES, "90", "85"),
    ]  # fmt: skip


def test_page_counts_are_summed_and_never_taken_for_places() -> None:
    items = [item(1, pages="10", counts_pages=True), item(2, pages="8", counts_pages=True)]
    assert faults(volume(pages=18), *items) == []
    assert faults(volume(pages=20), *items) == [Fault.PAGES_DIFFER]
    assert faults(volume(pages=20), *items, item(3, counts_pages=True)) == []


def test_count_numbers_and_foreign_codes_are_said() -> None:
    items = [item(1), item(4), item(5, code="~0123456789ab", is_generated=True), item(6, code="Y-9-1-1")]
    assert faults(volume(items=3), *items) == [
        Fault.NO_NUMBER, Fault.OUTSIDE_VOLUME, Fault.COUNT_DIFFERS, Fault.NUMBERS_MISSING,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codes", "code", "number"),
    [
        ([], "X-1-13", "X-1-13-7"), ([("X-1-12-003", "X-1-12")], "X-1-13", "X-1-13-007"),
        ([("X-1-12-3", "X-1-12"), ("X-1-12-14", "X-1-12")], "X-1-13", "X-1-13-7"),
        ([("J019·1·0003", "J019·1")], "J019·2", "J019·2·0007"), ([], "J019·2", "J019·2·7"),
        ([("另一种写法", "X-1")], "X-1-13", "X-1-13-7"),
    ],
)  # fmt: skip
def test_codes_are_composed_as_the_fonds_does(codes: list[tuple[str, str]], code: str, number: str) -> None:
    assert scheme_of(codes, code).compose(code, "7") == number


def placed(**cells: str) -> dict[str, str]:
    within = InnerList("X-1-12", "云溪县水利局", None, Scheme())
    return within(SourceRow(None, 3, None, cells, {}, tuple(cells))).cells


def test_a_row_takes_fonds_and_volume_and_never_an_invented_number() -> None:
    assert placed(title="通知", sequence="3")["reference_code"] == "X-1-12-3"
    assert placed(title="通知", reference_code="X-1-12", item_number="4")["reference_code"] == "X-1-12-4"
    assert placed(title="通知", reference_code="X-1-12-009", sequence="4")["reference_code"] == "X-1-12-009"
    assert "reference_code" not in placed(title="通知")
    assert placed(title="通知", fonds="错的全宗", level="案卷", file_number="9") == {
        "title": "通知", "fonds": "云溪县水利局", "volume_code": "X-1-12",
    }  # fmt: skip
