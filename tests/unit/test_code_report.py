"""Codes of a fonds are looked at: patterns, odd ones, gaps in runs, codes that mean the same; nothing is changed."""

from models.vocabulary import Level
from workbench.queries.codes import CodeRow
from workbench.services.code_report import FondsCodes, examine
from workbench.services.code_shapes import CodeShapes


def look(*codes: str) -> FondsCodes:
    rows = [CodeRow("043", "云溪县水利局", code, code.startswith("~"), Level.ITEM) for code in codes]
    return examine("043", rows)


def test_codes_of_one_build_are_one_pattern_whatever_their_widths() -> None:
    found = look("X043-1-0012-0001", "X043-1-0012-0002", "X043-12-0012-0003", "~0123456789ab")
    assert [(one.shape, one.count) for one in found.patterns] == [("X###-#-####-####", 3)]
    assert (found.records, found.generated) == (4, 1)


def test_a_code_of_another_build_is_odd_only_beside_a_usual_one() -> None:
    found = look(*(f"043-1-{n}" for n in range(1, 60)), "43/1/60")
    assert (found.odd, found.odd_count, len(found.patterns)) == (["43/1/60"], 1, 1)
    mixed = look("043-1-1", "043-1-2", "J043·1·3", "J043·1·4")
    assert (mixed.odd, len(mixed.patterns)) == ([], 2)


def test_numbers_that_a_run_lacks_are_gaps_by_their_last_part() -> None:
    found = look("043-1-0012-0001", "043-1-0012-0002", "043-1-0012-0004", "043-1-0012-0008", "043-1-0012-0009")
    (gap,) = found.gaps
    assert (gap.prefix, gap.first, gap.last, gap.missing, gap.count) == ("043-1-0012-", "0001", "0009", ["3", "5–7"], 4)
    assert found.missing == 4


def test_a_run_that_begins_late_lacks_its_beginning() -> None:
    (gap,) = look("1-1-3", "1-1-4", "1-1-5").gaps
    assert gap.missing == ["1–2"]


def test_page_numbers_are_no_running_numbers() -> None:
    assert look("1-1-001", "1-1-014", "1-1-077", "1-1-120").gaps == []


def test_codes_that_differ_in_zeros_width_or_marks_may_be_one_item() -> None:
    found = look("X043-1-0012-0007", "Ｘ043·1·12·7", "X043-1-0012-0008")
    assert found.alike == [["X043-1-0012-0007", "Ｘ043·1·12·7"]]


def test_lost_zeros_are_given_back_where_all_others_agree() -> None:
    shapes = CodeShapes([*(f"X043-1-0012-{n:04d}" for n in range(1, 30)), "X043-1-12-30"])
    assert shapes.lost_zeros("X043-1-12-30") and shapes.restored("X043-1-12-30") == "X043-1-0012-0030"
    assert not shapes.lost_zeros("X043-1-0012-0001")
    assert shapes.restored("别的-1") == "别的-1"
