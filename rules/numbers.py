"""Numbers that belong to a person (号码检测): identity, telephone, card, plate, mail; each with its own check.

All functions read folded text and give (start, end) spans in it, in order. They must stay silent on
document numbers, reference codes, dates and amounts.
"""

import re
from collections.abc import Iterator
from datetime import date

Span = tuple[int, int]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
# First two digits of a division code that a person can have been registered under.
_PROVINCES = frozenset(
    f"{region}{place}"
    for region, places in enumerate(("", "12345", "123", "1234567", "123456", "01234", "12345", "1", "123"))
    for place in places
)
_RUN = re.compile(r"(?<![0-9A-Za-z\-/.])[0-9]{15}(?:[0-9]{2}[0-9Xx])?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z\-/.])(?:\+?86-?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9A-Za-z]|-[0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z\-/.\[])(?:\(0[1-9][0-9]{1,2}\)|0[1-9][0-9]{1,2}[- ])[2-9][0-9]{6,7}(?![0-9A-Za-z]|[-.][0-9])"
    r"|(?:电话|住宅电话|联系电话|传真)(?:号码)?[:为是]?(?P<local>[2-9][0-9]{5,7})(?![0-9])"
)
_CARD = re.compile(r"(?<![0-9A-Za-z\-/.])[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2}(?:[ -]?[0-9]{1,7})(?![0-9A-Za-z])")
PLATE_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"[{PLATE_PLACES}][A-Z][·\- ]?(?=[A-Z0-9]*[0-9])[A-HJ-NP-Z0-9]{{5,6}}(?![0-9A-Za-z])")
_MAIL = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]{0,40}@[A-Za-z0-9-]{1,40}(?:\.[A-Za-z]{2,10}){1,3}")


def identity_number(text: str) -> list[Span]:
    """Resident identity numbers (公民身份号码): 18 digits with a right check digit, or 15 with a real birthday."""
    return [found.span() for found in _RUN.finditer(text) if is_identity_number(found[0])]


def is_identity_number(number: str) -> bool:
    """Check province, birthday and (for 18 digits) the check digit of GB 11643 (校验公民身份号码)."""
    number = number.upper()
    if number[:2] not in _PROVINCES:
        return False
    if len(number) == 15:
        return _is_day("19" + number[6:12])
    if len(number) != 18 or not number[:17].isdecimal() or not _is_day(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_DIGITS[total % 11] == number[17]


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= day.year <= 2100


def phone_number(text: str) -> list[Span]:
    """Mobile and landline numbers (电话号码): a landline needs its area code, or the word 电话 before it."""
    return sorted(_phones(text))


def _phones(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _MOBILE.finditer(text))
    for found in _LANDLINE.finditer(text):
        yield found.span("local") if found["local"] else found.span()


def bank_card(text: str) -> list[Span]:
    """Bank card numbers (银行卡号): 16–19 digits that pass the Luhn check and are no identity number."""
    return [found.span() for found in _CARD.finditer(text) if is_card_number(found[0])]


def is_card_number(number: str) -> bool:
    """Check length and the Luhn sum of ISO/IEC 7812 (校验银行卡号)."""
    digits = [int(digit) for digit in number if digit.isdecimal()]
    if not 16 <= len(digits) <= 19 or is_identity_number("".join(map(str, digits))):
        return False
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 2 and sum(doubled) % 10 == 0


def vehicle_plate(text: str) -> list[Span]:
    """Vehicle plates (车牌号)."""
    return [found.span() for found in _PLATE.finditer(text)]


def mail_address(text: str) -> list[Span]:
    """E-mail addresses (电子邮箱)."""
    return [found.span() for found in _MAIL.finditer(text)]


CHECKS = {"identity_number": is_identity_number, "card_number": is_card_number}
