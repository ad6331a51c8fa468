"""Suspected slips (疑似著录差错): found where a clerk would stop, quiet where the catalogue is right."""

from datetime import date

import pytest

from models.correction import CorrectedField
from rules.slips import Described, SlipKind, Span, slips


def dated(title: str, text: str, **known: object) -> Described:
    day = date.fromisoformat(text)
    return Described(title, date_text=text, created=Span(day, day), **known)


@pytest.mark.parametrize(
    ("title", "kind", "found", "proposed"),
    [
        ("关于李國強同志任职的通知", SlipKind.MIXED_SCRIPT, "國強", "关于李国强同志任职的通知"),
        ("关干召开座谈会的通知", SlipKind.LOOK_ALIKE, "关干", "关于召开座谈会的通知"),
        ("关于布署春耕生产的通知", SlipKind.LOOK_ALIKE, "布署", "关于部署春耕生产的通知"),
        ("关于女土官任职的批复", SlipKind.LOOK_ALIKE, "女土", "关于女士官任职的批复"),
        ("关于关于发放救济款的通知", SlipKind.DOUBLED, "关于关于", "关于发放救济款的通知"),
        ("转发《关于水利建设的意见的通知", SlipKind.UNPAIRED, "《》", None),
    ],
)
def test_a_slip_of_the_pen_is_found(title: str, kind: SlipKind, found: str, proposed: str | None) -> None:
    (slip,) = slips(Described(title))
    assert (slip.kind, slip.field, slip.found, slip.proposed) == (kind, CorrectedField.TITLE, found, proposed)


@pytest.mark.parametrize(
    "title",
    [
        "关于收入员工登记的通知",
        "關於召開會議的通知",
        "关于著名专家乾某任职的通知",
        "关于调整成分的通知",
        "关于目的的说明",
        "关于台帐管理的通知",
        "转发《关于做好春耕生产工作的通知》的通知",
        "关于本年未完成任务的报告",
        "二噁英排放测试原始数据",
        "关于管理外国企业常驻机构的暂行规定",
        "关于修订《水利工程管理办法》和《水...",
        "水利工程管理办法（云政〔2013﹞12号)",
    ],
)
def test_what_is_right_is_left_alone(title: str) -> None:
    assert slips(Described(title)) == []


def test_two_exchanged_digits_of_a_year_are_proposed_back() -> None:
    (slip,) = slips(dated("1987年工作总结", "1978-03-01"))
    assert (slip.kind, slip.field, slip.proposed) == (SlipKind.TITLE_YEAR, CorrectedField.DATE, "1987-03-01")
    assert slip.against == "1987"


def test_a_title_of_a_later_year_is_doubted_without_a_proposal() -> None:
    (slip,) = slips(dated("关于1996年洪灾情况的报告", "1991-05-02"))
    assert (slip.kind, slip.proposed) == (SlipKind.TITLE_YEAR, None)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("关于1992年春耕工作的通知", "1991-12-20"),
        ("1996—2000年发展规划", "1991-05-02"),
        ("关于1976年洪灾情况的补充报告", "1991-05-02"),
        ("1987年、1978年工作总结", "1978-03-01"),
        ("关于八十年代工作的意见", "1978-03-01"),
    ],
)
def test_a_title_may_look_back_and_ahead(title: str, text: str) -> None:
    assert slips(dated(title, text)) == []


def test_a_document_number_of_another_year_is_doubted() -> None:
    (slip,) = slips(dated("关于春耕的通知", "1978-03-01", document_number="云农〔1987〕12号"))
    assert (slip.kind, slip.proposed, slip.against) == (SlipKind.NUMBER_YEAR, "1987-03-01", "云农〔1987〕12号")
    assert slips(dated("关于春耕的通知", "1978-01-05", document_number="云农〔1977〕12号")) == []


def test_an_item_outside_its_volume_is_doubted() -> None:
    volume = Span(date(1980, 1, 1), date(1981, 12, 31))
    assert slips(dated("关于春耕的通知", "1981-03-01", volume=volume)) == []
    for text in ("1982-01-01", "1979-12-31"):
        (slip,) = slips(dated("关于春耕的通知", text, volume=volume))
        assert (slip.kind, slip.against, slip.proposed) == (SlipKind.OUTSIDE_VOLUME, "1980-01-01—1981-12-31", None)
