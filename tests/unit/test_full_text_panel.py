"""Passages of a full text are shown with what stands around them, whatever page they are on."""

import pytest

from workbench.pages import full_text_panel

TEXT = "各乡人民政府：\n" + "经研究同意发放补助。" * 10 + "\n申请人身份证号110199199003070017，联系电话见附表。"
PAGE = {"page": 2, "start": 1000, "text": TEXT, "source": "recognised", "quality": 0.97, "legibility": "good"}


def a_span(passage: str) -> dict[str, object]:
    start = PAGE["start"] + TEXT.index(passage)
    return {"field": "text", "source": "rule", "effect": "restrict", "start": start, "end": start + len(passage)}


def test_a_snippet_marks_the_passage_and_leaves_the_rest_of_the_page_out() -> None:
    shown = full_text_panel.snippet(PAGE, a_span("110199199003070017"))
    assert '<mark class="restrict">110199199003070017</mark>' in shown
    assert shown.startswith("…") and "各乡人民政府" not in shown
    assert "\n" not in shown


def test_a_snippet_at_the_head_of_the_page_has_nothing_before_it() -> None:
    shown = full_text_panel.snippet(PAGE, a_span("各乡"))
    assert shown.startswith('<mark class="restrict">各乡</mark>') and shown.endswith("…")


def test_what_stands_in_the_text_is_text_and_no_markup() -> None:
    page = {**PAGE, "text": "<script>补助</script>", "start": 0}
    span = {"field": "text", "source": "rule", "effect": "mark", "start": 8, "end": 10}
    assert "<script>" not in full_text_panel.snippet(page, span)


@pytest.mark.parametrize(
    ("source", "quality", "legibility", "says"),
    [
        ("recognised", 0.97, "good", "0.97"),
        ("recognised", 0.4, "poor", "识别质量差 0.40"),
        ("unread", 0.0, "unread", "未识别"),
        ("layer", None, "blank", "空白页"),
    ],
)
def test_the_badge_says_how_well_a_page_was_read(
    source: str, quality: float | None, legibility: str, says: str
) -> None:
    said = full_text_panel.badge({**PAGE, "source": source, "quality": quality, "legibility": legibility})
    assert says in said
    assert ("0.00" in said) is False
