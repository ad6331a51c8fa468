"""At what level of government a body stands (机关层级), read from its name: is a document from above?"""

from collections.abc import Iterable
from enum import IntEnum

import regex

from models.text import plain


class GovernmentLevel(IntEnum):
    """Level of government (机关层级); smaller is higher."""

    CENTRAL = 1
    PROVINCE = 2
    PREFECTURE = 3
    COUNTY = 4
    TOWNSHIP = 5


_MUNICIPALITIES = "北京市|天津市|上海市|重庆市"
_CENTRAL = regex.compile(
    r"^(?:中共中央|中国共产党中央|中央|国务院|中华人民共和国|全国|国家|最高人民(?:法院|检察院)|中国人民政治协商会议全国)"
)
# 农业部, 财政部 … of a name without any place; not 组织部, 宣传部, which every party committee has.
_MINISTRY = regex.compile(
    r"^(?!组织|宣传|统战|统一战线|武装|人武|工作|群工|农工|政治|后勤|门市|经营|项目|编辑|俱乐)[\u4e00-\u9fff]{2,8}(?<!工作)部(?:$|[、,]|办公厅)"
)
_PLACE = regex.compile(
    rf"(?P<province>{_MUNICIPALITIES}|自治区|(?<!行)省)"
    r"|(?P<prefecture>自治州|地委|(?<!本)地区|行署|专署|盟(?=委|公署|行政|$)|(?<!城|都|超|上)市(?!政|场|容|民|区|话|镇))"
    r"|(?P<county>县|自治旗|(?<=[\u4e00-\u9fff]{2})旗|(?<!自治|地|社|园|小|山|林|军|灾|库|牧|特|校|郊|专|战|辖|景|厂|城)区)"
    r"|(?P<township>(?<!城|乡|村)镇(?!江|海|平|远|静|痛|压)|(?<!城|下|回|同|老|家)乡(?!镇|村|建|土|企)|街道|公社)"
)
_LEVELS = {
    "province": GovernmentLevel.PROVINCE,
    "prefecture": GovernmentLevel.PREFECTURE,
    "county": GovernmentLevel.COUNTY,
    "township": GovernmentLevel.TOWNSHIP,
}
_SHORT_PROVINCE = regex.compile(r"^[\u4e00-\u9fff]{2,6}厅(?:办公室)?$")


def government_level(body: str | None) -> GovernmentLevel | None:
    """Level of a body by its name (机关层级), or ``None`` when the name does not say.

    The last place in the name counts: 岚南省云溪县农业局 is of the county.
    """
    if not body:
        return None
    name = plain(body)
    if _CENTRAL.match(name):
        return GovernmentLevel.CENTRAL
    places = [_LEVELS[str(found.lastgroup)] for found in _PLACE.finditer(name)]
    if places:
        return places[-1]
    if _MINISTRY.match(name):
        return GovernmentLevel.CENTRAL
    return GovernmentLevel.PROVINCE if _SHORT_PROVINCE.match(name) else None


def is_own(creator: str | None, names: Iterable[str | None]) -> bool:
    """Whether a creator is the fonds's own unit, by one of its names (责任者是否本全宗单位).

    A catalogue shortens: 农业局, 县农业局 and 云溪县农业局办公室 are 云溪县农业局. No creator is no other creator.
    """
    if not creator or not (body := plain(creator)):
        return True
    known = [plain(name) for name in names if name]
    return not known or any(body in name or name in body for name in known)


def is_from_above(creator: str | None, names: Iterable[str | None]) -> bool:
    """Whether a document came from a higher level than the fonds's own unit (上级来文).

    Only when both names say their level: what is not known is not from above.
    """
    known = [name for name in names if name]
    if is_own(creator, known):
        return False
    level = government_level(creator)
    own = [found for name in known if (found := government_level(name)) is not None]
    return level is not None and bool(own) and level < max(own)
