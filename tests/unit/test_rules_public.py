"""Public titles, and lists of what is public already."""

import pytest

from models.record import Description
from models.vocabulary import Effect
from rules.already_public import PublicItem, PublicList
from rules.loader import load_ruleset, parse_rule
from rules.public_title import propose_title, title_findings


@pytest.mark.parametrize(
    ("title", "public"),
    [
        ("关于给予柳长河同志处分的决定", "关于给予×××同志处分的决定"),
        ("張秀英訴李國強離婚一案", "×××訴×××離婚一案"),
        ("村民余××（电话：13800001234）来信", "村民×××（电话：×××）来信"),
        ("关于春耕生产的通知", None),
    ],
)
def test_a_public_title_masks_who_is_named_and_keeps_the_rest_as_written(title: str, public: str | None) -> None:
    assert propose_title(title) == public


def test_findings_are_passages_of_the_title_as_written() -> None:
    title = "對 柳長河 的處分"
    (finding,) = title_findings(title)
    assert (finding.what, finding.text) == ("name", "柳長河")
    assert title[finding.start : finding.end] == finding.text


GAZETTE = PublicList(
    [
        PublicItem("岚溪县人民政府公报1988年第3期", "关于加强集贸市场管理的若干规定", "岚政〔1988〕12号"),
        PublicItem("某公报", "通知"),
    ]
)


def test_the_same_number_written_otherwise_is_the_same_document() -> None:
    (reason,) = GAZETTE.evidence(
        Description(title="集贸市场规定", document_number="嵐政(1988) 12號".replace("嵐", "岚"))
    )
    assert reason.effect is Effect.OPEN
    assert reason.field == "document_number"
    assert "岚溪县人民政府公报1988年第3期" in reason.explanation


def test_the_same_title_with_other_punctuation_is_the_same_document() -> None:
    assert GAZETTE.evidence(Description(title="关于加强集贸市场管理的“若干规定”"))


def test_a_title_that_could_be_anyones_proves_nothing() -> None:
    assert GAZETTE.evidence(Description(title="通知")) == ()


def test_another_document_is_not_public_already() -> None:
    assert GAZETTE.evidence(Description(title="关于加强耕牛管理的若干规定", document_number="岚政〔1988〕13号")) == ()


def test_a_rule_can_be_tried_over_the_library_without_changing_it() -> None:
    library = load_ruleset()
    shipped = library.by_id["personal-information.marriage"]
    retired = library.overlaid(shipped.model_copy(update={"status": "retired"}))
    row = Description(title="大石乡结婚登记存根")
    assert shipped.id in {reason.rule_id for reason in library.evidence(row)}
    assert shipped.id not in {reason.rule_id for reason in retired.evidence(row)}
    assert retired.digest != library.digest


def test_one_rule_alone_says_only_its_own() -> None:
    alone = load_ruleset().alone("personal-information.marriage")
    assert {reason.rule_id for reason in alone.evidence(Description(title="结婚登记存根花名册"))} == {
        "personal-information.marriage"
    }


def test_a_rule_is_read_from_text_as_an_archivist_types_it() -> None:
    text = """
id: local.old-mill
name: 老磨坊旧案
version: 1
effect: mark
any_of: [{terms: [老磨坊]}]
explanation: 本馆限定
must_match: [老磨坊一事]
must_not_match: [新磨坊一事]
"""
    assert parse_rule(text, name="old-mill.yaml").any_of[0].terms == ("老磨坊",)
