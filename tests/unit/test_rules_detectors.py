"""Numbers and names found by shape; invented people, and division codes that do not exist."""

import random

import pytest

from models.text import plain
from rules.detectors import DETECTORS
from rules.numbers import is_card_number, is_identity_number

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def found(detector: str, text: str) -> list[str]:
    folded = plain(text)
    return [folded[start:end] for start, end in DETECTORS[detector](folded)]


def an_identity_number(dice: random.Random) -> str:
    body = f"1101{dice.choice('9')}9{dice.randint(1930, 2005)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    body += f"{dice.randint(0, 999):03}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def a_card_number(dice: random.Random) -> str:
    body = "62" + "".join(dice.choice("0123456789") for _ in range(dice.randint(13, 16)))
    return next(body + check for check in "0123456789" if _luhn(body + check))


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(map(int, reversed(number))):
        total += digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4)
    return total % 10 == 0


def test_none_of_ten_thousand_identity_numbers_is_missed() -> None:
    dice = random.Random(7)
    for _ in range(10_000):
        number = an_identity_number(dice)
        assert found("identity_number", f"张某（{number}）户口迁移") == [number]


def test_none_of_ten_thousand_bank_cards_is_missed() -> None:
    dice = random.Random(8)
    for _ in range(10_000):
        number = a_card_number(dice)
        if not is_identity_number(number):
            assert found("bank_card", f"汇入{number}账户") == [number]


def test_none_of_ten_thousand_mobile_numbers_is_missed() -> None:
    dice = random.Random(9)
    for _ in range(10_000):
        number = f"1{dice.choice('3456789')}{dice.randint(0, 999_999_999):09}"
        assert found("phone_number", f"联系人手机{number}，请回复") == [number]


def test_an_identity_number_with_one_digit_changed_is_no_identity_number() -> None:
    dice = random.Random(10)
    for _ in range(1_000):
        number = an_identity_number(dice)
        changed = number[:16] + str((int(number[16]) + 1) % 10) + number[17:]
        assert not is_identity_number(changed)


@pytest.mark.parametrize("detector", ["identity_number", "phone_number", "bank_card", "vehicle_plate", "mail_address"])
@pytest.mark.parametrize(
    "text",
    [
        "云政发〔1998〕110101号",
        "J019-KU·01·2017-001-001",
        "0501-2004-001-0000-0001",
        "拨款1380000000元",
        "19930512至19931231统计报表",
        "京档字第13800138号",
        "1949年至1950年总产值12345678901斤",
        "川地〔1983〕12345号",
    ],
)
def test_document_numbers_codes_dates_and_amounts_are_no_personal_numbers(detector: str, text: str) -> None:
    assert found(detector, text) == []


def test_a_birthday_that_is_no_day_makes_no_identity_number() -> None:
    assert not is_identity_number("110199900230001")
    assert is_identity_number("110199900228001")


def test_equal_digits_are_no_bank_card() -> None:
    assert not is_card_number("0" * 16)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("关于给予王某某行政记过处分的决定", ["王某某"]),
        ("余××、罗××等人的问题", ["余××", "罗××"]),
        ("发还陈□华房产的批复", ["陈□华"]),
        ("五保户汪氏遗产", ["汪氏"]),
        ("关于海军某部营区用地的批复", []),
        ("××县与××县界线", []),
        ("某单位某年生产计划", []),
        ("林氏宗祠修缮", []),
    ],
)
def test_masked_names_are_people_and_not_units(text: str, names: list[str]) -> None:
    assert found("masked_name", text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("对粮站会计柳长河贪污问题的处理意见", ["柳长河"]),
        ("欧阳建国同志的历史结论", ["欧阳建国"]),
        ("关于撤销孙树人供销社主任职务的通知", ["孙树人"]),
        ("张秀英诉李国强离婚一案", ["张秀英", "李国强"]),
        ("关于改进工作方法的意见", []),
        ("高中毕业生分配方案", []),
        ("马家坪公社安全生产总结", []),
        ("金属材料供应计划", []),
        ("油茶低产林垦复技术要点", []),
        ("毛蚶禁售情况的通报", []),
        ("首航鹿特丹的总结报告", []),
        ("于书记在高中的讲话", []),
    ],
)
def test_full_names_are_told_from_words_and_places(text: str, names: list[str]) -> None:
    assert found("person_name", text) == names


@pytest.mark.parametrize(
    ("detector", "text", "passages"),
    [
        ("street_address", "住槐树巷12号", ["住槐树巷12号"]),
        ("birth_date", "李某，1952年3月4日生", ["1952年3月4日生"]),
        ("minor", "未满十四周岁的学生", ["未满十四周岁"]),
        ("vehicle_plate", "川A12345号货车", ["川A12345"]),
        ("mail_address", "寄 li.ming@example.cn 收", ["li.ming@example.cn"]),
        ("personal_amount", "付李某某抚恤金三百元", ["三百元"]),
        ("personal_amount", "拨付水利经费三百元", []),
        ("regulation_title", "职工奖惩条例（试行）", ["职工奖惩条例(试行)"]),
        ("regulation_title", "几位老人的看法", []),
    ],
)
def test_other_detectors_find_their_passage(detector: str, text: str, passages: list[str]) -> None:
    assert found(detector, text) == passages
