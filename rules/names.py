"""Names of persons in folded text (人名检测): masked names by shape, full names by surname and neighbourhood."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import regex

Span = tuple[int, int]

# Words that 某 or ×× stand before when a place, a unit or a thing is meant, not a person.
_NOT_A_PERSON = (
    "部|厂|县|市|省|乡|镇|村|区|地|处|单位|师|团|军|营|连|队|站|所|局|院|校|公司|项|些|种|类|日|年|月|号|案|事|件|次|批|国"
    "|产品|工程|专业|型|届"
)
_FUNCTION = (
    "的了是在等及和与对关于将为以由从至到给予因被把向之其并或按就有无不未已再同各每个这那第年月日时号元件人名户位组"
)
_COMMON = (
    "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁余蒋叶杜苏魏程吕丁沈任姚卢钟姜崔谭廖范汪陆金石戴贾韦夏邱方"
    "侯邹熊孟秦白毛江闫薛尹付段雷黎史龙钱贺陶顾龚郝邵万严洪赖武傅莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申殷詹欧耿覃焦俞左柳甘祝"
    "包宁符阮尚舒纪柯梅童毕凌单季成霍苗裴涂谷曲盛冉翁蓝骆路游靳辛管柴蒙鲍华喻祁房蒲滕萧屈饶解牟艾尤阳阎穆司古吉卓简连缪项麦褚窦娄戚岑景卜费冷"
    "晏卫席柏米隋宗桂瞿苟楼闵佟臧边卞姬邬仇栾刁沙荣巫郎桑丛甄敖虞池巩佘查迟谈鞠荆乐冀胥郁储芦原粟燕楚鄢劳谌皮蔺冼盘满闻厉候褟"
)


@lru_cache(maxsize=1)
def surnames() -> dict[str, float]:
    """Family names and how frequent each is, relative (姓氏及频数)."""
    path = Path(__file__).parent / "lexicons" / "surnames.tsv"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name: float(frequency) for name, frequency in rows}


@lru_cache(maxsize=1)
def _single() -> str:
    return "".join(name for name in surnames() if len(name) == 1)


@lru_cache(maxsize=1)
def _compound() -> str:
    return "|".join(name for name in surnames() if len(name) == 2)


@lru_cache(maxsize=1)
def _masked() -> "regex.Pattern[str]":
    one = f"(?:{_compound()}|[{_single()}])"
    return regex.compile(
        rf"{one}(?:某某|某[一-龥](?=同志|等|、|的|一|因|在)|某(?!{_NOT_A_PERSON})|[×*□〇Xx]{{1,2}}(?![0-9×*□〇Xx]|{_NOT_A_PERSON}))"
        rf"|[{_COMMON}](?:[一-龥][×*□〇]|[×*□〇][一-龥])(?![×*□〇])"
        rf"|(?<![×*□〇Xx某])(?:某某某?|×{{2,3}}|X{{2,3}}|〇〇〇|\*{{2,3}})(?=同志|先生|女士|等[0-9一二三四五六七八九十两]|一案|案|问题|的?(?:处分|申诉|复查|来信))"
        rf"|(?<=[对给予予将关于现行])×××(?!{_NOT_A_PERSON})"
        rf"|[甲乙丙丁戊]某"
        rf"|[{_COMMON}]{{1,2}}氏(?!族|家族|宗祠|后人|后裔|集团|公司|菌|杆菌|体|螺)"
    )


@lru_cache(maxsize=1)
def _full() -> "regex.Pattern[str]":
    given = f"[^{_FUNCTION}\\W\\d_A-Za-z]"
    before = (
        r"(?<=^|[、,。;:()\"'和与及对将给予为向同诉的]|关于|给予|撤销|开除|原告|被告|同志|授予|追认|任命|提请|推荐|反映|检举|控告|揭发|罪犯|犯人|[盗贿污杀骗私]犯|"
        r"分子|主任|书记|科长|股长|局长|厂长|校长|院长|县长|乡长|镇长|区长|村长|队长|组长|经理|会计|出纳|职工|社员|村民|居民|农民|渔民|教师|"
        r"学生|工人|干部|司机|医生|护士|犯|党员|团员|民兵|知青|青年|妇女|战士|烈士|户主|病人|患者|死者|家属|遗属|归侨|侨属|侨户|台属|保管员|投递员|营业员|技术员|船长|船员)"
    )
    after = (
        r"(?=同志|先生|女士|老人|等[0-9一二三四五六七八九十两]|一案|一事|案|、|[,。;:()\"]|和|与|及|诉|要求|请求|申请|申诉|来信|来访|反映|贪污|受贿|盗窃|违|"
        r"的?(?:党籍|团籍|厂籍|公职|职务|处分|问题|错误|历史|政治|结论|复查|审查|平反|工资|退休|抚恤|补助|离婚|房屋|房产|户口|报告|检举|意见)|溺水|死亡|伤亡|致|因|被|家|全家|夫妇|兄弟|父子|"
        r"不服|留党|行政|党内|记过|撤职|开除|离任|任期|擅|私|殴打|伤害|故意|强奸|诈骗|$)"
    )
    return regex.compile(rf"{before}(?:(?:{_compound()}){given}{{1,2}}|[{_COMMON}]{given}{{1,2}}){after}")


def masked_name(text: str) -> list[Span]:
    """Names with a part left out (化名、隐名): 王某, 李××, 陈□华, 汪氏; not 某部, ××县."""
    return [found.span() for found in _masked().finditer(text)]


def person_name(text: str) -> list[Span]:
    """Names of persons, full or masked (人名), in order and without overlap."""
    return list(_without_overlap(sorted({*masked_name(text), *(found.span() for found in _full().finditer(text))})))


def _without_overlap(spans: list[Span]) -> Iterator[Span]:
    last = 0
    for start, end in spans:
        if start >= last:
            yield start, end
            last = end
